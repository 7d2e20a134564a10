"""The tax authority's registry of businesses as one plain function: the status service of data.go.kr, or a local twin.

Nothing here knows the database, and nobody calls it with a transaction open. The service takes up to 100 numbers a call and
refreshes every half hour; a number that it does not know has no code, and a new firm appears after a day or two.
"""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlsplit

from flask import current_app

from config import Config

AT_ONCE = 100
SECONDS = 10
LARGEST_BODY = 1024 * 1024
CODES = ("", "01", "02", "03")


class RegistryAway(Exception):
    """The registry did not answer, or not in a way to go on with: the same may be asked again."""


@dataclass(frozen=True)
class Word:
    """What the registry says of a number: 01 continuing, 02 suspended, 03 closed, '' not known to it."""

    business_number: str
    code: str
    tax_type: str
    closed_on: date | None


def source() -> str:
    """Where is asked, as it is written down beside each answer: the host."""
    config: Config = current_app.config["MARKETPLACE"]
    return urlsplit(config.registry_api_base).netloc


def ask(numbers: Sequence[str]) -> dict[str, Word]:
    """The registry's word on up to 100 business numbers, by number. Raises RegistryAway."""
    config: Config = current_app.config["MARKETPLACE"]
    if urlsplit(config.registry_api_base).scheme not in ("http", "https"):
        raise RegistryAway("REGISTRY_API_BASE is no web address")
    request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
        f"{config.registry_api_base}/status?serviceKey={quote(config.registry_service_key, safe='%')}",
        data=json.dumps({"b_no": list(numbers[:AT_ONCE])}).encode(),
        headers={"Content-Type": "application/json", "Accept": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310
            body = json.loads(response.read(LARGEST_BODY))
    except urllib.error.HTTPError as error:
        raise RegistryAway(f"HTTP {error.code}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise RegistryAway(type(error).__name__) from error
    return words_of(body)


def words_of(body: object) -> dict[str, Word]:
    """The rows of an answer. One that cannot be read is left out, so that its number counts as not answered."""
    rows = body.get("data") if isinstance(body, dict) else None
    if not isinstance(rows, list):
        raise RegistryAway("no rows in the answer")
    found = {}
    for row in rows:
        if isinstance(row, dict) and row.get("b_stt_cd") in CODES and isinstance(row.get("b_no"), str):
            number = row["b_no"]
            tax_type = str(row.get("tax_type") or "").replace("\0", "")[:200]
            found[number] = Word(number, row["b_stt_cd"], tax_type, _day(row.get("end_dt")))
    return found


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text or ""))
    except ValueError:
        return None
