"""Pure decisions of the accounts room: passwords, how long a guesser waits, which roles do not go together, banks."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from ipaddress import ip_address, ip_network
from pathlib import Path

from marketplace.core.viewer import Role

PASSWORD_LENGTH = 10
PASSWORD_LIMIT = 200
"""Longer ones would only keep the hash busy."""
COMMON_PASSWORDS = frozenset(Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").split())


class PasswordFault(Enum):
    """Why a password is not taken."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    ADDRESS = "address"


def normal_email(typed: str) -> str:
    """How addresses are kept and compared: one spelling, lower case."""
    return unicodedata.normalize("NFKC", typed).strip().lower()


def password_fault(password: str, email: str) -> PasswordFault | None:
    """What is wrong with a new password: its length or that it is common; no rules of composition (NIST SP 800-63B)."""
    plain = password.casefold()
    if len(password) < PASSWORD_LENGTH:
        return PasswordFault.SHORT
    if len(password) > PASSWORD_LIMIT:
        return PasswordFault.LONG
    if plain in COMMON_PASSWORDS or len(set(plain)) < 3:
        return PasswordFault.COMMON
    local = email.partition("@")[0]
    if plain == email or (len(local) > 3 and plain.strip("0123456789!@#$%^&*.-_") == local):
        return PasswordFault.ADDRESS
    return None


@dataclass(frozen=True)
class Limit:
    """`free` tries within `window` cost nothing; from then on each costs twice the wait of the one before, from `first`
    to `longest`."""

    free: int
    window: timedelta
    first: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(minutes=15)


@dataclass(frozen=True)
class Limits:
    """What one kind of try is measured by. None: not measured that way."""

    pair: Limit | None = None
    """The same account from the same address."""
    account: Limit | None = None
    """The account from anywhere: short waits, so that a stranger's guessing cannot keep its owner out for long; an
    address from which the owner has signed in before is not held up by it at all."""
    address: Limit | None = None
    """One address for any account; an office shares one address, so it is wide."""


QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
LIMITS = {
    "password": Limits(
        pair=Limit(5, QUARTER),
        account=Limit(10, HOUR, longest=timedelta(minutes=1)),
        address=Limit(40, QUARTER),
    ),
    # Whoever gets here knows the password. 5 tries, then at most 4 an hour: a guesser needs years for one of a million.
    "second_factor": Limits(account=Limit(5, HOUR), address=Limit(40, QUARTER)),
    # As many as at the sign-in: whoever stole a session still has to guess.
    "step_up": Limits(account=Limit(5, HOUR), address=Limit(40, QUARTER)),
    "reset": Limits(account=Limit(3, HOUR, first=timedelta(minutes=1)), address=Limit(20, HOUR)),
    "sign_up": Limits(account=Limit(3, HOUR, first=timedelta(minutes=1)), address=Limit(20, HOUR)),
}


def wait_after(tries: int, last: datetime | None, now: datetime, limit: Limit) -> timedelta:
    """How long the next try has to wait, given `tries` within the window and the moment of the last one."""
    if tries < limit.free or last is None:
        return timedelta(0)
    doublings = min(tries - limit.free, 20)
    return max(timedelta(0), last + min(limit.first * 2**doublings, limit.longest) - now)


def counted_address(address: str | None) -> str | None:
    """The address that tries are counted by: of IPv6 the network of 64 bits that one household is given."""
    if not address:
        return None
    try:
        known = ip_address(address)
    except ValueError:
        return None
    if known.version == 4:
        return str(known)
    return str(known.ipv4_mapped) if known.ipv4_mapped else str(ip_network(f"{known}/64", strict=False))


INCOMPATIBLE = (
    (Role.EVALUATOR, Role.SETTLEMENT_OFFICER),
    (Role.PROGRAMME_OFFICER, Role.SETTLEMENT_OFFICER),
)


def conflicting_role(wanted: Role, held: Iterable[Role]) -> Role | None:
    """A staff role among `held` that the same person may not hold beside `wanted`.

    Whoever scores or selects does not pay, and whoever audits does nothing else. Source: separation of duties,
    guide for programme agencies; listed in docs/roles.md.
    """
    for role in held:
        if role == wanted:
            continue
        if Role.AUDITOR in (role, wanted) or (role, wanted) in INCOMPATIBLE or (wanted, role) in INCOMPATIBLE:
            return role
    return None


def safe_next(target: str | None) -> str | None:
    """`target` when it is an address on this very site, else None. Browsers drop tabs and newlines and read a backslash
    as a slash, so none of them may appear."""
    if not target or not target.startswith("/") or target.startswith("//") or len(target) > 2000:
        return None
    return None if re.search(r"[\x00-\x20\x7f\\]", target) else target


BANKS: dict[str, tuple[str, str]] = {
    "002": ("KDB산업은행", "KDB Bank"),
    "003": ("IBK기업은행", "IBK"),
    "004": ("KB국민은행", "KB Kookmin Bank"),
    "007": ("수협은행", "Suhyup Bank"),
    "011": ("NH농협은행", "NH Bank"),
    "020": ("우리은행", "Woori Bank"),
    "023": ("SC제일은행", "SC First Bank"),
    "027": ("한국씨티은행", "Citibank Korea"),
    "031": ("iM뱅크(대구은행)", "iM Bank (Daegu)"),
    "032": ("부산은행", "Busan Bank"),
    "034": ("광주은행", "Gwangju Bank"),
    "035": ("제주은행", "Jeju Bank"),
    "037": ("전북은행", "Jeonbuk Bank"),
    "039": ("경남은행", "Kyongnam Bank"),
    "045": ("새마을금고", "MG Community Credit"),
    "048": ("신협", "Shinhyup"),
    "071": ("우체국", "Korea Post"),
    "081": ("하나은행", "Hana Bank"),
    "088": ("신한은행", "Shinhan Bank"),
    "089": ("케이뱅크", "K bank"),
    "090": ("카카오뱅크", "KakaoBank"),
    "092": ("토스뱅크", "Toss Bank"),
}
"""Bank code of the Korea Financial Telecommunications institute -> (Korean name, English name)."""


def shown_device(user_agent: str) -> tuple[str, str]:
    """Browser and system as people call them, from a user agent; '' where it is not known."""
    browsers: Sequence[tuple[str, str]] = (
        ("Edg/", "Edge"),
        ("Whale/", "Whale"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    )
    systems = (
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    )
    browser = next((name for mark, name in browsers if mark in user_agent), "")
    return browser, next((name for mark, name in systems if mark in user_agent), "")
