"""What the feeds tell of: one published version as plain values, addresses already whole. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from marketplace.catalogue.rules.prices import Plan


@dataclass(frozen=True)
class Part:
    """A file that anybody can download: the copy of a sample's table."""

    name: str
    url: str
    sha256: str
    size: int
    columns: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Facts:
    """A published version. `url` is its page, `site` the address of the whole."""

    id: int
    site: str
    url: str
    kind: str
    title: str
    title_en: str
    summary: str
    description: str
    publisher: str
    publisher_url: str
    publisher_en: str
    number: int
    issued: datetime
    modified: datetime
    price_minor: int | None
    unit: str
    licence_word: str
    terms: Mapping[str, Any] | None
    odrl: Mapping[str, Any] | None
    personal_data: str
    theme: str = ""
    """The address of its EU data theme; '' where it has none."""
    formats: Sequence[str] = ()
    keywords: Sequence[str] = ()
    region: str = ""
    period_from: date | None = None
    period_to: date | None = None
    frequency: str = "unknown"
    record_count: int | None = None
    byte_size: int | None = None
    provenance: str = ""
    dictionary: Sequence[Mapping[str, Any]] = ()
    prices: Sequence[Plan] = ()
    labour: Mapping[str, Any] = field(default_factory=dict)
    landing_page: str = ""
    """Where open data is really got."""
    parts: Sequence[Part] = ()

    @property
    def is_data(self) -> bool:
        """Whether it is data, and not work done on data."""
        return self.kind in ("dataset", "open_data")

    @property
    def told(self) -> str:
        """The longest of its texts that is there."""
        return self.description or self.summary or self.title

    def feed(self, name: str) -> str:
        """The address of one of its feeds."""
        return f"{self.url}/feed/{name}"


def address(text: str) -> str:
    """An address as a graph may hold it: what no address can have in it is written with percent signs."""
    return quote(text, safe=":/?#[]@!$&'()*+,;=%~-._")


def texts(korean: str, english: str = "") -> list[dict[str, str]]:
    """A text in its languages, as JSON-LD writes it."""
    return [{"@language": "ko", "@value": korean}, *([{"@language": "en", "@value": english}] if english else [])]


def present(node: Mapping[str, Any]) -> dict[str, Any]:
    """A node without what is not there."""
    return {key: value for key, value in node.items() if value not in (None, "", [], {}, ())}
