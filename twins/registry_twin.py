"""The tax authority's registry of businesses, for tests and demonstrations: the status service of data.go.kr over HTTP.

    python -m twins.registry_twin --port 8421

It is written by us: it proves what our client does, not what the service does. Everything is in memory. Who is not in
`known` is a continuing business, except that a number ending in 98 is suspended, in 99 closed, and in 97 not known; the
control address says otherwise: POST /control/1234567890/03. It fails on purpose when told to (`faults`).
"""

import argparse
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY, LARGEST = "local-twin-of-the-registry", 100
STATES = {"01": "계속사업자", "02": "휴업자", "03": "폐업자", "": ""}
UNKNOWN = "국세청에 등록되지 않은 사업자등록번호입니다."
ENDS = {"97": "", "98": "02", "99": "03"}


class Twin:
    """What the registry knows."""

    def __init__(self, key: str = KEY) -> None:
        self.key = key
        self.known: dict[str, str] = {}
        self.faults: list[str] = []
        """What the next calls suffer, one each: '500', 'nonsense', 'gone' (hangs up) or 'short' (leaves rows out)."""
        self.calls: list[list[str]] = []
        self.base = ""

    def code_of(self, number: str) -> str:
        return self.known.get(number, ENDS.get(number[-2:], "01"))

    def row(self, number: str) -> dict[str, str]:
        code = self.code_of(number)
        return {
            "b_no": number,
            "b_stt": STATES[code],
            "b_stt_cd": code,
            "tax_type": "부가가치세 일반과세자" if code else UNKNOWN,
            "tax_type_cd": "01" if code else "",
            "end_dt": "20200131" if code == "03" else "",
            "utcc_yn": "N",
            "tax_type_change_dt": "",
            "invoice_apply_dt": "",
            "rbf_tax_type": "해당없음",
            "rbf_tax_type_cd": "99",
        }

    def status(self, key: str, body: bytes) -> tuple[int, Any]:
        """HTTP status and answer of one call."""
        if key != self.key:
            return 401, {"code": -401, "msg": "유효하지 않은 인증키 입니다."}
        try:
            numbers = json.loads(body)["b_no"]
        except (ValueError, KeyError, TypeError):
            return 400, {"status_code": "BAD_JSON_REQUEST"}
        if len(numbers) > LARGEST:
            return 413, {"status_code": "TOO_LARGE_REQUEST"}
        self.calls.append(numbers)
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "500":
            return 500, {"status_code": "INTERNAL_ERROR"}
        if fault == "nonsense":
            return 200, "<html>점검 중</html>"
        rows = [self.row(number) for number in (numbers[1:] if fault == "short" else numbers)]
        matched = sum(1 for row in rows if row["b_stt_cd"])
        answer = {"status_code": "OK", "match_cnt": matched, "request_cnt": len(numbers), "data": rows}
        return (0, None) if fault == "gone" else (200, answer)


class Handler(BaseHTTPRequestHandler):
    """HTTP around a twin."""

    twin: Twin
    protocol_version = "HTTP/1.1"

    def log_message(self, *words: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = address.path.strip("/").split("/")
        if parts[0] == "control" and len(parts) == 3 and parts[2] in STATES:
            self.twin.known[parts[1]] = parts[2]
            return self._send(200, {"known": self.twin.known})
        if parts[-1] != "status":
            return self._send(404, {"code": -4, "msg": "없는 서비스입니다."})
        status, answer = self.twin.status(parse_qs(address.query).get("serviceKey", [""])[0], body)
        if status == 0:
            self.close_connection = True
            return None
        return self._send(status, answer)

    def _send(self, status: int, body: Any) -> None:
        data = body.encode() if isinstance(body, str) else json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if isinstance(body, str) else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def start(port: int = 0, **words: Any) -> tuple[Twin, ThreadingHTTPServer]:
    """A twin that listens; `server.shutdown()` ends it. Port 0 takes a free one."""
    twin = Twin(**words)
    server = ThreadingHTTPServer(("127.0.0.1", port), type("TwinHandler", (Handler,), {"twin": twin}))
    server.daemon_threads = True
    twin.base = f"http://127.0.0.1:{server.server_address[1]}/api/nts-businessman/v1"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return twin, server


def main() -> None:
    """Listen until Ctrl-C."""
    parser = argparse.ArgumentParser(description="A local stand-in of the registry of businesses.")
    parser.add_argument("--port", type=int, default=8421)
    twin, server = start(parser.parse_args().port)
    print("Start the program with:")
    print(f"  REGISTRY_API_BASE={twin.base} REGISTRY_SERVICE_KEY={KEY} make serve")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        server.shutdown()


if __name__ == "__main__":
    main()
