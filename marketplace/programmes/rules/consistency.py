"""What a ruleset may not say against itself, although each value alone is well written."""

from collections.abc import Iterator
from fractions import Fraction

from marketplace.programmes.rules.ruleset import Ruleset
from marketplace.programmes.rules.words import N_, Phrase

Contradiction = tuple[str, Phrase]
LOW_ABOVE_HIGH = N_("하한 %(low)s이(가) 상한 %(high)s보다 큽니다.")


def contradictions(ruleset: Ruleset) -> Iterator[Contradiction]:
    """Path and sentence of each contradiction."""
    yield from _places(ruleset)
    yield from _classes(ruleset)
    yield from _bounds(ruleset)
    yield from _others(ruleset)
    weights = sum(each.weight.value for each in ruleset.criteria)
    if weights != 100:
        yield "criteria", Phrase(N_("배점의 합이 %(sum)s입니다. 100이어야 합니다."), {"sum": weights})


def _places(ruleset: Ruleset) -> Iterator[Contradiction]:
    total = ruleset.programme.places_total.value
    known = [kind.places.value for kind in ruleset.kinds if kind.places.value is not None]
    complete = len(known) == len(ruleset.kinds)
    if total is not None and (sum(known) > total or (complete and sum(known) != total)):
        sentence = N_("유형별 지원 규모의 합 %(sum)s이(가) 전체 지원 규모 %(total)s와(과) 맞지 않습니다.")
        yield "kinds", Phrase(sentence, {"sum": sum(known), "total": total})


def _classes(ruleset: Ruleset) -> Iterator[Contradiction]:
    allowed, rated = ruleset.eligibility.allowed_classes.value, tuple(terms.code for terms in ruleset.ratio)
    for code in sorted(set(allowed) ^ set(rated)):
        yield f"ratio.{code}", Phrase(N_("신청할 수 있는 기업 규모와 지원 비율이 정해진 기업 규모가 다릅니다."))
    for terms in ruleset.ratio:
        if terms.gov_rate.value + terms.cash_min_rate.value > 1:
            yield f"ratio.{terms.code}", Phrase(N_("지원금 비율과 최소 현금 비율의 합이 1(100%%)을 넘습니다."))


def _bounds(ruleset: Ruleset) -> Iterator[Contradiction]:
    who, panel, bonus = ruleset.eligibility, ruleset.evaluation, ruleset.bonus
    low, high = who.total_min.value, who.total_max.value
    pairs = (
        ("eligibility.youth_age_to", who.youth_age_from.value, who.youth_age_to.value),
        ("evaluation.panel_max", panel.panel_min.value, panel.panel_max.value),
        ("evaluation.trim", 2 * panel.trim.value + 1, panel.panel_min.value),
        ("bonus.max_total", bonus.youth.value, bonus.max_total.value),
        ("eligibility.total_max", low or 0, high if high is not None else low or 0),
    )
    for path, less, more in pairs:
        if less > more:
            yield path, Phrase(LOW_ABOVE_HIGH, {"low": less, "high": more})


def _others(ruleset: Ruleset) -> Iterator[Contradiction]:
    """What the sections that only some programmes have may not say."""
    total = sum((each.share.value for each in ruleset.milestones), Fraction(0))
    if ruleset.milestones and total != 1:
        yield "milestones", Phrase(N_("단계별 몫의 합이 %(sum)s입니다. 1이어야 합니다."), {"sum": str(total)})
    months = [each.month.value for each in ruleset.milestones]
    if months != sorted(set(months)):
        yield "milestones", Phrase(N_("단계의 때는 앞에서 뒤로 늘어나야 합니다."))
    if ruleset.roles and sum(role.leads.value for role in ruleset.roles) != 1:
        yield "roles", Phrase(N_("신청하는 역할은 하나여야 합니다."))
    for role in ruleset.roles:
        if role.most.value is not None and role.least.value > role.most.value:
            yield f"roles.{role.code}.most", Phrase(LOW_ABOVE_HIGH, {"low": role.least.value, "high": role.most.value})
    if ruleset.team and ruleset.team.least.value > ruleset.team.most.value:
        bounds = {"low": ruleset.team.least.value, "high": ruleset.team.most.value}
        yield "team.most", Phrase(LOW_ABOVE_HIGH, bounds)
    yield from _challenge(ruleset)
    if (ruleset.outcome == "CAPACITY") != (ruleset.unit == "TFLOPS_HOUR") or (ruleset.outcome == "CAPACITY") != bool(
        ruleset.tiers
    ):
        yield "tiers", Phrase(N_("연산 자원 바우처에는 TFLOPS_HOUR 단위와 자원 구간이 함께 있어야 합니다."))


def _challenge(ruleset: Ruleset) -> Iterator[Contradiction]:
    if (ruleset.outcome == "PRIZE") != bool(ruleset.prizes and ruleset.stages):
        yield "prizes", Phrase(N_("상금을 주는 대회에는 단계와 시상이 모두 있어야 합니다."))
    advance = [each.advance.value for each in ruleset.stages]
    if advance != sorted(advance, reverse=True):
        yield "stages", Phrase(N_("뒤 단계로 갈수록 통과하는 팀이 늘어날 수 없습니다."))
    ranks = [rank for each in ruleset.prizes for rank in range(each.first.value, each.last.value + 1)]
    if ranks != list(range(1, len(ranks) + 1)):
        yield "prizes", Phrase(N_("시상 순위는 1위부터 빠짐없이 이어져야 합니다."))
    if advance and ranks and len(ranks) > advance[-1]:
        yield "prizes", Phrase(N_("상을 받는 팀이 마지막 단계를 통과하는 팀보다 많습니다."))
