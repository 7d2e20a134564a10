"""Who may do what with programmes and rulesets."""

from marketplace.core.viewer import Role, Viewer


def may_manage_rules(viewer: Viewer) -> bool:
    """Load and publish rulesets, open and close programmes."""
    return viewer.system or viewer.has(Role.PROGRAMME_OFFICER)
