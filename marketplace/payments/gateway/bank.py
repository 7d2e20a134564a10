"""Asking the agency's bank whose an account is (예금주 조회): by its address in the settings, or a local twin there.

Nothing here knows the database, and nobody calls it with a transaction open.
"""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app

SECONDS = 10
LARGEST = 64 * 1024


class BankAway(Exception):
    """The bank did not answer, or not in a way to go on with: the same may be asked again."""


@dataclass(frozen=True)
class HolderSeen:
    """Whose account it is; `holder` is None where the bank has no such account, and `why` says so in its words."""

    holder: str | None
    why: str


def is_configured() -> bool:
    """Whether there is a bank to ask. Without one an officer compares a document."""
    return bool(current_app.config["MARKETPLACE"].bank_check_url)


def holder_of(code: str, account: str) -> HolderSeen:
    """Ask whose the account is. Raises BankAway."""
    address = current_app.config["MARKETPLACE"].bank_check_url
    if urlsplit(address).scheme not in ("http", "https"):
        raise BankAway("the bank's address is no web address")
    body = json.dumps({"bank_code": code, "account": account}).encode()
    asked = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310
            said = json.loads(answer.read(LARGEST))
    except (OSError, ValueError, urllib.error.HTTPError) as problem:
        raise BankAway(str(problem)[:200]) from problem
    if not isinstance(said, dict) or not isinstance(said.get("holder"), str | None):
        raise BankAway("an answer without a name")
    holder, why = said.get("holder") or "", str(said.get("reason") or "")
    return HolderSeen(holder.replace("\0", "").strip()[:100] or None, why.replace("\0", "")[:200])
