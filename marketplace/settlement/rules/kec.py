"""Reading the XML of a Korean electronic tax invoice (KEC), from whoever sends it.

The file is hostile until read: it is UTF-8 or nothing, has no DTD (so there are no entities to grow or to fetch), no
XInclude, no more than LARGEST bytes, DEEPEST levels and MOST elements, and each text at most LONGEST characters. All
texts are kept as they stand; what they are worth is judged in `kec_check`.

Structure from public programs that read and write it, since the schema itself is not public; unknown elements are
passed over, a known one that stands twice is refused: nobody could say which of the two was signed or meant.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from lxml import etree

from marketplace.core.i18n import N_
from marketplace.programmes.rules import Phrase

NAMESPACE = "urn:kr:or:kec:standard:Tax:ReusableAggregateBusinessInformationEntitySchemaModule:1:0"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
XINCLUDE = "{http://www.w3.org/2001/XInclude}"
LARGEST, DEEPEST, MOST, LONGEST, LINES = 1_000_000, 32, 10_000, 1_000, 99
"""Bytes, levels, elements, characters of one text, and lines: a real invoice of 99 lines has about 80,000 bytes."""

_DECLARED = re.compile(r"""\A<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")


class Unreadable(Exception):
    """The file is no invoice that may be read. `rule` names the check."""

    def __init__(self, rule: str, sentence: str, **params: Any) -> None:
        self.rule = rule
        self.phrase = Phrase(sentence, params)
        super().__init__(rule)


@dataclass(frozen=True, slots=True)
class KecParty:
    """One of the two firms, as written."""

    number: str = ""
    number_kind: str = ""
    name: str = ""
    representative: str = ""
    branch: str = ""
    business: str = ""
    item: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class KecLine:
    """One line, as written."""

    sequence: str = ""
    name: str = ""
    spec: str = ""
    day: str = ""
    quantity: str = ""
    unit_price: str = ""
    supply: str = ""
    vat: str = ""


@dataclass(frozen=True, slots=True)
class KecDocument:
    """All that is read of an invoice; every value is the text of the file, '' where there is none."""

    own_number: str
    issued_at: str
    approval_number: str
    type_code: str
    written_on: str
    amendment: str
    purpose: str
    original: str
    note: str
    invoicer: KecParty
    invoicee: KecParty
    means: tuple[tuple[str, str], ...]
    supply: str
    vat: str
    total: str
    lines: tuple[KecLine, ...]
    signed: bool

    def facts(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def document_of(facts: dict[str, Any]) -> KecDocument:
    """The document that `facts` were made of."""
    return KecDocument(
        **{
            **facts,
            "invoicer": KecParty(**facts["invoicer"]),
            "invoicee": KecParty(**facts["invoicee"]),
            "means": tuple((code, amount) for code, amount in facts["means"]),
            "lines": tuple(KecLine(**line) for line in facts["lines"]),
        }
    )


def read_kec(data: bytes) -> KecDocument:
    """What stands in the file. Raises Unreadable."""
    return document_in(tree_of(data))


def tree_of(data: bytes) -> Any:
    """The root element of an invoice's XML, from bytes nobody trusts. Raises Unreadable."""
    if len(data) > LARGEST:
        raise Unreadable("size", N_("파일이 너무 큽니다. 전자세금계산서 XML은 1MB를 넘지 않습니다."))
    _refuse_encoding(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, dtd_validation=False,
        remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(
            "xml", N_("XML로 읽을 수 없는 파일입니다. 홈택스나 발급 서비스에서 XML을 다시 내려받으세요.")
        ) from error
    _refuse_shape(root)
    if root.tag != f"{{{NAMESPACE}}}TaxInvoice":
        raise Unreadable("root", N_("국세청 표준 전자세금계산서(TaxInvoice)가 아닙니다. 다른 XML 파일을 올리셨습니다."))
    return root


def _refuse_encoding(data: bytes) -> None:
    """UTF-8 only, and no DTD: in UTF-8 there is one way to write <!DOCTYPE, so looking for it is enough."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(
            "encoding", N_("UTF-8로 된 파일이 아닙니다. 전자세금계산서 XML은 UTF-8로 저장됩니다.")
        ) from error
    declared = _DECLARED.match(text.lstrip())
    if (declared and declared.group(1).lower() not in ("utf-8", "utf8")) or "\x00" in text:
        raise Unreadable("encoding", N_("UTF-8로 된 파일이 아닙니다. 전자세금계산서 XML은 UTF-8로 저장됩니다."))
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Unreadable("dtd", N_("문서 형식 정의(DTD)가 든 XML은 받지 않습니다. 전자세금계산서에는 DTD가 없습니다."))


def _refuse_shape(root: Any) -> None:
    """Depth, number of elements, length of texts and attributes, and whether something asks to be included."""
    depth = count = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth, count = depth + 1, count + 1
        if depth > DEEPEST or count > MOST:
            raise Unreadable("shape", N_("XML의 구조가 전자세금계산서라기에는 너무 깊거나 큽니다."))
        if str(element.tag).startswith(XINCLUDE):
            raise Unreadable("include", N_("다른 파일을 끌어오는 XML(XInclude)은 받지 않습니다."))
        # A signature's certificate is one long text of its own.
        longest = 20_000 if "xmldsig#" in str(element.tag) else LONGEST
        if len(element.text or "") > longest or any(len(value) > LONGEST for value in element.attrib.values()):
            raise Unreadable("text", N_("한 항목의 글자가 너무 깁니다(최대 %(limit)s자)."), limit=LONGEST)


def _children(node: Any, name: str) -> list[Any]:
    return [] if node is None else node.findall(f"{{{NAMESPACE}}}{name}")


def _one(node: Any, path: str) -> Any:
    """The element at a path of names, None where there is none. A known one that stands twice is refused."""
    for name in path.split("/"):
        found = _children(node, name)
        if len(found) > 1:
            raise Unreadable("twice", N_("한 번만 있어야 할 항목(%(name)s)이 두 번 들어 있습니다."), name=name)
        node = found[0] if found else None
    return node


def _text(node: Any, path: str) -> str:
    found = _one(node, path)
    return "" if found is None else "".join(found.itertext()).strip()


def _party(node: Any) -> KecParty:
    return KecParty(
        number=_text(node, "ID"),
        number_kind=_text(node, "SpecifiedOrganization/BusinessTypeCode"),
        name=_text(node, "NameText"),
        representative=_text(node, "SpecifiedPerson/NameText"),
        branch=_text(node, "SpecifiedOrganization/TaxRegistrationID"),
        business=_text(node, "TypeCode"),
        item=_text(node, "ClassificationCode"),
        address=_text(node, "SpecifiedAddress/LineOneText"),
    )


def _lines(root: Any) -> Iterator[KecLine]:
    nodes = _children(root, "TaxInvoiceTradeLineItem")
    if len(nodes) > LINES:
        raise Unreadable("lines", N_("품목이 %(limit)s개를 넘습니다."), limit=LINES)
    for node in nodes:
        yield KecLine(
            sequence=_text(node, "SequenceNumeric"),
            name=_text(node, "NameText"),
            spec=_text(node, "InformationText"),
            day=_text(node, "PurchaseExpiryDateTime"),
            quantity=_text(node, "ChargeableUnitQuantity"),
            unit_price=_text(node, "UnitPrice/UnitAmount"),
            supply=_text(node, "InvoiceAmount"),
            vat=_text(node, "TotalTax/CalculatedAmount"),
        )


def document_in(root: Any) -> KecDocument:
    """What stands in a tree that `tree_of` has read. Raises Unreadable for what stands twice."""
    head, trade = _one(root, "TaxInvoiceDocument"), _one(root, "TaxInvoiceTradeSettlement")
    sums = _one(trade, "SpecifiedMonetarySummation")
    return KecDocument(
        own_number=_text(root, "ExchangedDocument/ID"),
        issued_at=_text(root, "ExchangedDocument/IssueDateTime"),
        approval_number=_text(head, "IssueID"),
        type_code=_text(head, "TypeCode"),
        written_on=_text(head, "IssueDateTime"),
        amendment=_text(head, "AmendmentStatusCode"),
        purpose=_text(head, "PurposeCode"),
        original=_text(head, "OriginalIssueID"),
        note=_text(head, "DescriptionText"),
        invoicer=_party(_one(trade, "InvoicerParty")),
        invoicee=_party(_one(trade, "InvoiceeParty")),
        means=tuple(
            (_text(node, "TypeCode"), _text(node, "PaidAmount")) for node in _children(trade, "SpecifiedPaymentMeans")
        ),
        supply=_text(sums, "ChargeTotalAmount"),
        vat=_text(sums, "TaxTotalAmount"),
        total=_text(sums, "GrandTotalAmount"),
        lines=tuple(_lines(root)),
        signed=root.find(f".//{SIGNATURE}") is not None,
    )
