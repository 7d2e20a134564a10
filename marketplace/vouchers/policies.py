"""Who may do what with a voucher."""

from marketplace.core.viewer import Role, Viewer
from marketplace.vouchers.models import Voucher


def may_see(viewer: Viewer, voucher: Voucher) -> bool:
    """The firm that holds it, and those who see everything."""
    return viewer.sees_everything or (viewer.is_sme and viewer.organisation_id == voucher.organisation_id)


def may_freeze(viewer: Viewer) -> bool:
    """Stop a voucher's use, and allow it again."""
    return viewer.has(Role.PROGRAMME_OFFICER)


def may_close(viewer: Viewer) -> bool:
    """Return what is unused: an officer, or the program when the day has come."""
    return viewer.system or viewer.has(Role.PROGRAMME_OFFICER, Role.SETTLEMENT_OFFICER)
