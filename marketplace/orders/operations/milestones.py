"""Milestones: the work of a draft in steps, each with its day and its part of the price, accepted and paid by itself."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.orders import queries, rules
from marketplace.orders.models import OrderLine, PurchaseOrder
from marketplace.orders.operations.draft import plain
from marketplace.orders.operations.lines import draft_of, sum_up
from marketplace.orders.queries import WHOLE


class Step(NamedTuple):
    """One milestone: what is done by then, what part of the price in percent, and until when."""

    title: str
    percent: int
    day: date


def split_into_milestones(order_id: int, steps: Sequence[Step], *, by: Viewer) -> PurchaseOrder:
    """Turn the one line of a draft for work into its milestones. The parts add up to the line exactly: each is rounded
    down, and the last takes what remains. Refused where the ruleset does not allow it, with the clause."""
    order, voucher, ruleset = draft_of(order_id, by)
    allowed = ruleset.order.milestones
    if allowed is None or not allowed.value:
        raise Refused(_("이 사업에서는 발주를 단계로 나눌 수 없습니다."), rule=ruleset.rule("order.milestones"))
    lines = queries.lines_of(order.id)
    line = lines[0]
    if len(lines) != 1 or line.deliver_by is not None or not rules.is_work(voucher.kind, line.kind):
        raise Refused(_("품목이 하나인 가공 발주만 단계로 나눌 수 있습니다."))
    _check(steps, voucher.expires_on)
    amounts = rules.shares_of(line.ordered_minor, [step.percent for step in steps])
    if min(amounts) < 1:
        raise Refused(_("금액이 너무 작아 이렇게 나눌 수 없습니다."), field="percent_1")
    vat, whole = ruleset.vat, f"{line.description} {plain(line.quantity)} {line.unit_label}"
    for position, (step, amount) in enumerate(zip(steps, amounts, strict=True), 1):
        part = line if position == 1 else OrderLine(order_id=order.id, position=position)
        part.description = f"{position}. {step.title} – {whole} ({step.percent}%)"
        part.unit_label, part.quantity, part.unit_price_minor, part.ordered_minor = WHOLE, Decimal(1), amount, amount
        part.kind, part.listing_version_id, part.tax_kind = line.kind, line.listing_version_id, line.tax_kind
        part.vat_minor = rules.line_vat(amount, vat.mode.value, vat.rate.value, part.tax_kind.value)
        part.deliver_by = step.day
        session.add(part)
    order.deliver_by = steps[-1].day
    session.flush()
    sum_up(order, ruleset)
    parts = [(step.percent, step.day.isoformat()) for step in steps]
    record("purchase_order:split_into_milestones", order, by=by, steps=parts)
    return order


def _check(steps: Sequence[Step], expires_on: date) -> None:
    if not 2 <= len(steps) <= rules.MOST_MILESTONES:
        raise Refused(_("단계는 2개에서 %(most)s개까지 입력하세요.", most=rules.MOST_MILESTONES), field="title_1")
    if sum(step.percent for step in steps) != 100 or min(step.percent for step in steps) < 1:
        raise Refused(_("단계의 비율은 1% 이상이고, 더해서 100%여야 합니다."), field="percent_1")
    days = [step.day for step in steps]
    if days != sorted(set(days)) or days[0] < clock.today() or days[-1] > expires_on:
        raise Refused(
            _(
                "단계의 납기일은 오늘부터 바우처 사용 기한(%(day)s)까지, 차례로 늦어져야 합니다.",
                day=expires_on.isoformat(),
            ),
            field="day_1",
        )
