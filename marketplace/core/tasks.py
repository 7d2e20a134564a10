"""Tasks: what waits for a person. They are not stored; each room's `queries.waiting_for(viewer)` finds them in its rows."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Task:
    """One thing that waits for the viewer. `title` and `detail` are in the viewer's language; the page is named by its
    endpoint, since a query knows no addresses. `due_on` is the last good day, where there is one."""

    title: str
    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)
    detail: str = ""
    due_on: date | None = None
    kind: str = ""
    """The room's noun, for grouping: 'order', 'delivery', ..."""
