"""Who may read a paper."""

from marketplace.core.viewer import Viewer
from marketplace.papers.models import Paper


def may_read(viewer: Viewer, paper: Paper) -> bool:
    """The firms it was issued for, and those who see everything."""
    return viewer.sees_everything or (viewer.organisation_id is not None and viewer.organisation_id in paper.readers)
