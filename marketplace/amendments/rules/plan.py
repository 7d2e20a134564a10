"""What each kind of change does, and why it may be forbidden (section and numbers: the ruleset's `changes`, terms.yml).

One pure function for the preview, the approval and the deed. Amounts are won; nothing is ever posted that this does not
say, and the pots that it foretells are compared with those of the ledger afterwards.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from marketplace.amendments.rules.standing import Forbidden, Order, Plan, Pots, Standing
from marketplace.core.i18n import N_
from marketplace.programmes.rules import vat_on

Wanted = dict[str, Any]
LIVE = ("issued", "active")


def plan(kind: str, wanted: Wanted, standing: Standing, *, bar_years: int = 0) -> Plan:
    """What the change does to an agreement that stands so. Raises Forbidden with the rule that does not allow it."""
    made = KINDS[kind](wanted, standing)
    if kind == "withdrawal":
        return replace(made, bar_years=bar_years)
    return made


def _same(standing: Standing, *rows: tuple[str, str, Any, Any], **more: Any) -> Plan:
    """A change that leaves the money where it is."""
    return Plan(rows=rows, before=standing.pots, after=standing.pots, **more)


def _contact(wanted: Wanted, standing: Standing) -> Plan:
    rows = [
        (word, "text", wanted.get(f"old_{name}") or "–", wanted[name])
        for name, word in (("representative", N_("대표자")), ("address", N_("주소")), ("contact", N_("연락처")))
        if wanted.get(name) and wanted[name] != wanted.get(f"old_{name}")
    ]
    if not rows:
        raise Forbidden("changes.contact", N_("바뀐 내용이 없습니다. 새 대표자, 주소, 연락처 가운데 하나를 적으세요."))
    return _same(standing, *rows)


def _lines(wanted: Wanted, standing: Standing) -> Plan:
    """Quantities within the ruleset's rate, prices as they are, the same total, and no less than was delivered."""
    rate, known = standing.limits.line_rate, {line.id: line for line in standing.lines}
    asked = {int(name): count for name, count in wanted["quantities"].items()}
    if not asked or not set(asked) <= set(known):
        raise Forbidden("changes.lines", N_("수량을 바꿀 품목이 없습니다. 진행 중인 발주의 품목을 고르세요."))
    chosen = [line for line in standing.lines if line.order_id == known[next(iter(asked))].order_id]
    rows, total, vat = [], 0, 0
    for line in chosen:
        count = asked.get(line.id, line.thousandths)
        if abs(count - line.thousandths) > rate * line.thousandths:
            raise Forbidden(
                "changes.line_rate",
                N_("품목 수량은 %(percent)s%% 안에서만 바꿀 수 있습니다: %(line)s"),
                percent=int(rate * 100),
                line=line.description,
            )
        if count <= 0 or (count % 1000 and not line.divisible):
            raise Forbidden("changes.lines", N_("이 품목은 나눌 수 없는 단위입니다: %(line)s"), line=line.description)
        amount = count * line.unit_price // 1000
        if amount < line.delivered:
            raise Forbidden(
                "changes.lines", N_("이미 납품된 수량보다 줄일 수 없습니다: %(line)s"), line=line.description
            )
        total += amount
        vat += vat_on(amount, standing.limits.vat_mode, standing.limits.vat_rate) if line.vat else 0
        if count != line.thousandths:
            rows.append((line.description, "quantity", line.thousandths, count))
    if (total, vat) != (sum(line.ordered for line in chosen), sum(line.vat for line in chosen)):
        raise Forbidden("changes.line_rate", N_("총액이 그대로여야 합니다. 한 품목을 늘리면 다른 품목을 줄이세요."))
    if not rows:
        raise Forbidden("changes.lines", N_("바뀐 수량이 없습니다."))
    return _same(standing, *rows, quantities={str(line): count for line, count in asked.items()})


def _supplier(wanted: Wanted, standing: Standing) -> Plan:
    """Before anything was delivered, as often as the ruleset says, to a firm against which nothing stands."""
    new = int(wanted["supplier_id"])
    if standing.ever_delivered:
        raise Forbidden("changes.supplier", N_("이미 납품이 있어 공급기업을 바꿀 수 없습니다."))
    if standing.supplier_changes >= standing.limits.supplier_changes:
        raise Forbidden(
            "changes.supplier_changes",
            N_("공급기업은 %(count)s번까지만 바꿀 수 있습니다."),
            count=standing.limits.supplier_changes,
        )
    if new == standing.supplier_id:
        raise Forbidden("changes.supplier", N_("지금 공급기업과 같습니다. 다른 기업을 고르세요."), "supplier_id")
    _nothing_against(standing, "supplier_id")
    if int(wanted["offered"]) > standing.total:
        raise Forbidden(
            "changes.supplier_price",
            N_("새 공급기업의 견적이 협약 총액보다 높습니다. 총액 안에서 다시 견적을 받으세요."),
            "offered",
        )
    after, cancels = _cancel(standing.pots, standing.orders)
    names = standing.names
    rows = (
        (N_("공급기업"), "text", names.get(standing.supplier_id, ""), names.get(new, "")),
        (N_("새 공급기업의 견적"), "money", standing.total, int(wanted["offered"])),
        *_ending(standing.orders),
    )
    return Plan(rows=rows, before=standing.pots, after=after, cancels=cancels, supplier_id=new)


def _nothing_against(standing: Standing, field: str) -> None:
    for rule, sentence in standing.objections.items():
        raise Forbidden(rule, sentence, field)


def _cancel(pots: Pots, orders: tuple[Order, ...]) -> tuple[Pots, tuple[int, ...]]:
    """The pots after these orders are cancelled, and their ids."""
    support, own = sum(each.support_held for each in orders), sum(each.own_held for each in orders)
    after = replace(
        pots,
        support_available=pots.support_available + support,
        support_reserved=pots.support_reserved - support,
        own_available=pots.own_available + own,
        own_reserved=pots.own_reserved - own,
    )
    return after, tuple(each.id for each in orders)


def _ending(orders: tuple[Order, ...]) -> tuple[tuple[str, str, Any, Any], ...]:
    return tuple(
        (N_("취소되는 발주"), "order", each.number or "–", each.support_held + each.own_held) for each in orders
    )


def _period(wanted: Wanted, standing: Standing) -> Plan:
    """Later than now, within the programme's year, and asked for early enough."""
    new, limits = date.fromisoformat(wanted["ends_on"]), standing.limits
    if new <= standing.ends_on:
        raise Forbidden("changes.period", N_("지금 종료일보다 뒤의 날짜를 고르세요."), "ends_on")
    if new > limits.programme_ends_on:
        raise Forbidden(
            "programme.ends_on",
            N_("사업 종료일(%(day)s)을 넘어 연장할 수 없습니다."),
            "ends_on",
            day=limits.programme_ends_on.isoformat(),
        )
    asked_on = date.fromisoformat(wanted["asked_on"])
    if asked_on > standing.ends_on - timedelta(days=limits.notice_days):
        raise Forbidden(
            "changes.extension_notice_days",
            N_("기간 연장은 종료 %(count)s일 전까지 신청해야 합니다."),
            "ends_on",
            count=limits.notice_days,
        )
    return _same(
        standing,
        (N_("협약 종료일"), "day", standing.ends_on.isoformat(), new.isoformat()),
        (N_("바우처 사용 기한"), "day", standing.ends_on.isoformat(), new.isoformat()),
        ends_on=new.isoformat(),
    )


def _amount(wanted: Wanted, standing: Standing) -> Plan:
    """Support never rises, and no larger share of the project than was agreed; the firm's own part may rise."""
    support, own_cash, in_kind = (int(wanted[name]) for name in ("support", "own_cash", "in_kind"))
    if support > standing.support:
        raise Forbidden(
            "changes.support_never_rises", N_("지원금은 늘릴 수 없습니다. 기업 부담금만 늘릴 수 있습니다."), "support"
        )
    if support < 1 or min(own_cash, in_kind) < 0:
        raise Forbidden("changes.amount", N_("지원금은 1원 이상이어야 합니다. 모두 그만두려면 포기를 신청하세요."))
    total = support + own_cash + in_kind
    if support * standing.total > standing.support * total:
        raise Forbidden(
            "changes.ratio", N_("지원 비율이 협약보다 높아집니다. 기업 부담금을 줄이려면 지원금도 함께 줄이세요.")
        )
    if (support, own_cash, in_kind) == (standing.support, standing.own_cash, standing.in_kind):
        raise Forbidden("changes.amount", N_("바뀐 금액이 없습니다."))
    vat = standing.vat
    if (support, own_cash) != (standing.support, standing.own_cash):
        vat = vat_on(support + own_cash, standing.limits.vat_mode, standing.limits.vat_rate)
    return Plan(
        rows=_amount_rows(standing, support, own_cash, in_kind, vat),
        before=standing.pots,
        after=_paid_back(standing, support, own_cash + vat),
        terms={"support": support, "own_cash": own_cash, "in_kind": in_kind, "vat": vat},
    )


def _amount_rows(
    standing: Standing, support: int, own_cash: int, in_kind: int, vat: int
) -> tuple[tuple[str, str, Any, Any], ...]:
    return (
        (N_("과제 총액(부가가치세 별도)"), "money", standing.total, support + own_cash + in_kind),
        (N_("지원금"), "money", standing.support, support),
        (N_("현금 부담"), "money", standing.own_cash, own_cash),
        (N_("현물 부담"), "money", standing.in_kind, in_kind),
        (N_("부가가치세"), "money", standing.vat, vat),
    )


def _paid_back(standing: Standing, support: int, deposit: int) -> Pots:
    """What lapses and what is refunded. Before the voucher is active nothing stands on it, and only the deposit changes."""
    pots, less, back = standing.pots, standing.support - support, standing.own_cash + standing.vat - deposit
    if standing.voucher_state == "issued":
        if back > 0:
            raise Forbidden(
                "changes.deposit", N_("입금을 기다리는 동안에는 기업 부담금을 줄일 수 없습니다. 입금한 뒤 신청하세요.")
            )
        return pots
    if back < 0:
        raise Forbidden(
            "changes.deposit",
            N_("이미 입금을 마친 바우처의 현금 부담은 늘릴 수 없습니다. 늘어난 부담은 현물로 적으세요."),
            "own_cash",
        )
    if less > pots.support_available or (standing.limits.posted and back > pots.own_available):
        raise Forbidden(
            "changes.reserved", N_("줄이려는 금액이 발주에 묶여 있습니다. 발주를 먼저 취소하거나 더 적게 줄이세요.")
        )
    back = back if standing.limits.posted else 0
    return replace(
        pots,
        support_available=pots.support_available - less,
        own_available=pots.own_available - back,
        lapsed=pots.lapsed + less,
        refunded=pots.refunded + back,
    )


def _scope(wanted: Wanted, standing: Standing) -> Plan:
    if not wanted["title"].strip() or not wanted["plan"].strip():
        raise Forbidden("changes.scope", N_("새 과제 이름과 내용을 모두 적으세요."), "plan")
    return _same(
        standing, (N_("과제"), "text", standing.title, wanted["title"]), (N_("과제 내용"), "text", "–", wanted["plan"])
    )


def _merger(wanted: Wanted, standing: Standing) -> Plan:
    """To a firm that fulfils the conditions itself, with no order under way that names the firm that goes."""
    new = int(wanted["organisation_id"])
    if new == standing.organisation_id:
        raise Forbidden("changes.merger", N_("지금 수요기업과 같습니다. 이어받을 기업을 적으세요."), "business_number")
    _nothing_against(standing, "business_number")
    if standing.orders:
        raise Forbidden("changes.merger", N_("진행 중인 발주를 완료하거나 취소한 뒤 신청하세요."))
    names = standing.names
    row = (N_("수요기업"), "text", names.get(standing.organisation_id, ""), names.get(new, ""))
    return _same(standing, row, organisation_id=new)


def _stop(wanted: Wanted, standing: Standing) -> Plan:
    """The end before its time: what nobody delivered is cancelled, what was delivered is settled, the rest goes back."""
    free = tuple(each for each in standing.orders if not each.delivered)
    after, cancels = _cancel(standing.pots, free)
    rows = _ending(free)
    if standing.voucher_state == "issued":
        return Plan(rows=rows, before=standing.pots, after=after, cancels=cancels, end="cancelled")
    if wanted.get("unusable") and (after.support_reserved or after.own_reserved):
        return Plan(rows=rows, before=standing.pots, after=after, cancels=cancels, end="frozen")
    if after.support_reserved or after.own_reserved:
        return Plan(rows=rows, before=standing.pots, after=after, cancels=cancels, end="ended")
    after = replace(
        after,
        support_available=0,
        own_available=0,
        lapsed=after.lapsed + after.support_available,
        refunded=after.refunded + after.own_available,
    )
    return Plan(rows=rows, before=standing.pots, after=after, cancels=cancels, end="closed")


def _live_only(rule: Callable[[Wanted, Standing], Plan]) -> Callable[[Wanted, Standing], Plan]:
    """A change of an agreement whose voucher still lives."""

    def ask(wanted: Wanted, standing: Standing) -> Plan:
        if standing.voucher_state not in LIVE:
            raise Forbidden(
                "changes.live", N_("바우처가 정지되었거나 끝난 협약은 바꿀 수 없습니다. 전담기관에 문의하세요.")
            )
        return rule(wanted, standing)

    return ask


def _running_only(wanted: Wanted, standing: Standing) -> Plan:
    if standing.voucher_state not in (*LIVE, "frozen"):
        raise Forbidden("changes.live", N_("이미 끝난 바우처의 협약은 해약할 수 없습니다. 정산을 진행하세요."))
    return _stop(wanted, standing)


KINDS: dict[str, Callable[[Wanted, Standing], Plan]] = {
    "contact": _contact,
    "lines": _live_only(_lines),
    "supplier": _live_only(_supplier),
    "period": _live_only(_period),
    "amount": _live_only(_amount),
    "scope": _live_only(_scope),
    "merger": _live_only(_merger),
    "withdrawal": _running_only,
    "termination": _running_only,
}
