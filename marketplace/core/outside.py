"""Asking other machines for what somebody typed the address of. Such an address must not reach into our own network: each
name is resolved once, every address it has must be a public one, and the connection goes to that address and no other."""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urljoin, urlsplit

from marketplace.core.errors import Problem
from marketplace.core.i18n import N_

SECONDS = 20
MOST_REDIRECTS = 5
AGENT = "data-voucher-market"
MOVED = (301, 302, 303, 307, 308)
PRIVATE = N_("공개 인터넷에 있지 않은 주소는 가져오지 않습니다: %(host)s")
UNREACHED = N_("%(host)s에서 답을 받지 못했습니다(%(why)s). 나중에 멈춘 곳부터 이어서 가져옵니다.")


def public_address(host: str, port: int, allowed: Collection[str]) -> str:
    """The address to connect to. Raises Problem where the name has any address that is not public. `allowed` are
    'host:port' that may be reached all the same, which only the one who runs the program can say."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Problem(UNREACHED, {"host": host, "why": "DNS"}) from error
    addresses = [str(each[4][0]) for each in found]
    if f"{host}:{port}" not in allowed and not all(map(is_public, addresses)):
        raise Problem(PRIVATE, {"host": host})
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet, also where an old address is wrapped in a new one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if wrapped is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(str(wrapped))
    return ip.is_global and not ip.is_multicast


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was already judged, whatever the name says by now."""

    def __init__(self, host: str, port: int, address: str, *, secure: bool) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self.address, self.secure = address, secure

    def connect(self) -> None:
        self.sock: Any = socket.create_connection((self.address, self.port), SECONDS)
        if self.secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def host_of(url: str) -> str:
    """The name of the machine in an address. Raises Problem."""
    try:
        return (urlsplit(url).hostname or url)[:100]
    except ValueError as error:
        raise Problem(N_("주소를 읽을 수 없습니다: %(url)s"), {"url": url[:100]}) from error


@contextmanager
def asked(
    url: str, headers: Mapping[str, str], *, allowed: Collection[str] = ()
) -> Iterator[tuple[http.client.HTTPResponse, str]]:
    """GET an address, following redirects, each judged anew: the answer, not read yet, and where it came from in the end.

    Raises Problem with a sentence, also where the connection breaks while the answer is being read.
    """
    host = host_of(url)
    try:
        for _hop in range(MOST_REDIRECTS + 1):
            host = host_of(url)
            connection, response = _ask(url, headers, allowed)
            place = response.headers.get("Location")
            if response.status not in MOVED or not place:
                with closing(connection):
                    yield response, url
                return
            connection.close()
            if url.startswith("https:") and not urljoin(url, place).startswith("https:"):
                raise Problem(N_("%(host)s이(가) 안전하지 않은 주소로 넘겼습니다."), {"host": host})
            url = urljoin(url, place)
    except (OSError, http.client.HTTPException) as error:
        raise Problem(UNREACHED, {"host": host, "why": type(error).__name__}) from error
    raise Problem(N_("%(host)s이(가) 주소를 너무 여러 번 넘겼습니다."), {"host": host})


def _ask(url: str, headers: Mapping[str, str], allowed: Collection[str]) -> tuple[_Pinned, http.client.HTTPResponse]:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        target = ((parts.path or "/") + (f"?{parts.query}" if parts.query else "")).encode("ascii").decode()
    except ValueError as error:
        raise Problem(N_("주소를 읽을 수 없습니다: %(url)s"), {"url": url[:100]}) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise Problem(N_("http:// 또는 https://로 시작하고 암호가 들어 있지 않은 주소여야 합니다."))
    address = public_address(parts.hostname, port, allowed)
    connection = _Pinned(parts.hostname, port, address, secure=parts.scheme == "https")
    try:
        connection.request("GET", target, headers={"User-Agent": AGENT, "Accept-Encoding": "identity", **headers})
        return connection, connection.getresponse()
    except BaseException:
        connection.close()
        raise
