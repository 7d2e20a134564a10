"""Inside the buying firm: who may bind how much, asking for an approval, and giving a draft back."""

from typing import Any

from sqlalchemy import select

from marketplace.accounts.queries import signatory_count
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders import policies, queries
from marketplace.orders.models import OrderState, PurchaseOrder, SpendingRule
from marketplace.orders.operations.lines import check_lines
from marketplace.programmes.queries import get_ruleset
from marketplace.vouchers.operations import lock_for_order

RULE = "firm.approval"
"""How a refusal names the firm's own rule."""


def set_spending_rule(*, member_limit_minor: int, second_over_minor: int | None, by: Viewer) -> SpendingRule:
    """Say up to how much any member of the firm places orders, and above how much two persons are needed (with VAT)."""
    if not policies.may_set_spending(by) or by.organisation_id is None:
        raise NotYours(_("결재 기준은 수요기업의 서명권자만 정할 수 있습니다."))
    if second_over_minor is not None and second_over_minor < member_limit_minor:
        raise Refused(
            _("두 사람이 필요한 금액은 구성원이 혼자 발주할 수 있는 금액보다 작을 수 없습니다."), field="second_over"
        )
    if second_over_minor is not None and signatory_count(by.organisation_id) < 2:
        raise Refused(
            _("서명권자가 한 사람뿐이라 두 사람 결재를 정하면 아무도 발주할 수 없습니다. 서명권자를 먼저 늘리세요."),
            field="second_over",
        )
    statement = select(SpendingRule).where(SpendingRule.organisation_id == by.organisation_id).with_for_update()
    row = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        row = SpendingRule(organisation_id=by.organisation_id)
        session.add(row)
    row.member_limit_minor, row.second_over_minor = member_limit_minor, second_over_minor
    row.set_by, row.set_at = by.person_id or 0, clock.now()
    session.flush()
    record("spending_rule:set", row, by=by, member_limit_minor=member_limit_minor, second_over_minor=second_over_minor)
    notify(
        "spending_rule_set",
        about=row.subject,
        organisation_id=by.organisation_id,
        who=by.name,
        member_limit_minor=member_limit_minor,
        second_over_minor=second_over_minor,
    )
    return row


def ask_approval(order_id: int, *, by: Viewer) -> PurchaseOrder:
    """Put a draft before those who sign for the firm. From then on it cannot be changed; nothing is reserved yet."""
    order = locked(PurchaseOrder, order_id)
    if not policies.may_ask(by, order):
        raise NotYours(_("결재는 발주 기업의 구성원만 올릴 수 있습니다."))
    order.advance(to=OrderState.ASKED)
    voucher = lock_for_order(order.voucher_id)
    check_lines(order, voucher, get_ruleset(voucher.ruleset_id), queries.lines_of(order.id))
    order.asked_by, order.asked_at = by.person_id, clock.now()
    order.reason = None
    record("purchase_order:approval_asked", order, by=by, total_minor=order.total_minor)
    _tell("order_approval_asked", order, role=Role.SME_SIGNATORY, who=by.name, total_minor=order.total_minor)
    return order


def return_draft(order_id: int, reason: str, *, by: Viewer) -> PurchaseOrder:
    """Give a draft back to be changed (whoever signs), or take it back (whoever asked)."""
    order = locked(PurchaseOrder, order_id)
    if not policies.may_return(by, order):
        raise NotYours(_("결재를 올린 사람이나 서명권자만 되돌릴 수 있습니다."))
    order.advance(to=OrderState.DRAFT)
    asked_by = order.asked_by
    order.asked_by = order.asked_at = None
    order.reason = reason
    record("purchase_order:approval_returned", order, by=by, reason=reason)
    if asked_by != by.person_id:
        _tell("order_approval_returned", order, person_id=asked_by, who=by.name, reason=reason)
    return order


def check_two_persons(order: PurchaseOrder, second_over: int | None, by: Viewer) -> None:
    """Refuse whoever wrote or asked for an order above the firm's limit and would place it alone."""
    if (
        second_over is None
        or order.total_minor <= second_over
        or by.person_id not in (order.created_by, order.asked_by)
    ):
        return
    raise Refused(
        _(
            "우리 회사의 결재 기준으로, 작성하거나 결재를 올린 사람이 혼자 발주할 수 없는 금액입니다. "
            "다른 서명권자가 제출하게 하세요."
        ),
        rule=RULE,
    )


def _tell(
    kind: str, order: PurchaseOrder, *, role: Role | None = None, person_id: int | None = None, **facts: Any
) -> None:
    firm = order.organisation_id if person_id is None else None
    notify(kind, about=order.subject, organisation_id=firm, person_id=person_id, role=role, title=order.title, **facts)
