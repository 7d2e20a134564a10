"""Large files that come in pieces, links that end, receipts, and the conversation of an order."""

import base64
import hashlib
import io
import threading
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock

import psycopg
import pytest
from sqlalchemy import func, select
from werkzeug.exceptions import ClientDisconnected

from marketplace.core import clock, outside
from marketplace.core.db import locked, session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_all, run_job
from marketplace.core.storage import storage
from marketplace.delivery import gateway, operations, queries
from marketplace.delivery.gateway.pieces import Arriving
from marketplace.delivery.models import (
    Audience,
    DeliveryFile,
    DownloadReceipt,
    Message,
    Upload,
    UploadState,
)
from marketplace.delivery.operations import uploading
from marketplace.delivery.operations.uploading import OutOfStep
from marketplace.evidence.models import Event
from marketplace.notices.models import Notice
from marketplace.orders.models import PurchaseOrder
from tests import factories
from tests.delivery.makers import make_delivery, make_file
from tests.orders.makers import line_of, make_market, make_order

CONTENT = b"area,count\n" + b"".join(b"%d,%d\n" % (number, number * 7) for number in range(9_000))
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture
def market(app):
    return make_market()


def metadata(**told):
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items())


def begin(browser, order_id, content=CONTENT, **told):
    headers = {
        **TUS,
        "X-CSRFToken": browser.token(),
        "Upload-Length": str(len(content)),
        "Upload-Metadata": metadata(filename="data/big.csv", **told),
    }
    return browser.post(f"/orders/{order_id}/uploads", headers=headers)


def patch(browser, address, content, at, kind="application/offset+octet-stream"):
    headers = {**TUS, "X-CSRFToken": browser.token(), "Upload-Offset": str(at), "Content-Type": kind}
    return browser.patch(address, headers=headers, data=content)


def state_of(address):
    session.rollback()
    return session.get_one(Upload, int(address.rpartition("/")[2])).state


def test_a_file_in_pieces_goes_on_after_a_lost_connection_and_is_handed_over(app, market, as_):
    order_id = make_order(market, 4)
    supplier, sme = as_(market.supplier), as_(market.sme)
    digest = hashlib.sha256(CONTENT).hexdigest()
    begun = begin(supplier, order_id, sha256=digest)
    assert begun.status_code == 201
    address = begun.headers["Location"]
    assert sme.get(address).status_code == 403 and as_(factories.make_supplier()).get(address).status_code == 404
    assert patch(supplier, address, CONTENT[:40_000], 0).headers["Upload-Offset"] == "40000"
    for wrong in (0, 39_999, 40_001, 10**14):
        assert patch(supplier, address, b"x", wrong).status_code == 409
    assert patch(supplier, address, b"x", 40_000, kind="text/plain").status_code == 415
    there = supplier.head(address)
    assert (there.headers["Upload-Offset"], there.headers["Upload-Length"]) == ("40000", str(len(CONTENT)))
    # Nobody goes past the end: what is too much is not even read.
    assert patch(supplier, address, CONTENT[40_000:] + b"more", 40_000).headers["Upload-Offset"] == str(len(CONTENT))
    assert state_of(address) == UploadState.WHOLE
    assert run_all(app, "delivery.join_uploads") == 1
    assert state_of(address) == UploadState.READY
    page = supplier.get(f"/orders/{order_id}/deliveries/new").text
    assert "data/big.csv" in page and "큰 파일 나누어 올리기" in page
    upload_id = address.rpartition("/")[2]
    data = {f"quantity_{line_of(order_id).id}": "4", "uploaded": upload_id}
    assert supplier.send(f"/orders/{order_id}/deliveries/new", data).status_code == 303
    file = session.scalars(select(DeliveryFile)).one()
    assert (file.path, file.bytes, file.sha256) == ("data/big.csv", len(CONTENT), digest)
    assert sme.get(f"/deliveries/{file.delivery_id}/files/{file.id}").data == CONTENT
    with pytest.raises(Refused, match="이미 납품한"), transaction():
        operations.use_uploads(locked(PurchaseOrder, order_id), (int(upload_id),))


def test_a_broken_promise_is_refused_and_what_nobody_goes_on_with_is_thrown_away(app, market, as_, clock_at):
    order_id = make_order(market, 4)
    supplier = as_(market.supplier)
    wrong = begin(supplier, order_id, b"abc", sha256="0" * 64).headers["Location"]
    patch(supplier, wrong, b"abc", 0)
    run_all(app, "delivery.join_uploads")
    assert state_of(wrong) == UploadState.FAILED
    assert "다시 올리세요" in supplier.get(f"/orders/{order_id}/deliveries/new").text
    left = begin(supplier, order_id).headers["Location"]
    patch(supplier, left, CONTENT[:10], 0)
    clock_at(days=6)
    assert run_all(app, "delivery.throw_away_uploads") == 0
    clock_at(days=2)
    assert run_all(app, "delivery.throw_away_uploads") == 1
    assert state_of(left) == UploadState.FAILED
    for name in ("../x", "/etc/x", ""):
        headers = {
            **TUS,
            "X-CSRFToken": supplier.token(),
            "Upload-Length": "3",
            "Upload-Metadata": metadata(filename=name),
        }
        assert supplier.post(f"/orders/{order_id}/uploads", headers=headers).status_code == 422
    assert begin(supplier, order_id, b"").status_code == 422
    with pytest.raises(OutOfStep), transaction():
        operations.take_part(int(left.rpartition("/")[2]), begins_at=10, size=1, sha256="x", by=market.supplier)


def test_what_came_before_the_connection_was_lost_is_kept_in_little_memory(app):
    class Lost(io.BytesIO):
        def read(self, size=-1):
            data = super().read(size)
            if not data:
                raise ClientDisconnected
            return data

    assert Arriving(Lost(b"abc"), 10).read() == b"abc"
    digest, size = gateway.keep_piece(1, Lost(b"x" * 3_000_000), 10**9)
    assert size == 3_000_000
    tracemalloc.start()
    whole = gateway.join(1, [digest] * 20)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert whole == hashlib.sha256(b"x" * 60_000_000).hexdigest() and most < 8_000_000
    gateway.forget(1, [digest])
    with pytest.raises(FileNotFoundError):
        gateway.join(1, [digest])
    with pytest.raises(FileNotFoundError):
        storage().open(whole)  # not among what is kept for good before it is delivered
    gateway.adopt(1, whole)
    gateway.adopt(1, whole)
    gateway.clear(1)
    gateway.clear(1)
    assert storage().open(whole).read(3) == b"xxx"


def test_a_link_ends_by_itself_and_every_download_leaves_a_receipt(
    app, market, as_, client, clock_at, owner, superuser
):
    delivery_id = make_delivery(market, make_order(market, 4))
    file = session.scalars(select(DeliveryFile)).one()
    sme, here = as_(market.sme), f"/deliveries/{delivery_id}"
    assert as_(market.supplier).send(f"{here}/files/{file.id}/links", {"hours": "24"}).status_code == 403
    assert sme.send(f"{here}/files/{file.id}/links", {"hours": "9999"}).status_code == 303
    assert queries.links_of(delivery_id) == []
    sme.send(f"{here}/files/{file.id}/links", {"hours": "24", "note": "분석팀"})
    (link,) = queries.links_of(delivery_id)
    address = f"/downloads/{link.token}"
    assert address in sme.get(here).text and address not in as_(market.supplier).get(here).text
    assert client.get(address).data == b"area,count\n1,20\n"
    part = client.get(address, headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.data) == (206, b"count")
    for bad in (link.token[:-1] + "x", "x" * 64, link.token[:32], "한글"):
        assert client.get(f"/downloads/{bad}").status_code == 404
    sme.get(f"{here}/files/{file.id}")
    receipts = queries.receipts_of(delivery_id)
    assert [(each.person, each.link_id) for each in receipts] == [
        (market.sme.name, None),
        (None, link.id),
        (None, link.id),
    ]
    assert "분석팀" in as_(market.supplier).get(here).text
    for forbidden in ("update download_receipt set bytes = 1", "delete from download_receipt"):
        with pytest.raises(psycopg.errors.Error):
            owner.execute(forbidden)
    clock_at(hours=25)
    assert client.get(address).status_code == 404
    superuser.execute("update download_link set expires_at = expires_at + interval '9 days'")
    assert client.get(address).status_code == 200
    assert sme.send(f"{here}/links/{link.id}/end").status_code == 303
    assert client.get(address).status_code == 404
    assert session.scalar(select(func.count()).select_from(DownloadReceipt)) == 4


def test_a_conversation_has_an_audience_and_is_for_ever(app, market, as_, owner):
    order_id = make_order(market, 4)
    page = f"/orders/{order_id}/conversation"
    sme, supplier, officer = as_(market.sme), as_(market.supplier), as_(market.officer)
    files = [(io.BytesIO(b"proof"), "증빙.txt")]
    typed = {"body": "열 이름을\n바꿔 주세요", "audience": "parties", "files": files}
    assert sme.send(f"{page}?about=tax_invoice:7", typed).status_code == 303
    assert sme.send(page, {"body": "우리끼리", "audience": "officers"}).status_code == 422
    assert officer.send(page, {"body": "살펴볼 것", "audience": "officers"}).status_code == 303
    assert as_(factories.make_sme()).get(page).status_code == 404
    assert as_(factories.make_auditor()).send(page, {"body": "x", "audience": "parties"}).status_code == 403
    text = supplier.get(page).text
    assert "바꿔 주세요" in text and "살펴볼 것" not in text and "/settlement/invoices/7" in text
    assert "살펴볼 것" in as_(factories.make_auditor()).get(page).text
    file = queries.conversation_of(market.supplier, order_id, 1).items[0].files[0]
    assert supplier.get(f"{page}/files/{file.id}").data == b"proof"
    assert as_(factories.make_supplier()).get(f"{page}/files/{file.id}").status_code == 404
    with pytest.raises(NotYours), transaction():
        operations.write_message(order_id, "x", audience=Audience.OFFICERS, by=market.sme)
    with transaction():
        hidden = operations.write_message(
            order_id, "파일", audience=Audience.OFFICERS, files=[make_file("n.txt", b"n")], by=market.officer
        ).id
    of_officers = queries.conversation_of(market.officer, order_id, 1).items[0]
    assert of_officers.id == hidden and supplier.get(f"{page}/files/{of_officers.files[0].id}").status_code == 404
    told = session.scalars(select(Notice).where(Notice.kind == "message_written")).all()
    assert [notice.organisation_id for notice in told] == [market.supplier.organisation_id]
    with pytest.raises(psycopg.errors.Error):
        owner.execute("update message set body = ''")
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Message)) == 3


def places(app):
    """How many bytes uploads have on the disk."""
    folder = storage().folder
    return sum(each.stat().st_size for each in (folder / "pieces").rglob("*") if each.is_file())


def test_the_disk_cannot_be_filled(app, market, as_, clock_at, monkeypatch):
    order_id, other_id = make_order(market, 2), make_order(market, 2)
    supplier = as_(market.supplier)

    def asked(where, size):
        headers = {**TUS, "X-CSRFToken": supplier.token(), "Upload-Length": str(size)}
        return supplier.post(f"/orders/{where}/uploads", headers={**headers, "Upload-Metadata": metadata(filename="a")})

    monkeypatch.setattr(uploading, "MOST_OF_ORDER", 100)
    monkeypatch.setattr(uploading, "MOST_OF_FIRM", 150)
    first = asked(order_id, 60).headers["Location"]
    refused = asked(order_id, 41)
    assert refused.status_code == 422 and "이 발주에" in refused.text and "지우세요" in refused.text
    assert asked(other_id, 90).status_code == 201
    assert "회사가" in asked(other_id, 1).text
    monkeypatch.setattr(uploading, "MOST_OF_FIRM", 1000)
    # What is still to come counts twice, since the whole stands beside its pieces for a while: 2 × (60 + 90) are promised.
    for free, status in ((300 + 2 * 10, 201), (300 + 2 * 20, 422)):
        monkeypatch.setattr(gateway, "free_bytes", lambda free=free: free + uploading.SPARE)
        assert asked(other_id, 10).status_code == status
    monkeypatch.setattr(uploading, "MOST_OPEN", 1)
    assert "1개" in asked(order_id, 1).text
    # A piece that was not wanted leaves nothing behind; what is given up or left is gone from the disk.
    patch(supplier, first, b"x" * 40, 0)
    monkeypatch.setattr(operations, "take_part", mock.Mock(side_effect=OutOfStep("x")))
    assert patch(supplier, first, b"y" * 20, 40).status_code == 409 and places(app) == 40
    monkeypatch.undo()
    patch(supplier, first, b"y" * 20, 40)
    run_all(app, "delivery.join_uploads")
    assert state_of(first) == UploadState.READY and places(app) == 60
    assert as_(market.sme).send(f"{first}/give-up").status_code == 403
    assert supplier.send(f"{first}/give-up").status_code == 303 and places(app) == 0
    assert "확인하는 중이거나" in supplier.send(f"{first}/give-up", follow_redirects=True).text
    second = asked(order_id, 3).headers["Location"]
    patch(supplier, second, b"abc", 0)
    run_all(app, "delivery.join_uploads")
    clock_at(days=8)
    assert run_all(app, "delivery.throw_away_uploads") == 3 and places(app) == 0


class Store(BaseHTTPRequestHandler):
    """A supplier's object store; breaks the connection once after so many bytes."""

    content, breaks_at, parts, ranges = CONTENT, 0, True, []

    def log_message(self, *_words):
        pass

    def do_GET(self):
        kind = type(self)
        kind.ranges.append(self.headers.get("Range"))
        begins = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-")) if kind.parts else 0
        if "away" in self.path:
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
            return self.end_headers()
        self.send_response(206 if kind.parts else 200)
        self.send_header("Content-Length", str(len(kind.content) - begins))
        if kind.parts:
            self.send_header("Content-Range", f"bytes {begins}-{len(kind.content) - 1}/{len(kind.content)}")
        self.end_headers()
        if kind.breaks_at:
            self.wfile.write(kind.content[begins : kind.breaks_at])
            kind.breaks_at = 0
            return self.connection.close()
        return self.wfile.write(kind.content[begins:])


@pytest.fixture
def store(app):
    """Its address, and the class to steer it by; only the one who runs the program can let such an address in."""
    kind = type("OneStore", (Store,), {"ranges": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    before = app.config["MARKETPLACE"]
    app.config["MARKETPLACE"] = replace(before, delivery_hosts=f"127.0.0.1:{server.server_port}")
    yield f"https://127.0.0.1:{server.server_port}", kind
    app.config["MARKETPLACE"] = before
    server.shutdown()
    server.server_close()


def test_a_file_in_a_suppliers_own_store_is_fetched_and_tested_like_any_other(
    app, market, as_, store, clock_at, monkeypatch
):
    address, kind = store
    order_id = make_order(market, 4)
    supplier, page = as_(market.supplier), f"/orders/{order_id}/uploads/link"
    # The twin has no certificate: only that is left out.
    monkeypatch.setattr(outside._Pinned, "__init__", unsecured(outside._Pinned.__init__))
    until = (clock.now() + timedelta(days=2)).astimezone(clock.SEOUL).strftime("%Y-%m-%dT%H:%M")
    digest = hashlib.sha256(CONTENT).hexdigest()
    good = {"source": f"{address}/big.csv?sig=s3cret", "path": "big.csv", "size": str(len(CONTENT)), "sha256": digest}
    good["until"] = until
    for bad, words in (
        ({"source": "http://example.com/x"}, "https"),
        ({"source": "https://a:b@example.com/x"}, "https"),
        ({"path": "../x"}, "파일 이름"),
        ({"sha256": "xyz"}, "64자리"),
        ({"until": "2020-01-01T00:00"}, "기한"),
        ({"until": "9999-01-01T00:00"}, "기한"),
        ({"size": "0"}, "크기"),
    ):
        refused = supplier.send(page, {**good, **bad})
        assert refused.status_code == 422 and words in refused.text
    assert as_(market.sme).get(page).status_code == 403
    kind.breaks_at = 30_000
    assert supplier.send(page, good).status_code == 303
    hand_over = f"/orders/{order_id}/deliveries/new"
    run_job(app, "delivery.fetch_uploads")
    run_job(app, "delivery.fetch_uploads")  # the pause after a break has not passed
    assert len(kind.ranges) == 1 and "30%" not in hand_over
    text = supplier.get(hand_over).text
    assert "가져오는 중" in text and "다시 해 봅니다" in text and "s3cret" not in text and "data-waits" in text
    clock_at(minutes=2)
    assert run_all(app, "delivery.fetch_uploads") > 0
    assert kind.ranges == ["bytes=0-", "bytes=30000-"]
    assert run_all(app, "delivery.join_uploads") == 1
    upload = session.scalars(select(Upload)).one()
    assert (upload.state, upload.sha256, upload.tries) == (UploadState.READY, digest, 0)
    assert "s3cret" not in str(session.execute(select(Event.facts, Event.changes)).all())
    data = {f"quantity_{line_of(order_id).id}": "4", "uploaded": str(upload.id)}
    assert supplier.send(hand_over, data).status_code == 303
    run_all(app, "delivery.test")
    file = session.scalars(select(DeliveryFile)).one()
    assert as_(market.sme).get(f"/deliveries/{file.delivery_id}/files/{file.id}").data == CONTENT
    assert "9,000" in as_(market.sme).get(f"/deliveries/{file.delivery_id}").text  # rows that the test has read
    assert places(app) == 0


def unsecured(real):
    return lambda self, *words, secure: real(self, *words, secure=False)


def test_what_comes_from_a_store_is_what_was_named_and_never_from_inside(app, market, store, clock_at, monkeypatch):
    address, kind = store
    order_id = make_order(market, 4)
    monkeypatch.setattr(outside._Pinned, "__init__", unsecured(outside._Pinned.__init__))
    digest = hashlib.sha256(CONTENT).hexdigest()

    def ends(source, *, size=len(CONTENT), sha256=digest, after=None):
        session.rollback()
        facts = {"path": "a.csv", "size": size, "sha256": sha256, "until": clock.now() + timedelta(hours=1)}
        with transaction():
            made = operations.link_upload(order_id, source=source, **facts, by=market.supplier).id
        if after:
            after()
        run_job(app, "delivery.fetch_uploads")
        run_job(app, "delivery.join_uploads")
        session.rollback()
        upload = session.get_one(Upload, made)
        return upload.state, upload.problem

    # Inside addresses, names that lead there, and being sent there by a store that may be asked.
    for inside in ("https://127.0.0.1/x", "https://localhost:8443/x", "https://169.254.169.254/", "https://[::1]/x"):
        assert ends(inside) == (UploadState.FAILED, outside.PRIVATE)
    assert (
        ends(f"{address}/away")[0] == UploadState.OPEN and len(kind.ranges) == 1
    )  # to plain http: tried again, in vain
    assert ends(f"{address}/x", size=len(CONTENT) - 1) == (UploadState.FAILED, gateway.fetching.OTHER_SIZE)
    kind.parts = False
    assert ends(f"{address}/x", size=len(CONTENT) + 1) == (UploadState.FAILED, gateway.fetching.OTHER_SIZE)
    assert ends(f"{address}/x", sha256="0" * 64) == (UploadState.FAILED, uploading.BROKEN)
    assert ends(f"{address}/x")[0] == UploadState.READY
    assert ends(f"{address}/x", after=lambda: clock_at(hours=2)) == (UploadState.FAILED, operations.OVER)
    # The twin: were every address taken for a public one, the inside would be reached.
    kind.ranges.clear()
    app.config["MARKETPLACE"] = replace(app.config["MARKETPLACE"], delivery_hosts="")
    assert ends(f"{address}/x") == (UploadState.FAILED, outside.PRIVATE) and kind.ranges == []
    monkeypatch.setattr(outside, "is_public", lambda address: True)
    assert ends(f"{address}/x")[0] == UploadState.READY and len(kind.ranges) == 1
