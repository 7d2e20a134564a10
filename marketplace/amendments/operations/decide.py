"""Answers: allowed by as many officers as the terms say, each on the plan they saw, or refused with the reason."""

from marketplace.amendments import policies, queries, rules
from marketplace.amendments.documents import Amendment
from marketplace.amendments.models import ChangeRequest, ChangeState, ChangeVote
from marketplace.amendments.operations.apply import apply, lock_all, plan_now
from marketplace.amendments.operations.ask import tell
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.grants import operations as grants_operations
from marketplace.grants import queries as grants
from marketplace.grants.models import Agreement
from marketplace.papers.operations import issue


def approve_change(request_id: int, *, seen_sha256: str, by: Viewer) -> ChangeRequest:
    """Allow the plan that the officer was shown. The last vote needed has it signed, or applied where nobody signs.

    `seen_sha256` names the plan on the page; if the world has moved since, nothing is allowed and the page shows it anew.
    """
    request = locked(ChangeRequest, request_id)
    agreement = lock_all(request.agreement_id)
    _require_decider(by, request, agreement)
    if request.state not in (ChangeState.ASKED, ChangeState.OBJECTED):
        raise Refused(_("결정을 기다리는 신청이 아닙니다(%(state)s).", state=request.state.label))
    plan = plan_now(request, agreement)
    if plan.sha256() != seen_sha256:
        raise Refused(
            _("그사이 금액이나 발주가 바뀌어 미리보기와 다릅니다. 새 미리보기를 확인하고 다시 승인하세요."),
            rule="changes.preview",
        )
    session.add(
        ChangeVote(request_id=request.id, round=request.round, person_id=by.person_id, plan_sha256=plan.sha256())
    )
    session.flush()
    record("change_request:approved_by_officer", request, by=by, plan_sha256=plan.sha256())
    needed = rules.terms().kinds[request.kind.value]
    if queries.votes_for(request, plan.sha256()) < needed.approvals:
        return request
    request.decided_by, request.decided_at = by.person_id, clock.now()
    if not needed.signs:
        apply(request, agreement, plan, by=by)
        return request
    _have_signed(request, agreement, plan, by)
    return request


def _have_signed(request: ChangeRequest, agreement: Agreement, plan: rules.Plan, by: Viewer) -> None:
    """Issue the amendment's paper; its PDF is drawn by the worker and then signed by the firms."""
    request.plan, request.plan_sha256 = plan.facts(), plan.sha256()
    document = Amendment.of(request, agreement, plan)
    firms = queries.firms_to_tell(request, agreement)
    request.paper_id = issue(
        "amendment",
        request.subject,
        document.facts(),
        title=f"협약 변경서 {request.number}",
        prefix="AM",
        readers=firms,
        by=by,
    ).id
    request.advance(to=ChangeState.SIGNING)
    record("change_request:approved", request, by=by, plan_sha256=request.plan_sha256)
    tell(request, agreement, "change_to_sign")


def refuse_change(request_id: int, reason: str, *, by: Viewer) -> ChangeRequest:
    """Say no with the reason, to every party. After an objection this is the last word."""
    request = locked(ChangeRequest, request_id)
    agreement = grants.get_agreement(request.agreement_id)
    _require_decider(by, request, agreement)
    if not reason.strip():
        raise Refused(_("불허 사유를 적으세요. 모든 당사자에게 그대로 보입니다."), field="reason")
    request.advance(to=ChangeState.UPHELD if request.state == ChangeState.OBJECTED else ChangeState.REFUSED)
    request.decided_by, request.decided_at, request.decision_reason = by.person_id, clock.now(), reason.strip()
    record("change_request:refused", request, by=by, reason=reason.strip())
    tell(request, agreement, "change_refused", reason=reason.strip())
    return request


def reopen_change(request_id: int, *, by: Viewer) -> ChangeRequest:
    """Take an approved change that was not signed in time, or that the world has overtaken, back to be weighed anew."""
    request = locked(ChangeRequest, request_id)
    agreement = grants.get_agreement(request.agreement_id)
    _require_decider(by, request, agreement)
    request.advance(to=ChangeState.ASKED)
    request.round += 1
    record("change_request:reopened", request, by=by)
    return request


def _require_decider(by: Viewer, request: ChangeRequest, agreement: Agreement) -> None:
    parties = grants.places_of(agreement.id)
    if by.person_id == request.asked_by:
        raise NotYours(_("신청한 사람이 스스로 결정할 수 없습니다."))
    if not policies.may_decide(by, request, parties):
        raise NotYours(_("이 변경을 결정할 수 있는 사업 담당자가 아닙니다. 이의는 다른 담당자가 검토합니다."))
    grants_operations.refuse_own_case(by, *(each.organisation_id for each in parties))
