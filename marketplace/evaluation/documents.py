"""What goes on the letter to those who were not chosen, copied when it is issued."""

from dataclasses import asdict, dataclass
from typing import Any

from marketplace.core.i18n import _
from marketplace.evaluation.models import Decision, DecisionLine, LineOutcome
from marketplace.evaluation.rules import band_of, points


@dataclass(frozen=True)
class LetterSide:
    """What a letter says of the firm and its project."""

    organisation_id: int
    firm: str
    business_number: str | None
    representative: str
    project: str
    programme: str
    call: str
    criteria: tuple[tuple[str, int], ...]
    """Name and points at most, in the ruleset's order."""


@dataclass(frozen=True, kw_only=True)
class DecisionLetter:
    """The letter to a firm on the reserve list, or refused. Points as text with two decimals, days as ISO text."""

    programme: str
    call: str
    ruleset: str
    firm: str
    business_number: str | None
    representative: str
    receipt_number: str
    project: str
    reserve_place: int | None
    reason: str
    rule: str
    score: str
    base: str
    bonus: str
    minus: str
    criteria: list[list[str]]
    """Name, points given, points at most."""
    band: list[int]
    """Between which percent from the top the rank lies."""
    decided_on: str
    objections_until: str

    def facts(self) -> dict[str, Any]:
        return asdict(self)


def letter_of(decision: Decision, line: DecisionLine, side: LetterSide, reason: str) -> DecisionLetter:
    """The letter about one line."""
    low, high = band_of(line.rank, decision.steps)
    return DecisionLetter(
        programme=side.programme,
        call=side.call,
        ruleset=decision.terms["edition"],
        firm=side.firm,
        business_number=side.business_number,
        representative=side.representative,
        receipt_number=line.facts["receipt"],
        project=side.project,
        reserve_place=line.reserve_place if line.outcome == LineOutcome.RESERVE else None,
        reason=reason,
        rule=line.rule,
        score=str(points(line.score)),
        base=str(points(line.base)),
        bonus=str(points(line.bonus)),
        minus=str(points(line.minus)),
        criteria=[
            [name, str(points(given)), str(weight)]
            for (name, weight), given in zip(side.criteria, line.by_criterion, strict=True)
        ],
        band=[low, high],
        decided_on=(decision.confirmed_at or decision.created_at).date().isoformat(),
        objections_until=(decision.objections_until.isoformat() if decision.objections_until else ""),
    )


def rule_words(rule: str) -> str:
    """What put a line where it is, in the reader's language."""
    words = {
        "rank": _("순위에 따라 선정"),
        "quota.youth": _("청년기업 배정으로 선정"),
        "quota.regional": _("비수도권 배정으로 선정"),
        "quota.micro": _("소상공인 배정으로 선정"),
        "places": _("선정 기업 수가 모두 찼습니다"),
        "budget": _("남은 예산으로 지원할 수 없습니다"),
        "kind": _("이 지원 유형의 선정 기업 수가 모두 찼습니다"),
        "supplier.max_matches": _("공급기업이 맡을 수 있는 과제 수에 이르렀습니다"),
        "supplier.kind_max": _("공급기업이 이 유형에서 맡을 수 있는 과제 수에 이르렀습니다"),
        "supplier.max_amount": _("공급기업이 맡을 수 있는 금액을 넘습니다"),
        "supplier.max_share": _("공급기업 한 곳이 차지할 수 있는 사업비 비중을 넘습니다"),
        "supplier": _("그 사이 공급기업이 다른 과제로 한도에 이르렀습니다"),
        "pass_mark": _("합격 기준 점수에 미치지 못했습니다"),
        "shortlist": _("서류 평가 순위가 발표 평가 대상에 들지 못했습니다"),
        "outranked": _("선정과 예비 순위에 들지 못했습니다"),
        "gave_up": _("선정을 포기했거나 협약이 해약되었습니다"),
        "withdrawn": _("신청을 철회했습니다"),
        "objection": _("이의신청이 인정되어 예비 순위 맨 앞에 둡니다"),
    }
    return str(words.get(rule, rule))


def reason_of(line: DecisionLine, decision: Decision) -> str:
    """Why a line stands where it stands, with the figures that it was judged by; what the firm is told."""
    terms = decision.terms
    words = rule_words(line.rule)
    if line.rule == "pass_mark":
        return _(
            "%(words)s. 기준은 %(mark)s점이고 평가 점수는 %(base)s점입니다.",
            words=words,
            mark=terms["pass_mark"],
            base=points(line.base),
        )
    return _(
        "%(words)s. 평가한 신청은 모두 %(many)s건이고 점수는 %(score)s점입니다.",
        words=words,
        many=f"{decision.steps:,}",
        score=points(line.score),
    )
