"""Verbs of the supplier pool: a firm applies, an officer decides, and the end of the programme ends it."""

from collections.abc import Sequence

from marketplace.accounts.models import BusinessState
from marketplace.accounts.queries import get_organisation, is_barred
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Role, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.programmes.models import Programme, ProgrammeState
from marketplace.suppliers.models import OFFERS, PROCESSING, Designation, DesignationState
from marketplace.suppliers.policies import may_apply, may_decide
from marketplace.suppliers.queries import find_designation_of, is_member


def apply_for_designation(
    programme_id: int,
    *,
    kinds: Sequence[str],
    profile: str,
    no_subcontract: bool,
    headcount: int = 0,
    capacity_hundredths: int = 0,
    by: Viewer,
) -> Designation:
    """Ask to be taken into the pool of a programme. A refused firm may ask again; anybody else asks once.

    Whoever offers processing says how many people do it and how many person-months (in hundredths) they can give.
    """
    if not may_apply(by):
        raise NotYours(_("공급기업의 서명권자만 지정을 신청할 수 있습니다."))
    organisation_id = by.organisation_id or 0
    _refuse_unfit(organisation_id)
    programme = locked(Programme, programme_id)
    if programme.state == ProgrammeState.CLOSED:
        raise Refused(_("종료된 사업에는 신청할 수 없습니다. 진행 중인 사업을 고르세요."), field="programme_id")
    chosen = [code for code in OFFERS if code in kinds]
    if not chosen:
        raise Refused(_("제공할 서비스를 하나 이상 고르세요."), field="kinds")
    if not no_subcontract:
        raise Refused(
            _("재위탁 금지에 서약해야 신청할 수 있습니다. 맡은 일을 다른 기업에 넘길 수 없습니다."),
            field="no_subcontract",
        )
    if PROCESSING.intersection(chosen) and (headcount < 1 or capacity_hundredths < 1):
        raise Refused(
            _("가공 서비스를 제공하려면 수행 인력 수와 투입할 수 있는 인월을 적으세요."), field="person_months"
        )
    designation = find_designation_of(organisation_id, programme_id)
    if designation is None:
        designation = Designation(organisation_id=organisation_id, programme_id=programme_id)
        session.add(designation)
    else:
        designation = locked(Designation, designation.id)
        designation.advance(to=DesignationState.APPLIED)
    designation.kinds, designation.profile, designation.no_subcontract = chosen, profile.strip(), True
    designation.headcount, designation.capacity_hundredths = headcount, capacity_hundredths
    record(
        "designation:applied",
        designation,
        by=by,
        programme_id=programme_id,
        kinds=chosen,
        headcount=headcount,
        capacity_hundredths=capacity_hundredths,
    )
    notify(
        "designation_applied",
        about=designation.subject,
        role=Role.PROGRAMME_OFFICER,
        supplier=by.organisation_name,
        programme=programme.name,
    )
    return designation


def designate(designation_id: int, *, by: Viewer) -> Designation:
    """Take an applicant into the pool."""
    return _decide(designation_id, DesignationState.DESIGNATED, None, DesignationState.APPLIED, by=by)


def refuse_designation(designation_id: int, reason: str, *, by: Viewer) -> Designation:
    """Say no to an applicant, with a reason; the firm may mend it and ask again."""
    return _decide(designation_id, DesignationState.REFUSED, _given(reason), DesignationState.APPLIED, by=by)


def suspend(designation_id: int, reason: str, *, by: Viewer) -> Designation:
    """Stop a designated firm from taking new orders until it is reinstated. Orders under way go on."""
    return _decide(designation_id, DesignationState.SUSPENDED, _given(reason), DesignationState.DESIGNATED, by=by)


def reinstate(designation_id: int, reason: str, *, by: Viewer) -> Designation:
    """Lift a suspension."""
    return _decide(designation_id, DesignationState.DESIGNATED, _given(reason), DesignationState.SUSPENDED, by=by)


def revoke(designation_id: int, reason: str, *, by: Viewer) -> Designation:
    """Put a firm out of the pool for good."""
    return _decide(designation_id, DesignationState.REVOKED, _given(reason), None, by=by)


def expire_designation(designation_id: int, *, by: Viewer = SYSTEM) -> None:
    """End a designation whose programme is closed; nothing happens where it has ended meanwhile."""
    designation = locked(Designation, designation_id)
    programme = session.get_one(Programme, designation.programme_id)
    if programme.state != ProgrammeState.CLOSED or not designation.may_become(DesignationState.EXPIRED):
        return
    designation.advance(to=DesignationState.EXPIRED)
    record("designation:expired", designation, by=by)
    _tell(designation, programme)


def _decide(
    designation_id: int, to: DesignationState, reason: str | None, only_from: DesignationState | None, *, by: Viewer
) -> Designation:
    designation = locked(Designation, designation_id)
    if not may_decide(by, designation) or is_member(by, designation.organisation_id):
        raise NotYours(_("자기가 속하지 않은 기업을 사업 담당자만 심사할 수 있습니다."))
    if only_from is not None and designation.state != only_from:
        raise Refused(
            _(
                "지금 상태(%(now)s)에서는 할 수 없습니다. 화면을 새로 고쳐 현재 상태를 확인하세요.",
                now=designation.state.label,
            )
        )
    if to == DesignationState.DESIGNATED:
        _refuse_unfit(designation.organisation_id)
    designation.advance(to=to)
    designation.reason, designation.decided_at, designation.decided_by = reason, clock.now(), by.person_id
    record(f"designation:{to.value}", designation, by=by, reason=reason)
    _tell(designation, session.get_one(Programme, designation.programme_id))
    return designation


def _given(reason: str) -> str:
    text = reason.strip()
    if not text:
        raise Refused(_("사유를 적으세요. 공급기업에 그대로 전달됩니다."), field="reason")
    return text


def _refuse_unfit(organisation_id: int) -> None:
    firm = get_organisation(organisation_id)
    if not firm.sells:
        raise Refused(_("공급기업으로 등록된 기업이 아닙니다. 기업 정보에서 공급기업으로 등록하세요."))
    if firm.business_state in (BusinessState.SUSPENDED, BusinessState.CLOSED):
        raise Refused(_("휴업 또는 폐업한 기업은 지정할 수 없습니다. 국세청 사업자 상태를 확인하세요."))
    if is_barred(organisation_id):
        raise Refused(_("참여가 제한된 기업은 지정할 수 없습니다. 제한 기간이 끝난 뒤 신청하세요."))


def _tell(designation: Designation, programme: Programme) -> None:
    notify(
        "designation_decided",
        about=designation.subject,
        organisation_id=designation.organisation_id,
        decision=designation.state.value,
        reason=designation.reason or "",
        programme=programme.name,
    )
