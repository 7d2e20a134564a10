"""At overload people are told to come again, and nothing is begun that will not be answered."""

import io
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress

import pytest

from marketplace.core import polite
from marketplace.core.polite import _turn
from marketplace.core.polite import polite as politely
from tests.conftest import ROOT


def ask(method: str, waited: float, body: bytes = b"") -> tuple[str, dict[str, str], bytes, io.BytesIO]:
    said: list[object] = []
    stream = io.BytesIO(body)

    def application(_environ, start_response):
        start_response("200 OK", [])
        return [b"done"]

    _turn.waited = waited
    try:
        environ = {"REQUEST_METHOD": method, "wsgi.input": stream}
        page = b"".join(politely(application)(environ, lambda status, headers: said.extend((status, dict(headers)))))
    finally:
        _turn.waited = 0.0
    return said[0], said[1], page, stream


@pytest.mark.parametrize(
    ("method", "waited", "status"),
    [("GET", 0.9, "200"), ("GET", 1.1, "503"), ("POST", 1.1, "200"), ("POST", 2.6, "503")],
)
def test_who_only_reads_is_turned_away_before_who_submits(method, waited, status):
    assert ask(method, waited)[0].startswith(status)


def test_the_page_says_when_to_come_again_and_that_what_was_saved_is_kept():
    _status, headers, page, stream = ask("POST", 9.0, b"x" * 200_000)
    assert polite.EARLIEST <= int(headers["Retry-After"]) < polite.EARLIEST + polite.SPREAD
    assert "그대로 있습니다" in page.decode() and "kept" in page.decode()
    assert stream.read() == b""  # the visitor could finish sending


def test_without_the_limit_everybody_would_wait(monkeypatch):
    """Twin."""
    monkeypatch.setattr(polite, "READ_WAITS", 1e9)
    assert ask("GET", 60.0)[0] == "200 OK"


@pytest.fixture
def port():
    """Of a real server with one polite worker of one thread."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        number = probe.getsockname()[1]
    words = [
        "--worker-class",
        "marketplace.core.polite.PoliteWorker",
        "--threads",
        "1",
        "--bind",
        f"127.0.0.1:{number}",
    ]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--no-control-socket", *words, "tests.core.slow_application:app"],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    for _try in range(300):
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", number), 5)):
            break
        time.sleep(0.1)
    yield number
    server.terminate()
    server.wait(10)


def said(port: int, path: str, ahead: float = 0.0) -> str:
    """The status of a request on a connection that was opened `ahead` seconds before."""
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as line:
        time.sleep(ahead)
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        return line.recv(200).decode().split(" ")[1]


def test_a_connection_opened_ahead_has_not_waited_and_one_behind_a_slow_request_has(port):
    assert said(port, "/", ahead=1.5) == "200"
    slow = threading.Thread(target=said, args=(port, "/slow"))
    slow.start()
    time.sleep(0.2)
    assert said(port, "/") == "503"
    slow.join()
    assert said(port, "/") == "200"
