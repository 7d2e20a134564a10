"""The same invoice as UBL 2.1 under EN 16931, and the business rules of EN 16931 that an invoice in won can break.

The rules here are the ones that depend on amounts, parties and references; that what is written passes the official schema
and rules too is a test's business, since their processor is a hundred megabytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree as ET

from marketplace.core.i18n import N_
from marketplace.core.money import floor_to
from marketplace.programmes.rules import Phrase
from marketplace.settlement.rules.match import plain

CUSTOMIZATION = "urn:cen.eu:en16931:2017"
INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
ORDINARY, CORRECTED = "380", "384"
STANDARD, EXEMPT = "S", "E"


@dataclass(frozen=True, slots=True)
class UblParty:
    """A firm; `number` is its business number, empty for one that has none yet."""

    name: str
    number: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class UblLine:
    """One line. Amounts in won; below zero where it nets something off."""

    name: str
    unit: str
    quantity: Decimal
    unit_price_minor: int
    supply_minor: int


@dataclass(frozen=True, slots=True)
class UblInvoice:
    """What UBL says of an invoice."""

    number: str
    approval_number: str
    written_on: date
    order: str
    amends: str
    """The approval number of the invoice that it amends; empty for an ordinary one."""
    note: str
    seller: UblParty
    buyer: UblParty
    vat_rate: Fraction
    supply_minor: int
    vat_minor: int
    total_minor: int
    lines: tuple[UblLine, ...]


def problems(invoice: UblInvoice) -> list[Phrase]:
    """Why an invoice has no form under EN 16931; empty where it has."""
    return list(_problems(invoice))


def _problems(invoice: UblInvoice) -> Iterator[Phrase]:
    if not invoice.lines:
        yield Phrase(N_("품목이 없습니다(BR-16)."))
    if not invoice.number or not invoice.seller.name or not invoice.buyer.name:
        yield Phrase(N_("번호나 상호가 없습니다(BR-02, BR-06, BR-07)."))
    if invoice.vat_rate and not invoice.seller.number:
        yield Phrase(N_("공급자의 사업자등록번호가 없습니다(BR-S-02)."))
    if sum(line.supply_minor for line in invoice.lines) != invoice.supply_minor:
        yield Phrase(N_("품목의 합이 공급가액과 다릅니다(BR-CO-10)."))
    if invoice.supply_minor + invoice.vat_minor != invoice.total_minor:
        yield Phrase(N_("합계가 공급가액과 세액의 합과 다릅니다(BR-CO-15)."))
    if abs(invoice.vat_minor - invoice.supply_minor * invoice.vat_rate) >= 1:
        due = floor_to(invoice.supply_minor * invoice.vat_rate)
        yield Phrase(N_("세액이 공급가액의 %(due)s원과 1원 이상 다릅니다(BR-CO-17)."), {"due": f"{due:,}"})
    if any(line.unit_price_minor < 0 for line in invoice.lines):
        yield Phrase(N_("단가가 음수입니다(BR-27)."))


def ubl_of(invoice: UblInvoice) -> bytes:
    """The XML, the same bytes for the same invoice."""
    for prefix, address in (("", INVOICE), ("cac", CAC), ("cbc", CBC)):
        ET.register_namespace(prefix, address)
    root = ET.Element(f"{{{INVOICE}}}Invoice")
    _texts(
        root,
        CustomizationID=CUSTOMIZATION,
        ID=invoice.number,
        IssueDate=invoice.written_on.isoformat(),
        InvoiceTypeCode=CORRECTED if invoice.amends else ORDINARY,
        Note=invoice.note,
        DocumentCurrencyCode="KRW",
    )
    if invoice.order:
        _texts(_part(root, "OrderReference"), ID=invoice.order)
    if invoice.amends:
        _texts(_part(root, "BillingReference/InvoiceDocumentReference"), ID=invoice.amends)
    extra = _part(root, "AdditionalDocumentReference")
    # 승인번호: what the tax service knows it by. EN 16931 has no field for a national clearance number.
    _texts(extra, ID=invoice.approval_number, DocumentDescription="국세청 승인번호")
    _party(_part(root, "AccountingSupplierParty/Party"), invoice.seller)
    _party(_part(root, "AccountingCustomerParty/Party"), invoice.buyer)
    _texts(_part(root, "PaymentTerms"), Note="정산 승인 뒤 지급")
    _tax(root, invoice)
    total = _part(root, "LegalMonetaryTotal")
    for name, amount in (
        ("LineExtensionAmount", invoice.supply_minor),
        ("TaxExclusiveAmount", invoice.supply_minor),
        ("TaxInclusiveAmount", invoice.total_minor),
        ("PayableAmount", invoice.total_minor),
    ):
        _amount(total, name, amount)
    for place, line in enumerate(invoice.lines, start=1):
        _line(_part(root, "InvoiceLine"), place, line, invoice)
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _part(parent: ET.Element, path: str) -> ET.Element:
    for name in path.split("/"):
        parent = ET.SubElement(parent, f"{{{CAC}}}{name}")
    return parent


def _texts(parent: ET.Element, **texts: str) -> None:
    for name, text in texts.items():
        if text:
            ET.SubElement(parent, f"{{{CBC}}}{name}").text = text


def _amount(parent: ET.Element, name: str, minor: int) -> None:
    ET.SubElement(parent, f"{{{CBC}}}{name}", currencyID="KRW").text = str(minor)


def _party(place: ET.Element, party: UblParty) -> None:
    _texts(_part(place, "PartyName"), Name=party.name)
    address = _part(place, "PostalAddress")
    _texts(address, StreetName=party.address)
    _texts(_part(address, "Country"), IdentificationCode="KR")
    if party.number:
        scheme = _part(place, "PartyTaxScheme")
        _texts(scheme, CompanyID=f"KR{party.number}")
        _texts(_part(scheme, "TaxScheme"), ID="VAT")
    legal = _part(place, "PartyLegalEntity")
    _texts(legal, RegistrationName=party.name, CompanyID=party.number)


def _category(place: ET.Element, invoice: UblInvoice, *, whole: bool) -> None:
    percent = str(Decimal(invoice.vat_rate.numerator) * 100 / Decimal(invoice.vat_rate.denominator))
    _texts(place, ID=STANDARD if invoice.vat_rate else EXEMPT, Percent=percent)
    if whole and not invoice.vat_rate:
        _texts(place, TaxExemptionReason="부가가치세 면세")
    _texts(_part(place, "TaxScheme"), ID="VAT")


def _tax(root: ET.Element, invoice: UblInvoice) -> None:
    tax = _part(root, "TaxTotal")
    _amount(tax, "TaxAmount", invoice.vat_minor)
    part = _part(tax, "TaxSubtotal")
    _amount(part, "TaxableAmount", invoice.supply_minor)
    _amount(part, "TaxAmount", invoice.vat_minor)
    _category(_part(part, "TaxCategory"), invoice, whole=True)


def _line(place: ET.Element, number: int, line: UblLine, invoice: UblInvoice) -> None:
    # A change of the supply value alone has no quantity: it is one unit of the difference, so that the price stays above 0.
    quantity, price = line.quantity, line.unit_price_minor
    if not quantity:
        quantity, price = Decimal(1 if line.supply_minor > 0 else -1), abs(line.supply_minor)
    _texts(place, ID=str(number), Note=line.unit)
    ET.SubElement(place, f"{{{CBC}}}InvoicedQuantity", unitCode="C62").text = plain(quantity)
    _amount(place, "LineExtensionAmount", line.supply_minor)
    item = _part(place, "Item")
    _texts(item, Name=line.name)
    _category(_part(item, "ClassifiedTaxCategory"), invoice, whole=False)
    _amount(_part(place, "Price"), "PriceAmount", price)
