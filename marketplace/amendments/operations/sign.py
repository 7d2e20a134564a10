"""Signing an amendment: each firm over the same bytes, known again; the last signature applies the plan."""

from marketplace.accounts.operations import require_step_up
from marketplace.amendments import policies, queries
from marketplace.amendments.models import ChangeRequest, ChangeSignature, ChangeState
from marketplace.amendments.operations.apply import apply, lock_all, plan_now
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.papers.operations import ask_seal
from marketplace.papers.queries import get_paper


def sign_change(request_id: int, *, seen_paper_sha256: str | None = None, by: Viewer) -> ChangeRequest:
    """Sign the amendment for the viewer's firm. The last signature applies it, if it would still do what was signed."""
    request = locked(ChangeRequest, request_id)
    agreement = lock_all(request.agreement_id)
    if not policies.may_sign(by, queries.signers_of(request, agreement)):
        raise NotYours(_("이 변경서에 서명할 수 있는 서명권자가 아닙니다."))
    if request.state != ChangeState.SIGNING:
        raise Refused(_("서명을 받는 변경서가 아닙니다(%(state)s).", state=request.state.label))
    proof = require_step_up(by)
    paper = get_paper(request.paper_id or 0)
    if (by.session_id is not None or seen_paper_sha256) and (paper.sha256 is None or seen_paper_sha256 != paper.sha256):
        raise Refused(
            _("보신 PDF와 서명할 PDF가 다릅니다. 화면을 새로 고쳐 PDF를 다시 확인한 뒤 서명하세요."),
            rule="signing.bytes",
        )
    plan = plan_now(request, agreement)
    if plan.sha256() != request.plan_sha256:
        raise Refused(
            _("승인된 뒤에 금액이나 발주가 바뀌었습니다. 담당자가 다시 검토해야 서명할 수 있습니다."),
            rule="changes.preview",
        )
    session.add(
        ChangeSignature(
            request_id=request.id,
            paper_id=paper.id,
            organisation_id=by.organisation_id,
            person_id=by.person_id,
            paper_sha256=paper.sha256,
            plan_sha256=request.plan_sha256,
            factor=proof.factor,
            address=proof.address,
        )
    )
    session.flush()
    record("change_request:signed", request, by=by, paper_sha256=paper.sha256, factor=proof.factor)
    if not queries.unsigned_firms(request, agreement):
        ask_seal(paper.id, {"change": request.number, "signatures": queries.record_of_signatures(request)}, by=by)
        apply(request, agreement, plan, by=by)
    return request
