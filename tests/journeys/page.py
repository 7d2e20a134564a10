"""A page as a person without scripts has it: what it says, where it leads, and its forms as they stand."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
SILENT = {"script", "style", "title"}


@dataclass
class Form:
    """One form: `fields` is what a browser would send now, `names` everything that can be filled in, with choices."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    names: dict[str, set[str]] = field(default_factory=dict)

    def filled(self, typed: dict[str, Any]) -> dict[str, Any]:
        """What is sent when a person types `typed` over it. Nobody can fill in a field that is not there."""
        unknown = set(typed) - set(self.names)
        assert not unknown, f"{self.action} has no {sorted(unknown)}, only {sorted(self.names)}"
        for name, value in typed.items():
            for each in value if isinstance(value, list) else [value]:
                offered = self.names[name]
                assert not offered or each in offered, f"{name} offers {offered}, not {each!r}"
        return {**self.fields, **typed}


class Page(HTMLParser):
    """A parsed page; `.said` is its visible text with single spaces, `.links` the addresses by their words."""

    def __init__(self, html: str, path: str = "") -> None:
        super().__init__()
        self.path = path
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self._texts: list[str] = []
        self._open: list[str] = []
        self._select = ""
        self._area: list[str] | None = None
        self._link: list[str] | None = None
        self.feed(html)
        self.said = re.sub(r"\s+", " ", " ".join(self._texts)).strip()

    def says(self, *words: str) -> "Page":
        """The page says all of this; spaces count as one."""
        for each in words:
            assert each in self.said, f"{self.path} does not say {each!r}:\n{self.said}"
        return self

    def silent_on(self, *words: str) -> "Page":
        """The page says none of this."""
        for each in words:
            assert each not in self.said, f"{self.path} says {each!r}"
        return self

    def form(self, ending: str) -> Form:
        """The one form that is sent to an address ending so."""
        found = [each for each in self.forms if each.action.endswith(ending)]
        actions = [each.action for each in self.forms]
        assert len(found) == 1, f"{self.path}: {len(found)} forms to …{ending}, of {actions}:\n{self.said}"
        return found[0]

    def offers(self, ending: str) -> bool:
        """Whether a form is sent to an address ending so."""
        return any(each.action.endswith(ending) for each in self.forms)

    def link(self, words: str) -> str:
        """Where the first link with these words leads."""
        found = [href for text, href in self.links if words in text]
        assert found, f"{self.path}: no link says {words!r}, of {self.links}"
        return found[0]

    # --- parsing -----------------------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self._open.append(tag)
        if tag == "form":
            self.forms.append(Form(given.get("action") or self.path, given.get("method") or "get"))
        elif tag == "a":
            self._link = [given.get("href") or ""]
        elif self.forms and "form" in self._open:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str | None]) -> None:
        form, name, value = self.forms[-1], given.get("name") or "", given.get("value")
        if tag == "option":
            form.names[self._select].add(value or "")
            if "selected" in given or not form.fields.get(self._select):
                form.fields[self._select] = [value or ""]
        if not name or "disabled" in given:
            return
        kind = given.get("type") or ("text" if tag == "input" else tag)
        if tag == "select":
            self._select, form.names[name] = name, set()
        elif tag == "textarea":
            self._area, form.fields[name], form.names[name] = [], [""], set()
            self._select = name
        elif tag == "button" or kind == "submit":
            form.names.setdefault(name, set()).add(value or "")
        elif kind in ("checkbox", "radio"):
            form.names.setdefault(name, set()).add(value or "on")
            if "checked" in given:
                form.fields.setdefault(name, []).append(value or "on")
        elif tag == "input":
            form.names[name] = set()
            if kind != "file":
                form.fields.setdefault(name, []).append(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            self.forms[-1].fields[self._select] = ["".join(self._area).removeprefix("\n")]
            self._area = None
        if tag == "a" and self._link is not None:
            self.links.append((re.sub(r"\s+", " ", " ".join(self._link[1:])).strip(), self._link[0]))
            self._link = None
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.append(data)
        if self._link is not None:
            self._link.append(data)
        if not SILENT & set(self._open):
            self._texts.append(data)
