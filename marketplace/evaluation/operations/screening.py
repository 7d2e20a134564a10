"""Looking for signs of proxy applications and of firms that are related; a person decides what they mean."""

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evaluation import queries, rules
from marketplace.evaluation.models import Evaluation, FlagState, ScreeningFlag
from marketplace.evaluation.operations.opening import require_officer
from marketplace.evidence.operations import record


def screen(evaluation_id: int, *, by: Viewer) -> int:
    """Look at all submitted applications of the call. Returns how many new flags there are; what was decided stays."""
    require_officer(by)
    evaluation = locked(Evaluation, evaluation_id)
    known = queries.flag_pairs(evaluation.id)
    fresh = 0
    for one, other, weight, signs in _found(evaluation):
        old = known.get((one, other))
        if old is None:
            session.add(
                ScreeningFlag(
                    evaluation_id=evaluation.id, application_id=one, other_id=other, weight=weight, signs=signs
                )
            )
            fresh += 1
        elif old.state == FlagState.OPEN and old.signs != signs:
            old.weight, old.signs = weight, signs
    evaluation.screened_at = clock.now()
    record("evaluation:screened", evaluation, by=by, fresh=fresh)
    return fresh


def _found(evaluation: Evaluation) -> list[tuple[int, int | None, int, list[dict[str, object]]]]:
    pairs = [
        (each.one, each.other, each.weight, each.facts()) for each in rules.suspicions(queries.sides_of(evaluation))
    ]
    own = [
        (application_id, None, 100, [{"sign": "relation", "weight": 100, "value": words}])
        for application_id, words in queries.related_parties(evaluation.call_id)
    ]
    return [*pairs, *own]


def decide_flag(flag_id: int, *, confirmed: bool, reason: str, by: Viewer) -> ScreeningFlag:
    """An officer's word on a sign. It decides nothing else: a confirmed one is acted on by rejecting, or by a sanction."""
    require_officer(by)
    flag = locked(ScreeningFlag, flag_id)
    if not reason.strip():
        raise Refused(_("판단 이유를 적으세요."), field="reason")
    flag.decided_by, flag.decided_reason, flag.decided_at = by.person_id, reason.strip(), clock.now()
    flag.advance(to=FlagState.CONFIRMED if confirmed else FlagState.CLEARED)
    record("screening_flag:decided", flag, by=by, confirmed=confirmed)
    return flag
