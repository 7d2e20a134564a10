"""Who is asked for a quote: who may be, and being told."""

from marketplace.accounts.queries import are_related
from marketplace.catalogue.queries import find_listing_seen_by, find_published_version
from marketplace.core import clock
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.matching.models import Need
from marketplace.notices.operations import notify
from marketplace.suppliers.queries import is_designated_anywhere


def supplier_of(listing_id: int, by: Viewer) -> int:
    """The firm that offers a listing and may be asked for a quote by the viewer's. Raises Refused."""
    listing = find_listing_seen_by(by, listing_id)
    if listing is None or find_published_version(listing_id) is None or listing.organisation_id is None:
        raise Refused(_("게시 중인 상품에만 견적을 요청할 수 있습니다. 다른 상품을 찾아보세요."))
    if not is_designated_anywhere(listing.organisation_id):
        raise Refused(_("이 상품의 공급기업은 지금 지정되어 있지 않습니다. 모든 지정 공급기업에 요청해 보세요."))
    if are_related(listing.organisation_id, by.organisation_id or 0):
        raise Refused(_("자기 기업이나 특수관계에 있는 기업에는 견적을 요청할 수 없습니다."))
    return listing.organisation_id


def tell_posted(need: Need, supplier_id: int, by: Viewer) -> None:
    """Tell a firm that it is asked."""
    last = need.quotes_end
    notify(
        "need_posted",
        about=need.subject,
        organisation_id=supplier_id,
        buyer=by.organisation_name,
        title=need.title,
        needed_by=need.needed_by.isoformat() if need.needed_by else "",
        quotes_until=f"{last.astimezone(clock.SEOUL):%Y-%m-%d %H:%M}" if last else "",
    )
