"""What all lives share: chance, names, people, the calendar, and how one thing is done by one person."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TypeVar

from marketplace.catalogue.models import ListingKind
from marketplace.core import clock
from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.viewer import Viewer
from marketplace.demo.names import Names

Result = TypeVar("Result")
OFFICE = (9, 18)
VOUCHER_KIND = {
    ListingKind.DATASET: "PURCHASE",
    ListingKind.GENERAL_PROCESSING: "GENERAL_PROCESSING",
    ListingKind.AI_PROCESSING: "AI_PROCESSING",
}


def at(day: str, hour: str = "10:00") -> datetime:
    """A moment in Seoul: at('2020-03-02', '18:00')."""
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(hour), tzinfo=clock.SEOUL)


START = at("2020-01-13", "09:00")
END = at("2020-11-20", "10:00")
"""The demo's present: the first round is over, the second in full swing, a last call still open."""


@dataclass
class Round:
    """One call of the year: its window, the day of decision and the last day of its agreements."""

    title: str
    title_en: str
    published: datetime
    opens: datetime
    closes: datetime
    decided: datetime
    until: date
    share: float
    """Of the firms that are to be supported."""
    call_id: int = 0
    places: int = 0
    chosen: list[int] = field(default_factory=list)


ROUNDS = (
    Round(
        "2020년 상반기 데이터바우처 수요기업 모집", "Call for firms, first half of 2020", at("2020-03-02", "09:00"),
        at("2020-03-03", "09:00"), at("2020-03-31", "18:00"), at("2020-04-20"), date(2020, 10, 30), 0.6,
    ),
    Round(
        "2020년 하반기 데이터바우처 수요기업 모집", "Call for firms, second half of 2020", at("2020-07-01", "09:00"),
        at("2020-07-02", "09:00"), at("2020-07-31", "18:00"), at("2020-08-19"), date(2020, 12, 18), 0.4,
    ),
    Round(
        "2020년 데이터바우처 추가 모집", "Additional call of 2020", at("2020-11-02", "09:00"),
        at("2020-11-03", "09:00"), at("2020-11-30", "18:00"), at("2020-12-04"), date(2020, 12, 31), 0.0,
    ),
)  # fmt: skip


@dataclass
class World:
    """The demo's shared facts."""

    seed: int
    smes: int
    suppliers: int
    chance: Random = field(init=False)
    names: Names = field(init=False)
    counted: Counter[str] = field(default_factory=Counter)
    """What the lives did, and the won they moved, counted apart from the ledger."""
    programme_id: int = 0
    administrators: list[Viewer] = field(default_factory=list)
    officers: list[Viewer] = field(default_factory=list)
    settlers: list[Viewer] = field(default_factory=list)
    evaluator: Viewer | None = None
    sellers: list["Seller"] = field(default_factory=list)
    buyers: dict[int, Viewer] = field(default_factory=dict)
    """The signatory of each buying firm, by the firm's id."""
    vouchers: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    sme: Viewer | None = None
    """The signatory of the firm that a reader enters as, once it has signed up."""
    hero: int = 0
    """The application of the firm that a reader enters as: `story.py` tells what becomes of it."""

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.names = Names(self.chance)

    def do(self, what: str, work: Callable[[], Result]) -> Result:
        """One operation in one transaction; counted."""
        with transaction():
            result = work()
        self.counted[what] += 1
        return result

    def attempt(self, what: str, work: Callable[[], Result]) -> Result | None:
        """The same where a refusal is part of life: it is counted, and life goes on."""
        try:
            return self.do(what, work)
        except Refused as refusal:
            self.counted[f"{what}: refused"] += 1
            self.problems.append(f"{what}: {refusal}")
            return None

    def after(self, moment: datetime, least: float, most: float) -> datetime:
        """A moment in office hours, `least` to `most` days after `moment`."""
        later = moment.astimezone(clock.SEOUL) + timedelta(days=self.chance.uniform(least, most))
        while later.weekday() >= 5:
            later += timedelta(days=1)
        hour, minute = self.chance.randint(OFFICE[0], OFFICE[1] - 1), self.chance.randint(0, 59)
        return max(later.replace(hour=hour, minute=minute), moment + timedelta(minutes=5))

    def without_browser(self, person: Viewer) -> Viewer:
        """The same person with no session: nobody is asked to show a PDF that is drawn after the year."""
        return replace(person, session_id=None)

    def either(self, share: float) -> bool:
        """True in `share` of all cases."""
        return self.chance.random() < share


@dataclass
class Seller:
    """A supplier in the pool with what it sells."""

    viewer: Viewer
    listings: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """Voucher kind -> (listing, unit price)."""
    persona: bool = False
    """Whether a reader can enter as this supplier."""
