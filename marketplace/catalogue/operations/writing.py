"""Writing what a listing says: every change is a new version."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from marketplace.catalogue.models import (
    CONTENT,
    SELLABLE,
    Frequency,
    Licence,
    Listing,
    ListingKind,
    ListingState,
    ListingVersion,
    PersonalData,
    Theme,
)
from marketplace.catalogue.policies import may_draft, may_revise
from marketplace.catalogue.queries import latest_version
from marketplace.catalogue.rules import content as shapes
from marketplace.catalogue.rules import terms as rights
from marketplace.catalogue.rules.tables import Problem
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.forms import MAXIMUM
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record


@dataclass(frozen=True)
class ListingContent:
    """What a version says. `unit_price_minor`: won for one unit without VAT; None: on request, 0: free."""

    kind: ListingKind
    title: str
    summary: str
    unit_label: str
    unit_price_minor: int | None
    licence: Licence
    personal_data: PersonalData
    title_en: str | None = None
    theme: Theme = Theme.UNKNOWN
    description: str = ""
    minimum_quantity: int = 1
    lead_days: int = 0
    format: str = ""
    coverage: str = ""
    refresh: str = ""
    acceptance_criteria: str = ""
    region: str = ""
    period_from: date | None = None
    period_to: date | None = None
    frequency: Frequency = Frequency.UNKNOWN
    record_count: int | None = None
    byte_size: int | None = None
    provenance: str = ""
    dictionary: list[dict[str, Any]] = field(default_factory=list)
    terms: dict[str, Any] = field(default_factory=dict)
    plans: list[dict[str, Any]] = field(default_factory=list)
    labour: dict[str, Any] = field(default_factory=dict)
    sample_id: int | None = None
    attributes: dict[str, Any] = field(default_factory=dict)


def draft_listing(content: ListingContent, *, by: Viewer) -> Listing:
    """Begin an offer of the firm that `by` acts for; nobody else sees it until it is published."""
    if not may_draft(by):
        raise NotYours(_("공급기업의 구성원만 상품을 등록할 수 있습니다."))
    content = whole(content)
    _check(content)
    listing = Listing(organisation_id=by.organisation_id)
    session.add(listing)
    session.flush()
    add_version(listing, 1, content, by=by)
    record("listing:drafted", listing, by=by, title=content.title)
    return listing


def revise_listing(listing_id: int, content: ListingContent, *, since: int, by: Viewer) -> ListingVersion:
    """Write version n + 1. What the public sees stays until the new version is published.

    `since` is the number of the version that the writer had before them: where somebody else wrote one meanwhile, this
    is refused instead of hiding it. A version that waits for review is taken back by writing a new one.
    """
    listing = locked(Listing, listing_id)
    if not may_revise(by, listing):
        raise NotYours(_("자기 기업의 상품만 고칠 수 있습니다. 게시가 끝난 상품은 먼저 검토를 요청하세요."))
    content = whole(content)
    _check(content)
    latest = latest_version(listing_id)
    if latest.number != since:
        raise Refused(
            _(
                "그사이 %(number)s판이 만들어졌습니다. 화면을 새로 열어 최신 내용에서 다시 고치세요.",
                number=latest.number,
            )
        )
    if all(getattr(latest, name) == getattr(content, name) for name in CONTENT):
        raise Refused(_("바뀐 내용이 없습니다. 고칠 항목을 바꾼 뒤 저장하세요."))
    if listing.state == ListingState.REVIEW:
        listing.advance(to=ListingState.DRAFT)
    listing.submitted_version = None
    version = add_version(listing, latest.number + 1, content, by=by)
    record("listing:revised", listing, by=by, version=version.number)
    return version


def add_version(listing: Listing, number: int, content: ListingContent, *, by: Viewer) -> ListingVersion:
    """The row of a version, flushed."""
    version = ListingVersion(listing_id=listing.id, number=number, created_by=by.person_id, **asdict(content))
    session.add(version)
    session.flush()
    return version


def whole(content: ListingContent) -> ListingContent:
    """The same with every part of every line there, so that nobody who reads it has to ask whether it is."""
    return replace(
        content,
        dictionary=[{name: row.get(name) or "" for name in shapes.COLUMN} for row in content.dictionary],
        plans=[{"unit": "", "from_quantity": 1, "price_minor": None, "note": "", **row} for row in content.plans],
        labour={name: content.labour.get(name) for name in shapes.LABOUR} if content.labour else {},
    )


def _check(content: ListingContent) -> None:
    if content.kind not in SELLABLE:
        raise Refused(_("개방 데이터는 직접 등록하지 않습니다. 다른 유형을 고르세요."), field="kind")
    for name in ("title", "summary", "unit_label"):
        if not getattr(content, name).strip():
            raise Refused(_("이 항목을 입력하세요."), field=name)
    price = content.unit_price_minor
    if price is not None and not 0 <= price <= MAXIMUM // max(content.minimum_quantity, 1):
        raise Refused(_("단가와 최소 수량을 곱한 금액이 너무 큽니다. 단가를 확인하세요."), field="unit_price_minor")
    if content.personal_data == PersonalData.UNKNOWN:
        raise Refused(_("개인정보가 들어 있는지 확인해 고르세요."), field="personal_data")
    if content.licence == Licence.SOURCE:
        raise Refused(_("구매자가 지켜야 할 이용 조건을 고르세요."), field="licence")
    if content.terms and content.licence != rights.class_of(content.terms):
        raise Refused(_("이용 조건과 허락하는 일이 서로 다릅니다."), field="licence")
    if content.period_from and content.period_to and content.period_from > content.period_to:
        raise Refused(_("기간의 처음이 끝보다 늦습니다."), field="period_to")
    if content.labour and content.kind == ListingKind.DATASET:
        raise Refused(_("가공 인력 카드는 가공 서비스에만 적습니다."), field="labour_model")
    _check_parts(content)


def _check_parts(content: ListingContent) -> None:
    """The lists: each with its own rule, refused at its own place, where that is one field and not many rows."""
    checks: tuple[tuple[str | None, Callable[[], None]], ...] = (
        (None, lambda: shapes.check_dictionary(content.dictionary)),
        (None, lambda: shapes.check_plans(content.plans)),
        (None, lambda: shapes.check_own_price(content)),
        ("term_months", lambda: shapes.check_terms(content.terms)),
        ("labour_model", lambda: shapes.check_labour(content.labour)),
    )
    for name, check in checks:
        try:
            check()
        except Problem as problem:
            raise Refused(_(problem.words, **problem.values), field=name) from problem
