"""Who may do what in the catalogue."""

from collections.abc import Collection

from marketplace.catalogue.models import DESIGNATED, Listing, ListingState
from marketplace.core.viewer import Role, Viewer


def may_draft(viewer: Viewer) -> bool:
    """A member of a selling firm."""
    return viewer.organisation_id is not None and viewer.is_supplier


def owns(viewer: Viewer, listing: Listing) -> bool:
    """Whether the viewer acts for the firm that offers it; open data is nobody's."""
    return listing.organisation_id is not None and viewer.organisation_id == listing.organisation_id


def may_see(viewer: Viewer, listing: Listing) -> bool:
    """What is published is public; the rest is seen by the firm itself and by those who see everything."""
    return listing.state == ListingState.PUBLISHED or viewer.sees_everything or owns(viewer, listing)


def may_revise(viewer: Viewer, listing: Listing) -> bool:
    """A member of the firm, while the offer is not taken down."""
    return viewer.is_supplier and owns(viewer, listing) and listing.state != ListingState.WITHDRAWN


def may_submit(viewer: Viewer, listing: Listing) -> bool:
    """A member of the firm; also for an offer that was taken down, which is reviewed anew."""
    return viewer.is_supplier and owns(viewer, listing)


def may_review(viewer: Viewer, listing: Listing) -> bool:
    """A programme officer, never for the firm they act for."""
    return viewer.has(Role.PROGRAMME_OFFICER) and not owns(viewer, listing)


def may_withdraw(viewer: Viewer, listing: Listing) -> bool:
    """The firm itself, or a programme officer, who gives a reason."""
    if listing.state == ListingState.WITHDRAWN:
        return False
    return (viewer.is_supplier and owns(viewer, listing)) or may_review(viewer, listing)


def may_see_own_listings(viewer: Viewer) -> bool:
    """Members of selling firms."""
    return viewer.organisation_id is not None and viewer.is_supplier


def may_see_reviews(viewer: Viewer) -> bool:
    """Those who review, and auditors and administrators, who look on."""
    return viewer.sees_everything


def may_order(viewer: Viewer, listing: Listing, *, designated: bool) -> bool:
    """A buying firm may order from, or ask, a designated supplier that is not itself."""
    return (
        viewer.is_sme
        and listing.state == ListingState.PUBLISHED
        and listing.organisation_id is not None
        and not owns(viewer, listing)
        and designated
    )


def may_harvest(viewer: Viewer) -> bool:
    """A programme officer says from where open data is taken in."""
    return viewer.has(Role.PROGRAMME_OFFICER)


def may_see_harvests(viewer: Viewer) -> bool:
    """Those who see everything."""
    return viewer.sees_everything


def may_report(viewer: Viewer, listing: Listing) -> bool:
    """A member of another firm, of what a supplier offers publicly; open data is mended at its source."""
    return (
        viewer.organisation_id is not None
        and viewer.is_authenticated
        and listing.organisation_id is not None
        and listing.state == ListingState.PUBLISHED
        and not owns(viewer, listing)
    )


def may_find_needs(audience: Collection[str]) -> bool:
    """Whoever belongs to those that open needs are for; see queries.audience_of."""
    return DESIGNATED in audience


def may_save(viewer: Viewer) -> bool:
    """Whoever is signed in keeps searches, each their own."""
    return viewer.is_authenticated


def may_see_demand(viewer: Viewer) -> bool:
    """Selling firms, which could supply it, and those who see everything."""
    return viewer.is_supplier or viewer.sees_everything


def may_answer(viewer: Viewer, listing: Listing) -> bool:
    """A member of the firm that offers it."""
    return viewer.is_supplier and owns(viewer, listing)
