"""What is not recognised of an invoice: set by an officer with a code, answered by the supplier, decided by another."""

from datetime import timedelta

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.money import Money
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.settlement import policies, queries
from marketplace.settlement.models import CaseState, Disallowance, DisallowanceState, SettlementCase
from marketplace.settlement.operations.recount import recount
from marketplace.settlement.rules import CODES


def disallow(case_id: int, *, line_id: int, code: str, supply_minor: int, reason: str, by: Viewer) -> Disallowance:
    """Not recognise `supply_minor` won of an invoice's line, before the first approval. The case is cut at once; the
    supplier may answer for as many days as the ruleset gives."""
    case = _open_case(case_id, by)
    if code not in CODES:
        raise Refused(_("불인정 코드를 고르세요."), field="code")
    line = next((each for each in queries.lines_of_invoice(case.invoice_id) if each.id == line_id), None)
    if line is None:
        raise Refused(_("이 세금계산서의 품목이 아닙니다."), field="line_id")
    net = {each.order_line_id: each.supply_minor for each in queries.net_of(queries.get_invoice(case.invoice_id)).lines}
    left = net.get(line.order_line_id, 0) - queries.cut_of_lines(case.id).get(line.id, 0)
    if not 0 < supply_minor <= left:
        raise Refused(
            _("이 품목에서 불인정할 수 있는 금액은 %(left)s까지입니다.", left=Money(left).text()), field="supply"
        )
    days, edition = queries.objection_days(case)
    item = Disallowance(
        case_id=case.id,
        line_id=line.id,
        code=code,
        supply_minor=supply_minor,
        reason=reason,
        decided_by=by.person_id,
        reply_by=clock.today() + timedelta(days=days),
    )
    session.add(item)
    session.flush()
    recount(case)
    record(
        "disallowance:proposed", item, by=by, case=case.number, code=code, supply_minor=supply_minor, reason=reason,
        reply_by=item.reply_by.isoformat(), rule=f"{edition} settlement.objection_days",
    )  # fmt: skip
    notify(
        "disallowance_proposed",
        about=case.subject,
        organisation_id=case.supplier_id,
        number=case.number,
        code=code,
        supply_minor=supply_minor,
        reason=reason,
        reply_by=item.reply_by.isoformat(),
    )
    return item


def withdraw_disallowance(disallowance_id: int, *, by: Viewer) -> Disallowance:
    """Take a cut back that the supplier has not answered; its amount is recognised again."""
    item = locked(Disallowance, disallowance_id)
    case = _open_case(item.case_id, by)
    item.advance(to=DisallowanceState.WITHDRAWN)
    session.flush()
    recount(case)
    record("disallowance:withdrawn", item, by=by, case=case.number)
    return item


def reply_to_disallowance(disallowance_id: int, *, accepts: bool, reply: str, by: Viewer) -> Disallowance:
    """The supplier accepts the cut or objects to it, with its reasons."""
    item = locked(Disallowance, disallowance_id)
    case = locked(SettlementCase, item.case_id)
    if not policies.may_reply(by, case):
        raise NotYours(_("이 정산의 공급기업만 소명할 수 있습니다."))
    _need_open(case)
    if item.state == DisallowanceState.PROPOSED and clock.today() > item.reply_by:
        raise Refused(_("소명 기한(%(day)s)이 지났습니다. 담당자에게 문의하세요.", day=item.reply_by.isoformat()))
    if not accepts and len(reply) < 5:
        raise Refused(_("이의를 제기하는 까닭을 5자 이상 적으세요."), field="reply")
    item.advance(to=DisallowanceState.ACCEPTED if accepts else DisallowanceState.OBJECTED)
    item.reply, item.replied_by, item.replied_at = reply or None, by.person_id, clock.now()
    record(f"disallowance:{item.state.value}", item, by=by, case=case.number, reason=reply)
    return item


def decide_objection(disallowance_id: int, *, upholds: bool, reason: str, by: Viewer) -> Disallowance:
    """Another officer than the one who set the cut decides on the supplier's objection."""
    item = locked(Disallowance, disallowance_id)
    case = _open_case(item.case_id, by)
    if not policies.is_another_than_decided(by, item):
        raise Refused(_("불인정을 정한 사람은 그 이의신청을 결정할 수 없습니다. 다른 담당자가 결정해야 합니다."))
    item.advance(to=DisallowanceState.UPHELD if upholds else DisallowanceState.OVERTURNED)
    item.objection_reason, item.objection_by, item.objection_at = reason, by.person_id, clock.now()
    session.flush()
    recount(case)
    record(f"disallowance:{item.state.value}", item, by=by, case=case.number, reason=reason)
    notify(
        "disallowance_decided",
        about=case.subject,
        organisation_id=case.supplier_id,
        number=case.number,
        code=item.code,
        upheld=upholds,
        reason=reason,
        total_minor=case.total_minor,
    )
    return item


def lapse_disallowance(disallowance_id: int, *, by: Viewer = SYSTEM) -> Disallowance:
    """Nobody answered in time: the cut stands."""
    item = locked(Disallowance, disallowance_id)
    if clock.today() <= item.reply_by:
        raise Refused(_("소명 기한이 아직 지나지 않았습니다."))
    item.advance(to=DisallowanceState.LAPSED)
    record("disallowance:lapsed", item, by=by)
    return item


def _open_case(case_id: int, by: Viewer) -> SettlementCase:
    if not policies.may_decide(by):
        raise NotYours(_("정산 담당자만 불인정을 정할 수 있습니다."))
    case = locked(SettlementCase, case_id)
    _need_open(case)
    return case


def _need_open(case: SettlementCase) -> None:
    if case.state != CaseState.OPEN:
        raise Refused(
            _("1차 승인 전의 정산에서만 할 수 있습니다. 지금 상태는 ‘%(state)s’입니다.", state=case.state.label)
        )
