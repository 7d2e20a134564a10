"""Looking at evaluations."""

from marketplace.core.tasks import Task
from marketplace.core.viewer import Viewer


def waiting_for(viewer: Viewer) -> list[Task]:
    """Nothing yet."""
    return []
