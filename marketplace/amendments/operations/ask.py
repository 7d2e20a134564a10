"""Asking for a change, taking the question back, and objecting to a refusal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.accounts.queries import get_organisation
from marketplace.amendments import policies, queries, rules
from marketplace.amendments.models import ChangeEvidence, ChangeKind, ChangeRequest, ChangeState
from marketplace.amendments.operations.apply import apply, lock_all, plan_for
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.korea import add_working_days
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.grants import queries as grants
from marketplace.grants.models import Agreement
from marketplace.notices.operations import notify
from marketplace.papers.operations import next_number
from marketplace.programmes.queries import get_ruleset


@dataclass(frozen=True)
class KeptFile:
    """A file that lies in storage under its hash."""

    name: str
    bytes: int
    sha256: str


def ask_change(
    agreement_id: int,
    kind: ChangeKind,
    *,
    reason_code: str,
    reason: str,
    wanted: dict[str, Any],
    evidence: Sequence[KeptFile] = (),
    by: Viewer,
) -> ChangeRequest:
    """Ask for a change of an agreement in force. What the rules forbid is refused at once; a report is applied at once.

    `wanted` are JSON values, by kind: lines {quantities: {line id: thousandths}}, supplier {supplier_id, offered},
    period {ends_on}, amount {support, own_cash, in_kind}, scope {title, plan}, merger {organisation_id}, contact
    {representative, address, contact, changed_on}, termination {unusable}.
    """
    agreement = lock_all(agreement_id)
    if not policies.may_ask(by, grants.places_of(agreement.id), kind):
        raise NotYours(_("이 변경을 신청할 수 있는 당사자의 서명권자가 아닙니다."))
    if reason_code not in rules.terms().reasons or not reason.strip():
        raise Refused(_("변경 사유를 고르고 자세히 적으세요. 모든 당사자에게 보입니다."), field="reason")
    said = {**wanted, **_known(kind, by), "asked_on": clock.today().isoformat()}
    plan = plan_for(agreement, kind, reason_code, said)
    year = clock.today().year
    request = ChangeRequest(
        number=f"CR-{year}-{next_number(f'change-{year}'):06d}",
        agreement_id=agreement.id,
        kind=kind,
        terms_version=rules.terms().version,
        reason_code=reason_code,
        reason=reason.strip(),
        wanted=said,
        organisation_id=by.organisation_id
        if policies.role_of(by, grants.places_of(agreement.id)) != "agency"
        else None,
        asked_by=by.person_id,
        due_on=due_day(agreement),
    )
    session.add(request)
    session.flush()
    session.add_all(
        ChangeEvidence(request_id=request.id, name=each.name, bytes=each.bytes, sha256=each.sha256) for each in evidence
    )
    record("change_request:asked", request, by=by, kind=kind.value, reason_code=reason_code)
    if rules.terms().kinds[kind.value].approvals == 0:
        apply(request, agreement, plan, by=by)
        return request
    tell(request, agreement, "change_asked", due_on=request.due_on.isoformat())
    return request


def _known(kind: ChangeKind, by: Viewer) -> dict[str, Any]:
    """What a report is held against: the firm as it stands."""
    if kind != ChangeKind.CONTACT or by.organisation_id is None:
        return {}
    firm = get_organisation(by.organisation_id)
    return {"old_representative": firm.representative, "old_address": firm.address, "old_contact": None}


def due_day(agreement: Agreement) -> Any:
    """The last working day for an answer to what is asked today."""
    return add_working_days(clock.today(), get_ruleset(agreement.ruleset_id).changes.decision_days.value)


def tell(request: ChangeRequest, agreement: Agreement, kind: str, **facts: Any) -> None:
    """The same word to every firm concerned and to the officers."""
    said = {"number": request.number, "agreement": agreement.number, **facts}
    for firm in queries.firms_to_tell(request, agreement):
        notify(kind, about=request.subject, organisation_id=firm, **said)
    notify(kind, about=request.subject, role=Role.PROGRAMME_OFFICER, **said)


def withdraw_change(request_id: int, *, by: Viewer) -> ChangeRequest:
    """Take a request back before it is applied; nothing has changed."""
    request = locked(ChangeRequest, request_id)
    if not policies.may_withdraw(by, request):
        raise NotYours(_("신청한 당사자의 서명권자만 철회할 수 있습니다."))
    request.advance(to=ChangeState.WITHDRAWN)
    record("change_request:withdrawn", request, by=by)
    return request


def object_to_refusal(request_id: int, words: str, *, by: Viewer) -> ChangeRequest:
    """Say once why the refusal is wrong; another officer than the one who refused looks again."""
    request = locked(ChangeRequest, request_id)
    if not policies.may_withdraw(by, request):
        raise NotYours(_("신청한 당사자의 서명권자만 이의를 제기할 수 있습니다."))
    if not words.strip():
        raise Refused(_("이의의 이유를 적으세요."), field="objection")
    agreement = grants.get_agreement(request.agreement_id)
    request.advance(to=ChangeState.OBJECTED)
    request.objection, request.objected_by, request.objected_at = words.strip(), by.person_id, clock.now()
    request.due_on = due_day(agreement)
    request.round += 1
    record("change_request:objected", request, by=by)
    tell(request, agreement, "change_objected", due_on=request.due_on.isoformat())
    return request
