"""Arithmetic and names of deliveries, pure: what a part costs, what may be a file's path, what a manifest says."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_FLOOR, Decimal

PATH_LIMIT = 200
FILES_LIMIT = 500


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that storage holds under `sha256`."""

    path: str
    bytes: int
    sha256: str


class BadPath(ValueError):
    """A name that could lead out of a folder, or that nobody could read."""


def safe_path(name: str) -> str:
    """The path of a file inside a delivery: NFC, with forward slashes, relative, at most 200 characters.

    Raises BadPath rather than mending: a supplier must find the file under the name that was handed over.
    """
    path = unicodedata.normalize("NFC", name).replace("\\", "/").strip()
    parts = path.split("/")
    if not path or path.startswith("/") or re.match(r"[A-Za-z]:", path):
        raise BadPath(name)
    if any(part in ("", ".", "..") or part != part.strip() for part in parts):
        raise BadPath(name)
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for character in path):
        raise BadPath(name)
    if len(path) > PATH_LIMIT or any(len(part.encode()) > 255 for part in parts):
        raise BadPath(name)
    return path


def manifest_of(files: Iterable[KeptFile]) -> str:
    """One line 'sha256  bytes  path' a file, sorted by path, each ended by a newline."""
    return "".join(f"{file.sha256}  {file.bytes}  {file.path}\n" for file in sorted(files, key=lambda each: each.path))


def manifest_hash(files: Iterable[KeptFile]) -> str:
    """SHA-256 of the manifest's UTF-8 bytes, in hex: what both firms can compute again with their own tools."""
    return hashlib.sha256(manifest_of(files).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class OpenLine:
    """An order line and what of it is handed over and not rejected; amounts in won without VAT."""

    id: int
    position: int
    description: str
    unit_label: str
    divisible: bool
    unit_price_minor: int
    quantity: Decimal
    ordered_minor: int
    delivered_quantity: Decimal
    delivered_minor: int
    deliver_by: date | None = None
    """A milestone's own day; None: the order's."""

    @property
    def left(self) -> Decimal:
        return self.quantity - self.delivered_quantity

    @property
    def left_minor(self) -> int:
        return self.ordered_minor - self.delivered_minor

    def without(self, barred: Decimal) -> "OpenLine":
        """The line without a quantity that may not be handed over any more; the amount follows the quantity."""
        if not barred:
            return self
        quantity = self.quantity - barred
        ordered = int((quantity * self.unit_price_minor).to_integral_value(rounding=ROUND_FLOOR))
        return replace(self, quantity=quantity, ordered_minor=min(ordered, self.ordered_minor))


def part_amount(line: OpenLine, part: Decimal) -> int:
    """What handing over `part` more costs: the difference of floors, and the last part takes the rest, so that all
    parts add up to the line to the won."""
    if part == line.left:
        return line.left_minor
    reached = (line.delivered_quantity + part) * line.unit_price_minor
    return int(reached.to_integral_value(rounding=ROUND_FLOOR)) - line.delivered_minor


def accepted_amount(supply_minor: int, quantity: Decimal, accepted: Decimal) -> int:
    """The part of a delivered amount that belongs to the accepted quantity: all of it for all, floored otherwise."""
    if accepted == quantity:
        return supply_minor
    return int((supply_minor * accepted / quantity).to_integral_value(rounding=ROUND_FLOOR))
