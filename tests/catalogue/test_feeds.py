"""What other catalogues and search engines read of us, judged by their own tools."""

import json
import re
from datetime import date
from pathlib import Path

import mlcroissant
import pyshacl
import pytest
import rdflib
from rdflib.compare import isomorphic

from marketplace.catalogue import operations, queries
from marketplace.catalogue.models import Frequency, ListingKind
from marketplace.catalogue.rules import OpenRow
from marketplace.core.db import transaction
from tests import factories
from tests.catalogue import makers

SHAPES = Path(__file__).with_name("shapes.ttl")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
HYDRA = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")
FULL = {
    "description": "행정동마다 매월 성별과 나이로 나누어 모은 유동 인구입니다. " * 3,
    "region": "전국",
    "period_from": date(2019, 1, 1),
    "period_to": date(2020, 6, 30),
    "frequency": Frequency.MONTHLY,
    "provenance": "통신사 기지국 신호를 행정동으로 모았습니다.",
    "record_count": 1_200_000,
    "byte_size": 350_000_000,
    "dictionary": [{"name_ko": "금액", "name_en": "amount", "type": "decimal", "unit": "원", "description": "결제한 금액"}],
    "terms": {"commercial": True, "redistribution": False, "derivatives": True, "ai_training": False,
              "attribution": True, "term_months": 12},
    "plans": [{"unit": "record", "from_quantity": 100, "price_minor": 90, "note": ""}],
}  # fmt: skip


@pytest.fixture
def listing(app):
    """A published dataset with all that can be said of it and a sample."""
    supplier, officer = factories.make_supplier(), factories.make_officer()
    listing_id, _ = makers.make_listing(supplier, officer, **FULL)
    sample_id = makers.make_sample(listing_id, supplier)
    with transaction():
        operations.attach_sample(listing_id, sample_id, fill=True, since=1, by=supplier)
        operations.submit_for_review(listing_id, by=supplier)
        operations.publish_listing(listing_id, 2, by=officer)
    return listing_id


def valid(text, form):
    """The graph of a text that holds to our shapes; the report where it does not."""
    graph = rdflib.Graph().parse(data=text, format=form)
    holds, _graph, report = pyshacl.validate(graph, shacl_graph=str(SHAPES), inference="none", advanced=False)
    assert holds, report
    return graph


def test_dcat_of_a_listing_holds_to_the_shapes_in_both_spellings(client, listing):
    turtle = client.get(f"/catalogue/{listing}/feed/dcat.ttl")
    assert turtle.content_type == "text/turtle; charset=utf-8"
    graph = valid(turtle.text, "turtle")
    same = valid(client.get(f"/catalogue/{listing}/feed/dcat.jsonld").text, "json-ld")
    assert isomorphic(graph, same)
    subject = rdflib.URIRef(f"http://127.0.0.1:8000/catalogue/{listing}")
    assert str(graph.value(subject, DCAT.version)) == "2"
    files = [graph.value(each, DCAT.downloadURL) for each in graph.objects(subject, DCAT.distribution)]
    path = next(str(each) for each in files if each).removeprefix("http://127.0.0.1:8000")
    assert client.get(path).status_code == 200


def test_the_shapes_see_what_is_missing(client, listing):
    text = client.get(f"/catalogue/{listing}/feed/dcat.ttl").text
    graph = rdflib.Graph().parse(data=text, format="turtle")
    for prop in (rdflib.DCTERMS.title, DCAT.accessURL, rdflib.DCTERMS.license, rdflib.FOAF.name):
        poorer = rdflib.Graph()
        for triple in graph:
            if triple[1] != prop:
                poorer.add(triple)
        assert not pyshacl.validate(poorer, shacl_graph=str(SHAPES))[0], prop


def test_the_whole_catalogue_goes_page_by_page(client, listing, monkeypatch):
    supplier, officer = factories.make_supplier(), factories.make_officer()
    makers.make_listing(supplier, officer, kind=ListingKind.AI_PROCESSING)
    makers.make_draft(supplier)
    odd = 'https://example.com/a b<>"{}|\\^`한'
    with transaction():
        operations.harvest(
            [OpenRow("1", "무료 교통량", "https://example.com/1"), OpenRow("2", "무료 기상", odd)], "공공"
        )
    monkeypatch.setattr("marketplace.catalogue.views.feeds.PER_PAGE", 2)
    address, seen, pages = "/catalogue/feed/dcat.ttl", 0, 0
    while address:
        graph = valid(client.get(address).text, "turtle")
        catalogue = rdflib.URIRef("http://127.0.0.1:8000/catalogue")
        seen += sum(1 for prop in (DCAT.dataset, DCAT.resource) for _each in graph.objects(catalogue, prop))
        assert next(graph.objects(None, HYDRA.totalItems)).toPython() == 4
        following = next(graph.objects(None, HYDRA.next), None)
        address = str(following).removeprefix("http://127.0.0.1:8000") if following else None
        pages += 1
    assert (seen, pages) == (4, 3)
    assert valid(client.get("/catalogue/feed/dcat.jsonld").text, "json-ld")


def test_croissant_is_valid_and_its_records_are_those_of_the_sample(app, client, listing, tmp_path):
    document = json.loads(client.get(f"/catalogue/{listing}/feed/croissant.json").text)
    file = document["distribution"][0]
    kept = tmp_path / "sample-1.csv"
    kept.write_bytes(client.get(file["contentUrl"].removeprefix("http://127.0.0.1:8000")).data)
    metadata = mlcroissant.Dataset(jsonld=document, mapping={"sample-1.csv": kept})
    assert metadata.metadata.ctx.issues.errors == set()
    assert document["conformsTo"].endswith("/1.1")
    records = list(metadata.records("table-1"))
    assert len(records) == 100
    assert records[0]["table-1/4"] in ("서울", "서울".encode())
    assert document["usageInfo"]["odrl:permission"][0]["odrl:constraint"]
    assert metadata.metadata.to_json()["name"]


def test_without_a_sample_there_is_no_croissant(app, client):
    listing_id, _ = makers.make_listing(factories.make_supplier(), factories.make_officer())
    assert client.get(f"/catalogue/{listing_id}/feed/croissant.json").status_code == 404
    assert "Croissant" not in client.get(f"/catalogue/{listing_id}").text


def test_search_engines_find_a_dataset_inside_the_page(client, listing):
    response = client.get(f"/catalogue/{listing}")
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', response.text, re.S)[1]
    told = json.loads(block)
    assert told == json.loads(client.get(f"/catalogue/{listing}/feed/schema.jsonld").text)
    assert (told["@type"], told["isAccessibleForFree"]) == ("Dataset", False)
    assert 50 <= len(told["description"]) <= 5000
    assert [(offer["price"], offer["priceCurrency"]) for offer in told["offers"]] == [(1_250_000, "KRW"), (90, "KRW")]
    assert told["temporalCoverage"] == "2019-01-01/2020-06-30"
    assert told["variableMeasured"][0]["unitText"] == "원"
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]


def test_a_title_cannot_end_the_block_of_data(app, client):
    title = "</script><script>alert(1)</script>"
    listing_id, _ = makers.make_listing(factories.make_supplier(), factories.make_officer(), title=title)
    text = client.get(f"/catalogue/{listing_id}").text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)[1]
    assert json.loads(block)["name"] == title
    assert "<script>alert(1)" not in text


def test_a_service_is_no_dataset(app, client):
    kind = ListingKind.GENERAL_PROCESSING
    listing_id, _ = makers.make_listing(factories.make_supplier(), factories.make_officer(), kind=kind, price=None)
    told = json.loads(client.get(f"/catalogue/{listing_id}/feed/schema.jsonld").text)
    assert (told["@type"], "offers" in told) == ("Service", False)
    graph = valid(client.get(f"/catalogue/{listing_id}/feed/dcat.ttl").text, "turtle")
    assert not list(graph.subjects(rdflib.RDF.type, DCAT.Dataset))


def test_open_data_points_to_its_source_and_promises_no_terms(app, client):
    with transaction():
        operations.harvest([OpenRow("1", "무료 교통량", "https://example.com/1", format="CSV, ZIP")], "공공")
    listing_id = queries.published_after(0, 1)[0][0].listing.id
    assert client.get(f"/catalogue/{listing_id}/feed/licence.jsonld").status_code == 404
    text = client.get(f"/catalogue/{listing_id}/feed/dcat.ttl").text
    valid(text, "turtle")
    assert "https://example.com/1" in text and "access-right/PUBLIC" in text
    assert json.loads(client.get(f"/catalogue/{listing_id}/feed/schema.jsonld").text)["isAccessibleForFree"] is True


def test_terms_are_given_as_odrl(client, listing):
    offer = json.loads(client.get(f"/catalogue/{listing}/feed/licence.jsonld").text)
    assert offer["@type"] == "odrl:Offer"
    assert rdflib.Graph().parse(data=json.dumps(offer), format="json-ld")


def test_what_is_not_published_has_no_feed(app, as_, client):
    supplier = factories.make_supplier()
    draft = makers.make_draft(supplier)
    for form in ("dcat.ttl", "dcat.jsonld", "schema.jsonld", "licence.jsonld", "nonsense"):
        assert as_(supplier).get(f"/catalogue/{draft}/feed/{form}").status_code == 404
    assert client.get("/catalogue/feed/nonsense").status_code == 404
    assert client.get("/catalogue/feed/dcat.ttl?after=99999999999999999999").status_code == 200
