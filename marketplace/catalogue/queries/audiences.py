"""Who a reader is to the search: the audiences whose documents they may find."""

from marketplace.catalogue.models import DESIGNATED
from marketplace.core.viewer import Viewer
from marketplace.search.queries import PUBLIC
from marketplace.suppliers.queries import is_designated_anywhere


def audience_of(viewer: Viewer) -> frozenset[str]:
    """The audiences of a reader, asked anew for each page: a designation that ends, ends here at once."""
    inside = viewer.sees_everything or (viewer.is_supplier and is_designated_anywhere(viewer.organisation_id))
    return PUBLIC | {DESIGNATED} if inside else PUBLIC
