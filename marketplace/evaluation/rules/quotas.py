"""Who is admitted: quotas first by their best passers, the rest by rank, within the places and the budget.

The rule of section 15 of the programme's terms, as one function for the decision, its preview, its replay, and for the
reserve list: who is kept counts first, and whoever then still fits moves up. Nobody is passed over: the first of a list
who does not fit ends that list, however small the next one's wish is.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

from marketplace.evaluation.rules.scores import Scored
from marketplace.evaluation.rules.suppliers import SUPPLIER, Loads, SupplierTerms

ADMITTED, RESERVE, REFUSED = "admitted", "reserve", "refused"
PASSERS, PLACES, BUDGET, KIND = "passers", "places", "budget", "kind"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a ruleset and a call say about choosing. Points are hundredths, amounts won; None: no such limit."""

    pass_mark: int
    quotas: tuple[tuple[str, Fraction], ...]
    """In the order in which they are filled."""
    budget_minor: int
    places: int | None = None
    kind_places: Mapping[str, int] = field(default_factory=dict)
    reserve: int | None = None
    """How long the reserve list may be."""
    suppliers: SupplierTerms | None = None

    def measure(self, each: Scored) -> int:
        """What one winner counts towards a quota: a place, or its support where the call counts no places."""
        return 1 if self.places is not None else each.support_minor

    def minimum(self, share: Fraction) -> int:
        """The least that a quota's members get together, in places or won."""
        return ceil(share * (self.places if self.places is not None else self.budget_minor))


@dataclass(frozen=True, slots=True)
class Line:
    """Where one application stands after the choice, and the rule that put it there."""

    application_id: int
    rank: int
    outcome: str
    rule: str
    """'quota.youth', 'rank'; of the reserve and the refused what stood in the way: 'places', 'budget', 'kind', 'pass_mark',
    'shortlist', 'outranked', or the limit of the supplier: 'supplier.max_matches' and its kind."""
    reserve_place: int | None = None


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A quota that could not be filled, and why: too few passers, no place or no money left, or no place of the kind."""

    quota: str
    wanted: int
    reached: int
    reason: str


@dataclass(frozen=True)
class Outcome:
    """Every line in the order of ranks, and the quotas that stay short."""

    lines: tuple[Line, ...]
    shortfalls: tuple[Shortfall, ...]
    reached: Mapping[str, int]


class _Filling:
    """The places and the money while they are given away."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.rules: dict[int, str] = {}
        self.left_minor, self.many = terms.budget_minor, 0
        self.kinds: dict[str, int] = {}
        self.sums = {code: 0 for code, _share in terms.quotas}
        self.loads = Loads(terms.suppliers)
        self.full: dict[int | None, str] = {}
        """Suppliers that somebody on the present list was too much for, and the limit."""

    def obstacle(self, each: Scored) -> str:
        """What stands in the way of one more, or ''."""
        if self.terms.places is not None and self.many >= self.terms.places:
            return PLACES
        limit = self.terms.kind_places.get(each.kind)
        if limit is not None and self.kinds.get(each.kind, 0) >= limit:
            return KIND
        over = self.full.get(each.supplier) or self.loads.obstacle(each.supplier, each.kind, each.bought_minor)
        if over:
            return over
        return BUDGET if each.support_minor > self.left_minor else ""

    def admit(self, each: Scored, rule: str) -> None:
        self.rules[each.application_id] = rule
        self.many += 1
        self.left_minor -= each.support_minor
        self.loads.add(each.supplier, each.kind, each.bought_minor)
        self.kinds[each.kind] = self.kinds.get(each.kind, 0) + 1
        for code in self.sums:
            if code in each.claims:
                self.sums[code] += self.terms.measure(each)

    def fill(self, among: Sequence[Scored], rule: str, wanted: int | None = None) -> str:
        """Admit down the list until `wanted` is reached or somebody does not fit; says what ended it."""
        quota = rule.removeprefix("quota.")
        ended, self.full = PASSERS, {}
        for each in among:
            if wanted is not None and self.sums[quota] >= wanted:
                return ""
            if each.application_id in self.rules:
                continue
            obstacle = self.obstacle(each)
            if obstacle == KIND:
                ended = KIND
                continue  # the places of this kind are gone for everybody after, too: nobody is passed over
            if obstacle.startswith(SUPPLIER):
                ended, self.full[each.supplier] = SUPPLIER, obstacle
                continue
            if obstacle:
                return obstacle
            self.admit(each, rule)
        return "" if wanted is not None and self.sums[quota] >= wanted else ended


def choose(order: Sequence[Scored], terms: Terms, kept: Collection[int] = ()) -> Outcome:
    """Choose among applications in the order of their ranks. `kept` are in already, whatever the rest brings."""
    kept = frozenset(kept)
    filling = _Filling(terms)
    passers = [each for each in order if each.shortlisted and each.base >= terms.pass_mark]
    for each in order:
        if each.application_id in kept:
            filling.admit(each, "kept")
    short = []
    for code, share in terms.quotas:
        wanted = terms.minimum(share)
        members = [each for each in passers if code in each.claims]
        ended = filling.fill(members, f"quota.{code}", wanted)
        if ended:
            short.append((code, wanted, ended))
    by_rank = filling.fill(passers, "rank")
    shortfalls = tuple(
        Shortfall(code, wanted, filling.sums[code], ended)
        for code, wanted, ended in short
        if filling.sums[code] < wanted
    )
    return Outcome(tuple(_lines(order, terms, filling, by_rank)), shortfalls, dict(filling.sums))


def _lines(order: Sequence[Scored], terms: Terms, filling: _Filling, ended: str) -> list[Line]:
    lines, waiting = [], 0
    for rank, each in enumerate(order, 1):
        identity = each.application_id
        if identity in filling.rules:
            lines.append(Line(identity, rank, ADMITTED, filling.rules[identity]))
        elif not each.shortlisted:
            lines.append(Line(identity, rank, REFUSED, "shortlist"))
        elif each.base < terms.pass_mark:
            lines.append(Line(identity, rank, REFUSED, "pass_mark"))
        elif terms.reserve is not None and waiting >= terms.reserve:
            lines.append(Line(identity, rank, REFUSED, "outranked"))
        else:
            waiting += 1
            stands = filling.obstacle(each)
            own = stands == KIND or stands.startswith(SUPPLIER)
            reason = stands if own else (ended if ended in (PLACES, BUDGET) else BUDGET)
            lines.append(Line(identity, rank, RESERVE, reason, waiting))
    return lines


def next_up(order: Sequence[Scored], terms: Terms, kept: Collection[int]) -> list[tuple[int, str]]:
    """Who moves up from the reserve list now that only `kept` are in: (application, rule), in the order of admission.

    `order` is the reserve list and those who are in; whoever has gone is left out of it.
    """
    rules = {line.application_id: line.rule for line in choose(order, terms, kept).lines if line.outcome == ADMITTED}
    return [(identity, rule) for identity, rule in rules.items() if rule != "kept"]


def shortlist(order: Sequence[Scored], pass_mark: int, size: int | None) -> list[int]:
    """Who goes on to the presentation: passers of the documents stage by rank, at most `size`."""
    passers = [each.application_id for each in order if each.base >= pass_mark]
    return passers if size is None else passers[:size]
