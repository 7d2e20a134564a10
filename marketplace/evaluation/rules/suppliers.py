"""What one supplier may gather in a programme year, while places are given away: the same limits as for a single award.

A limit is the supplier's, not the list's: who names a full supplier waits, and the next one on the list is not held up. Within
one list nobody with the same supplier is let in after that, or a smaller wish would pass over a better one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SUPPLIER = "supplier"


@dataclass(frozen=True)
class SupplierTerms:
    """The limits, None where there is none, and what each supplier held before this decision. Amounts in smallest steps."""

    most: int | None = None
    kind_most: Mapping[str, int] = field(default_factory=dict)
    amount_most: int | None = None
    share_most: int | None = None
    """The limit that does not count against a supplier's first project."""
    held: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """Supplier -> projects and amount."""
    held_kinds: Mapping[tuple[int, str], int] = field(default_factory=dict)

    @property
    def limits(self) -> tuple[Any, ...]:
        """What the ruleset says, without what was held."""
        return self.most, sorted(self.kind_most.items()), self.amount_most, self.share_most

    def written(self) -> dict[str, Any]:
        """As plain values, kept with the decision."""
        return {
            "most": self.most,
            "kind_most": dict(self.kind_most),
            "amount_most": self.amount_most,
            "share_most": self.share_most,
            "held": [[supplier, *both] for supplier, both in sorted(self.held.items())],
            "held_kinds": [[*key, many] for key, many in sorted(self.held_kinds.items())],
        }

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "SupplierTerms":
        """What `written` wrote."""
        return cls(
            most=written["most"],
            kind_most=dict(written["kind_most"]),
            amount_most=written["amount_most"],
            share_most=written["share_most"],
            held={supplier: (projects, amount) for supplier, projects, amount in written["held"]},
            held_kinds={(supplier, kind): many for supplier, kind, many in written["held_kinds"]},
        )


class Loads:
    """What suppliers hold while places are given away."""

    def __init__(self, terms: SupplierTerms | None) -> None:
        self.terms = terms or SupplierTerms()
        self.held, self.kinds = dict(self.terms.held), dict(self.terms.held_kinds)

    def obstacle(self, supplier: int | None, kind: str, amount: int) -> str:
        """The limit that one project more would break, or ''."""
        if supplier is None:
            return ""
        terms, (projects, held) = self.terms, self.held.get(supplier, (0, 0))
        if terms.most is not None and projects >= terms.most:
            return "supplier.max_matches"
        most = terms.kind_most.get(kind)
        if most is not None and self.kinds.get((supplier, kind), 0) >= most:
            return "supplier.kind_max"
        if terms.amount_most is not None and held + amount > terms.amount_most:
            return "supplier.max_amount"
        if terms.share_most is not None and held and held + amount > terms.share_most:
            return "supplier.max_share"
        return ""

    def add(self, supplier: int | None, kind: str, amount: int) -> None:
        """One project more."""
        if supplier is not None:
            projects, held = self.held.get(supplier, (0, 0))
            self.held[supplier] = projects + 1, held + amount
            self.kinds[supplier, kind] = self.kinds.get((supplier, kind), 0) + 1
