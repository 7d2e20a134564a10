"""A bank that says whose an account is, for tests and demonstrations.

    python -m twins.bank_check --port 8555 holders.csv

`holders.csv` has lines `bank_code,account,holder`. A question is POST {"bank_code": "004", "account": "123"} and the answer
{"holder": "…"} or {"holder": null, "reason": "…"}. It knows nothing of the program. Set BANK_CHECK_URL=http://127.0.0.1:8555/
"""

import argparse
import csv
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Holders = dict[tuple[str, str], str]


def make_server(holders: Holders, port: int = 0) -> ThreadingHTTPServer:
    """A server that answers from `holders`, which may change meanwhile; port 0 takes a free one."""

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))) or b"{}")
            holder = holders.get((str(asked.get("bank_code")), str(asked.get("account"))))
            said: dict[str, Any] = {"holder": holder}
            if holder is None:
                said["reason"] = "없는 계좌입니다"
            body = json.dumps(said, ensure_ascii=False).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Account numbers are nobody's log."""

    return ThreadingHTTPServer(("127.0.0.1", port), Desk)


@contextmanager
def running(holders: Holders) -> Iterator[str]:
    """The address of a server that runs meanwhile."""
    server = make_server(holders)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    """Serve until it is stopped."""
    parser = argparse.ArgumentParser(description="Says whose an account is.")
    parser.add_argument("holders", type=Path)
    parser.add_argument("--port", type=int, default=8555)
    asked = parser.parse_args()
    with asked.holders.open(encoding="utf-8", newline="") as file:
        known = {(row[0], row[1]): row[2] for row in csv.reader(file) if len(row) == 3}
    make_server(known, asked.port).serve_forever()


if __name__ == "__main__":
    main()
