"""Who may do what with needs and quotes."""

from marketplace.core.viewer import Viewer
from marketplace.matching.models import Need, NeedState, Quote, QuoteState


def may_post(viewer: Viewer) -> bool:
    """A member of a buying firm."""
    return viewer.organisation_id is not None and viewer.is_sme


def may_list(viewer: Viewer) -> bool:
    """Buying firms see their own needs, selling firms what they are asked, staff everything."""
    return viewer.sees_everything or viewer.is_sme or viewer.is_supplier


def owns_need(viewer: Viewer, need: Need) -> bool:
    """Whether the viewer acts for the firm that needs it."""
    return viewer.is_sme and viewer.organisation_id == need.organisation_id


def may_close(viewer: Viewer, need: Need) -> bool:
    """The firm itself, while it is open."""
    return owns_need(viewer, need) and need.state == NeedState.OPEN


def may_quote(viewer: Viewer, need: Need, *, designated: bool) -> bool:
    """A designated supplier that is asked, for an open need that is not its own."""
    return (
        viewer.is_supplier
        and designated
        and need.state == NeedState.OPEN
        and viewer.organisation_id != need.organisation_id
        and need.supplier_id in (None, viewer.organisation_id)
    )


def may_see_quote(viewer: Viewer, quote: Quote, need: Need) -> bool:
    """The two firms, and those who see everything. One supplier never sees another's."""
    return viewer.sees_everything or viewer.organisation_id in (quote.organisation_id, need.organisation_id)


def may_choose(viewer: Viewer, quote: Quote, need: Need) -> bool:
    """The firm that asked accepts or declines what was sent."""
    return owns_need(viewer, need) and quote.state == QuoteState.SENT


def may_withdraw_quote(viewer: Viewer, quote: Quote) -> bool:
    """The supplier, until the buyer has decided."""
    return viewer.is_supplier and viewer.organisation_id == quote.organisation_id and quote.state == QuoteState.SENT
