"""What a KEC invoice says, judged by itself and against the two firms; the match with the order comes after.

Every field that counts gets a finding. Codes and the 24 characters: the electronic tax invoice standard as public
programs read it; deadlines and the required fields: 부가가치세법 제32조, 시행령 제67조·제68조.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from marketplace.core.i18n import N_
from marketplace.core.korea import next_working_day, normal_business_number, written_business_number
from marketplace.core.money import Money, floor_to
from marketplace.programmes.rules import Phrase
from marketplace.settlement.rules.amend import AMEND_CODES
from marketplace.settlement.rules.facts import Finding, OrderedLine, TypedInvoice, TypedLine
from marketplace.settlement.rules.kec import KecDocument, KecLine, KecParty
from marketplace.settlement.rules.numbers import normal_approval_number

PURPOSES = {"01": N_("영수"), "02": N_("청구")}
MEANS = {"10": N_("현금"), "20": N_("수표"), "30": N_("어음"), "40": N_("외상미수금")}
VALUE_ALONE = "02"
TAXED, AMENDED, EXEMPT, EXEMPT_AMENDED = "01", "02", "03", "04"
ORDINARY, ZERO_RATED, ON_BEHALF, ZERO_ON_BEHALF = "01", "02", "03", "05"
"""Classes are the first two digits of TypeCode, kinds the last two. Import invoices are not for here."""
_KINDS = {"taxable": (ORDINARY, ON_BEHALF), "zero": (ZERO_RATED, ZERO_ON_BEHALF), "exempt": (ORDINARY, ON_BEHALF)}
_WHOLE = re.compile(r"(-?[0-9]{1,15})(\.0{1,4})?")
_PARTS = re.compile(r"-?[0-9]{1,11}(\.[0-9]{1,3})?0*")


@dataclass(frozen=True, slots=True)
class Expected:
    """The two firms and the rules that the invoice is read against."""

    supplier_number: str | None
    supplier_name: str
    buyer_number: str | None
    buyer_name: str
    taxes: frozenset[str]
    """How the order's lines are taxed: 'taxable', 'zero', 'exempt'. Each needs an invoice of its own class."""
    issue_by_day: int
    amends: bool = False
    """Whether the invoice that it says it amends is one of the order's."""


def whole(text: str) -> int | None:
    """An amount in won; None where the text is none."""
    found = _WHOLE.fullmatch(text)
    return int(found.group(1)) if found else None


def day(text: str) -> date | None:
    """yyyyMMdd, also at the head of yyyyMMddHHmmss; None where that is no day."""
    if not re.fullmatch(r"[0-9]{8}([0-9]{6})?", text):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S" if len(text) == 14 else "%Y%m%d").date()  # noqa: DTZ007
    except ValueError:
        return None


def amount(text: str) -> Decimal | None:
    """A quantity with at most three decimals that count; None where the text is none."""
    return Decimal(text) if _PARTS.fullmatch(text) else None


def issue_due_on(written_on: date, by_day: int) -> date:
    """The last day to issue an invoice for supplies of a month: `by_day` of the next, or the next working day."""
    year, month = divmod(written_on.year * 12 + written_on.month, 12)
    return next_working_day(date(year, month + 1, by_day))


def transmit_due_on(issued_on: date, days: int) -> date:
    """The last day to send an issued invoice to the tax authority: `days` after, or the next working day."""
    return next_working_day(date.fromordinal(issued_on.toordinal() + days))


def is_amended(document: KecDocument) -> bool:
    """Whether it is of one of the two classes of amended invoices."""
    return document.type_code[:2] in (AMENDED, EXEMPT_AMENDED)


def nets_off(document: KecDocument) -> bool:
    """Whether it is an amended invoice below zero."""
    return is_amended(document) and (whole(document.supply) or 0) < 0


def judge_kec(document: KecDocument, expected: Expected) -> list[Finding]:
    """What the invoice says for itself, in a fixed order."""
    return [
        *_codes(document, expected),
        *_dates(document, expected),
        *_firm("invoicer", document.invoicer, expected.supplier_number, expected.supplier_name),
        *_firm("invoicee", document.invoicee, expected.buyer_number, expected.buyer_name),
        *_means(document),
        *_amounts(document, below=expected.amends),
        *_lines(document.lines, value_alone=document.amendment == VALUE_ALONE),
    ]


def _codes(document: KecDocument, expected: Expected) -> Iterator[Finding]:
    code = document.type_code
    taxed, exempt = (AMENDED, EXEMPT_AMENDED) if expected.amends else (TAXED, EXEMPT)
    fitting = [
        (exempt if tax == "exempt" else taxed) + kind
        for tax in ("taxable", "zero", "exempt")
        if tax in expected.taxes
        for kind in _KINDS[tax]
    ]
    if is_amended(document) and not expected.amends:
        sentence = N_(
            "수정세금계산서(종류 %(code)s)인데 당초 승인번호 %(original)s의 세금계산서가 이 발주에 없습니다. "
            "당초 세금계산서를 먼저 등록하세요."
        )
        yield Finding("type_code", None, False, sentence, {"code": code, "original": document.original or "–"})
    elif code not in fitting:
        sentence = N_("세금계산서 종류 코드가 %(wanted)s이어야 하는데 %(code)s입니다.")
        yield Finding("type_code", None, False, sentence, {"code": code or "–", "wanted": fitting[0]})
    else:
        yield Finding("type_code", None, True, N_("세금계산서 종류가 맞습니다."))
    if document.purpose not in PURPOSES:
        sentence = N_("영수/청구 코드는 01 또는 02인데 %(code)s입니다.")
        yield Finding("purpose", None, False, sentence, {"code": document.purpose or "–"})
    else:
        yield Finding("purpose", None, True, N_("영수/청구 구분이 맞습니다."))
    if expected.amends:
        if document.amendment not in AMEND_CODES:
            sentence = N_("수정 사유 코드는 01에서 06까지인데 %(code)s입니다.")
            yield Finding("amend_code", None, False, sentence, {"code": document.amendment or "–"})
    elif (document.amendment or document.original) and not is_amended(document):
        sentence = N_("처음 발급한 세금계산서에는 수정 사유나 당초 승인번호가 있을 수 없습니다.")
        yield Finding("amendment", None, False, sentence)


def _dates(document: KecDocument, expected: Expected) -> Iterator[Finding]:
    written, issued = day(document.written_on), day(document.issued_at)
    if written is None or len(document.written_on) != 8:
        sentence = N_("작성일자(%(text)s)가 실제 날짜가 아닙니다.")
        yield Finding("written_on", None, False, sentence, {"text": document.written_on or "–"})
        return
    if issued is None:
        sentence = N_("발급일시(%(text)s)가 실제 날짜가 아닙니다.")
        yield Finding("issued_at", None, False, sentence, {"text": document.issued_at or "–"})
    elif issued < written:
        sentence = N_("발급일시(%(issued)s)가 작성일자(%(written)s)보다 빠릅니다.")
        yield Finding("issued_at", None, False, sentence, {"issued": issued, "written": written})
    elif issued > (due := issue_due_on(written, expected.issue_by_day)):
        sentence = N_("발급 기한 %(due)s을 넘겨 %(issued)s에 발급했습니다. 지연 발급 가산세가 붙을 수 있습니다.")
        yield Finding("late", None, True, sentence, {"due": due, "issued": issued}, warning=True)
    else:
        yield Finding("issued_at", None, True, N_("발급 기한 안에 발급했습니다."))


def _firm(rule: str, party: KecParty, number: str | None, name: str) -> Iterator[Finding]:
    who = Phrase(N_("공급자") if rule == "invoicer" else N_("공급받는 자"))
    if number is None and rule == "invoicee":
        sentence = N_("%(who)s는 사업자등록 전입니다. 대표자 앞으로 발급한 세금계산서인지 확인하세요.")
        yield Finding(rule, None, True, sentence, {"who": who}, warning=True)
    elif not normal_business_number(party.number):
        sentence = N_("%(who)s의 사업자등록번호(%(number)s)가 올바른 번호가 아닙니다.")
        yield Finding(rule, None, False, sentence, {"who": who, "number": party.number or "–"})
    elif party.number != number:
        sentence = N_("%(who)s의 사업자등록번호는 %(due)s이어야 하는데 %(number)s입니다.")
        words = {"due": written_business_number(number), "number": written_business_number(party.number), "who": who}
        yield Finding(rule, None, False, sentence, words)
    else:
        yield Finding(rule, None, True, N_("%(who)s의 사업자등록번호가 발주와 같습니다."), {"who": who})
    if not party.name:
        sentence = N_("%(who)s의 상호가 없습니다. 꼭 있어야 하는 항목입니다.")
        yield Finding(f"{rule}_name", None, rule == "invoicee", sentence, {"who": who}, warning=rule == "invoicee")
    elif _firm_name(party.name) != _firm_name(name):
        sentence = N_("%(who)s의 상호가 다릅니다: 계산서 ‘%(written)s’, 발주 ‘%(known)s’.")
        words = {"who": who, "written": party.name, "known": name}
        yield Finding(f"{rule}_name", None, True, sentence, words, warning=True)


def _firm_name(name: str) -> str:
    """A firm's name without its form, white space and case."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"주식회사|유한회사|\(주\)|\(유\)|[\s.,]|co\.?,? ?ltd\.?|inc\.?", "", text)


def _means(document: KecDocument) -> Iterator[Finding]:
    for code, text in document.means:
        paid = whole(text) if text else 0
        if code not in MEANS or paid is None:
            sentence = N_("결제 방법 코드(%(code)s)나 금액(%(amount)s)이 올바르지 않습니다.")
            yield Finding("means", None, False, sentence, {"code": code or "–", "amount": text or "–"})
        elif code == "10" and paid:
            sentence = N_("현금 %(amount)s을 주고받은 것으로 적혀 있습니다. 현금으로 낸 돈은 인정되지 않습니다(D13).")
            yield Finding("means_cash", None, True, sentence, {"amount": Money(paid)}, warning=True)


def _amounts(document: KecDocument, *, below: bool) -> Iterator[Finding]:
    for name, text in (("supply", document.supply), ("vat", document.vat), ("total", document.total)):
        value = whole(text)
        if value is None or (value < 0 and not below):
            sentence = N_("합계의 금액(%(text)s)이 원 단위의 정수가 아니거나 음수입니다.")
            yield Finding(f"amount_{name}", None, False, sentence, {"text": text or "–"})


def _lines(lines: Sequence[KecLine], *, value_alone: bool) -> Iterator[Finding]:
    for place, line in enumerate(lines, start=1):
        at = {"line": place}
        if line.sequence != str(place):
            sentence = N_("계산서 %(line)s번째 품목의 순번이 %(text)s입니다. 1부터 차례로 매겨야 합니다.")
            yield Finding("sequence", None, False, sentence, {**at, "text": line.sequence or "–"})
        if not line.name:
            yield Finding("line_name", None, False, N_("계산서 %(line)s번째 품목의 이름이 없습니다."), at)
        if day(line.day) is None:
            sentence = N_("계산서 %(line)s번째 품목의 공급일(%(text)s)이 실제 날짜가 아닙니다.")
            yield Finding("line_day", None, False, sentence, {**at, "text": line.day or "–"})
        wrong = [text or "–" for text in (line.supply, line.vat) if whole(text) is None]
        quantity, price = _quantity(line, value_alone), whole(line.unit_price or ("0" if value_alone else ""))
        wrong += [text or "–" for text, read in ((line.quantity, quantity), (line.unit_price, price)) if read is None]
        if wrong:
            sentence = N_("계산서 %(line)s번째 품목의 수량이나 금액을 읽을 수 없습니다: %(text)s")
            yield Finding("line_amount", None, False, sentence, {**at, "text": ", ".join(wrong)})
        elif not value_alone and (
            quantity is not None and price is not None and abs(_times(quantity, price) - (whole(line.supply) or 0)) > 1
        ):
            sentence = N_("계산서 %(line)s번째 품목의 공급가액이 수량 × 단가(%(due)s)와 다릅니다.")
            yield Finding("line_product", None, False, sentence, {**at, "due": Money(_times(quantity, price))})


def _quantity(line: KecLine, value_alone: bool) -> Decimal | None:
    """A change of the supply value alone may leave the quantity out."""
    return amount(line.quantity or "0") if value_alone else amount(line.quantity)


def _times(quantity: Decimal, price: int) -> int:
    return floor_to(Fraction(quantity) * price)


def _key(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()


def places_of(document: KecDocument, order_lines: Sequence[OrderedLine]) -> list[int | None]:
    """For each line of the invoice the order line it is about: of one name, else of one unit price, else the only one."""
    found: list[int | None] = []
    for line in document.lines:
        named = [each.id for each in order_lines if _key(each.description) == _key(line.name)]
        priced = [each.id for each in order_lines if each.unit_price_minor == whole(line.unit_price)]
        ways = [way for way in (named, priced, [each.id for each in order_lines]) if len(way) == 1]
        found.append(ways[0][0] if ways else None)
    return found


def typed_of(document: KecDocument, places: Sequence[int | None]) -> TypedInvoice | None:
    """The invoice as the match wants it, lines of one order line together; None where it cannot be read so."""
    written = day(document.written_on)
    sums = [whole(text) for text in (document.supply, document.vat, document.total)]
    parts: dict[int, TypedLine] = {}
    for line, place in zip(document.lines, places, strict=True):
        quantity = _quantity(line, document.amendment == VALUE_ALONE)
        supply, vat = whole(line.supply), whole(line.vat)
        if quantity is None or supply is None or vat is None:
            return None
        identity = place or 0
        before = parts.get(identity, TypedLine(identity, Decimal(0), 0, 0))
        parts[identity] = TypedLine(
            identity, before.quantity + quantity, before.supply_minor + supply, before.vat_minor + vat
        )
    if written is None or None in sums:
        return None
    approval = normal_approval_number(document.approval_number)
    return TypedInvoice(
        (document.own_number or approval)[:40], approval, written, sums[0] or 0, sums[1] or 0, sums[2] or 0,
        tuple(parts.values()),
    )  # fmt: skip
