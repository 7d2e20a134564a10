"""Amended tax invoices (수정세금계산서): the six reasons, and what one that nets another off has to look like.

Reasons and days: 부가가치세법 제32조 제7항, 시행령 제70조; codes as the electronic tax invoice standard has them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from marketplace.core.i18n import N_
from marketplace.core.money import Money, floor_to
from marketplace.programmes.rules import Phrase
from marketplace.settlement.rules.facts import Finding, Tolerances, TypedInvoice, TypedLine
from marketplace.settlement.rules.match import plain
from marketplace.settlement.rules.numbers import APPROVAL_NUMBER, issued_day

AMEND_CODES = {
    "01": N_("기재사항 착오·정정"),
    "02": N_("공급가액 변동"),
    "03": N_("환입(돌려받음)"),
    "04": N_("계약의 해제"),
    "05": N_("내국신용장 사후 개설"),
    "06": N_("착오에 의한 이중 발급"),
}
WHOLE = ("01", "05", "06")
"""Reasons for which all that is left of the first invoice is netted off."""
REPLACED = ("01", "05")
"""Reasons after which another invoice takes the place of the first one."""
SAME_DAY = ("01", "05", "06")
"""Reasons whose amended invoice bears the first one's day; the others bear the day on which it happened."""


@dataclass(frozen=True, slots=True)
class Amends:
    """Which invoice is amended, and why."""

    invoice_id: int
    code: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Original:
    """The invoice that is amended, as much of it as still stands. `due` says what a quantity of an order line is worth."""

    approval_number: str
    written_on: date
    lines: Mapping[int, TypedLine]
    positions: Mapping[int, int]
    due: Callable[[int, Decimal], int]

    @property
    def supply_minor(self) -> int:
        return sum(line.supply_minor for line in self.lines.values())


def netted(lines: Sequence[TypedLine], amendments: Sequence[tuple[str, Sequence[TypedLine]]]) -> tuple[TypedLine, ...]:
    """The lines of an invoice with its amendments (code, lines below zero) taken off; what is gone is left out. A change
    of the supply value alone (02) stays known as `reduced`, so that the match does not take it for a mistake."""
    left = {line.order_line_id: line for line in lines}
    for code, parts in amendments:
        for part in parts:
            was = left[part.order_line_id]
            left[part.order_line_id] = TypedLine(
                was.order_line_id,
                was.quantity + part.quantity,
                was.supply_minor + part.supply_minor,
                was.vat_minor + part.vat_minor,
                was.accepted,
                was.reduced - (part.supply_minor if code == "02" else 0),
            )
    return tuple(line for line in left.values() if line.supply_minor or line.vat_minor)


def judge_amendment(
    typed: TypedInvoice, code: str, original: Original, tolerances: Tolerances, today: date
) -> list[Finding]:
    """Everything that is right and wrong in an invoice below zero, beside what is left of the one it nets off."""
    return [
        *_head(typed, code, original, today),
        *(finding for line in typed.lines for finding in _line(line, code, original, tolerances)),
        *_sums(typed, code, original),
    ]


def _head(typed: TypedInvoice, code: str, original: Original, today: date) -> Iterator[Finding]:
    if code not in AMEND_CODES:
        yield Finding("amend_code", None, False, N_("수정 사유를 고르세요."), field="code")
    number = typed.approval_number
    if not APPROVAL_NUMBER.fullmatch(number) or issued_day(number) is None:
        sentence = N_("승인번호는 24자리이고 앞 8자리가 실제 날짜여야 합니다.")
        yield Finding("approval_number", None, False, sentence, field="approval_number")
    elif number.upper() == original.approval_number.upper():
        sentence = N_("당초 세금계산서의 승인번호입니다. 수정세금계산서의 승인번호를 입력하세요.")
        yield Finding("approval_number", None, False, sentence, field="approval_number")
    else:
        yield Finding("approval_number", None, True, N_("승인번호의 형식이 올바릅니다."))
    written = typed.written_on
    days = {"written": written, "first": original.written_on}
    if written > today:
        sentence = N_("작성일자 %(written)s이 오늘보다 뒤입니다.")
        yield Finding("future", None, False, sentence, {"written": written}, "written_on")
    elif written < original.written_on:
        sentence = N_("작성일자 %(written)s이 당초 작성일자 %(first)s보다 빠릅니다.")
        yield Finding("written_on", None, False, sentence, days, "written_on")
    elif code in SAME_DAY and written != original.written_on:
        sentence = N_("이 사유의 수정세금계산서는 당초 작성일자 %(first)s로 씁니다. 지금 %(written)s입니다.")
        yield Finding("written_on", None, True, sentence, days, "written_on", warning=True)
    else:
        yield Finding("written_on", None, True, N_("작성일자가 수정 사유에 맞습니다."))


def _line(line: TypedLine, code: str, original: Original, tolerances: Tolerances) -> Iterator[Finding]:
    known = original.lines.get(line.order_line_id)
    if known is None:
        sentence = N_("당초 세금계산서에 남아 있지 않은 품목이 들어 있습니다.")
        yield Finding("line", None, False, sentence)
        return
    at = original.positions[line.order_line_id]
    quantity, supply, vat = -line.quantity, -line.supply_minor, -line.vat_minor
    if code == "02" and quantity:
        sentence = N_("%(line)s번 품목: 공급가액 변동은 수량을 바꾸지 않습니다. 돌려받은 수량은 환입(03)으로 하세요.")
        yield Finding("quantity", at, False, sentence, {"line": at}, "quantity")
    if quantity > known.quantity or supply > known.supply_minor or vat > known.vat_minor:
        sentence = N_(
            "%(line)s번 품목: 당초 세금계산서에 남은 것은 수량 %(left)s, 공급가액 %(supply)s, 세액 %(vat)s입니다."
        )
        words = {"line": at, "left": plain(known.quantity), "supply": Money(known.supply_minor),
                 "vat": Money(known.vat_minor)}  # fmt: skip
        yield Finding("left", at, False, sentence, words, "supply")
        return
    if code != "02":
        due = known.supply_minor - max(original.due(line.order_line_id, known.quantity - quantity) - known.reduced, 0)
        if supply != due:
            sentence = N_(
                "%(line)s번 품목: 수량 %(quantity)s의 공급가액은 %(due)s이어야 하는데 %(typed)s을 입력했습니다."
            )
            words = {"line": at, "quantity": plain(quantity), "due": Money(due), "typed": Money(supply)}
            yield Finding("supply", at, False, sentence, words, "supply")
    tax = known.vat_minor if supply == known.supply_minor else floor_to(supply * tolerances.vat_rate)
    if abs(vat - tax) > tolerances.line:
        sentence = N_("%(line)s번 품목: 세액은 %(due)s(±%(tolerance)s)이어야 하는데 %(typed)s을 입력했습니다.")
        words = {"line": at, "due": Money(tax), "tolerance": Money(tolerances.line), "typed": Money(vat)}
        yield Finding("vat", at, False, sentence, words, "vat")
    else:
        yield Finding("line", at, True, N_("%(line)s번 품목: 당초 세금계산서 안에서 상쇄합니다."), {"line": at})


def _sums(typed: TypedInvoice, code: str, original: Original) -> Iterator[Finding]:
    supply, vat = sum(line.supply_minor for line in typed.lines), sum(line.vat_minor for line in typed.lines)
    wrong = N_("%(what)s 합계는 품목을 더한 %(due)s이어야 하는데 %(typed)s을 입력했습니다.")
    for name, what, due, said in (
        ("supply", N_("공급가액"), supply, typed.supply_minor),
        ("vat", N_("세액"), vat, typed.vat_minor),
    ):
        if due != said:
            params = {"what": Phrase(what), "due": Money(due), "typed": Money(said)}
            yield Finding(f"sum_{name}", None, False, wrong, params, f"{name}_total")
    if typed.total_minor != typed.supply_minor + typed.vat_minor:
        words = {"due": Money(typed.supply_minor + typed.vat_minor), "typed": Money(typed.total_minor)}
        sentence = N_("합계 금액은 공급가액과 세액을 더한 %(due)s이어야 하는데 %(typed)s을 입력했습니다.")
        yield Finding("total", None, False, sentence, words, "total")
    if not typed.lines or typed.supply_minor >= 0:
        yield Finding("lines", None, False, N_("상쇄할 품목이 없습니다. 한 품목 이상을 줄여야 합니다."))
    elif code in WHOLE and -supply != original.supply_minor:
        words = {"left": Money(original.supply_minor), "typed": Money(-supply)}
        sentence = N_("이 사유로는 당초 세금계산서에 남은 %(left)s을 모두 상쇄해야 하는데 %(typed)s만 상쇄했습니다.")
        yield Finding("whole", None, False, sentence, words)
