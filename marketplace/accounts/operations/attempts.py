"""Tries are counted before they are judged, in a transaction of their own, so that they outlive a refusal and a hundred
guesses at once count as a hundred."""

import math
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, select

from marketplace.accounts.models import SignInAttempt
from marketplace.accounts.rules import LIMITS, Limit, counted_address, wait_after
from marketplace.core.db import session
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import origin

KNOWN_FOR = timedelta(days=90)


class TooSoon(Refused):
    """Too many tries; `seconds` tells when the next one is looked at."""

    status = 429

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        if seconds < 60:
            sentence = _("시도가 너무 잦습니다. %(count)s초 뒤에 다시 시도하세요.", count=seconds)
        else:
            sentence = _("시도가 너무 잦습니다. %(count)s분 뒤에 다시 시도하세요.", count=math.ceil(seconds / 60))
        super().__init__(sentence)


def _wait(kind: str, limit: Limit | None, *, subject: str | None = None, address: str | None = None) -> timedelta:
    """How long a try has to wait by one measure. For an account, tries before its last success are forgiven."""
    if limit is None or (subject is None and address is None):
        return timedelta(0)
    now = datetime.now(UTC)
    same = [SignInAttempt.kind == kind]
    if subject is not None:
        same.append(SignInAttempt.subject == subject)
    if address is not None:
        same.append(SignInAttempt.address == address)
    since = now - limit.window
    if subject is not None:
        success = select(func.max(SignInAttempt.recorded_at)).where(*same, SignInAttempt.succeeded)
        since = max(since, session.scalar(success) or since)
    tries, last = session.execute(
        select(func.count(), func.max(SignInAttempt.recorded_at)).where(
            *same, ~SignInAttempt.succeeded, SignInAttempt.recorded_at > since
        )
    ).one()
    return wait_after(tries, last, now, limit)


def _is_known(kind: str, subject: str, address: str | None) -> bool:
    """Whether the owner of the account has come in from this address before."""
    if address is None:
        return False
    statement = select(SignInAttempt.id).where(
        SignInAttempt.kind == kind,
        SignInAttempt.subject == subject,
        SignInAttempt.address == address,
        SignInAttempt.succeeded,
        SignInAttempt.recorded_at > datetime.now(UTC) - KNOWN_FOR,
    )
    return session.scalars(statement.limit(1)).first() is not None


def begin_attempt(kind: str, subject: str) -> None:
    """Count a try of `kind` for the account `subject` (an address as typed, in lower case), known or not.

    To be called in a transaction of its own before the try is judged. Raises TooSoon, in which case nothing is counted:
    waiting always helps.
    """
    address = counted_address(origin.get().address)
    limits = LIMITS[kind]
    # One try after the other for one account and for one address: counting and writing are one step.
    for name in sorted({f"attempt:{subject}", f"attempt:{address}"}):
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
    waits = [
        _wait(kind, limits.pair, subject=subject, address=address),
        _wait(kind, limits.address, address=address),
    ]
    if kind != "password" or not _is_known(kind, subject, address):
        waits.append(_wait(kind, limits.account, subject=subject))
    longest = max(waits)
    if longest > timedelta(0):
        raise TooSoon(math.ceil(longest.total_seconds()))
    _write(kind, subject, address, succeeded=False)


def note_success(kind: str, subject: str) -> None:
    """The try was right: what was counted against this account is forgotten."""
    _write(kind, subject, counted_address(origin.get().address), succeeded=True)


def _write(kind: str, subject: str, address: str | None, *, succeeded: bool) -> None:
    session.execute(
        insert(SignInAttempt), [{"kind": kind, "subject": subject, "address": address, "succeeded": succeeded}]
    )
