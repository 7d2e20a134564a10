"""Officers look at a firm: documents, then prices by somebody else; what is wrong goes back to be mended."""

from collections.abc import Mapping

from marketplace.accounts.models import BusinessState
from marketplace.accounts.queries import get_organisation, is_barred
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.programmes.models import Programme
from marketplace.suppliers.models import ITEMS, Designation, DesignationState
from marketplace.suppliers.policies import may_decide, may_judge_prices
from marketplace.suppliers.queries import is_member


def begin_review(designation_id: int, *, by: Viewer) -> Designation:
    """Take an application up: its documents are looked at from now on."""
    designation = _looked_at(designation_id, by, DesignationState.APPLIED)
    designation.advance(to=DesignationState.DOCUMENT_REVIEW)
    record("designation:review_begun", designation, by=by)
    return designation


def pass_documents(designation_id: int, *, by: Viewer) -> Designation:
    """Find the documents in order; the prices are for another officer."""
    designation = _looked_at(designation_id, by, DesignationState.DOCUMENT_REVIEW)
    refuse_unfit(designation.organisation_id)
    designation.advance(to=DesignationState.PRICE_REVIEW)
    designation.document_reviewed_at, designation.document_reviewed_by = clock.now(), by.person_id
    record("designation:documents_passed", designation, by=by)
    return designation


def request_fix(designation_id: int, comments: Mapping[str, str], *, by: Viewer) -> Designation:
    """Send an application back with a comment for each item (of ITEMS) that has to be mended."""
    reviewed = (DesignationState.DOCUMENT_REVIEW, DesignationState.PRICE_REVIEW)
    designation = _looked_at(designation_id, by, *reviewed)
    fixes = [{"item": item, "comment": comments.get(item, "").strip()} for item in ITEMS]
    fixes = [fix for fix in fixes if fix["comment"]]
    if not fixes:
        raise Refused(_("보완할 항목에 무엇을 고쳐야 하는지 하나 이상 적으세요."), field=next(iter(ITEMS)))
    designation.advance(to=DesignationState.FIX_REQUESTED)
    designation.fixes = fixes
    record("designation:fix_requested", designation, by=by, fixes=fixes)
    tell(designation)
    return designation


def designate(designation_id: int, *, by: Viewer) -> Designation:
    """Find the prices fair and take the firm into the pool; never by whoever passed its documents."""
    designation = _looked_at(designation_id, by, DesignationState.PRICE_REVIEW)
    if not may_judge_prices(by, designation):
        raise Refused(_("서류를 검토한 담당자는 가격을 검토해 지정할 수 없습니다. 다른 담당자에게 맡기세요."))
    refuse_unfit(designation.organisation_id)
    designation.advance(to=DesignationState.DESIGNATED)
    designation.designated_at, designation.designated_by = clock.now(), by.person_id
    designation.last_active_on = clock.today()
    decided(designation, None, by)
    return designation


def refuse_designation(designation_id: int, reason: str, *, by: Viewer) -> Designation:
    """Say no to an applicant, with a reason; the firm may mend it and ask again."""
    waiting = (
        DesignationState.APPLIED,
        DesignationState.DOCUMENT_REVIEW,
        DesignationState.PRICE_REVIEW,
        DesignationState.FIX_REQUESTED,
    )
    designation = _looked_at(designation_id, by, *waiting)
    text = given(reason)
    designation.advance(to=DesignationState.REFUSED)
    decided(designation, text, by)
    return designation


def judged(designation_id: int, by: Viewer) -> Designation:
    """The designation under its lock, for an officer who does not belong to the firm."""
    designation = locked(Designation, designation_id)
    if not may_decide(by, designation) or is_member(by, designation.organisation_id):
        raise NotYours(_("자기가 속하지 않은 기업을 사업 담당자만 심사할 수 있습니다."))
    return designation


def refuse_wrong_state(designation: Designation, *states: DesignationState) -> None:
    """Say no where the page that was sent showed another state than the one there is."""
    if designation.state not in states:
        raise Refused(
            _(
                "지금 상태(%(now)s)에서는 할 수 없습니다. 화면을 새로 고쳐 현재 상태를 확인하세요.",
                now=designation.state.label,
            )
        )


def decided(designation: Designation, reason: str | None, by: Viewer) -> None:
    """Write a decision down and tell the firm."""
    designation.reason, designation.decided_at, designation.decided_by = reason, clock.now(), by.person_id
    record(f"designation:{designation.state.value}", designation, by=by, reason=reason)
    tell(designation)


def given(reason: str) -> str:
    """The reason, which nobody may leave out."""
    text = reason.strip()
    if not text:
        raise Refused(_("사유를 적으세요. 공급기업에 그대로 전달됩니다."), field="reason")
    return text


def refuse_unfit(organisation_id: int) -> None:
    """Say no to a firm that may not be in any pool, whatever its papers say."""
    firm = get_organisation(organisation_id)
    if not firm.sells:
        raise Refused(_("공급기업으로 등록된 기업이 아닙니다. 기업 정보에서 공급기업으로 등록하세요."))
    if firm.business_state in (BusinessState.SUSPENDED, BusinessState.CLOSED):
        raise Refused(_("휴업 또는 폐업한 기업은 지정할 수 없습니다. 국세청 사업자 상태를 확인하세요."))
    if is_barred(organisation_id):
        raise Refused(_("참여가 제한된 기업은 지정할 수 없습니다. 제한 기간이 끝난 뒤 신청하세요."))


def tell(designation: Designation) -> None:
    """Tell the firm how it stands."""
    notify(
        "designation_decided",
        about=designation.subject,
        organisation_id=designation.organisation_id,
        decision=designation.state.value,
        reason=designation.reason or "\n".join(fix["comment"] for fix in designation.fixes),
        programme=session.get_one(Programme, designation.programme_id).name,
    )


def _looked_at(designation_id: int, by: Viewer, *states: DesignationState) -> Designation:
    designation = judged(designation_id, by)
    refuse_wrong_state(designation, *states)
    return designation
