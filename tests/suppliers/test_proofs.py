"""Files that prove a supplier's prices: looked at before they are kept, shown to whoever reviews, never taken away."""

import io
import zipfile

import psycopg
import pytest
from sqlalchemy import func, select

from marketplace.core.db import session, transaction
from marketplace.evidence.models import Event
from marketplace.suppliers import operations, queries
from marketplace.suppliers.models import PriceProof
from marketplace.suppliers.rules import BadProof, proof_of
from tests import factories
from tests.suppliers import makers
from tests.suppliers.test_apply import applications, form

PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n....IEND\xaeB`\x82"
JPG = b"\xff\xd8\xff\xe0....\xff\xd9"


def workbook(*more, member=b"<x/>"):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", *more):
            archive.writestr(name, member)
    return made.getvalue()


def test_a_file_is_what_its_bytes_say():
    good = {"a.pdf": PDF, "표 1.PNG": PNG, "b.jpeg": JPG, "c.jpg": JPG, "d.xlsx": workbook()}
    assert [proof_of(io.BytesIO(data), name)[1] for name, data in good.items()] == ["pdf", "png", "jpg", "jpg", "xlsx"]
    assert proof_of(io.BytesIO(PDF), "C:\\자료\\../price.pdf") == ("price.pdf", "pdf")
    bomb = workbook("xl/a.bin", member=b"0" * 80_000_000)
    bad = {
        "a.exe": PDF, "b.pdf": PNG, "c.pdf": b"%PDF-1.7 cut off", "d.pdf": b"", "e.xlsx": workbook("xl/vbaProject.bin"),
        "f.xlsx": bomb, "g.xlsx": b"PK\x03\x04 no archive", "h.pdf": PDF + b"0" * 10 * 1024**2, "i.svg": b"<svg/>",
        "": PDF, "x\n.pdf": PDF, "긴" * 200 + ".pdf": PDF,
    }  # fmt: skip
    for name, data in bad.items():
        with pytest.raises(BadProof):
            proof_of(io.BytesIO(data), name)


def test_what_proves_a_price_comes_with_it_and_is_read_by_the_firm_and_its_reviewers(app, as_, owner):
    supplier, programme_id = factories.make_supplier(), makers.make_programme_row()
    browser = as_(supplier)
    answer = browser.send(
        "/suppliers/apply",
        {**form(programme_id), "prices-0-file": (io.BytesIO(PNG), "가격표.pdf")},
        content_type="multipart/form-data",
    )
    assert (answer.status_code, applications()) == (422, 0)
    assert "가격표.pdf: PDF, PNG, JPG, XLSX 파일만" in answer.text and "누리집 가격표" in answer.text
    answer = browser.send(
        "/suppliers/apply",
        {**form(programme_id), "prices-0-file": (io.BytesIO(PDF), "가격표.pdf")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303
    designation = queries.find_designation_of(supplier.organisation_id, programme_id)
    designation_id = designation.id
    (kept,) = queries.proofs_of(designation_id)
    path = f"/suppliers/designations/{designation_id}/proofs/{kept.id}"
    assert (kept.item, kept.name, kept.kind, kept.uploaded_by) == (
        "상권 데이터",
        "가격표.pdf",
        "pdf",
        supplier.person_id,
    )
    event = session.scalars(select(Event).where(Event.action == "designation:applied")).one()
    assert event.facts["proofs"] == [kept.sha256]
    # the reviewer reads it; another firm and a guest do not learn that it is there
    reviewer = as_(factories.make_officer())
    assert path in reviewer.get(f"/suppliers/designations/{designation_id}").text
    got = reviewer.get(path)
    assert (got.data, got.mimetype) == (PDF, "application/octet-stream")
    assert "attachment" in got.headers["Content-Disposition"]
    assert as_(factories.make_supplier()).get(path).status_code == 404
    assert reviewer.get(f"/suppliers/designations/{designation_id}/proofs/{kept.id + 1}").status_code == 404
    # mended with another file, the first stays; the same file again is not kept twice
    officer = factories.make_officer()
    with transaction():
        operations.begin_review(designation_id, by=officer)
        operations.request_fix(designation_id, {"prices": "세금계산서를 내세요."}, by=officer)
    files = {"prices-0-file": (io.BytesIO(workbook()), "세금계산서.xlsx")}
    mending = {name: value for name, value in form(programme_id).items() if name != "programme_id"}
    for given in (files, {"prices-0-file": (io.BytesIO(PDF), "가격표.pdf")}):
        answer = browser.send(
            f"/suppliers/designations/{designation_id}/mend", {**mending, **given}, content_type="multipart/form-data"
        )
    session.rollback()
    assert [each.name for each in queries.proofs_of(designation_id)] == ["가격표.pdf", "세금계산서.xlsx"]
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        owner.execute("delete from price_proof")
    assert session.scalar(select(func.count()).select_from(PriceProof)) == 2
