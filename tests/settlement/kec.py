"""Making the XML of electronic tax invoices: a right one for what an order has open, and wrong ones, field by field.

Approval numbers are made up here and nowhere else.
"""

import copy
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from xml.sax.saxutils import escape

from marketplace.core import clock
from marketplace.core.money import floor_to
from marketplace.orders import queries as orders
from marketplace.settlement import queries
from marketplace.settlement.rules import InvoicedPart, accepted_sum, plain, supply_due
from marketplace.settlement.rules.kec import NAMESPACE

_count = itertools.count(1)
Fields = dict[str, Any]


def right_fields(order_id: int) -> Fields:
    """Everything that a right invoice for the open part of an order says, as text."""
    facts = queries.order_facts(orders.get_order(order_id))
    today = clock.today()
    lines = []
    for place, line in enumerate(facts.lines, start=1):
        accepted, before = accepted_sum(facts.accepted.get(line.id, ())), facts.invoiced.get(line.id, InvoicedPart())
        quantity = accepted.quantity - before.quantity
        supply = supply_due(line, accepted, before, quantity)
        lines.append(
            {
                "sequence": str(place), "name": line.description, "spec": "식", "day": f"{today:%Y%m%d}",
                "quantity": plain(quantity), "unit_price": str(line.unit_price_minor), "supply": str(supply),
                "vat": str(floor_to(supply * facts.tolerances.vat_rate)),
            }
        )  # fmt: skip
    supply, vat = (sum(int(line[name]) for line in lines) for name in ("supply", "vat"))
    return {
        "own_number": f"T{next(_count):08d}",
        "issued_at": f"{today:%Y%m%d}101500",
        "approval_number": f"{today:%Y%m%d}41000008{next(_count):08d}",
        "type_code": "0101", "written_on": f"{today:%Y%m%d}", "amendment": "", "purpose": "02", "original": "",
        "note": "데이터바우처",
        "invoicer": {"number": facts.supplier.business_number, "name": facts.supplier.name},
        "invoicee": {"number": facts.buyer.business_number, "name": facts.buyer.name},
        "means": [("40", str(supply + vat))],
        "supply": str(supply), "vat": str(vat), "total": str(supply + vat),
        "lines": lines,
    }  # fmt: skip


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _party(name: str, party: Fields) -> str:
    return (
        f"<{name}>{_tag('ID', party['number'])}<TypeCode>서비스</TypeCode>{_tag('NameText', party['name'])}"
        "<ClassificationCode>데이터</ClassificationCode><SpecifiedOrganization><BusinessTypeCode>01</BusinessTypeCode>"
        "</SpecifiedOrganization><SpecifiedPerson><NameText>김대표</NameText></SpecifiedPerson>"
        f"<SpecifiedAddress><LineOneText>서울</LineOneText></SpecifiedAddress></{name}>"
    )


def xml_of(fields: Fields, *, head: str = '<?xml version="1.0" encoding="UTF-8"?>', extra: str = "") -> bytes:
    """The file for `fields`; an empty text leaves its element out."""
    lines = "".join(
        f"<TaxInvoiceTradeLineItem>{_tag('SequenceNumeric', line['sequence'])}{_tag('InvoiceAmount', line['supply'])}"
        f"{_tag('ChargeableUnitQuantity', line['quantity'])}{_tag('InformationText', line['spec'])}"
        f"{_tag('NameText', line['name'])}{_tag('PurchaseExpiryDateTime', line['day'])}"
        f"<TotalTax>{_tag('CalculatedAmount', line['vat'])}</TotalTax>"
        f"<UnitPrice>{_tag('UnitAmount', line['unit_price'])}</UnitPrice></TaxInvoiceTradeLineItem>"
        for line in fields["lines"]
    )
    means = "".join(
        f"<SpecifiedPaymentMeans>{_tag('TypeCode', code)}{_tag('PaidAmount', amount)}</SpecifiedPaymentMeans>"
        for code, amount in fields["means"]
    )
    text = (
        f'{head}<TaxInvoice xmlns="{NAMESPACE}"><ExchangedDocument>{_tag("ID", fields["own_number"])}'
        f"{_tag('IssueDateTime', fields['issued_at'])}</ExchangedDocument>{extra}<TaxInvoiceDocument>"
        f"{_tag('IssueID', fields['approval_number'])}{_tag('TypeCode', fields['type_code'])}"
        f"{_tag('DescriptionText', fields['note'])}{_tag('IssueDateTime', fields['written_on'])}"
        f"{_tag('AmendmentStatusCode', fields['amendment'])}{_tag('PurposeCode', fields['purpose'])}"
        f"{_tag('OriginalIssueID', fields['original'])}</TaxInvoiceDocument><TaxInvoiceTradeSettlement>"
        f"{_party('InvoicerParty', fields['invoicer'])}{_party('InvoiceeParty', fields['invoicee'])}{means}"
        f"<SpecifiedMonetarySummation>{_tag('ChargeTotalAmount', fields['supply'])}"
        f"{_tag('TaxTotalAmount', fields['vat'])}{_tag('GrandTotalAmount', fields['total'])}"
        f"</SpecifiedMonetarySummation></TaxInvoiceTradeSettlement>{lines}</TaxInvoice>"
    )
    return text.encode()


@dataclass(frozen=True)
class Change:
    """One change of a right invoice and the rules that have to be named for it, no other."""

    name: str
    make: Callable[[Fields, random.Random], None]
    rules: frozenset[str] = frozenset()


def _set(*path: Any, to: Any) -> Callable[[Fields, random.Random], None]:
    def change(fields: Fields, chance: random.Random) -> None:
        place: Any = fields
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to(place[path[-1]], chance) if callable(to) else to

    return change


def _more(low: int, high: int) -> Callable[[str, random.Random], str]:
    return lambda text, chance: str(int(text) + chance.randint(low, high))


def _days(count: int) -> str:
    return f"{clock.today() + timedelta(days=count):%Y%m%d}"


def _line_tax_off(fields: Fields, chance: random.Random) -> None:
    """Tax of a line off by more than a won, the sums following it."""
    off = chance.choice((-1, 1)) * chance.randint(2, 10)
    fields["lines"][0]["vat"] = str(int(fields["lines"][0]["vat"]) + off)
    fields["vat"], fields["total"] = str(int(fields["vat"]) + off), str(int(fields["total"]) + off)


def _tax_within(fields: Fields, chance: random.Random) -> None:
    """A won less on the line: other programs round so."""
    fields["lines"][0]["vat"] = str(int(fields["lines"][0]["vat"]) - 1)
    fields["vat"], fields["total"] = str(int(fields["vat"]) - 1), str(int(fields["total"]) - 1)


def _too_much(fields: Fields, chance: random.Random) -> None:
    """A unit more than was accepted, everything else following it."""
    line = fields["lines"][0]
    line["quantity"] = str(int(line["quantity"]) + 1)
    supply = int(line["supply"]) + int(line["unit_price"])
    line["supply"], line["vat"] = str(supply), str(supply // 10)
    fields |= {"supply": str(supply), "vat": str(supply // 10), "total": str(supply + supply // 10)}


def _other_price(fields: Fields, chance: random.Random) -> None:
    """Another price than was ordered, consistent in itself."""
    line = fields["lines"][0]
    price = int(line["unit_price"]) - chance.randint(1, 1000) * 10
    supply = price * int(line["quantity"])
    line |= {"unit_price": str(price), "supply": str(supply), "vat": str(supply // 10)}
    fields |= {"supply": str(supply), "vat": str(supply // 10), "total": str(supply + supply // 10)}


def _wrong(*rules: str) -> frozenset[str]:
    return frozenset(rules)


NEVER = ("20201341", "20210230", "00000000", "2020-9-1", "오늘")
RIGHT = (
    Change("as it is", lambda fields, chance: None),
    Change("tax a won less", _tax_within),
    Change("amounts with decimals of zero", _set("supply", to=lambda text, chance: f"{text}.00")),
    Change("a longer quantity", _set("lines", 0, "quantity", to=lambda text, chance: f"{text}.000")),
    Change("another name of the item, the only one", _set("lines", 0, "name", to="가공 용역 일식")),
    Change("the firm's form spelt out", _set("invoicer", "name", to=lambda text, chance: f"주식회사 {text}")),
    Change("a claim or a receipt", _set("purpose", to=lambda text, chance: chance.choice(("01", "02")))),
    Change("on behalf", _set("type_code", to="0103")),
    Change("approval number with hyphens", _set("approval_number", to=lambda t, c: f"{t[:8]}-{t[8:16]}-{t[16:]}")),
    Change("approval number with letters", _set("approval_number", to=lambda t, c: f"{t[:16]}uwt{t[19:]}")),
    Change("cash: a warning, no refusal", _set("means", to=lambda means, chance: [("10", means[0][1])])),
    Change("no means of payment", _set("means", to=[])),
    Change("another firm name: a warning", _set("invoicee", "name", to="다른 이름 주식회사")),
)
WRONG = (
    Change("no type", _set("type_code", to=""), _wrong("type_code")),
    Change("zero-rated", _set("type_code", to="0102"), _wrong("type_code")),
    Change("exempt", _set("type_code", to="0301"), _wrong("type_code")),
    Change("import", _set("type_code", to="0104"), _wrong("type_code")),
    Change("amended kind", _set("type_code", to=lambda t, c: c.choice(("0201", "0401"))), _wrong("type_code")),
    Change("purpose", _set("purpose", to=lambda t, c: c.choice(("", "03", "1", "xx"))), _wrong("purpose")),
    Change("reason of amendment", _set("amendment", to=lambda t, c: f"0{c.randint(1, 6)}"), _wrong("amendment")),
    Change("original number", _set("original", to="1" * 24), _wrong("amendment")),
    Change("no written day", _set("written_on", to=lambda t, c: c.choice(("", *NEVER))), _wrong("written_on")),
    Change("no issued day", _set("issued_at", to=lambda t, c: c.choice(("", *NEVER))), _wrong("issued_at")),
    Change("issued before written", _set("issued_at", to=lambda t, c: f"{_days(-1)}235959"), _wrong("issued_at")),
    Change("written before acceptance", _set("written_on", to=lambda t, c: _days(-3)), _wrong("accepted_first", "period")),
    Change("approval too short", _set("approval_number", to=lambda t, c: t[:-1]), _wrong("approval_number")),
    Change("no approval number", _set("approval_number", to=""), _wrong("approval_number")),
    Change("approval of no day", _set("approval_number", to=lambda t, c: "20201341" + t[8:]), _wrong("approval_number")),
    Change("approval with a sign", _set("approval_number", to=lambda t, c: t[:-1] + "!"), _wrong("approval_number")),
    Change("another supplier", _set("invoicer", "number", to="1111111119"), _wrong("invoicer")),
    Change("supplier's number wrong", _set("invoicer", "number", to=lambda t, c: c.choice(("", "1234567890", "0" * 10))),
           _wrong("invoicer")),
    Change("another buyer", _set("invoicee", "number", to="2222222227"), _wrong("invoicee")),
    Change("buyer's number wrong", _set("invoicee", "number", to=lambda t, c: c.choice(("", "12345", "123456789x"))),
           _wrong("invoicee")),
    Change("no supplier's name", _set("invoicer", "name", to=""), _wrong("invoicer_name")),
    Change("means", _set("means", to=lambda t, c: [(c.choice(("", "11", "99")), "1000")]), _wrong("means")),
    Change("amount of means", _set("means", to=lambda t, c: [("40", c.choice(("1.5", "만원")))]), _wrong("means")),
    Change("supply no amount", _set("supply", to=lambda t, c: c.choice(("", "1,000", "1.5", "일억"))),
           _wrong("amount_supply")),
    Change("tax no amount", _set("vat", to=lambda t, c: c.choice(("", "1e5", "½"))), _wrong("amount_vat")),
    Change("total no amount", _set("total", to=lambda t, c: c.choice(("", "9" * 20, "0x10"))), _wrong("amount_total")),
    Change("negative total", _set("total", to=lambda t, c: f"-{t}"), _wrong("amount_total", "total")),
    Change("sum of supply off", _set("supply", to=_more(1, 9)), _wrong("sum_supply", "total")),
    Change("sum of tax off", _set("vat", to=lambda t, c: str(int(t) - c.randint(1, 10))), _wrong("sum_vat", "total")),
    Change("total off", _set("total", to=_more(1, 9_999)), _wrong("total")),
    Change("tax of a line off", _line_tax_off, _wrong("vat", "vat_reserve?")),
    Change("more than accepted", _too_much, _wrong("quantity", "vat_reserve")),
    Change("another price", _other_price, _wrong("supply")),
    Change("sequence", _set("lines", 0, "sequence", to=lambda t, c: c.choice(("", "0", "2", "a"))), _wrong("sequence")),
    Change("no name of the item", _set("lines", 0, "name", to=""), _wrong("line_name")),
    Change("day of supply", _set("lines", 0, "day", to=lambda t, c: c.choice(("", *NEVER))), _wrong("line_day")),
    Change("no quantity", _set("lines", 0, "quantity", to=lambda t, c: c.choice(("", "x", "1.2345"))), _wrong("line_amount")),
    Change("no unit price", _set("lines", 0, "unit_price", to=""), _wrong("line_amount")),
    Change("supply of a line no amount", _set("lines", 0, "supply", to=lambda t, c: c.choice(("", "1.5"))),
           _wrong("line_amount")),
    Change("product off", _set("lines", 0, "unit_price", to=_more(1, 99)), _wrong("line_product")),
    Change("no lines", _set("lines", to=[]), _wrong("lines", "sum_supply", "sum_vat")),
)  # fmt: skip


def changed(right: Fields, change: Change, chance: random.Random) -> Fields:
    """A right invoice with one change, under numbers of its own."""
    fields = copy.deepcopy(right)
    fields["own_number"] = f"T{next(_count):08d}"
    fields["approval_number"] = f"{fields['approval_number'][:16]}{next(_count):08d}"
    change.make(fields, chance)
    return fields
