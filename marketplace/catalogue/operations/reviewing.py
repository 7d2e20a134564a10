"""The way of a listing to the public and back."""

from marketplace.accounts.queries import names_of
from marketplace.catalogue.models import Listing, ListingState, ListingVersion, Theme
from marketplace.catalogue.policies import may_review, may_submit, may_withdraw, owns
from marketplace.catalogue.queries import latest_version, version_of
from marketplace.catalogue.rules.bands import band_of
from marketplace.core import clock
from marketplace.core.db import locked
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.search import operations as search
from marketplace.suppliers.operations import note_activity
from marketplace.suppliers.queries import is_member

MOST_COLUMN_WORDS = 200
LONGEST_WORDS = 80
"""An attribute longer than this is a path or a list, which only adds noise to what a listing is found by."""


def submit_for_review(listing_id: int, *, by: Viewer) -> Listing:
    """Ask for the newest version to be published."""
    listing = locked(Listing, listing_id)
    if not may_submit(by, listing):
        raise NotYours(_("자기 기업의 상품만 검토를 요청할 수 있습니다."))
    version = latest_version(listing_id)
    if listing.submitted_version == version.number:
        raise Refused(_("이미 검토를 기다리고 있습니다. 결과가 나오면 알려 드립니다."))
    if listing.state == ListingState.PUBLISHED:
        if listing.published_version == version.number:
            raise Refused(_("게시된 내용과 같습니다. 내용을 고친 뒤 검토를 요청하세요."))
    else:
        listing.advance(to=ListingState.REVIEW)
    listing.submitted_version, listing.review_comment = version.number, None
    record("listing:submitted", listing, by=by, version=version.number)
    notify(
        "listing_submitted",
        about=listing.subject,
        role=Role.PROGRAMME_OFFICER,
        title=version.title,
        supplier=by.organisation_name,
    )
    return listing


def publish_listing(listing_id: int, number: int, *, comment: str = "", by: Viewer) -> Listing:
    """Let the public see the version that waits, which must be the one the reviewer has read (`number`)."""
    listing, version = _under_review(listing_id, number, by)
    if listing.state != ListingState.PUBLISHED:
        listing.advance(to=ListingState.PUBLISHED)
    listing.published_version, listing.submitted_version, listing.review_comment = number, None, None
    version.reviewed_by, version.reviewed_at = by.person_id, clock.now()
    supplier = names_of({listing.organisation_id or 0}).get(listing.organisation_id or 0, "")
    search.put_all([document_of(listing, version, supplier)])
    note_activity(listing.organisation_id or 0, clock.today())
    record("listing:published", listing, by=by, version=number, comment=comment.strip())
    _tell("listing_published", listing, version, comment)
    return listing


def return_listing(listing_id: int, number: int, comment: str, *, by: Viewer) -> Listing:
    """Give the version that waits back to the firm, saying what is to be mended. What is public stays public."""
    listing, version = _under_review(listing_id, number, by)
    if not comment.strip():
        raise Refused(_("무엇을 고쳐야 하는지 적으세요. 공급기업에 그대로 전달됩니다."), field="comment")
    if listing.state == ListingState.REVIEW:
        listing.advance(to=ListingState.DRAFT)
    listing.submitted_version, listing.review_comment = None, comment.strip()
    record("listing:returned", listing, by=by, version=number, comment=comment.strip())
    _tell("listing_returned", listing, version, comment)
    return listing


def withdraw_listing(listing_id: int, reason: str = "", *, by: Viewer) -> Listing:
    """Take an offer down. Orders that were made on it keep their version; an officer has to give a reason."""
    listing = locked(Listing, listing_id)
    if not may_withdraw(by, listing) or (not owns(by, listing) and is_member(by, listing.organisation_id or 0)):
        raise NotYours(_("자기 기업의 상품, 또는 사업 담당자가 맡은 상품만 내릴 수 있습니다."))
    if not owns(by, listing) and not reason.strip():
        raise Refused(_("내리는 사유를 적으세요. 공급기업에 그대로 전달됩니다."), field="reason")
    listing.advance(to=ListingState.WITHDRAWN)
    listing.submitted_version, listing.review_comment = None, reason.strip() or None
    search.withdraw("listing", listing.id)
    record("listing:withdrawn", listing, by=by, reason=reason.strip())
    if listing.organisation_id is not None and not owns(by, listing):
        _tell("listing_withdrawn", listing, latest_version(listing_id), reason)
    return listing


def document_of(listing: Listing, version: ListingVersion, supplier: str) -> search.Document:
    """What a listing is found by."""
    extra = [text for text in version.attributes.values() if isinstance(text, str) and len(text) <= LONGEST_WORDS]
    words = [
        supplier,
        version.kind.word,
        version.theme.word if version.theme != Theme.UNKNOWN else "",
        version.summary,
        version.format,
        version.coverage,
        version.region,
        *extra,
        version.description,
    ]
    return search.Document(
        "listing",
        listing.id,
        version.title,
        " ".join(word for word in words if word),
        {
            "kind": version.kind.value,
            "free": version.unit_price_minor == 0,
            "price": version.unit_price_minor,
            "band": band_of(version.unit_price_minor),
            "supplier": listing.organisation_id,
            "source": listing.source,
            "licence": version.licence.value,
            "theme": version.theme.value,
            "personal_data": version.personal_data.value,
            "lead_days": version.lead_days,
            "sample": version.sample_id is not None,
        },
        other_title=version.title_en or "",
        keywords=" ".join(version.attributes.get("keywords", [])),
        columns=" ".join(_columns(version)),
        key=listing.source_key or "",
    )


def _columns(version: ListingVersion) -> list[str]:
    """The names of the columns, which people look for when they know what they will compute."""
    names = [row.get(name) or "" for row in version.dictionary for name in ("name_ko", "name_en")]
    return [name for name in names if 0 < len(name) <= LONGEST_WORDS][:MOST_COLUMN_WORDS]


def _under_review(listing_id: int, number: int, by: Viewer) -> tuple[Listing, ListingVersion]:
    listing = locked(Listing, listing_id)
    if not may_review(by, listing) or is_member(by, listing.organisation_id or 0):
        raise NotYours(_("자기가 속하지 않은 기업의 상품을 사업 담당자만 검토할 수 있습니다."))
    if listing.submitted_version != number:
        raise Refused(_("검토를 기다리는 판이 아닙니다. 그사이 바뀌었을 수 있으니 화면을 새로 열어 확인하세요."))
    return listing, locked(ListingVersion, version_of(listing_id, number).id)


def _tell(kind: str, listing: Listing, version: ListingVersion, comment: str) -> None:
    notify(
        kind,
        about=listing.subject,
        organisation_id=listing.organisation_id,
        title=version.title,
        comment=comment.strip(),
    )
