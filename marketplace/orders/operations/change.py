"""Change orders: proposed by one firm, signed by both over the same bytes, and then done exactly as signed."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from marketplace.accounts.operations import require_step_up
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _, language
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders import policies, queries, rules
from marketplace.orders.documents import change_facts
from marketplace.orders.models import (
    ChangeOrderKind,
    ChangeOrderReason,
    ChangeOrderState,
    OrderChange,
    OrderChangeSignature,
    OrderLine,
    OrderState,
    PurchaseOrder,
)
from marketplace.orders.operations.approval import check_two_persons
from marketplace.orders.operations.draft import check_limits
from marketplace.orders.operations.end import give_back
from marketplace.papers.operations import ask_seal, issue
from marketplace.papers.operations import void as void_paper
from marketplace.papers.queries import get_paper
from marketplace.programmes.queries import get_ruleset
from marketplace.vouchers.models import Voucher
from marketplace.vouchers.operations import lock_for_order, release, reserve


def propose_change(
    order_id: int,
    *,
    kind: ChangeOrderKind,
    reason_code: ChangeOrderReason,
    reason: str,
    quantities: Mapping[int, Decimal] | None = None,
    prices: Mapping[int, int] | None = None,
    deliver_by: date | None = None,
    by: Viewer,
) -> OrderChange:
    """Propose a change of an accepted order; its paper is issued for both to sign. Nothing moves before that.

    What is overdue, whoever signs for the buyer gives up alone: the supplier has let its day pass.
    """
    order = locked(PurchaseOrder, order_id)
    if not policies.may_propose(by, order):
        raise NotYours(_("변경은 발주한 기업과 공급기업의 구성원만 제안할 수 있습니다."))
    if order.state != OrderState.ACCEPTED:
        raise Refused(_("수락된 발주만 변경할 수 있습니다(현재 %(state)s).", state=order.state.label))
    plan = _plan(order, kind.value, quantities or {}, prices or {}, deliver_by)
    count = session.scalar(select(func.count()).where(OrderChange.order_id == order.id)) or 0
    change = OrderChange(
        order_id=order.id,
        number=f"{order.number}-C{count + 1}",
        kind=kind,
        reason_code=reason_code,
        reason=reason,
        wanted={
            "quantities": {str(line): str(quantity) for line, quantity in (quantities or {}).items()},
            "prices": {str(line): price for line, price in (prices or {}).items()},
            "deliver_by": deliver_by.isoformat() if deliver_by else None,
        },
        plan=plan.facts(),
        plan_sha256=plan.sha256(),
        organisation_id=by.organisation_id,
        proposed_by=by.person_id,
    )
    session.add(change)
    session.flush()
    record(
        "order_change:proposed",
        change,
        by=by,
        kind=kind.value,
        reason=reason_code.value,
        plan_sha256=change.plan_sha256,
    )
    alone = kind != ChangeOrderKind.TERMS and queries.is_overdue(order) and policies.may_submit(by, order)
    change.paper_id = issue(
        "order_change",
        change.subject,
        change_facts(change, order, alone=alone),
        title=_("변경 발주서: %(title)s", title=order.title),
        prefix="POC",
        readers=[order.organisation_id, order.supplier_id],
        by=by,
    ).id
    if alone:
        _apply(change, order, plan, by)
    else:
        _tell("order_change_to_sign", change, order, reason=reason)
    return change


def sign_change_order(change_id: int, *, seen_paper_sha256: str | None = None, by: Viewer) -> OrderChange:
    """Sign for the viewer's firm, known again. The second signature does it, if it would still do what was signed."""
    change = locked(OrderChange, change_id)
    order = locked(PurchaseOrder, change.order_id)
    if not policies.may_sign_change(by, order):
        raise NotYours(_("이 변경 발주서에 서명할 수 있는 서명권자가 아닙니다."))
    if change.state != ChangeOrderState.SIGNING:
        raise Refused(_("서명을 받는 변경이 아닙니다(현재 %(state)s).", state=change.state.label))
    proof = require_step_up(by)
    paper = get_paper(change.paper_id or 0)
    if (by.session_id is not None or seen_paper_sha256) and (paper.sha256 is None or seen_paper_sha256 != paper.sha256):
        raise Refused(
            _("보신 PDF와 서명할 PDF가 다릅니다. 화면을 새로 고쳐 PDF를 다시 확인한 뒤 서명하세요."),
            rule="signing.bytes",
        )
    wanted = change.wanted
    quantities = {int(line): Decimal(quantity) for line, quantity in wanted["quantities"].items()}
    prices = {int(line): int(price) for line, price in wanted.get("prices", {}).items()}
    day = date.fromisoformat(wanted["deliver_by"]) if wanted["deliver_by"] else None
    plan = _plan(order, change.kind.value, quantities, prices, day)
    if plan.sha256() != change.plan_sha256:
        raise Refused(
            _("제안한 뒤에 납품이나 다른 발주로 금액이 달라졌습니다. 이 변경을 철회하고 다시 제안하세요."),
            rule="change.plan",
        )
    grows = plan.support_move > 0 or plan.own_move > 0
    if grows and by.organisation_id == order.organisation_id:
        firm = queries.spending_rule_of(order.organisation_id)
        total = plan.after["supply"] + plan.after["vat"]
        check_two_persons(total, (change.proposed_by,), firm.second_over_minor if firm else None, by)
    session.add(
        OrderChangeSignature(
            change_id=change.id,
            organisation_id=by.organisation_id,
            person_id=by.person_id,
            paper_sha256=paper.sha256,
            plan_sha256=change.plan_sha256,
            factor=proof.factor,
            address=proof.address,
        )
    )
    session.flush()
    record("order_change:signed", change, by=by, paper_sha256=paper.sha256, factor=proof.factor)
    if all(signer.signed_at is not None for signer in queries.signers_of(change, order)):
        signatures = queries.record_of_signatures(change.id)
        ask_seal(paper.id, {"change": change.number, "signatures": signatures}, by=by)
        _apply(change, order, plan, by)
    return change


def refuse_change_order(change_id: int, answer: str, *, by: Viewer) -> OrderChange:
    """The firm that did not propose it says no, with the reason; the order stays as it is."""
    return _end(change_id, ChangeOrderState.REFUSED, answer, by)


def withdraw_change_order(change_id: int, *, by: Viewer) -> OrderChange:
    """The firm that proposed it takes it back; the order stays as it is."""
    return _end(change_id, ChangeOrderState.WITHDRAWN, None, by)


def _end(change_id: int, to: ChangeOrderState, answer: str | None, by: Viewer) -> OrderChange:
    change = locked(OrderChange, change_id)
    order = locked(PurchaseOrder, change.order_id)
    may = policies.may_refuse_change if to == ChangeOrderState.REFUSED else policies.may_withdraw_change
    if not may(by, order, change):
        raise NotYours(_("제안한 기업은 철회하고, 상대 기업의 서명권자는 거절할 수 있습니다."))
    with session.no_autoflush:  # state and its moment are one UPDATE
        change.advance(to=to)
        change.ended_by, change.ended_at, change.answer = by.person_id, clock.now(), answer
    if change.paper_id is not None:
        void_paper(change.paper_id, answer or to.word, by=by)
    record(f"order_change:{to.value}", change, by=by, reason=answer)
    _tell("order_change_ended", change, order, state=to.word, reason=answer or "")
    return change


def _plan(
    order: PurchaseOrder,
    kind: str,
    quantities: Mapping[int, Decimal],
    prices: Mapping[int, int],
    deliver_by: date | None,
) -> rules.ChangePlan:
    """The plan under the voucher's lock; a usable voucher is asked for only where more is set aside, and what one supplier
    may have only where the order grows."""
    voucher = locked(Voucher, order.voucher_id)
    if deliver_by is not None and deliver_by < clock.today():
        raise Refused(_("납기일은 오늘이나 그 뒤여야 합니다."), field="deliver_by")
    try:
        plan = queries.plan_of(order, kind, quantities, deliver_by, prices)
    except rules.ChangeForbidden as forbidden:
        raise Refused(forbidden.phrase.say(_, language()), field=forbidden.field, rule="order.change") from forbidden
    if plan.support_move > 0 or plan.own_move > 0:
        lock_for_order(order.voucher_id)
    more = plan.after["supply"] - order.supply_minor
    if more > 0:
        check_limits(order, get_ruleset(voucher.ruleset_id), more=more)
    return plan


def _apply(change: OrderChange, order: PurchaseOrder, plan: rules.ChangePlan, by: Viewer) -> None:
    """Do what the plan says: lines, sums, and exactly the difference in the ledger."""
    with session.no_autoflush:
        change.advance(to=ChangeOrderState.APPLIED)
        change.ended_by, change.ended_at = by.person_id, clock.now()
    session.flush()
    if change.kind == ChangeOrderKind.CANCEL:
        with session.no_autoflush:
            order.advance(to=OrderState.CANCELLED)
            order.reason = change.reason
        give_back(order, by=by)
    else:
        _write(order, plan)
        _move(change, order, plan)
    record("order_change:applied", change, by=by, support_minor=plan.support_move, own_minor=plan.own_move)
    done = "cancelled" if change.kind == ChangeOrderKind.CANCEL else "amended"
    record(f"purchase_order:{done}", order, by=by, change=change.number, reason=change.reason)
    _tell("order_change_applied", change, order, support_minor=plan.support_move, own_minor=plan.own_move)


def _write(order: PurchaseOrder, plan: rules.ChangePlan) -> None:
    more, until = plan.after["supply"] - order.supply_minor, date.fromisoformat(plan.deliver_by[1])
    prices = {line_id: price for line_id, _before, price in plan.prices}
    for line_id, _name, _before, quantity, _was, ordered, _vat, vat in plan.lines:
        line = locked(OrderLine, line_id)
        line.quantity, line.ordered_minor, line.vat_minor = Decimal(quantity), ordered, vat
        line.unit_price_minor = prices.get(line_id, line.unit_price_minor)
        if line.deliver_by is not None:  # the last milestone goes with the order's day, and none comes after it
            last = line.deliver_by == order.deliver_by
            line.deliver_by = until if last else min(line.deliver_by, until)
    with session.no_autoflush:
        support = plan.after["support"]
        order.committed_supply_minor += more
        order.committed_support_minor += support - order.support_minor
        order.supply_minor, order.vat_minor = plan.after["supply"], plan.after["vat"]
        order.support_minor, order.own_minor = support, plan.after["own"]
        order.deliver_by = until
    session.flush()


def _move(change: OrderChange, order: PurchaseOrder, plan: rules.ChangePlan) -> None:
    """Set aside what grew, and give back what shrank; both may happen in one change, each under its own key."""
    for verb, sign in ((reserve, 1), (release, -1)):
        support, own = max(sign * plan.support_move, 0), max(sign * plan.own_move, 0)
        if support or own:
            key = f"{change.subject}:{verb.__name__}"
            verb(order.voucher_id, support_minor=support, own_minor=own, key=key)


def _tell(kind: str, change: OrderChange, order: PurchaseOrder, **facts: Any) -> None:
    """Both firms read it, whoever acted: a change is never a surprise."""
    words: dict[str, Any] = {"number": change.number, "title": order.title, "what": change.kind.word}
    for firm in (order.organisation_id, order.supplier_id):
        notify(kind, about=change.subject, organisation_id=firm, **words, **facts)
