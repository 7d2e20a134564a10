"""Verbs of the registry: ask about a firm, and keep what was answered with its moment and source."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, literal, or_, select
from sqlalchemy.dialects.postgresql import insert

from marketplace.accounts import policies, queries
from marketplace.accounts.models import BusinessState, CheckState, Organisation, RegistryCheck
from marketplace.accounts.operations.firms import require
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record

TRIES = 3
AGAIN_AFTER = timedelta(seconds=10)
STATES = {
    "01": BusinessState.OPEN,
    "02": BusinessState.SUSPENDED,
    "03": BusinessState.CLOSED,
    "": BusinessState.UNVERIFIED,
}


def ask_registry(*organisation_ids: int, why: str) -> None:
    """Have the registry asked about those of some firms whose word is no longer fresh. The rooms above call this where a
    firm is about to be bound; a job asks, and nobody waits here. Without a gateway, nothing happens."""
    if not queries.registry_is_asked():
        return
    stale = or_(Organisation.state_noted_at.is_(None), Organisation.state_noted_at < queries.fresh_since())
    _ask(Organisation.id.in_(organisation_ids), stale, why=why)


def ask_registry_again(organisation_id: int, *, by: Viewer) -> Organisation:
    """A person wants a firm looked up now, although an answer may be fresh: it has just reopened, or was just founded."""
    organisation = locked(Organisation, organisation_id)
    require(policies.may_ask_registry(by, organisation))
    if not queries.registry_is_asked():
        raise Refused(_("국세청 조회가 연결되어 있지 않습니다. 담당자가 직접 확인해 기록하세요."))
    if organisation.business_number is None:
        raise Refused(_("사업자등록번호가 없는 예비창업자의 상태는 확인할 수 없습니다."))
    _ask(Organisation.id == organisation_id, why="person", asked_by=by.person_id)
    record("organisation:registry_asked", organisation, by=by)
    return organisation


def _ask(*which: ColumnElement[bool], why: str, asked_by: int | None = None) -> None:
    chosen = select(
        Organisation.id, Organisation.business_number, literal(why), literal(asked_by, RegistryCheck.asked_by.type)
    ).where(Organisation.business_number.is_not(None), *which)
    names = ["organisation_id", "business_number", "why", "asked_by"]
    session.execute(insert(RegistryCheck).from_select(names, chosen).on_conflict_do_nothing())


def note_answer(check_id: int, *, code: str, tax_type: str, closed_on: date | None, source: str) -> RegistryCheck:
    """Keep the registry's answer, and what it says of the firm. A question that was answered already stays as it is."""
    check = locked(RegistryCheck, check_id)
    if check.state != CheckState.ASKED:
        return check
    organisation = locked(Organisation, check.organisation_id)
    check.code, check.tax_type, check.closed_on, check.source = code, tax_type, closed_on, source
    check.answered_at = clock.now()
    check.advance(to=CheckState.ANSWERED)
    organisation.business_state = STATES[code]
    organisation.state_noted_at, organisation.state_source = check.answered_at, source
    organisation.tax_type = tax_type or None
    facts: dict[str, Any] = {"state": organisation.business_state.value, "code": code, "tax_type": tax_type}
    record("organisation:state_noted", organisation, by=SYSTEM, source=source, check=check.id, **facts)
    return check


def note_silence(check_id: int, problem: str) -> RegistryCheck:
    """The registry was away, or left this number out. After a few tries the question ends without an answer: what rests on
    it is then referred to an officer, never held up for ever."""
    check = locked(RegistryCheck, check_id)
    if check.state != CheckState.ASKED:
        return check
    check.tries += 1
    check.problem = problem
    check.not_before = clock.now() + AGAIN_AFTER * check.tries
    if check.tries >= TRIES:
        check.advance(to=CheckState.UNANSWERED)
        record("registry_check:unanswered", check, by=SYSTEM, problem=problem)
    return check
