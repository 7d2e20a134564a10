"""The room's blueprint, and what its pages share."""

from flask import Blueprint, abort, request, url_for
from werkzeug.routing import BuildError

from marketplace.core.web import LARGEST_ID, viewer
from marketplace.matching import queries
from marketplace.matching.models import Need, Quote

bp = Blueprint("matching", __name__, url_prefix="/matching")


def listing_asked() -> int | None:
    """The listing an address names, if it can be one."""
    text = request.args.get("listing_id", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return number if 0 < number <= LARGEST_ID else None


def seen_need(need_id: int) -> Need:
    """A need the viewer may see, or 404."""
    return queries.find_need_seen_by(viewer(), need_id) or abort(404)


def seen_quote(quote_id: int) -> tuple[Quote, Need]:
    """A quote the viewer may see with its need, or 404."""
    return queries.find_quote_seen_by(viewer(), quote_id) or abort(404)


def order_url(quote: Quote) -> str | None:
    """Where an order is drafted from an accepted quote, once that room is open."""
    if not viewer().is_sme:
        return None
    try:
        return url_for("orders.from_quote", quote_id=quote.id)
    except BuildError:
        return None
