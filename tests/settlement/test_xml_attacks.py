"""Files that are no invoice but an attack: each is refused in a sentence, quickly and with memory bounded."""

import gzip
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from sqlalchemy import func, select

from marketplace.core.db import session
from marketplace.settlement.models import InvoiceUpload
from marketplace.settlement.rules import Unreadable, check_signature, kec, read_kec, tree_of
from tests.settlement import kec as files
from tests.settlement import makers
from tests.settlement.test_upload import _fields, upload

ROOT = Path(__file__).resolve().parents[2]
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
FIELDS = _fields()
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
NS = kec.NAMESPACE


def file(**how):
    return files.xml_of(FIELDS, **how)


def declared(doctype):
    return file(head=f"{HEAD}{doctype}")


def deep(levels):
    return f'{HEAD}<TaxInvoice xmlns="{NS}">{"<a>" * levels}{"</a>" * levels}</TaxInvoice>'.encode()


ATTACKS = {
    "an external entity of a file": ("dtd", declared('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')),
    "an external entity of an address": ("dtd", declared('<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/">]>')),
    "a parameter entity": ("dtd", declared('<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/e"> %e;]>')),
    "a public identifier": ("dtd", declared('<!DOCTYPE x PUBLIC "-//x" "http://127.0.0.1:9/x.dtd">')),
    "a DTD without entities": ("dtd", declared("<!DOCTYPE TaxInvoice>")),
    "a DTD after a long comment": ("dtd", declared(f"<!--{'x' * 5000}--><!DOCTYPE x>")),
    "billion laughs": ("dtd", declared(f'<!DOCTYPE x [<!ENTITY a0 "ha">{LAUGHS}]>')),
    "quadratic blowup": ("dtd", declared(f'<!DOCTYPE x [<!ENTITY a "{"x" * 100_000}">]>')),
    "an entity that grows itself": ("dtd", declared('<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]>')),
    "an entity nobody declared": ("xml", file(extra="<x>&unknown;</x>")),
    "XInclude of a file": (
        "include",
        file(extra='<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'),
    ),
    "XInclude of an address": (
        "include", file(extra='<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="http://127.0.0.1:9/"/>'),
    ),
    "forty levels": ("shape", deep(40)),
    "a hundred thousand levels": ("xml", deep(100_000)),
    "ten thousand brothers": ("shape", file(extra="<a/>" * 10_001)),
    "a text of half a megabyte": ("text", file(extra=f"<a>{'가' * 160_000}</a>")),
    "a long attribute": ("text", file(extra=f'<a b="{"x" * 5000}"/>')),
    "two megabytes": ("size", file(extra=f"<a>{'x' * 2_000_000}</a>")),
    "UTF-16": ("encoding", file(head="").decode().encode("utf-16")),
    "UTF-32": ("encoding", file(head="").decode().encode("utf-32")),
    "EUC-KR": ("encoding", file(head="").decode().replace("서울", "서울시").encode("euc-kr")),
    "EUC-KR that is declared": ("encoding", file(head='<?xml version="1.0" encoding="EUC-KR"?>')),
    "UTF-7 that is declared": ("encoding", file(head='<?xml version="1.0" encoding="UTF-7"?>')),
    "EBCDIC that is declared": ("encoding", file(head="<?xml version='1.0' encoding='IBM037'?>")),
    "a null": ("encoding", file(extra="<a>\0</a>")),
    "half a letter": ("encoding", file()[:200] + b"\xec"),
    "a control character": ("xml", file(extra="<a>\x08</a>")),
    "nothing": ("xml", b""),
    "a picture": ("encoding", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
    "a zipped file": ("encoding", gzip.compress(b"x" * 100)),
    "an open element": ("xml", file()[:-20]),
    "two roots": ("xml", file() + b"<a/>"),
    "another root": ("root", b"<html/>"),
    "another namespace": ("root", b'<TaxInvoice xmlns="urn:x"/>'),
    "a root without a namespace": ("root", b"<TaxInvoice/>"),
    "two totals": (
        "twice", file().replace(b"<GrandTotalAmount>", b"<GrandTotalAmount>1</GrandTotalAmount><GrandTotalAmount>"),
    ),
    "two documents": ("twice", file(extra="<TaxInvoiceDocument><IssueID>1</IssueID></TaxInvoiceDocument>")),
    "a hundred lines": ("lines", files.xml_of(FIELDS | {"lines": FIELDS["lines"] * 100})),
    "a stylesheet of UTF-16 hidden after UTF-8": ("encoding", file() + "<a/>".encode("utf-16")),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_each_attack_is_refused_by_its_name_within_a_second(name):
    rule, data = ATTACKS[name]
    begun = time.monotonic()
    with pytest.raises(Unreadable) as refused:
        read_kec(data)
    assert refused.value.rule == rule
    assert time.monotonic() - begun < 1


def test_an_attack_over_http_is_a_sentence_and_leaves_nothing(app, as_):
    ready = makers.make_ready(4)
    for name in (
        "an external entity of a file",
        "billion laughs",
        "XInclude of a file",
        "UTF-16",
        "nothing",
        "two roots",
    ):
        answer = upload(as_, ready, ATTACKS[name][1])
        assert answer.status_code == 422, name
        assert 'id="file-error"' in answer.text, name
        assert "root:" not in answer.text
    session.rollback()
    assert session.scalar(select(func.count()).select_from(InvoiceUpload)) == 0


def test_memory_stays_bounded_while_all_attacks_are_read():
    """In a process of its own: 700 MB of addresses are all it gets, and it takes less than 64 MB more than before."""
    script = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (700_000_000, 700_000_000))\n"
        "from tests.settlement.test_xml_attacks import ATTACKS, read_kec, Unreadable\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for rule, data in ATTACKS.values():\n"
        "    try: read_kec(data)\n"
        "    except Unreadable: continue\n"
        "    raise SystemExit('read')\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    assert int(done.stdout) < 64_000  # kilobytes


def test_a_byte_order_mark_and_comments_do_no_harm():
    assert read_kec(b"\xef\xbb\xbf" + file()).supply == "100"
    assert read_kec(file(extra="<!-- 메모 --><?note x?>")).supply == "100"
    assert read_kec(file(head=f"{HEAD}\n  ")).supply == "100"


def test_twin_without_the_look_for_a_dtd_the_file_is_read(monkeypatch):
    """The parser itself fetches nothing and expands nothing, so the second guard still holds: the entity stays empty."""
    data = declared('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>').replace(b"T00", b"&e;")
    with pytest.raises(Unreadable):
        read_kec(data)
    monkeypatch.setattr(kec, "_refuse_encoding", lambda data: None)
    assert "root:" not in str(read_kec(data).facts())


def test_twin_a_parser_as_it_comes_reads_the_file_of_passwords():
    """What the two guards are for: a parser that resolves entities hands the file over."""
    data = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=False))
    assert "root:" in "".join(root.itertext())


def _signed(**how):
    from datetime import UTC, datetime, timedelta

    import signxml
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "테스트 공급")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    signer = signxml.XMLSigner(c14n_algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315")
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    return etree.tostring(signer.sign(tree_of(file(**how)), key=key, cert=pem))


def test_a_signature_is_intact_until_a_digit_changes(app, as_):
    data = _signed()
    seen = check_signature(tree_of(data))
    assert (seen.seal, "테스트 공급" in seen.signer) == ("intact", True)
    assert check_signature(tree_of(data.replace(b">110<", b">910<"))).seal == "broken"
    assert check_signature(tree_of(file())).seal == "none"
    sha1 = data.replace(b"rsa-sha256", b"rsa-sha1").replace(
        b"2001/04/xmldsig-more#rsa-sha1", b"2000/09/xmldsig#rsa-sha1"
    )
    assert check_signature(tree_of(sha1)).seal in ("unchecked", "broken")
    assert check_signature(tree_of(data.replace(b'URI=""', b'URI="#x"'))).seal == "unchecked"


def test_a_broken_signature_is_named_and_stands_in_the_way(app, as_):
    ready = makers.make_ready(4)
    answer = upload(as_, ready, _signed().replace(b">110<", b">910<"))
    assert "서명한 뒤에 내용이 바뀐 파일입니다" in as_(ready.supplier).get(answer.location).text
    assert as_(ready.supplier).send(f"{answer.location}/enter", {}).status_code == 422


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2_000), st.binary(min_size=0, max_size=12), st.integers(0, 20))
def test_no_damage_is_anything_but_read_or_refused(place, put, gone):
    data = bytearray(file())
    data[place : place + gone] = put
    try:
        document = read_kec(bytes(data))
    except Unreadable:
        return
    assert document.facts()["lines"] is not None


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_are_anything_but_refused(data):
    with pytest.raises(Unreadable):
        read_kec(data)


def test_a_file_name_is_kept_without_what_cannot_be_printed(app, as_):
    ready = makers.make_ready(4)
    data = files.xml_of(files.right_fields(ready.order_id))
    assert upload(as_, ready, data, name="../../세금\u202e계산서\x00.xml").status_code == 303
    session.rollback()
    name = session.scalars(select(InvoiceUpload.file_name)).one()
    assert name.isprintable()
