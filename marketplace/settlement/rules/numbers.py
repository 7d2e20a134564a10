"""Invoice numbers and approval numbers: what counts as the same."""

import re
import unicodedata
from datetime import date, datetime

APPROVAL_NUMBER = re.compile(r"[0-9]{8}[0-9A-Za-z]{16}")
_HYPHENS = re.compile(r"[\s\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d_-]")


def number_key(number: str) -> str:
    """What counts as the same invoice number: NFKC, upper case, without spaces, hyphens and leading zeros."""
    text = _HYPHENS.sub("", unicodedata.normalize("NFKC", number).upper())
    # What stood apart by a space may compose once the space is gone: A ¯ becomes Ā.
    return unicodedata.normalize("NFKC", text).lstrip("0") or "0"


def normal_approval_number(typed: str) -> str:
    """The approval number as kept: NFKC, without spaces and hyphens. Its shape is judged by the match."""
    return _HYPHENS.sub("", unicodedata.normalize("NFKC", typed))


def issued_day(approval_number: str) -> date | None:
    """The day in the first eight characters; None where they are no real day."""
    text = approval_number[:8]
    if not re.fullmatch(r"[0-9]{8}", text):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day, not a moment
    except ValueError:
        return None
