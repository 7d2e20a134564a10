"""Makers of listings, by the real operations."""

import io
from typing import Any

from marketplace.catalogue import gateway, jobs
from marketplace.catalogue.models import Licence, ListingKind, PersonalData, SourceKind, Theme
from marketplace.catalogue.operations import (
    ListingContent,
    add_source,
    draft_listing,
    publish_listing,
    report_error,
    save_search,
    submit_for_review,
    upload_sample,
)
from marketplace.catalogue.queries import latest_version
from marketplace.core.db import transaction
from marketplace.core.viewer import Viewer
from tests.catalogue import files


def content(**facts: Any) -> ListingContent:
    """What a listing says; `facts` replace single parts."""
    values: dict[str, Any] = {
        "kind": ListingKind.DATASET,
        "theme": Theme.INDUSTRY,
        "title": "상권별 유동 인구 월간 집계",
        "title_en": "Monthly foot traffic by trading area",
        "summary": "전국 2,300개 상권의 시간대별 유동 인구",
        "description": "성별과 나이로 나누어 매월 집계합니다.",
        "unit_label": "세트",
        "unit_price_minor": 1_250_000,
        "minimum_quantity": 1,
        "lead_days": 7,
        "licence": Licence.COMMERCIAL,
        "personal_data": PersonalData.NONE,
        "format": "CSV",
        "coverage": "전국, 2019년 1월~2020년 6월",
        "refresh": "매월",
        "acceptance_criteria": "행 수와 열 정의가 명세와 같을 것",
        "attributes": {"keywords": ["상권", "유동인구"]},
        **facts,
    }
    return ListingContent(**values)


def make_draft(supplier: Viewer, **facts: Any) -> int:
    """A draft; returns the listing's id."""
    with transaction():
        return draft_listing(content(**facts), by=supplier).id


def make_submitted(supplier: Viewer, **facts: Any) -> int:
    """A listing that waits for review."""
    listing_id = make_draft(supplier, **facts)
    with transaction():
        submit_for_review(listing_id, by=supplier)
    return listing_id


def make_listing(
    supplier: Viewer,
    officer: Viewer,
    *,
    price: int | None = 1_250_000,
    kind: ListingKind = ListingKind.DATASET,
    **facts: Any,
) -> tuple[int, int]:
    """A published listing of the supplier's firm; returns (listing_id, version_id)."""
    listing_id = make_submitted(supplier, unit_price_minor=price, kind=kind, **facts)
    with transaction():
        publish_listing(listing_id, 1, by=officer)
    return listing_id, latest_version(listing_id).id


def make_sample(listing_id: int, supplier: Viewer, content: bytes | None = None) -> int:
    """A sample that was uploaded and looked at; returns its id."""
    digest, size = gateway.quarantine().put(io.BytesIO(content or files.clean_csv()))
    with transaction():
        facts = {"name": "sample.csv", "byte_size": size, "sha256": digest, "recent": 0}
        sample_id = upload_sample(listing_id, **facts, by=supplier).id
    jobs.look_at_samples()
    return sample_id


def make_source(officer: Viewer) -> int:
    """Another catalogue, never fetched from."""
    with transaction():
        return add_source("공공 창고", SourceKind.CKAN, "https://example.com", nightly=False, by=officer).id


def make_report(listing_id: int, reporter: Viewer, body: str = "2020년 3월의 합계가 서울만 두 배입니다.") -> int:
    """An error reported in a published listing."""
    with transaction():
        return report_error(listing_id, part="유동인구", body=body, by=reporter).id


def make_saved_search(person: Viewer, **chosen: str) -> int:
    """A search that a person keeps; returns its id."""
    with transaction():
        return save_search("", chosen or {"q": "유동 인구"}, by=person).id
