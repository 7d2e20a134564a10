"""Files: their names, their bytes, who took them."""

import hashlib
import io
from pathlib import Path

import pytest
from sqlalchemy import select

from marketplace.core.db import session
from marketplace.delivery import queries
from marketplace.delivery.models import Delivery
from marketplace.delivery.rules import BadPath, KeptFile, manifest_of, safe_path
from marketplace.evidence.models import Event
from tests import factories
from tests.delivery.makers import counters, make_delivery
from tests.orders.makers import line_of, make_market, make_order


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../up",
        "a/../../b",
        "C:\\x.csv",
        "",
        "a//b",
        "a/./b",
        "x" * 201,
        "a\x00b",
        "a\nb",
        "..",
        " ",
        "a /b",
        "\u202ea",
    ],
)
def test_names_that_lead_out_or_cannot_be_read_are_refused(name):
    with pytest.raises(BadPath):
        safe_path(name)


def test_names_are_kept_in_one_spelling():
    assert safe_path("한글.csv") == safe_path("한글.csv") == "한글.csv"
    assert safe_path("folder\\part 1.csv") == "folder/part 1.csv"


def test_the_manifest_is_sorted_by_path_and_anybody_can_compute_its_hash():
    files = [KeptFile("b.csv", 2, "bb"), KeptFile("a.csv", 1, "aa")]
    assert manifest_of(files) == "aa  1  a.csv\nbb  2  b.csv\n"


def upload(browser, market, order_id, *files, quantity="4"):
    line = line_of(order_id)
    data = {
        f"quantity_{line.id}": quantity,
        "note": "보냅니다",
        "files": [(io.BytesIO(content), name) for name, content in files],
    }
    return browser.send(f"/orders/{order_id}/deliveries/new", data, content_type="multipart/form-data")


def test_a_supplier_hands_several_files_over_on_the_page_and_the_buyer_takes_and_accepts_them(app, as_):
    market = make_market()
    order_id = make_order(market, 4)
    seller, buyer = as_(market.supplier), as_(market.sme)
    assert seller.get(f"/orders/{order_id}/deliveries/new").status_code == 200
    answer = upload(seller, market, order_id, ("나.csv", b"2\n"), ("가.csv", b"1\n"))
    assert answer.status_code == 303, answer.text
    delivery = session.scalars(select(Delivery)).one()
    files = queries.files_of(delivery.id)
    assert [file.path for file in files] == ["가.csv", "나.csv"]
    page = buyer.get(f"/deliveries/{delivery.id}").text
    assert delivery.manifest_sha256 in page
    taken = buyer.get(f"/deliveries/{delivery.id}/files/{files[0].id}")
    assert taken.data == b"1\n"
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert taken.headers["X-Content-Type-Options"] == "nosniff"
    taken.close()
    event = session.scalars(select(Event).where(Event.action == "delivery:downloaded")).one()
    assert (event.actor_id, event.facts["sha256"]) == (market.sme.person_id, hashlib.sha256(b"1\n").hexdigest())
    manifest = buyer.get(f"/deliveries/{delivery.id}/manifest")
    assert hashlib.sha256(manifest.data).hexdigest() == delivery.manifest_sha256
    manifest.close()
    (line,) = queries.lines_of(delivery.id)
    refused = buyer.send(f"/deliveries/{delivery.id}/inspect", {f"quantity_{line.id}": "3"})
    assert refused.status_code == 422
    assert "사유를 적으세요" in refused.text
    done = buyer.send(
        f"/deliveries/{delivery.id}/inspect", {f"quantity_{line.id}": "3", f"reason_{line.id}": "하나는 빈 파일"}
    )
    assert done.status_code == 303
    assert "하나는 빈 파일" in seller.get(f"/deliveries/{delivery.id}").text
    assert counters(order_id)[2] == 3_750_000
    again = buyer.send(f"/deliveries/{delivery.id}/inspect", {f"quantity_{line.id}": "4"})
    assert again.status_code == 422


def test_a_hostile_name_an_empty_file_and_two_of_one_name_are_refused(app, as_):
    market = make_market()
    order_id = make_order(market, 4)
    seller = as_(market.supplier)
    for files, words in (
        ([("../../etc/passwd", b"x")], "쓸 수 없는 파일 이름"),
        ([("a.csv", b"")], "빈 파일"),
        ([("a.csv", b"1"), ("a.csv", b"2")], "이름이 같은 파일"),
        ([], "하나 이상"),
    ):
        answer = upload(seller, market, order_id, *files)
        assert answer.status_code == 422
        assert words in answer.text
    assert counters(order_id)[1] == 0


def test_a_damaged_file_is_refused_and_told(app, as_, tmp_path):
    market = make_market()
    delivery_id = make_delivery(market, make_order(market, 4))
    (file,) = queries.files_of(delivery_id)
    kept = Path(tmp_path) / "files" / file.sha256[:2] / file.sha256
    for harm in (lambda: kept.write_bytes(b"something else"), kept.unlink):
        harm()
        answer = as_(market.sme).get(f"/deliveries/{delivery_id}/files/{file.id}")
        assert answer.status_code == 409
        assert "다르거나" in answer.text
    assert len(session.scalars(select(Event).where(Event.action == "delivery:file_damaged")).all()) == 2


def test_strangers_find_neither_delivery_nor_files(app, as_):
    market = make_market()
    order_id = make_order(market, 4)
    delivery_id = make_delivery(market, order_id)
    (file,) = queries.files_of(delivery_id)
    paths = (
        f"/deliveries/{delivery_id}",
        f"/deliveries/{delivery_id}/files/{file.id}",
        f"/deliveries/{delivery_id}/manifest",
        f"/orders/{order_id}/deliveries",
    )
    for who in (factories.make_sme(), factories.make_supplier()):
        assert {as_(who).get(path).status_code for path in paths} == {404}
    assert {as_(market.officer).get(path).status_code for path in paths} == {200}
    assert as_(market.sme).get(f"/deliveries/{delivery_id}/files/{file.id + 1}").status_code == 404
    assert as_(market.sme).get(f"/orders/{order_id}/deliveries/new").status_code == 403
    assert as_(market.supplier).send(f"/deliveries/{delivery_id}/inspect").status_code == 403
