"""A provider of electronic tax invoices, for tests and demonstrations: as much of Popbill as this program speaks to, over
HTTP, for its real SDK.

    python -m twins.popbill_twin --port 8430

It is written by us: it proves what our client does, not what Popbill does. Everything is in memory. It issues an invoice
once for each management key, makes up approval numbers (nobody else may), sends to the tax service when told to, takes
amended invoices with their reason and the first approval number, and fails on purpose when told to (`faults`).
"""

import argparse
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LINK, SECRET = "LOCAL_TWIN", "local-twin-of-the-provider"
SYSTEM = "41000203"
NO_SUCH, IN_USE, REFUSED, TOO_LATE = -11000005, -11000004, -11000010, -11000011
ISSUED, SENT, CANCELLED = 300, 304, 600
REASONS = range(1, 7)


class Refusal(Exception):
    """An error as the provider words it."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.body = {"code": code, "message": message}


class Twin:
    """What the provider knows. Every verb is under one lock."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}
        """(business number, management key) -> the invoice."""
        self.faults: list[str] = []
        """What the next changing calls suffer, one each: '500' before anything happens, 'lost' after it has, 'slow', 'no'."""
        self.delay = 0.0
        self.calls: list[str] = []
        self.issued = 0
        self.base = ""

    def issue(self, number: str, invoice: dict[str, Any]) -> dict[str, Any]:
        """registIssue: an invoice under a key of its own."""
        key = (number, str(invoice.get("invoicerMgtKey", "")))
        if not key[1] or len(key[1]) > 24:
            raise Refusal(REFUSED, "문서번호는 1자 이상 24자 이하입니다.")
        if key in self.rows and self.rows[key]["stateCode"] != CANCELLED:
            raise Refusal(IN_USE, "이미 사용된 문서번호입니다.")
        supply, tax, total = (int(invoice[name]) for name in ("supplyCostTotal", "taxTotal", "totalAmount"))
        if supply + tax != total:
            raise Refusal(REFUSED, "합계금액이 공급가액과 세액의 합과 다릅니다.")
        if invoice["invoicerCorpNum"] != number:
            raise Refusal(REFUSED, "공급자가 회원 사업자번호와 다릅니다.")
        if "modifyCode" in invoice and (
            invoice["modifyCode"] not in REASONS
            or invoice.get("orgNTSConfirmNum") not in {row["ntsconfirmNum"] for row in self.rows.values()}
        ):
            raise Refusal(REFUSED, "수정사유나 당초 승인번호가 올바르지 않습니다.")
        self.issued += 1
        confirmed = f"{invoice['writeDate']}{SYSTEM}{self.issued:08d}"
        self.rows[key] = {"stateCode": ISSUED, "ntsconfirmNum": confirmed, "itemKey": f"0{self.issued:017d}",
                          "ntssendDT": "", "content": invoice}  # fmt: skip
        return {"code": 1, "message": "발행 완료", "ntsConfirmNum": confirmed}

    def info(self, number: str, key: str) -> dict[str, Any]:
        """getInfo."""
        row = self.rows.get((number, key))
        if row is None:
            raise Refusal(NO_SUCH, "문서번호에 해당하는 세금계산서가 없습니다.")
        return {name: value for name, value in row.items() if name != "content"}

    def cancel(self, number: str, key: str) -> dict[str, Any]:
        """cancelIssue: only while the tax service does not have it."""
        if self.info(number, key)["stateCode"] != ISSUED:
            raise Refusal(TOO_LATE, "국세청에 전송된 세금계산서는 취소할 수 없습니다. 수정세금계산서를 발행하세요.")
        self.rows[number, key]["stateCode"] = CANCELLED
        return {"code": 1, "message": "취소 완료"}

    def transmit(self, day: str) -> int:
        """The night's sending to the tax service; returns how many went."""
        waiting = [row for row in self.rows.values() if row["stateCode"] == ISSUED]
        for row in waiting:
            row["stateCode"], row["ntssendDT"] = SENT, f"{day}030000"
        return len(waiting)

    def answer(self, method: str, path: str, action: str, body: str) -> dict[str, Any]:
        """One call, with whatever fault is due."""
        parts = path.partition("?")[0].strip("/").split("/")
        number = self.number_of(body) if len(parts) == 1 else ""
        with self.lock:
            self.calls.append(f"{method} {action or 'INFO'}")
            fault = self.faults.pop(0) if self.faults and method == "POST" else ""
            if fault == "500":
                raise ConnectionError("before")
            if fault == "no":
                raise Refusal(REFUSED, "공인인증서가 만료되었습니다.")
            if fault == "slow":
                time.sleep(self.delay)
            if len(parts) == 1:
                found = self.issue(number, json.loads(body))
            else:
                number = next((owner for owner, key in self.rows if key == parts[2]), "")
                found = self.cancel(number, parts[2]) if action == "CANCELISSUE" else self.info(number, parts[2])
            if fault in ("lost", "slow"):
                raise ConnectionError("after")
            return found

    @staticmethod
    def number_of(body: str) -> str:
        return str(json.loads(body).get("invoicerCorpNum", "")) if body else ""


class Handler(BaseHTTPRequestHandler):
    """HTTP as the SDK speaks it."""

    twin: Twin

    def log_message(self, *_args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path.startswith("/control/transmit/"):
            return self._send(200, {"sent": self.twin.transmit(self.path.rsplit("/", 1)[1])})
        if self.headers.get("Authorization") != f"Bearer {LINK}":
            return self._send(401, {"code": -99010017, "message": "토큰이 올바르지 않습니다."})
        try:
            found = self.twin.answer(method, self.path, self.headers.get("X-HTTP-Method-Override", ""), body)
        except Refusal as refusal:
            return self._send(400, refusal.body)
        except ConnectionError:
            self.close_connection = True
            self.connection.close()
            return None
        return self._send(200, found)

    def _send(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


def start(port: int = 0) -> tuple[Twin, ThreadingHTTPServer]:
    """A twin that listens; `server.shutdown()` ends it. Port 0 takes a free one."""
    twin = Twin()
    server = ThreadingHTTPServer(("127.0.0.1", port), type("TwinHandler", (Handler,), {"twin": twin}))
    server.daemon_threads = True
    twin.base = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return twin, server


def main() -> None:
    """Listen until Ctrl-C."""
    parser = argparse.ArgumentParser(description="A local stand-in of a provider of electronic tax invoices.")
    parser.add_argument("--port", type=int, default=8430)
    twin, server = start(parser.parse_args().port)
    print("Start the program with:")
    print(f"  POPBILL_API_BASE={twin.base} POPBILL_LINK_ID={LINK} POPBILL_SECRET_KEY={SECRET} make serve")
    print(f"Send what was issued to the tax service: curl -X POST {twin.base}/control/transmit/20200916")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        server.shutdown()


if __name__ == "__main__":
    main()
