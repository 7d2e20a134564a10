"""What rules an offer out for a need, each with a sentence and with what would lift it. Pure.

A gate is judged on plain facts that are kept with the ranking, so that it can be judged again without the market.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from marketplace.core.i18n import N_
from marketplace.core.money import floor_to
from marketplace.matching.rules.features import Asked, Offered, format_fit, formats_in, rights_needed


@dataclass(frozen=True)
class Circumstances:
    """What is known around an offer. `limit_minor`: what the firm can spend on it, with VAT, None: not known yet."""

    designated: bool = True
    related: bool = False
    free_hundredths: int | None = None
    """Person-months that the supplier has left, in hundredths; None: nothing was declared."""
    room_from: date | None = None
    """When the supplier has room again; None: nobody knows."""
    limit_minor: int | None = None
    voucher_kinds: tuple[str, ...] = ()
    """The kinds of listing that the firm's vouchers buy; empty: it has none yet."""
    vat_rate: Fraction = Fraction(0)
    """Of VAT on top of a price, by the firm's ruleset; what a line is taxed is said by its quote or order."""


@dataclass(frozen=True)
class Gate:
    """One gate. `says` is true of an offer it rules out, `lift` what would let it through; message ids with values.

    `askable`: a quote may still be asked for. `summary`: how many were ruled out, with `count`. `dated` goes before `says`
    where the day is known on which it lifts.
    """

    name: str
    summary: str
    says: str
    lift: str
    askable: bool
    shut: Callable[[Mapping[str, Any]], Mapping[str, Any] | None] = field(repr=False)
    dated: str = ""


@dataclass(frozen=True)
class Shut:
    """A gate that an offer did not pass, with the values of its sentences."""

    gate: Gate
    values: Mapping[str, Any]

    @property
    def says(self) -> str:
        """The sentence that is true of the offer, a message id for `values`."""
        return self.gate.dated if self.gate.dated and self.values else self.gate.says


def _kind(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    wanted, bought = facts["kind_asked"], facts["voucher_kinds"]
    wrong = (wanted is not None and facts["kind"] != wanted) or (bool(bought) and facts["kind"] not in bought)
    return {} if wrong else None


def _price(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    price, limit = facts["price_minor"], facts["limit_minor"]
    if price is None or limit is None or price <= limit:
        return None
    over = price - limit
    return {"over": over, "percent": -(-over * 100 // limit) if limit else 100}


def _capacity(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if facts["free_hundredths"] is None or facts["free_hundredths"] > 0:
        return None
    room = facts.get("room_from")  # which shortlists that were locked before it was known do not have
    return {"month": room[:7]} if room else {}


def _lead(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    left = facts["days_left"]
    late = left is not None and facts["lead_days"] > left
    return {"days": facts["lead_days"] - left, "lead": facts["lead_days"]} if late else None


def _licence(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    missing = (
        [] if facts["rights"] is None else [each for each in facts["rights_needed"] if each not in facts["rights"]]
    )
    return {"missing": missing} if missing else None


def _personal(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return {"class": facts["personal"]} if facts["personal"] not in facts["personal_allowed"] else None


def _format(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return {} if not format_fit(facts["formats_asked"], facts["formats"]) else None


def _when(name: str, shut_if: bool) -> Callable[[Mapping[str, Any]], Mapping[str, Any] | None]:
    return lambda facts: {} if facts[name] is shut_if else None


GATES: Sequence[Gate] = (
    Gate(
        "kind",
        N_("%(count)s건은 유형이 다릅니다"),
        N_("찾는 유형이 아니거나 가진 바우처로 살 수 없는 유형입니다."),
        N_("유형을 바꾸거나, 이 유형을 사는 바우처를 신청하면 볼 수 있습니다."),
        False,
        _kind,
    ),
    Gate(
        "price",
        N_("%(count)s건은 예산을 넘습니다"),
        N_("부가세를 더한 가격이 쓸 수 있는 돈을 %(percent)s%% 넘습니다."),
        N_("수량을 줄이거나 자부담을 늘리면 됩니다. 견적을 요청해 조정할 수도 있습니다."),
        True,
        _price,
    ),
    Gate(
        "designation",
        N_("%(count)s건은 공급기업이 지금 지정되어 있지 않습니다"),
        N_("공급기업이 지정되지 않았거나 지정이 정지되었습니다."),
        N_("지정이 다시 유효해지면 볼 수 있습니다."),
        False,
        _when("designated", False),
    ),
    Gate(
        "capacity",
        N_("%(count)s건은 공급기업의 인력이 다 찼습니다"),
        N_("공급기업이 맡을 수 있는 인력이 모두 예약되었습니다."),
        N_("앞선 일이 끝나면 자리가 납니다. 견적을 요청해 시작할 수 있는 날을 물어보세요."),
        True,
        _capacity,
        N_("공급기업이 맡을 수 있는 인력이 모두 예약되었고, %(month)s에 자리가 납니다."),
    ),
    Gate(
        "lead_time",
        N_("%(count)s건은 기한에 맞추지 못합니다"),
        N_("납기가 %(lead)s일이라 필요한 날을 %(days)s일 넘깁니다."),
        N_("필요한 날을 늦추거나, 견적을 요청해 앞당길 수 있는지 물어보세요."),
        True,
        _lead,
    ),
    Gate(
        "licence",
        N_("%(count)s건은 이용 조건이 쓰려는 목적을 허락하지 않습니다"),
        N_("이용 조건이 쓰려는 목적을 허락하지 않습니다."),
        N_("목적을 줄이거나, 견적을 요청해 더 넓은 이용 조건을 물어보세요."),
        True,
        _licence,
    ),
    Gate(
        "personal_data",
        N_("%(count)s건은 받을 수 없는 개인정보가 들어 있습니다"),
        N_("받지 않겠다고 한 개인정보가 들어 있거나, 들어 있는지 확인되지 않았습니다."),
        N_("개인정보가 없는 상품을 고르거나, 받을 수 있는 개인정보의 범위를 넓히세요."),
        True,
        _personal,
    ),
    Gate(
        "format",
        N_("%(count)s건은 원하는 형식으로 줄 수 없습니다"),
        N_("원하는 형식이 아니고, 그 형식으로 바꾸기도 어렵습니다."),
        N_("다른 형식도 괜찮다면 형식을 지우세요. 견적을 요청해 물어볼 수도 있습니다."),
        True,
        _format,
    ),
    Gate(
        "relation",
        N_("%(count)s건은 특수관계에 있는 기업의 것입니다"),
        N_("우리 기업이거나 특수관계에 있는 기업입니다."),
        N_("특수관계에 있는 기업과는 거래할 수 없습니다."),
        False,
        _when("related", True),
    ),
)
"""All gates, in the order in which they are told."""
BY_NAME = {gate.name: gate for gate in GATES}


def with_vat(supply_minor: int, rate: Fraction) -> int:
    """A supply price with VAT, fractions dropped."""
    return supply_minor + floor_to(supply_minor * rate)


def facts_of(asked: Asked, offered: Offered, around: Circumstances) -> dict[str, Any]:
    """The plain facts that all gates are judged on, fit for JSON."""
    return {
        "kind_asked": asked.kind,
        "voucher_kinds": sorted(around.voucher_kinds),
        "kind": offered.kind,
        "price_minor": None if offered.price_minor is None else with_vat(offered.price_minor, around.vat_rate),
        "limit_minor": around.limit_minor,
        "designated": around.designated,
        "free_hundredths": around.free_hundredths,
        "room_from": around.room_from.isoformat() if around.room_from else None,
        "lead_days": offered.lead_days,
        "days_left": asked.days_left,
        "rights": None if offered.rights is None else sorted(offered.rights),
        "rights_needed": rights_needed(asked.purposes),
        "personal": offered.personal,
        "personal_allowed": sorted(asked.personal),
        "formats": sorted(formats_in(offered.format)),
        "formats_asked": sorted(asked.formats),
        "related": around.related,
    }


def shut_gates(facts: Mapping[str, Any]) -> list[Shut]:
    """The gates that these facts do not pass, in the order of GATES."""
    judged = ((gate, gate.shut(facts)) for gate in GATES)
    return [Shut(gate, values) for gate, values in judged if values is not None]


def is_askable(shut: Sequence[Shut]) -> bool:
    """Whether a quote may be asked for although some gates are shut."""
    return all(each.gate.askable for each in shut)
