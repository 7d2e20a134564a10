"""A card company, for tests and demonstrations: as much of Stripe as this program speaks to, over HTTP, for its real SDK.

    python -m twins.stripe_twin --port 8420 --webhook http://127.0.0.1:8000/payments/stripe/webhook

It is written by us: it proves what our client does, not what Stripe does. Everything is in memory. It keeps idempotency
keys (the same key and words: the same answer; other words: an error), won without decimals, takes a fee, signs what it
tells, copies an object into an event when it happens, and fails on purpose when told to (`faults`).
"""

import argparse
import copy
import hashlib
import hmac
import html
import json
import random
import re
import threading
import time
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

SECRET, KEY = "whsec_local_twin_of_the_card_company", "sk_test_local_twin"
FEE_PERMILLE, DISPUTE_FEE = 34, 20_000
LEAST, MOST = 100, 99_999_999
METHODS = {"kr_card": "신용카드", "kakao_pay": "카카오페이", "naver_pay": "네이버페이"}


class Refusal(Exception):
    """An error as Stripe words it."""

    def __init__(self, status: int, kind: str, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message, **({"code": code} if code else {})}}


def nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """a[b][0]=c as dictionaries."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        parts = re.findall(r"[^\[\]]+", name)
        place = found
        for part in parts[:-1]:
            place = place.setdefault(part, {})
        place[parts[-1]] = value
    return found


class Twin:
    """What the card company knows. Every verb is under one lock."""

    def __init__(self, secret: str = SECRET, key: str = KEY, webhook: str = "") -> None:
        self.secret, self.key, self.webhook = secret, key, webhook
        self.lock = threading.RLock()
        self.rows: dict[str, dict[str, Any]] = {}
        self.events: list[dict[str, Any]] = []
        self.answers: dict[str, tuple[str, int, dict[str, Any]]] = {}
        self.faults: list[str] = []
        """What the next changing calls suffer, one each: '500' before anything happens, 'lost' after it has."""
        self.calls: list[str] = []
        self.base = ""
        self.count = 0

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}_{self.count:012d}"

    def tell(self, kind: str, about: dict[str, Any]) -> None:
        """An event, with the object as it is now. Delivered at once where there is a webhook."""
        event = {
            "id": self.name("evt"),
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": int(time.time()),
            "livemode": False,
            "type": kind,
            "data": {"object": copy.deepcopy(about)},
        }
        self.events.append(event)
        if self.webhook:
            threading.Thread(target=self.deliver, args=(event,), daemon=True).start()

    def signed(self, event: dict[str, Any], at: int | None = None, secret: str | None = None) -> tuple[bytes, str]:
        """The body of an event and its signature, as they travel."""
        body = json.dumps(event, ensure_ascii=False).encode()
        moment = int(time.time()) if at is None else at
        seal = hmac.new((secret or self.secret).encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
        return body, f"t={moment},v1={seal}"

    def deliver(self, event: dict[str, Any]) -> None:
        """Hand an event over, again and again until it is taken."""
        for pause in (0.2, 1, 3, 10, 30):
            body, signature = self.signed(event)
            request = urllib.request.Request(
                self.webhook, body, {"Content-Type": "application/json", "Stripe-Signature": signature}
            )
            try:
                with urllib.request.urlopen(request, timeout=10):
                    return
            except OSError:
                time.sleep(pause)

    # --- what a payer does -------------------------------------------------------------------------------------------
    def pay(self, session_id: str, method: str = "kr_card") -> dict[str, Any]:
        """The payer pays at the page. Twice is once."""
        with self.lock:
            session = self.row(session_id)
            if session["payment_status"] == "paid":
                return session
            if session["status"] != "open":
                raise Refusal(400, "invalid_request_error", "This Checkout Session is no longer open.")
            amount = session["amount_total"]
            intent = self.keep("pi", "payment_intent", amount=amount, currency="krw", status="succeeded")
            intent["metadata"] = session["_intent_metadata"]
            charge = self.keep("ch", "charge", amount=amount, currency="krw", status="succeeded", disputed=False)
            charge |= {
                "payment_intent": intent["id"],
                "metadata": dict(intent["metadata"]),
                "amount_refunded": 0,
                "payment_method_details": {"type": method},
            }
            intent["latest_charge"] = charge["id"]
            charge["balance_transaction"] = self.balance("charge", charge["id"], amount, amount * FEE_PERMILLE // 1000)
            session |= {"status": "complete", "payment_status": "paid", "payment_intent": intent["id"]}
            self.tell("payment_intent.succeeded", intent)
            self.tell("charge.succeeded", charge)
            self.tell("checkout.session.completed", session)
            return session

    def dispute(self, payment_intent: str) -> dict[str, Any]:
        """The payer's bank takes the money back."""
        with self.lock:
            charge = self.row(self.row(payment_intent)["latest_charge"])
            dispute = self.keep("dp", "dispute", amount=charge["amount"], currency="krw", status="needs_response")
            dispute |= {"payment_intent": payment_intent, "charge": charge["id"], "reason": "general", "metadata": {}}
            charge["disputed"] = True
            self.balance("adjustment", dispute["id"], -charge["amount"], DISPUTE_FEE)
            self.tell("charge.dispute.created", dispute)
            self.tell("charge.dispute.funds_withdrawn", dispute)
            return dispute

    def close_dispute(self, dispute_id: str, *, won: bool) -> dict[str, Any]:
        """The payer's bank decides."""
        with self.lock:
            dispute = self.row(dispute_id)
            if dispute["status"] in ("won", "lost"):
                return dispute
            dispute["status"] = "won" if won else "lost"
            if won:
                self.balance("adjustment", dispute["id"], dispute["amount"], 0)
                self.tell("charge.dispute.funds_reinstated", dispute)
            self.tell("charge.dispute.closed", dispute)
            return dispute

    def fail_refund(self, refund_id: str) -> dict[str, Any]:
        """The card's bank does not take a refund, days after it seemed done."""
        with self.lock:
            made = self.row(refund_id)
            if made["status"] != "failed":
                made["status"] = "failed"
                self.balance("refund_failure", refund_id, made["amount"], 0)
                self.tell("refund.failed", made)
            return made

    # --- what a shop asks --------------------------------------------------------------------------------------------
    def keep(self, prefix: str, noun: str, **facts: Any) -> dict[str, Any]:
        row = {"id": self.name(prefix), "object": noun, "created": int(time.time()), "livemode": False, **facts}
        self.rows[row["id"]] = row
        return row

    def row(self, identity: str) -> dict[str, Any]:
        if identity not in self.rows:
            raise Refusal(404, "invalid_request_error", f"No such object: '{identity}'", "resource_missing")
        return self.rows[identity]

    def balance(self, kind: str, source: str, amount: int, fee: int) -> str:
        line = self.keep("txn", "balance_transaction", type=kind, source=source, amount=amount, fee=fee)
        line |= {"net": amount - fee, "currency": "krw", "status": "available"}
        return str(line["id"])

    def open_session(self, words: dict[str, Any]) -> dict[str, Any]:
        amount = 0
        for item in words.get("line_items", {}).values():
            price = item["price_data"]
            if price["currency"].lower() != "krw" or not re.fullmatch(r"[0-9]+", price["unit_amount"]):
                raise Refusal(400, "invalid_request_error", "Invalid integer or currency: won has no decimals.")
            amount += int(price["unit_amount"]) * int(item["quantity"])
        if not LEAST <= amount <= MOST:
            raise Refusal(400, "invalid_request_error", "The amount is too small or too large.", "amount_too_small")
        session = self.keep("cs_test", "checkout.session", mode="payment", status="open", payment_status="unpaid")
        session |= {
            "amount_total": amount,
            "currency": "krw",
            "client_reference_id": words.get("client_reference_id"),
            "metadata": words.get("metadata", {}),
            "_intent_metadata": words.get("payment_intent_data", {}).get("metadata", {}),
            "success_url": words["success_url"],
            "cancel_url": words.get("cancel_url", words["success_url"]),
            "payment_intent": None,
            "title": next(iter(words["line_items"].values()))["price_data"]["product_data"]["name"],
        }
        session["url"] = f"{self.base}/pay/{session['id']}"
        return session

    def expire(self, session_id: str) -> dict[str, Any]:
        session = self.row(session_id)
        if session["status"] != "open":
            raise Refusal(400, "invalid_request_error", "Only open sessions can be expired.")
        session["status"] = "expired"
        self.tell("checkout.session.expired", session)
        return session

    def make_refund(self, words: dict[str, Any]) -> dict[str, Any]:
        charge = self.row(self.row(words["payment_intent"])["latest_charge"])
        amount = int(words.get("amount") or charge["amount"] - charge["amount_refunded"])
        if charge["disputed"] or amount > charge["amount"] - charge["amount_refunded"]:
            raise Refusal(400, "invalid_request_error", "The charge is disputed or less than that is left of it.")
        made = self.keep("re", "refund", amount=amount, currency="krw", status="succeeded", charge=charge["id"])
        made |= {"payment_intent": words["payment_intent"], "metadata": words.get("metadata", {})}
        charge["amount_refunded"] += amount
        self.balance("refund", made["id"], -amount, 0)
        self.tell("refund.created", made)
        self.tell("charge.refunded", charge)
        return made

    def listed(self, noun: str, words: dict[str, Any]) -> dict[str, Any]:
        rows = [row for row in reversed(self.rows.values()) if row["object"] == noun]
        if "payment_intent" in words:
            rows = [row for row in rows if row.get("payment_intent") == words["payment_intent"]]
        if isinstance(words.get("created"), dict):
            rows = [row for row in rows if row["created"] >= int(words["created"].get("gte", 0))]
        if "starting_after" in words:
            names = [row["id"] for row in rows]
            rows = rows[names.index(words["starting_after"]) + 1 :]
        limit = int(words.get("limit", 10))
        return {"object": "list", "url": "/v1", "has_more": len(rows) > limit, "data": rows[:limit]}

    def retrieve(self, identity: str, words: dict[str, Any]) -> dict[str, Any]:
        """With what was asked to be expanded in place of its name."""
        found = copy.deepcopy(self.row(identity))
        for path in words.get("expand", {}).values():
            place = found
            for part in path.split("."):
                if not place.get(part):
                    break
                if isinstance(place[part], str):
                    place[part] = copy.deepcopy(self.row(place[part]))
                place = place[part]
        return found

    def asked(self, method: str, path: str, words: dict[str, Any]) -> dict[str, Any]:
        """The answer to one call of the API."""
        noun, *rest = path.removeprefix("/v1/").replace("checkout/sessions", "checkout.session").split("/")
        verb = (method, noun, len(rest))
        if verb == ("POST", "checkout.session", 0):
            return self.open_session(words)
        if verb == ("POST", "checkout.session", 2) and rest[1] == "expire":
            return self.expire(rest[0])
        if verb == ("POST", "refunds", 0):
            return self.make_refund(words)
        if method == "GET" and len(rest) == 1:
            return self.retrieve(rest[0], words)
        if method == "GET" and not rest:
            return self.listed(noun.removesuffix("s"), words)
        raise Refusal(404, "invalid_request_error", f"Unrecognized request URL ({method}: {path}).")

    def answer(self, method: str, path: str, text: str, key: str) -> tuple[int, dict[str, Any], bool]:
        """Status, body, and whether the answer is the one of before. Raises ConnectionError for a lost answer."""
        words = nested(parse_qsl(text, keep_blank_values=True))
        with self.lock:
            self.calls.append(f"{method} {path}")
            asked = hashlib.sha256(f"{method} {path} {sorted(parse_qsl(text))}".encode()).hexdigest()
            if method == "POST" and key in self.answers:
                before, status, body = self.answers[key]
                if before != asked:
                    message = "Keys for idempotent requests can only be used with the same parameters."
                    return 400, Refusal(400, "idempotency_error", message).body, False
                return status, body, True
            fault = self.faults.pop(0) if method == "POST" and self.faults else ""
            if fault == "500":
                return 500, Refusal(500, "api_error", "An unknown error occurred.").body, False
            try:
                status, body = 200, public(self.asked(method, path, words))
            except Refusal as refusal:
                status, body = refusal.status, refusal.body
            if method == "POST" and key:
                self.answers[key] = (asked, status, body)
            if fault == "lost":
                raise ConnectionError("the answer is lost")
            return status, body, False


def public(row: Any) -> Any:
    """A copy without what only the twin knows."""
    if isinstance(row, dict):
        return {name: public(value) for name, value in row.items() if not name.startswith("_")}
    return [public(each) for each in row] if isinstance(row, list) else row


PAGE = """<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>카드 결제(시험용)</title>
<meta name="viewport" content="width=device-width"></head><body><main><h1>카드 결제(시험용)</h1>
<p>이 화면은 실제 카드사가 아니며 돈이 오가지 않습니다.</p>
<p>{title}</p><p><strong>{amount}원</strong></p>
{forms}</main></body></html>"""


class Handler(BaseHTTPRequestHandler):
    """HTTP in front of the twin."""

    twin: Twin
    protocol_version = "HTTP/1.1"

    def log_message(self, *_words: Any) -> None:
        """Silence."""

    def do_GET(self) -> None:
        self._act("GET")

    def do_POST(self) -> None:
        self._act("POST")

    def _act(self, method: str) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if parts.path.startswith("/pay/"):
            return self._page(method, parts.path.split("/")[2:], body)
        if parts.path.startswith("/control/"):
            return self._control(parts.path.split("/")[2:])
        if self.headers.get("Authorization") != f"Bearer {self.twin.key}":
            return self._send(401, Refusal(401, "invalid_request_error", "Invalid API Key provided.").body)
        text = parts.query if method == "GET" else body
        try:
            status, answer, again = self.twin.answer(method, parts.path, text, self.headers.get("Idempotency-Key", ""))
        except ConnectionError:
            self.close_connection = True
            self.connection.close()
            return None
        return self._send(status, answer, {"Idempotent-Replayed": "true"} if again else {})

    def _send(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        data = body.encode() if isinstance(body, str) else json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        kind = "text/html; charset=utf-8" if isinstance(body, str) else "application/json"
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _page(self, method: str, path: list[str], body: str) -> None:
        session = self.twin.rows.get(path[0])
        if session is None:
            return self._send(404, "<!doctype html><title>없음</title><p>없는 결제입니다.</p>")
        if method == "POST":
            choice = dict(parse_qsl(body)).get("method", "")
            if choice in METHODS:
                self.twin.pay(session["id"], choice)
            place = session["success_url" if choice in METHODS else "cancel_url"]
            return self._send(303, "", {"Location": place})
        choices = "".join(
            f'<form method="post"><button name="method" value="{value}">{word}</button></form>'
            for value, word in ({**METHODS, "": "그만두기"} if session["status"] == "open" else {}).items()
        )
        words = {"title": html.escape(session["title"]), "amount": f"{session['amount_total']:,}", "forms": choices}
        return self._send(200, PAGE.format(**words))

    def _control(self, path: list[str]) -> None:
        """What a demonstration tells the twin to let happen: POST /control/dispute/<pi>, /control/won/<dp>, …"""
        verbs: dict[str, Callable[[str], dict[str, Any]]] = {
            "dispute": self.twin.dispute,
            "won": lambda name: self.twin.close_dispute(name, won=True),
            "lost": lambda name: self.twin.close_dispute(name, won=False),
            "fail-refund": self.twin.fail_refund,
        }
        try:
            return self._send(200, public(verbs[path[0]](path[1])))
        except (KeyError, IndexError, Refusal):
            return self._send(404, {"error": "no such thing"})


def start(port: int = 0, **words: Any) -> tuple[Twin, ThreadingHTTPServer]:
    """A twin that listens; `server.shutdown()` ends it. Port 0 takes a free one."""
    twin = Twin(**words)
    server = ThreadingHTTPServer(("127.0.0.1", port), type("TwinHandler", (Handler,), {"twin": twin}))
    server.daemon_threads = True
    twin.base = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return twin, server


def shuffled_thrice(events: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """Every event three times, in no order."""
    mixed = [event for event in events for _time in range(3)]
    random.Random(seed).shuffle(mixed)
    return mixed


def main() -> None:
    """Listen until Ctrl-C."""
    parser = argparse.ArgumentParser(description="A local stand-in of a card company.")
    parser.add_argument("--port", type=int, default=8420)
    parser.add_argument("--webhook", default="http://127.0.0.1:8000/payments/stripe/webhook")
    asked = parser.parse_args()
    twin, server = start(asked.port, webhook=asked.webhook)
    print("Start the program with:")
    print(f"  STRIPE_API_BASE={twin.base} STRIPE_SECRET_KEY={KEY} STRIPE_WEBHOOK_SECRET={SECRET} make serve")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        server.shutdown()


if __name__ == "__main__":
    main()
