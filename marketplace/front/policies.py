"""Who may read the pages that look into many rooms."""

from marketplace.core.viewer import Viewer


def may_list_vouchers(viewer: Viewer) -> bool:
    """Firms that buy, and those who see everything."""
    return viewer.is_sme or viewer.sees_everything


def may_see_programmes(viewer: Viewer) -> bool:
    """The agency's people and auditors."""
    return viewer.sees_everything
