"""From the facts of every application to the ranked list: one function for the decision, its preview and its replay."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from marketplace.evaluation.rules.quotas import Outcome, Terms, choose, shortlist
from marketplace.evaluation.rules.scores import (
    HUNDRED,
    Scored,
    StageScore,
    TooFew,
    bonus_of,
    combined,
    ranked,
    rescaled,
    stage_score,
)
from marketplace.evaluation.rules.sealing import sealed, sha256_of
from marketplace.evaluation.rules.suppliers import SupplierTerms

DOCUMENTS, PRESENTATION = "documents", "presentation"
EXCELLENT, BAD = "excellent", ("insufficient", "poor")
"""Final grades that count here."""


class Unfinished(ValueError):
    """Applications whose sheets do not suffice: (application, stage, how many there are, how many it takes)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one application when it is decided on."""

    application_id: int
    receipt: str
    kind: str
    total_minor: int
    support_minor: int
    claims: frozenset[str]
    """The quotas it counts for, and what earns a bonus."""
    content_sha256: str
    underused: bool = False
    """Whether the firm used too little of an earlier voucher."""
    documents: tuple[Mapping[str, int], ...] = ()
    presentation: tuple[Mapping[str, int], ...] = ()
    """Points in hundredths by criterion, a sheet each, by sheet id."""
    heard: bool = False
    """Whether it was asked to present."""
    sheet_hashes: tuple[str, ...] = ()
    supplier: int | None = None
    bought_minor: int = 0
    grade: str | None = None
    """How the firm's project of the year before was graded at its end; None where nobody graded one."""

    def sealed(self) -> bytes:
        """As it goes into the hash of a decision's inputs."""
        facts: list[Any] = [self.application_id, self.receipt, self.kind, self.total_minor, self.support_minor]
        more: list[Any] = [] if self.supplier is None else [self.supplier, self.bought_minor]
        more += [] if self.grade is None else ["grade", self.grade]
        return sealed(
            [*facts, sorted(self.claims), self.content_sha256, self.underused, self.heard, self.sheets_sha256, *more]
        )

    @property
    def sheets_sha256(self) -> str:
        """Over the hashes of the sheets it rests on."""
        return sha256_of(each.encode() for each in self.sheet_hashes)


@dataclass(frozen=True)
class Book:
    """Everything that a decision asks of a ruleset, a call and the plan of its evaluation."""

    edition: str
    ruleset_sha256: str
    criteria: tuple[tuple[str, int], ...]
    pass_mark: int
    trim: int
    panel_min: int
    quotas: tuple[tuple[str, Fraction], ...]
    bonus: Mapping[str, int]
    bonus_cap: int
    documents_share: int
    minus_points: int
    budget_minor: int
    places: int | None
    shortlist: int | None
    reserve: int | None
    kind_places: Mapping[str, int] = field(default_factory=dict)
    suppliers: SupplierTerms | None = None
    """None: decided before the limits of suppliers were asked here, or without suppliers."""
    grades: tuple[int, int] | None = None
    """Points that an excellent final grade of the year before adds, and that a bad one takes; None: not asked."""

    @property
    def supplier_limits(self) -> tuple[Any, ...] | None:
        """What the ruleset says of suppliers."""
        return self.suppliers.limits if self.suppliers else None

    @property
    def terms(self) -> Terms:
        """What choosing needs of it."""
        return Terms(
            pass_mark=self.pass_mark * HUNDRED,
            quotas=self.quotas,
            budget_minor=self.budget_minor,
            places=self.places,
            kind_places=self.kind_places,
            reserve=self.reserve,
            suppliers=self.suppliers,
        )

    @property
    def least(self) -> int:
        """How many sheets an application needs in each stage."""
        return max(self.panel_min, 2 * self.trim + 1)

    def written(self) -> dict[str, Any]:
        """As plain values, kept with the decision."""
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "criteria": [list(each) for each in self.criteria],
            "quotas": [[code, str(share)] for code, share in self.quotas],
            "bonus": dict(self.bonus),
            "kind_places": dict(self.kind_places),
            **({"suppliers": self.suppliers.written()} if self.suppliers else {}),
            **({"grades": list(self.grades)} if self.grades else {}),
        }

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "Book":
        """What `written` wrote."""
        return cls(
            **{name: written[name] for name in _PLAIN},
            criteria=tuple((code, weight) for code, weight in written["criteria"]),
            quotas=tuple((code, Fraction(share)) for code, share in written["quotas"]),
            bonus=dict(written["bonus"]),
            kind_places=dict(written["kind_places"]),
            suppliers=SupplierTerms.read(written["suppliers"]) if "suppliers" in written else None,
            grades=tuple(written["grades"]) if "grades" in written else None,
        )


_PLAIN = (
    *("edition", "ruleset_sha256", "pass_mark", "trim", "panel_min", "bonus_cap", "documents_share", "minus_points"),
    *("budget_minor", "places", "shortlist", "reserve"),
)


@dataclass(frozen=True)
class Decided:
    """A ranked list: scores in the order of ranks, and where each stands."""

    order: tuple[Scored, ...]
    outcome: Outcome

    def lines(self) -> bytes:
        """'rank,application,score,outcome,rule,reserve place,support' a line: what the result's hash is of."""
        return "".join(
            f"{line.rank},{line.application_id},{each.score},{line.outcome},{line.rule},{line.reserve_place or ''},"
            f"{each.support_minor}\n"
            for each, line in zip(self.order, self.outcome.lines, strict=True)
        ).encode()

    @property
    def sha256(self) -> str:
        return sha256_of([self.lines()])


def score(facts: Facts, book: Book) -> Scored:
    """One application's score under a book. Raises TooFew."""
    codes = [code for code, _weight in book.criteria]
    documents = _stage(facts.documents, codes, book)
    presentation = _stage(facts.presentation, codes, book) if facts.heard else None
    heard = presentation.by_criterion if presentation else (None,) * len(codes)
    more, less = book.grades or (0, 0)
    claims = {**dict.fromkeys(facts.claims, 1), EXCELLENT: facts.grade == EXCELLENT}
    bonus = bonus_of(claims, {**book.bonus, EXCELLENT: more}, book.bonus_cap)
    minus = book.minus_points * facts.underused + less * (facts.grade in BAD)
    return Scored(
        application_id=facts.application_id,
        receipt=facts.receipt,
        kind=facts.kind,
        support_minor=facts.support_minor,
        claims=facts.claims,
        documents=documents.total,
        presentation=presentation.total if presentation else None,
        base=combined(documents.total, presentation.total if presentation else None, book.documents_share),
        bonus=bonus,
        minus=minus * HUNDRED,
        by_criterion=tuple(
            combined(one, other, book.documents_share) for one, other in zip(documents.by_criterion, heard, strict=True)
        ),
        shortlisted=facts.heard or book.documents_share == HUNDRED,
        supplier=facts.supplier,
        bought_minor=facts.bought_minor,
    )


def _stage(sheets: Sequence[Mapping[str, int]], codes: Sequence[str], book: Book) -> StageScore:
    if len(sheets) < book.least:
        raise TooFew(len(sheets))
    return stage_score([[sheet[code] for code in codes] for sheet in sheets], book.trim)


def decide(every: Sequence[Facts], book: Book, kept: Collection[int] = ()) -> Decided:
    """The ranked list. Raises Unfinished with every application whose sheets do not suffice."""
    scored, unfinished = [], []
    for facts in every:
        try:
            scored.append(score(facts, book))
        except TooFew:
            short = PRESENTATION if len(facts.documents) >= book.least else DOCUMENTS
            many = len(facts.presentation if short == PRESENTATION else facts.documents)
            unfinished.append((facts.application_id, short, many, book.least))
    if unfinished:
        raise Unfinished(unfinished)
    order = ranked(scored)
    return Decided(tuple(order), choose(order, book.terms, kept))


def input_hash(every: Sequence[Facts], book: Book) -> str:
    """Over the book and every application's facts, by application."""
    by_id = sorted(every, key=lambda each: each.application_id)
    return sha256_of([sealed(book.written()), *(each.sealed() for each in by_id)])


def shortlisted(every: Sequence[Facts], book: Book) -> list[int]:
    """Who goes on from the documents to the presentation, the best first."""
    alone = replace(book, documents_share=HUNDRED)
    order = ranked([score(replace(each, heard=False), alone) for each in every])
    return shortlist(order, book.pass_mark * HUNDRED, book.shortlist)


def under(every: Sequence[Facts], before: Book, after: Book) -> list[Facts]:
    """The same applications judged by another year's weights: each criterion keeps its share of its weight."""
    old, new = dict(before.criteria), dict(after.criteria)
    if old == new:
        return list(every)
    return [
        replace(
            each,
            documents=tuple(rescaled(sheet, old, new) for sheet in each.documents),
            presentation=tuple(rescaled(sheet, old, new) for sheet in each.presentation),
        )
        for each in every
    ]
