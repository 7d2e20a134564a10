"""The shape of the parts of a version that are lists: dictionary, prices, labour card. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marketplace.catalogue.rules.prices import ALIKE
from marketplace.catalogue.rules.tables import N_, Problem
from marketplace.catalogue.rules.terms import LONGEST_TERM

MOST_COLUMNS = 300
MOST_PLANS = 30
LONGEST_CELL = 300
MAXIMUM = 10**15
COLUMN = ("name_ko", "name_en", "type", "unit", "description", "sample")
"""The parts of one line of a data dictionary."""
PLAN = ("unit", "from_quantity", "price_minor", "note")
"""The parts of one price: from this quantity on, one unit costs so much; None: on request. Several lines of one unit
are a scale."""
LABOUR = ("model", "annotators", "inspection_percent", "hourly_pay_minor", "note")


def check_dictionary(columns: Sequence[Mapping[str, Any]]) -> None:
    """Raises Problem for a data dictionary that nobody could use; `row` is the line, from 1."""
    if len(columns) > MOST_COLUMNS:
        raise Problem(N_("데이터 사전은 %(limit)s열까지 적을 수 있습니다."), {"limit": MOST_COLUMNS})
    seen: dict[str, int] = {}
    for number, column in enumerate(columns, 1):
        _check_texts(column, number)
        name = (column.get("name_ko") or column.get("name_en") or "").strip()
        if not name:
            raise Problem(N_("데이터 사전 %(row)s번째 열의 이름을 적으세요."), {"row": number}, number)
        if name in seen:
            raise Problem(
                N_("데이터 사전에 ‘%(name)s’이(가) 두 번 있습니다(%(first)s번째와 %(row)s번째)."),
                {"name": name, "first": seen[name], "row": number},
                number,
            )
        seen[name] = number


def check_plans(plans: Sequence[Mapping[str, Any]]) -> None:
    """Raises Problem for a price list that contradicts itself."""
    if len(plans) > MOST_PLANS:
        raise Problem(N_("가격은 %(limit)s줄까지 적을 수 있습니다."), {"limit": MOST_PLANS})
    seen: set[tuple[Any, Any]] = set()
    for number, plan in enumerate(plans, 1):
        _check_texts(plan, number)
        quantity, price = plan.get("from_quantity") or 0, plan.get("price_minor")
        if not 1 <= quantity <= 10**9 or (price is not None and not 0 <= price * quantity <= MAXIMUM):
            raise Problem(N_("가격표 %(row)s번째 줄의 수량이나 금액이 너무 크거나 작습니다."), {"row": number}, number)
        if (plan.get("unit"), quantity) in seen:
            raise Problem(
                N_("가격표 %(row)s번째 줄은 앞과 단위와 수량이 같습니다. 하나만 남기세요."), {"row": number}, number
            )
        seen.add((plan.get("unit"), quantity))


def check_own_price(content: Any) -> None:
    """Raises Problem for a line that says another price than the listing's own for the same quantity of the same unit,
    so that no buyer reads two prices."""
    own = ALIKE.get(content.unit_label.strip().casefold())
    for number, plan in enumerate(content.plans, 1):
        same = (plan["unit"], plan["from_quantity"]) == (own, content.minimum_quantity)
        if same and content.unit_price_minor is not None and plan["price_minor"] != content.unit_price_minor:
            raise Problem(
                N_("가격표 %(row)s번째 줄은 위의 단가와 단위와 수량이 같은데 값이 다릅니다. 하나로 맞추세요."),
                {"row": number},
                number,
            )


def check_terms(terms: Mapping[str, Any]) -> None:
    """Raises Problem for a term of nonsense."""
    term = terms.get("term_months")
    if term is not None and not 1 <= term <= LONGEST_TERM:
        raise Problem(N_("이용 기간은 1개월에서 %(limit)s개월 사이로 적으세요."), {"limit": LONGEST_TERM})


def check_labour(labour: Mapping[str, Any]) -> None:
    """Raises Problem for figures that cannot be."""
    figures = {"annotators": 1_000, "inspection_percent": 100, "hourly_pay_minor": 10_000_000}
    for name, most in figures.items():
        value = labour.get(name)
        if value is not None and not 0 <= value <= most:
            raise Problem(N_("가공 인력 카드의 숫자를 확인하세요. 검수 비율은 100까지입니다."))


def _check_texts(row: Mapping[str, Any], number: int) -> None:
    if any(isinstance(text, str) and (len(text) > LONGEST_CELL or "\0" in text) for text in row.values()):
        raise Problem(
            N_("%(row)s번째 줄에 %(limit)s자를 넘는 칸이 있습니다."), {"row": number, "limit": LONGEST_CELL}, number
        )


def pasted_columns(text: str, most: int = MOST_COLUMNS) -> list[dict[str, str]]:
    """Lines copied out of a spreadsheet (tabs between cells) as lines of a dictionary, in the order of COLUMN."""
    rows = []
    for line in text.splitlines()[:most]:
        cells = [cell.strip()[:LONGEST_CELL] for cell in line.split("\t")]
        if any(cells):
            rows.append(dict(zip(COLUMN, [*cells, *[""] * len(COLUMN)], strict=False)))
    return rows


def row_changes(name: str, old: Any, new: Any, say: Callable[[str, Any], str]) -> list[tuple[str, str, str]]:
    """What changed inside a list or a card, as (what, before, after), '' where it was not there. `say` puts a part and
    its value into the reader's words."""
    before, after = _entries(name, old, say), _entries(name, new, say)
    keys = list(dict.fromkeys([*before, *after]))
    return [(key, before.get(key, ""), after.get(key, "")) for key in keys if before.get(key, "") != after.get(key, "")]


def _entries(name: str, value: Any, say: Callable[[str, Any], str]) -> dict[str, str]:
    if name == "dictionary":
        return {(row.get("name_ko") or row.get("name_en") or ""): _line(row, COLUMN[1:], say) for row in value}
    if name == "plans":
        return {
            f"{say('unit', row.get('unit'))} ≥ {row.get('from_quantity', '')}": _line(row, PLAN[2:], say)
            for row in value
        }
    return {say("part", key): say(key, each) for key, each in (value or {}).items()}


def _line(row: Mapping[str, Any], names: Sequence[str], say: Callable[[str, Any], str]) -> str:
    return " · ".join(text for name in names if (text := say(name, row.get(name))))
