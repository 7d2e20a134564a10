"""Retention: where the rules say so, a part of what is approved is kept back, and paid when the warranty is over."""

from marketplace.core import clock
from marketplace.core.db import locked
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.ledger.operations import Move, post
from marketplace.notices.operations import notify
from marketplace.settlement import policies, queries
from marketplace.settlement.models import CaseState, SettlementCase
from marketplace.settlement.rules import retained_of


def retain(case: SettlementCase) -> None:
    """Keep back what the rules of the case's voucher say, as a posting of its own. Called with the approval."""
    rules = queries.ruleset_of(case)
    if rules.retention is None:
        return
    case.retained_minor = retained_of(case.total_minor, rules.retention.share.value, rules.settlement.floor_unit.value)
    if not case.retained_minor:
        return
    case.retained_days = rules.retention.warranty_days.value
    case.retained_rule = rules.rule("retention.share")
    post(Move("retain", case.supplier_id, case.supplier_id, case.retained_minor), key=f"{case.subject}:retain")


def give_up(case: SettlementCase) -> None:
    """The approval is taken back: what was kept back is payable again, before all of it becomes reserved money."""
    if case.retained_minor:
        post(Move("unretain", case.supplier_id, case.supplier_id, case.retained_minor), key=f"{case.subject}:unretain")


def release_retention(case_id: int, *, by: Viewer) -> SettlementCase:
    """The work has proved itself: what was kept back is payable, and a payout of its own pays it.

    Refused before the warranty that runs from the last acceptance of the order is over.
    """
    if not policies.may_decide(by):
        raise NotYours(_("정산 담당자만 유보금을 풀 수 있습니다."))
    case = locked(SettlementCase, case_id)
    if case.state != CaseState.PAID or not case.retained_minor or case.released_at is not None:
        raise Refused(_("지급이 끝났고 유보금이 남아 있는 정산만 유보금을 풀 수 있습니다."))
    due_on = queries.release_due_on(case)
    if due_on is None:
        raise Refused(
            _("발주의 최종 검수가 끝나지 않았습니다. 모두 검수된 뒤 하자 보증 기간이 시작됩니다."),
            rule=case.retained_rule,
        )
    if clock.today() < due_on:
        raise Refused(
            _("하자 보증 기간이 %(day)s에 끝납니다. 그날부터 풀 수 있습니다.", day=due_on), rule=case.retained_rule
        )
    case.released_at, case.released_by = clock.now(), by.person_id
    post(
        Move("release_retained", case.supplier_id, case.supplier_id, case.retained_minor),
        key=f"{case.subject}:release_retained",
    )
    record("settlement_case:retention_released", case, by=by, retained_minor=case.retained_minor)
    notify(
        "retention_released",
        about=case.subject,
        organisation_id=case.supplier_id,
        number=case.number,
        amount_minor=case.retained_minor,
    )
    return case
