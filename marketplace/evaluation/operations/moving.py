"""What comes after the announcement: who drops out, who moves up, objections and their answers."""

from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Role, Viewer
from marketplace.evaluation import policies, queries, rules
from marketplace.evaluation.models import (
    Decision,
    DecisionState,
    ReserveMove,
)
from marketplace.evidence.operations import record
from marketplace.grants import operations as grants
from marketplace.grants.queries import get_application
from marketplace.notices.operations import notify


def move_up(decision_id: int, *, by: Viewer = SYSTEM) -> int:
    """Note who has dropped out since, and let the next of the reserve list in by the rules of the decision itself.
    Returns how many moves were made."""
    decision = locked(Decision, decision_id)
    if decision.state != DecisionState.ANNOUNCED:
        return 0
    gone = queries.gone_since(decision, queries.standing_of(decision))
    for application_id, rule in gone:
        note_move(decision, application_id, entered=False, rule=rule, by=by)
    made, more = len(gone), True
    while more:
        step, more = _let_in(decision, by)
        made += step
    return made


def _let_in(decision: Decision, by: Viewer) -> tuple[int, bool]:
    """Let in whoever is next. Returns how many moves were made, and whether to look again: somebody's supplier has reached
    a limit elsewhere since, so that the one after takes the place."""
    standing, made = queries.standing_of(decision), 0
    order = queries.standing_order(decision, standing)
    for application_id, rule in rules.next_up(order, rules.Book.read(decision.terms).terms, standing.admitted):
        total = queries.line_of(decision.id, application_id).facts["total_minor"]
        taken = grants.award_applications(
            decision.call_id, [(application_id, total)], decided_by=decision.confirmed_by or 0, by=by
        )
        note_move(decision, application_id, entered=bool(taken), rule=rule if taken else "supplier", by=by)
        made += 1
        if not taken:
            return made, True
        notify("decision_moved_up", about=decision.subject, role=Role.PROGRAMME_OFFICER, rule=rule)
    return made, False


def note_move(
    decision: Decision, application_id: int, *, entered: bool, rule: str, by: Viewer, ahead: bool = False
) -> None:
    """One more move of the reserve list, numbered."""
    number = queries.move_count(decision.id) + 1
    session.add(
        ReserveMove(
            decision_id=decision.id,
            number=number,
            application_id=application_id,
            entered=entered,
            ahead=ahead,
            rule=rule,
        )
    )
    session.flush()
    record("decision:moved", decision, by=by, application_id=application_id, entered=entered, rule=rule)


def give_up(application_id: int, *, reason: str, by: Viewer) -> None:
    """A winner does not take up its award; the job lets the next one in."""
    application = get_application(application_id)
    if not policies.may_object(by, application.organisation_id):
        raise NotYours(_("선정을 포기하는 것은 기업의 서명권자만 할 수 있습니다."))
    grants.give_up_award(application_id, reason=reason.strip(), by=by)
