"""Everything about an agreement that a change depends on, read at once; under its locks when something hangs on it."""

from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Organisation
from marketplace.amendments import rules
from marketplace.amendments.models import ChangeKind, ChangeRequest, ChangeState
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import N_
from marketplace.delivery.models import Delivery
from marketplace.grants import queries as grants
from marketplace.grants.models import Agreement, Application, Award
from marketplace.orders.models import UNSENT, OrderLine, OrderState, PurchaseOrder
from marketplace.orders.queries import is_divisible
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules import Ruleset, judge
from marketplace.suppliers import queries as suppliers
from marketplace.vouchers import queries as vouchers

RUNNING = (*UNSENT, OrderState.SUBMITTED, OrderState.ACCEPTED)


def open_orders(voucher_id: int) -> list[PurchaseOrder]:
    """The orders on a voucher that have not ended, by id, as they are now."""
    statement = select(PurchaseOrder).where(PurchaseOrder.voucher_id == voucher_id, PurchaseOrder.state.in_(RUNNING))
    return list(session.scalars(statement.order_by(PurchaseOrder.id).execution_options(populate_existing=True)))


def standing_of(agreement: Agreement, kind: str, wanted: dict[str, Any]) -> rules.Standing:
    """What the change is weighed on. The agreement has a voucher."""
    voucher = vouchers.get_voucher(agreement.voucher_id or 0)
    session.refresh(voucher)
    ruleset, award = programmes.get_ruleset(agreement.ruleset_id), session.get_one(Award, agreement.award_id)
    application = session.get_one(Application, award.application_id)
    posted = ruleset.own_money.route.value == "PROGRAMME_ACCOUNT"
    held, orders = vouchers.pots_of(voucher.id), open_orders(voucher.id)
    lines = _lines(orders)
    delivered: dict[int, int] = {}
    for line in lines:
        delivered[line.order_id] = delivered.get(line.order_id, 0) + line.delivered
    newcomer = int(wanted.get("supplier_id") or wanted.get("organisation_id") or 0)
    return rules.Standing(
        limits=_limits(agreement, ruleset, posted),
        voucher_state=voucher.state.value,
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
        organisation_id=agreement.organisation_id,
        supplier_id=agreement.supplier_id,
        support=voucher.support_minor,
        own_cash=voucher.own_cash_minor,
        in_kind=in_kind_of(agreement, award.in_kind_minor),
        vat=voucher.vat_minor,
        pots=rules.Pots(
            held.support_available, held.support_reserved, held.own_available, held.own_reserved, 0, held.refund_due
        ),
        orders=tuple(_order(each, delivered.get(each.id, 0), posted) for each in orders),
        lines=lines if kind == "lines" else (),
        ever_delivered=_ever_delivered(voucher.id),
        supplier_changes=_supplier_changes(agreement.id),
        title=application.title,
        names=_names(agreement.organisation_id, agreement.supplier_id, newcomer),
        objections=_objections(agreement, application, ruleset, kind, newcomer),
    )


def _limits(agreement: Agreement, ruleset: Ruleset, posted: bool) -> rules.Limits:
    return rules.Limits(
        today=clock.today(),
        programme_ends_on=programmes.get_programme(agreement.programme_id).ends_on,
        line_rate=ruleset.changes.line_rate.value,
        notice_days=ruleset.changes.extension_notice_days.value,
        supplier_changes=ruleset.changes.supplier_changes.value,
        vat_mode=ruleset.vat.mode.value,
        vat_rate=ruleset.vat.rate.value,
        posted=posted,
    )


def _order(order: PurchaseOrder, delivered: int, posted: bool) -> rules.Order:
    draft = order.state in UNSENT
    own = order.own_minor + order.vat_minor - order.spent_own_minor if posted else 0
    return rules.Order(
        id=order.id,
        number=order.number or order.title,
        supplier_id=order.supplier_id,
        state=order.state.value,
        delivered=delivered,
        support_held=0 if draft else order.support_minor - order.spent_support_minor,
        own_held=0 if draft else own,
    )


def _lines(orders: list[PurchaseOrder]) -> tuple[rules.Line, ...]:
    statement = select(OrderLine).where(
        OrderLine.order_id.in_([each.id for each in orders if each.state not in UNSENT])
    )
    found = session.scalars(
        statement.order_by(OrderLine.order_id, OrderLine.position).execution_options(populate_existing=True)
    )
    return tuple(
        rules.Line(
            id=line.id,
            order_id=line.order_id,
            description=line.description,
            thousandths=rules.thousandths(line.quantity),
            unit_price=line.unit_price_minor,
            ordered=line.ordered_minor,
            vat=line.vat_minor,
            delivered=line.delivered_minor,
            divisible=is_divisible(line.unit_label),
        )
        for line in found
    )


def _ever_delivered(voucher_id: int) -> bool:
    statement = (
        select(Delivery.id)
        .join(PurchaseOrder, PurchaseOrder.id == Delivery.order_id)
        .where(PurchaseOrder.voucher_id == voucher_id)
    )
    return session.scalars(statement.limit(1)).first() is not None


def _applied(agreement_id: int, kind: ChangeKind) -> Any:
    return (
        ChangeRequest.agreement_id == agreement_id,
        ChangeRequest.kind == kind,
        ChangeRequest.state == ChangeState.APPLIED,
    )


def _supplier_changes(agreement_id: int) -> int:
    statement = select(func.count(ChangeRequest.id)).where(*_applied(agreement_id, ChangeKind.SUPPLIER))
    return session.scalar(statement) or 0


def in_kind_of(agreement: Agreement, awarded: int) -> int:
    """The work in kind that stands in the agreement now: the award's, or that of the latest amendment of amounts."""
    statement = (
        select(ChangeRequest.plan)
        .where(*_applied(agreement.id, ChangeKind.AMOUNT))
        .order_by(ChangeRequest.applied_at.desc(), ChangeRequest.id.desc())
        .limit(1)
    )
    plan = session.scalars(statement).first()
    return int(plan["terms"]["in_kind"]) if plan else awarded


def _names(*firms: int) -> dict[int, str]:
    found = session.scalars(select(Organisation).where(Organisation.id.in_(firms)))
    return {firm.id: firm.name for firm in found}


def _objections(
    agreement: Agreement, application: Application, ruleset: Ruleset, kind: str, newcomer: int
) -> dict[str, str]:
    """What stands against the firm that would come in, rule by rule."""
    if kind == "supplier":
        return _against_supplier(agreement, ruleset, newcomer)
    return _against_successor(agreement, application, ruleset, newcomer) if kind == "merger" else {}


def _against_supplier(agreement: Agreement, ruleset: Ruleset, newcomer: int) -> dict[str, str]:
    found = {}
    if not suppliers.is_designated(newcomer, agreement.programme_id):
        found["supplier.designated_only"] = N_("이 사업에 지정된 공급기업이 아닙니다. 공급기업 명단에서 고르세요.")
    if accounts.is_barred(newcomer):
        found["eligibility.bar_blocks"] = N_("참여가 제한된 기업입니다.")
    firms = {agreement.organisation_id, *grants.member_ids(agreement.id)}
    if any(accounts.are_related(each, newcomer) for each in firms):
        found["relations.related_blocks"] = N_("협약 당사자와 특수관계에 있는 기업입니다.")
    if ruleset.supplier.capacity_checked.value:
        room = suppliers.capacity_of(agreement.programme_id, [newcomer])[newcomer]
        if not room.free_hundredths:
            found["supplier.capacity_checked"] = N_("인력이 모두 배정되어 새 과제를 맡을 수 없는 기업입니다.")
    return found


def _against_successor(
    agreement: Agreement, application: Application, ruleset: Ruleset, newcomer: int
) -> dict[str, str]:
    """The eligibility rules asked of the firm that takes over, in place of the one that applied."""
    firm = accounts.get_organisation(newcomer)
    facts = replace(
        grants.facts_of(application, grants.get_call(application.call_id)),
        size_class=firm.size_class.value,
        business_status=accounts.business_status_of(firm),
        barred=accounts.is_barred(newcomer),
        supplier_related=accounts.are_related(newcomer, agreement.supplier_id),
    )
    found = {}
    if not firm.buys:
        found["changes.merger"] = N_("수요기업으로 가입한 기업이 아닙니다. 먼저 수요기업으로 가입해야 합니다.")
    for finding in judge(facts, ruleset):
        if finding.verdict.value == "fail":
            found[ruleset.rule(finding.path)] = N_("이어받을 기업이 지원 조건을 갖추지 못했습니다.")
    return found
