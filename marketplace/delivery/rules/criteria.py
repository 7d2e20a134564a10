"""What a delivery has to be like, as both firms wrote it down: columns, counts, shares and limits. Pure.

Shares are kept in hundredths of a percent, limits of drift in hundredths, so that no figure of an agreement is a float.
The defaults are the programme's targets where the firms say nothing: at most 1 % missing, at most 1 % duplicates, 95 % of
labels right in a sample of 200 rows or one in twenty, whichever is more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from dataclasses import field as default
from types import MappingProxyType
from typing import Any

from marketplace.catalogue.rules.samples.profile import classified
from marketplace.core.i18n import N_

MOST_MISSING = MOST_DUPLICATES = 100
LEAST_ACCURACY = 9_500
SAMPLE_ROWS, SAMPLE_SHARE, MOST_SAMPLE = 200, 20, 400
"""Rows of a label sample: 200, or one in twenty where that is more, and never more than a person marks in a day."""
MOST_DRIFT = 25
"""Population stability index from which a column is commonly said to have shifted: 0.25."""
MOST_NAMES = 200
TYPES = ("text", "integer", "decimal", "boolean", "date", "datetime")


@dataclass(eq=False)
class BadCriteria(ValueError):
    """What is wrong with typed criteria: a message id, its values and the form field."""

    words: str
    field: str
    values: Mapping[str, Any] = default(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Range:
    """Every value of `column` lies between `low` and `high`, both included; '' leaves a side open."""

    column: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Criteria:
    """The terms of one acceptance test. None, '' or empty: not asked for."""

    columns: Mapping[str, str] = default(default_factory=dict)
    """{name: one of TYPES}, the columns that must be there."""
    least_rows: int | None = None
    most_rows: int | None = None
    ranges: tuple[Range, ...] = ()
    most_missing: int | None = MOST_MISSING
    most_duplicates: int | None = MOST_DUPLICATES
    key: tuple[str, ...] = ()
    """Columns that tell rows apart; empty: a whole row."""
    most_drift: int | None = None
    label: str = ""
    """The column whose values people judge in a sample."""
    strata: str = ""
    """The column by which the sample is drawn in layers; '' takes `label`."""
    least_accuracy: int | None = None

    def stored(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self)


def read(stored: Mapping[str, Any]) -> Criteria:
    """The criteria out of their JSON."""
    known = Criteria(**stored)
    return replace(known, ranges=tuple(Range(**each) for each in stored["ranges"]), key=tuple(stored["key"]))


def from_listing(dictionary: Sequence[Mapping[str, Any]], *, sampled: bool) -> Criteria:
    """What a listing promised by itself: its data dictionary, and that the data is like the sample it showed."""
    columns = {}
    for row in dictionary[:MOST_NAMES]:
        name = row.get("name_ko") or row.get("name_en") or ""
        if name and row.get("type") != "file":
            columns[name] = row["type"] if row.get("type") in TYPES else "text"
    return Criteria(columns=columns, most_drift=MOST_DRIFT if sampled else None)


def typed_columns(text: str, words: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Lines 'name, type'; without a type it is text. `words` are how people call the types: {word: type}, in small letters.
    Raises BadCriteria, also for a type that nobody knows: it would else become part of a name that no file has."""
    columns: dict[str, str] = {}
    known = {**words, **{type_: type_ for type_ in TYPES}}
    for number, line in enumerate(filter(str.strip, text.splitlines()), 1):
        name, comma, said = (part.strip() for part in line.rpartition(","))
        if not comma or not said:
            name, said = line.strip().rstrip(",").strip(), "text"
        type_ = known.get(said.casefold(), "")
        if not type_:
            raise BadCriteria(
                N_("%(row)s번째 줄의 형 ‘%(type)s’을(를) 모릅니다. 안내에 적힌 형 가운데 하나를 적으세요."),
                "columns",
                {"row": number, "type": said[:30]},
            )
        if not name or name in columns or len(name) > 100:
            raise BadCriteria(N_("%(row)s번째 줄의 열 이름이 비었거나 두 번 있습니다."), "columns", {"row": number})
        columns[name] = type_
    if len(columns) > MOST_NAMES:
        raise BadCriteria(N_("열은 %(limit)s개까지 적을 수 있습니다."), "columns", {"limit": MOST_NAMES})
    return columns


def typed_ranges(text: str) -> tuple[Range, ...]:
    """Lines 'column, low, high', one side may be left empty. Raises BadCriteria."""
    ranges = []
    for number, line in enumerate(filter(str.strip, text.splitlines()), 1):
        parts = [part.strip() for part in line.rsplit(",", 2)]
        numbers = [classified(part)[1] for part in parts[1:] if part]
        unordered = len(numbers) == 2 and None not in numbers and numbers[0] > numbers[1]  # type: ignore[operator]
        if len(parts) != 3 or not parts[0] or not numbers or None in numbers or unordered:
            raise BadCriteria(
                N_("%(row)s번째 줄을 ‘열 이름, 최소, 최대’로 적으세요. 예: 나이, 0, 120"), "ranges", {"row": number}
            )
        ranges.append(Range(*parts))
    if len(ranges) > MOST_NAMES:
        raise BadCriteria(N_("열은 %(limit)s개까지 적을 수 있습니다."), "ranges", {"limit": MOST_NAMES})
    return tuple(ranges)


def check(criteria: Criteria) -> None:
    """Raises BadCriteria for terms that contradict themselves or ask for nothing."""
    low, high = criteria.least_rows, criteria.most_rows
    if low is not None and high is not None and low > high:
        raise BadCriteria(N_("최소 행 수가 최대 행 수보다 큽니다."), "least_rows")
    if (criteria.least_accuracy is None) != (not criteria.label):
        raise BadCriteria(N_("라벨 열과 라벨 정확도는 함께 적으세요."), "label")
    if criteria.strata and not criteria.label:
        raise BadCriteria(N_("라벨 열과 라벨 정확도는 함께 적으세요."), "label")
    asked = (criteria.columns, criteria.ranges, low, high, criteria.most_missing, criteria.most_duplicates)
    if not any(each or each == 0 for each in (*asked, criteria.most_drift, criteria.label)):
        raise BadCriteria(N_("기준을 하나 이상 적으세요."), "columns")


def percent(hundredths: float | None) -> str:
    """'1 %' of 100 hundredths of a percent."""
    return "" if hundredths is None else f"{hundredths / 100:.4g} %"
