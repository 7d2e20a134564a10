"""What a ruleset may not say against itself, although each value alone is well written."""

from collections.abc import Iterator

from marketplace.programmes.rules.ruleset import Ruleset
from marketplace.programmes.rules.words import N_, Phrase

Contradiction = tuple[str, Phrase]


def contradictions(ruleset: Ruleset) -> Iterator[Contradiction]:
    """Path and sentence of each contradiction."""
    yield from _places(ruleset)
    yield from _classes(ruleset)
    yield from _bounds(ruleset)
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
            sentence = N_("하한 %(low)s이(가) 상한 %(high)s보다 큽니다.")
            yield path, Phrase(sentence, {"low": less, "high": more})
