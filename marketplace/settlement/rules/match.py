"""The three-way match: order, acceptance and tax invoice, line by line."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from marketplace.core.i18n import N_
from marketplace.core.money import Money, floor_to
from marketplace.programmes.rules import Phrase
from marketplace.settlement.rules.facts import (
    AcceptedPart,
    Bounds,
    Finding,
    InvoicedPart,
    OrderedLine,
    PartyNumbers,
    Tolerances,
    TypedInvoice,
    TypedLine,
)
from marketplace.settlement.rules.numbers import APPROVAL_NUMBER, issued_day


def accepted_sum(parts: Sequence[AcceptedPart]) -> InvoicedPart:
    """All that was accepted of a line."""
    return InvoicedPart(sum((part.quantity for part in parts), Decimal(0)), sum(part.supply_minor for part in parts))


def supply_due(line: OrderedLine, accepted: InvoicedPart, invoiced: InvoicedPart, quantity: Decimal) -> int:
    """The supply value of `quantity` more of a line: the difference of the floored cumulative values, so that the parts
    add up to the whole. The last part takes exactly what was accepted and is not invoiced yet."""
    after = invoiced.quantity + quantity
    left = accepted.supply_minor - invoiced.supply_minor
    if after == accepted.quantity:
        return left
    price = line.unit_price_minor
    return min(left, floor_to(Fraction(after) * price) - floor_to(Fraction(invoiced.quantity) * price))


def three_way_match(
    order_lines: Sequence[OrderedLine],
    accepted: Mapping[int, Sequence[AcceptedPart]],
    invoiced: Mapping[int, InvoicedPart],
    invoice: TypedInvoice,
    tolerances: Tolerances,
    parties: PartyNumbers,
    bounds: Bounds,
) -> list[Finding]:
    """Every comparison of an invoice with the order and what was accepted, in a fixed order, none left out."""
    lines = {line.id: line for line in order_lines}
    found = [*_numbers(invoice), *_parties(parties), *_days(invoice, bounds)]
    seen: set[int] = set()
    for typed in invoice.lines:
        line = lines.get(typed.order_line_id)
        if line is None or typed.order_line_id in seen:
            sentence = N_(
                "이 발주의 품목이 아니거나 같은 품목이 두 번 들어 있습니다. 화면을 새로 고쳐 다시 입력하세요."
            )
            found.append(Finding("line", None, False, sentence))
            continue
        seen.add(typed.order_line_id)
        found += _line(
            line,
            accepted.get(line.id, ()),
            invoiced.get(line.id, InvoicedPart()),
            typed,
            invoice.written_on,
            tolerances,
        )
    if not invoice.lines:
        found.append(Finding("lines", None, False, N_("청구할 품목이 없습니다. 한 품목 이상의 수량을 입력하세요.")))
    untaxed = frozenset(line.id for line in order_lines if not line.taxed)
    return [*found, *_sums(invoice, tolerances, untaxed), *_reserve(invoice, bounds)]


def _numbers(invoice: TypedInvoice) -> Iterator[Finding]:
    issued = issued_day(invoice.approval_number)
    if not APPROVAL_NUMBER.fullmatch(invoice.approval_number):
        sentence = N_("승인번호는 24자리입니다(날짜 8자리와 영문·숫자 16자리). 지금 %(count)s자리입니다.")
        count = len(invoice.approval_number)
        yield Finding("approval_number", None, False, sentence, {"count": count}, "approval_number")
    elif issued is None:
        sentence = N_("승인번호의 앞 8자리(%(digits)s)가 실제 날짜가 아닙니다.")
        digits = invoice.approval_number[:8]
        yield Finding("approval_number", None, False, sentence, {"digits": digits}, "approval_number")
    else:
        yield Finding("approval_number", None, True, N_("승인번호의 형식이 올바릅니다."))
        if issued != invoice.written_on:
            sentence = N_("승인번호의 날짜(%(issued)s)와 작성일자(%(written)s)가 다릅니다. 맞는지 확인하세요.")
            days = {"issued": issued, "written": invoice.written_on}
            yield Finding("approval_day", None, True, sentence, days, "approval_number", warning=True)


def _parties(parties: PartyNumbers) -> Iterator[Finding]:
    if parties.supplier:
        yield Finding("supplier", None, True, N_("공급자의 사업자등록번호가 협약의 공급기업과 같습니다."))
    else:
        sentence = N_("공급기업의 사업자등록번호가 없습니다. 기업 정보를 먼저 고치세요.")
        yield Finding("supplier", None, False, sentence)
    if parties.recipient:
        yield Finding("recipient", None, True, N_("공급받는 자의 사업자등록번호가 협약의 수요기업과 같습니다."))
    else:
        sentence = N_("수요기업은 사업자등록 전입니다. 대표자 앞으로 발급한 세금계산서인지 확인하세요.")
        yield Finding("recipient", None, True, sentence, warning=True)


def _days(invoice: TypedInvoice, bounds: Bounds) -> Iterator[Finding]:
    written, where = invoice.written_on, "written_on"
    if not bounds.starts_on <= written <= bounds.ends_on:
        sentence = N_("작성일자 %(written)s이 협약 기간(%(start)s–%(end)s) 밖입니다.")
        days = {"written": written, "start": bounds.starts_on, "end": bounds.ends_on}
        yield Finding("period", None, False, sentence, days, where)
    else:
        yield Finding("period", None, True, N_("작성일자가 협약 기간 안에 있습니다."))
    if written > bounds.today:
        sentence = N_("작성일자 %(written)s이 오늘보다 뒤입니다.")
        yield Finding("future", None, False, sentence, {"written": written}, where)


def _line(
    line: OrderedLine,
    parts: Sequence[AcceptedPart],
    before: InvoicedPart,
    typed: TypedLine,
    written_on: date,
    tolerances: Tolerances,
) -> Iterator[Finding]:
    """One position: quantity, day of acceptance, supply value, tax."""
    at, accepted = line.position, accepted_sum(parts)
    over = _over(line, accepted, before, typed)
    if over is not None:
        yield over
    elif typed.quantity <= 0:
        sentence = N_("%(line)s번 품목: 수량은 0보다 커야 합니다.")
        yield Finding("quantity", at, False, sentence, {"line": at}, "quantity")
    else:
        sentence = N_("%(line)s번 품목: 수량이 검수 합격 수량 안에 있습니다.")
        yield Finding("quantity", at, True, sentence, {"line": at})
        yield _accepted_by(line, parts, before.quantity + typed.quantity, written_on)
        due = supply_due(line, basis(typed, accepted), before, typed.quantity) - typed.reduced
        yield _line_supply(at, due, typed)
    yield _line_tax(at, typed, tolerances, taxed=line.taxed)


def basis(typed: TypedLine, accepted: InvoicedPart) -> InvoicedPart:
    """What a line's amount was right by when it was taken. What is accepted later cannot make it wrong: the last part
    then is another invoice's. What is taken back since can."""
    then = typed.accepted
    stands = then is not None and then.quantity <= accepted.quantity and then.supply_minor <= accepted.supply_minor
    return then if then is not None and stands else accepted


def _over(line: OrderedLine, accepted: InvoicedPart, before: InvoicedPart, typed: TypedLine) -> Finding | None:
    """More than was accepted and is not invoiced yet, named with quantity and amount."""
    left = accepted.quantity - before.quantity
    if typed.quantity <= left:
        return None
    too_many = floor_to(Fraction(typed.quantity - left) * line.unit_price_minor)
    over = max(typed.supply_minor - (accepted.supply_minor - before.supply_minor), too_many)
    sentence = N_(
        "%(line)s번 품목: 검수에 합격하고 아직 청구하지 않은 수량은 %(left)s인데 %(asked)s을(를) 청구했습니다. "
        "%(over)s을 더 청구한 것입니다."
    )
    words = {"line": line.position, "asked": plain(typed.quantity), "left": plain(left), "over": Money(over)}
    return Finding("quantity", line.position, False, sentence, words, "quantity")


def _line_supply(at: int, due: int, typed: TypedLine) -> Finding:
    if typed.supply_minor == due:
        return Finding("supply", at, True, N_("%(line)s번 품목: 공급가액이 수량 × 단가와 같습니다."), {"line": at})
    sentence = N_("%(line)s번 품목: 공급가액은 수량 × 단가로 %(due)s이어야 하는데 %(typed)s을 입력했습니다.")
    words = {"line": at, "due": Money(due), "typed": Money(typed.supply_minor)}
    return Finding("supply", at, False, sentence, words, "supply")


def _accepted_by(line: OrderedLine, parts: Sequence[AcceptedPart], quantity: Decimal, written_on: date) -> Finding:
    """An invoice is not written before the buyer has accepted what it is for."""
    sum_, day = Decimal(0), None
    for part in sorted(parts, key=lambda part: part.day):
        sum_ += part.quantity
        if sum_ >= quantity:
            day = part.day
            break
    if day is not None and written_on < day:
        sentence = N_("%(line)s번 품목: 작성일자 %(written)s이 검수 합격일 %(accepted)s보다 빠릅니다.")
        words = {"line": line.position, "written": written_on, "accepted": day}
        return Finding("accepted_first", line.position, False, sentence, words, "quantity")
    sentence = N_("%(line)s번 품목: 검수에 합격한 뒤에 작성되었습니다.")
    return Finding("accepted_first", line.position, True, sentence, {"line": line.position})


def _line_tax(at: int, typed: TypedLine, tolerances: Tolerances, *, taxed: bool) -> Finding:
    tax = floor_to(typed.supply_minor * tolerances.vat_rate) if taxed else 0
    basis = f"{tolerances.edition} invoice.line_tolerance"
    if abs(typed.vat_minor - tax) > tolerances.line:
        sentence = N_("%(line)s번 품목: 세액은 %(due)s(±%(tolerance)s)이어야 하는데 %(typed)s을 입력했습니다.")
        words = {
            "line": at,
            "due": Money(tax),
            "tolerance": Money(tolerances.line),
            "typed": Money(typed.vat_minor),
        }
        return Finding("vat", at, False, sentence, words, "vat", basis=basis)
    return Finding("vat", at, True, N_("%(line)s번 품목: 세액이 맞습니다."), {"line": at}, basis=basis)


def _sums(invoice: TypedInvoice, tolerances: Tolerances, untaxed: frozenset[int]) -> Iterator[Finding]:
    supply = sum(line.supply_minor for line in invoice.lines)
    vat = sum(line.vat_minor for line in invoice.lines)
    sentence = N_("%(what)s 합계는 품목을 더한 %(due)s이어야 하는데 %(typed)s을 입력했습니다.")
    right = N_("%(what)s 합계가 품목을 더한 값과 같습니다.")
    for name, what, due, typed in (
        ("supply", N_("공급가액"), supply, invoice.supply_minor),
        ("vat", N_("세액"), vat, invoice.vat_minor),
    ):
        params = {"what": Phrase(what), "due": Money(due), "typed": Money(typed)}
        yield Finding(f"sum_{name}", None, due == typed, sentence if due != typed else right, params, f"{name}_total")
    whole = invoice.supply_minor + invoice.vat_minor
    if whole != invoice.total_minor:
        words = {"due": Money(whole), "typed": Money(invoice.total_minor)}
        wrong = N_("합계 금액은 공급가액과 세액을 더한 %(due)s이어야 하는데 %(typed)s을 입력했습니다.")
        yield Finding("total", None, False, wrong, words, "total")
    else:
        yield Finding("total", None, True, N_("합계 금액이 공급가액과 세액의 합과 같습니다."))
    free = sum(line.supply_minor for line in invoice.lines if line.order_line_id in untaxed)
    tax = floor_to((invoice.supply_minor - free) * tolerances.vat_rate)
    if abs(invoice.vat_minor - tax) > tolerances.invoice:
        words = {"due": Money(tax), "tolerance": Money(tolerances.invoice), "typed": Money(invoice.vat_minor)}
        wrong = N_("세액 합계가 %(due)s에서 %(tolerance)s 넘게 벗어납니다. 입력한 세액은 %(typed)s입니다.")
        basis = f"{tolerances.edition} invoice.invoice_tolerance"
        yield Finding("vat_total", None, False, wrong, words, "vat_total", basis=basis)


def _reserve(invoice: TypedInvoice, bounds: Bounds) -> Iterator[Finding]:
    if invoice.vat_minor > bounds.vat_left_minor:
        words = {"typed": Money(invoice.vat_minor), "left": Money(bounds.vat_left_minor)}
        sentence = N_("세액 %(typed)s이 이 발주에 남아 있는 부가가치세 예약액 %(left)s보다 많습니다.")
        yield Finding("vat_reserve", None, False, sentence, words, "vat_total")
    else:
        yield Finding("vat_reserve", None, True, N_("세액이 발주에 예약된 부가가치세 안에 있습니다."))


def plain(quantity: Decimal) -> str:
    """A quantity without needless zeros: 12, 0.5."""
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
