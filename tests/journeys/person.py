"""One of the seven people, with a browser: reads pages, fills in the forms that stand on them, and sends them."""

from typing import Any

from flask import Flask

from marketplace.core.viewer import Viewer
from tests.journeys.page import Page


class Person:
    """Somebody at a browser. Each address is reached as it would be: what is sent is what the page's own form holds."""

    def __init__(self, app: Flask, viewer: Viewer) -> None:
        self.viewer = viewer
        self.browser: Any = app.test_client().sign_in(viewer)  # type: ignore[attr-defined]

    def asks(self, path: str) -> Any:
        """The answer to a GET, whatever it is."""
        return self.browser.get(path)

    def reads(self, path: str) -> Page:
        """A page that this person may read."""
        answer = self.asks(path)
        assert answer.status_code == 200, f"{self.viewer.name} at {path}: {answer.status_code} {_said(answer)}"
        return Page(answer.text, path)

    def sends(self, path: str, ending: str = "", /, **typed: Any) -> str:
        """Open the page, fill in the form that goes to …`ending` and send it. Returns where the answer leads."""
        answer = self.tries(path, ending, **typed)
        assert answer.status_code == 303, f"{self.viewer.name} at {path}: {answer.status_code} {_said(answer)}"
        return str(answer.location)

    def is_refused(self, path: str, ending: str = "", /, *, status: int = 422, **typed: Any) -> Page:
        """The same, refused. Returns the page that says why."""
        answer = self.tries(path, ending, **typed)
        assert answer.status_code == status, f"{self.viewer.name} at {path}: {answer.status_code} {_said(answer)}"
        return Page(answer.text, path)

    def tries(self, path: str, ending: str = "", /, **typed: Any) -> Any:
        """The same; returns the answer, whatever it is. A dash in a field's name is written as two underscores."""
        form = self.reads(path).form(ending or path)
        return self.posts(form.action, form.filled({name.replace("__", "-"): value for name, value in typed.items()}))

    def posts(self, path: str, fields: dict[str, Any]) -> Any:
        """Send fields as they are: a form that was opened earlier, or that no page offers."""
        return self.browser.post(path, data=fields)

    def forces(self, path: str, fields: dict[str, Any] | None = None) -> Any:
        """Send what no page offers, with a good CSRF token."""
        return self.browser.send(path, fields or {})

    def has_to(self, *words: str) -> "Person":
        """The list of tasks at home names these."""
        self.reads("/").says(*words)
        return self

    def need_not(self, *words: str) -> "Person":
        """The list of tasks at home does not name these (any more)."""
        self.reads("/").silent_on(*words)
        return self

    def is_told(self, *words: str) -> "Person":
        """The inbox holds these notices, and the newest can be opened."""
        inbox = self.reads("/inbox").says(*words)
        newest = next(each for each in inbox.forms if each.action.endswith("/open"))
        opened = self.posts(newest.action, newest.fields)
        assert opened.status_code == 303 and self.asks(opened.location).status_code == 200, opened.location
        return self


def _said(answer: Any) -> str:
    return Page(answer.text).said[:3000] if answer.mimetype == "text/html" else answer.text[:500]
