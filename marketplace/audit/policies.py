"""Who may sit at the auditors' desk."""

from marketplace.core.viewer import Role, Viewer


def may_audit(viewer: Viewer) -> bool:
    """Auditors only: officers have pages of their own, and nobody audits what they run."""
    return viewer.has(Role.AUDITOR)
