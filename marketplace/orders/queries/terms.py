"""What an order costs whom, before and after it is placed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.core.db import session
from marketplace.core.i18n import _, language
from marketplace.orders.models import UNSENT, OrderLine, PurchaseOrder
from marketplace.orders.queries.find import standing_of
from marketplace.orders.queries.offers import more_of_supplier
from marketplace.orders.rules import Sums, is_work, judge_line, sums_of
from marketplace.programmes import queries as programmes
from marketplace.vouchers import queries as vouchers
from marketplace.vouchers.models import Voucher, VoucherState


@dataclass(frozen=True)
class Terms:
    """The three sums of an order and what they leave of the voucher, in won."""

    sums: Sums
    support_after: int
    """Support that is left once this order is placed (or left now, when it has been)."""
    own_after: int
    """Own share and VAT that are left."""
    expires_on: date
    """The last day on which the rest may be spent; then support lapses and own money is given back."""
    short_minor: int
    """By how much the order's supply value exceeds what the voucher can still buy; 0 when it fits."""
    can_buy: int
    """The supply value that the voucher can still buy before this order."""
    warnings: tuple[str, ...] = ()


def terms_of(order: PurchaseOrder) -> Terms:
    """The terms of an order: computed for a draft as if it were submitted now, afterwards as they were agreed."""
    voucher = session.scalars(select(Voucher).where(Voucher.id == order.voucher_id)).one()
    pots = vouchers.pots_of(voucher.id)
    standing = standing_of(voucher.id, order.supplier_id, order.programme_id)
    if order.state not in UNSENT:
        sums = Sums(order.support_minor, order.own_minor, order.vat_minor)
        can_buy = voucher.purchase_minor - standing.committed_supply
        return Terms(sums, pots.support_available, pots.own_available, voucher.expires_on, 0, can_buy)
    ruleset = programmes.get_ruleset(voucher.ruleset_id)
    can_buy = voucher.purchase_minor - standing.committed_supply
    sums = sums_of(
        supply=order.supply_minor,
        vat=order.vat_minor,
        committed_supply=standing.committed_supply,
        committed_support=standing.committed_support,
        granted=voucher.support_minor,
        purchase=voucher.purchase_minor,
        unit=ruleset.settlement.floor_unit.value,
    )
    warnings = []
    if voucher.state != VoucherState.ACTIVE:
        warnings.append(_("바우처가 지금 쓸 수 없는 상태(%(state)s)입니다.", state=voucher.state.label))
    limit = ruleset.order.second_quote_over.value
    if limit is not None and order.supply_minor > limit and order.quote_id is None:
        warnings.append(
            _(
                "이 금액에는 비교 견적이 필요합니다. 견적을 받아 두세요. [%(rule)s]",
                rule=ruleset.rule("order.second_quote_over"),
            )
        )
    return Terms(
        sums=sums,
        support_after=pots.support_available - sums.support,
        own_after=pots.own_available - sums.deposit,
        expires_on=voucher.expires_on,
        short_minor=max(0, order.supply_minor - can_buy),
        can_buy=can_buy,
        warnings=tuple(warnings),
    )


@dataclass(frozen=True)
class Judged:
    """Whether the voucher may pay for a line, why, and the clause that says so."""

    passed: bool
    text: str
    clause: str


def judged_lines(order: PurchaseOrder, lines: Sequence[OrderLine]) -> dict[int, Judged]:
    """Line id -> the ruleset's judgement of it, as it would be now."""
    voucher = session.get_one(Voucher, order.voucher_id)
    ruleset = programmes.get_ruleset(voucher.ruleset_id)
    judged = {}
    for line in lines:
        day = line.deliver_by or order.deliver_by
        found = judge_line(voucher.kind, line.kind, day, voucher.expires_on, ruleset)
        judged[line.id] = Judged(found.passed, found.phrase.say(_, language()), found.clause)
    return judged


def may_have_milestones(order: PurchaseOrder, lines: Sequence[OrderLine]) -> bool:
    """Whether the ruleset lets this draft be split into milestones: one line of work, not split yet."""
    voucher = session.get_one(Voucher, order.voucher_id)
    allowed = programmes.get_ruleset(voucher.ruleset_id).order.milestones
    one = len(lines) == 1 and lines[0].deliver_by is None and is_work(voucher.kind, lines[0].kind)
    return allowed is not None and allowed.value and one


def more_for(order: PurchaseOrder) -> list[tuple[str, str, str]]:
    """(choice, title, price) of what else of the order's supplier its voucher buys; nothing beside a quote."""
    if order.quote_id is not None:
        return []
    return more_of_supplier(order.supplier_id, session.get_one(Voucher, order.voucher_id))
