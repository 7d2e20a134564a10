"""What comes after the announcement: who drops out, who moves up, objections and their answers."""

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Role, Viewer
from marketplace.evaluation import policies, queries, rules
from marketplace.evaluation.models import (
    Decision,
    DecisionState,
    LineOutcome,
    Objection,
    ObjectionState,
    ReserveMove,
)
from marketplace.evaluation.operations.opening import require_officer
from marketplace.evidence.operations import record
from marketplace.grants import operations as grants
from marketplace.grants.models import ApplicationState
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
        _move(decision, application_id, entered=False, rule=rule, by=by)
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
        _move(decision, application_id, entered=bool(taken), rule=rule if taken else "supplier", by=by)
        made += 1
        if not taken:
            return made, True
        notify("decision_moved_up", about=decision.subject, role=Role.PROGRAMME_OFFICER, rule=rule)
    return made, False


def _move(
    decision: Decision, application_id: int, *, entered: bool, rule: str, by: Viewer, ahead: bool = False
) -> None:
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


def file_objection(decision_id: int, application_id: int, *, body: str, by: Viewer) -> Objection:
    """A firm objects to the decision on it, up to the last day of the window."""
    decision = locked(Decision, decision_id)
    line = queries.line_of(decision.id, application_id)
    application = get_application(application_id)
    if not policies.may_object(by, application.organisation_id):
        raise NotYours(_("이의신청은 기업의 서명권자가 합니다."))
    if decision.confirmed_at is None or decision.objections_until is None or line.outcome == LineOutcome.ADMITTED:
        raise Refused(_("이의신청을 할 수 있는 결과가 아닙니다."))
    if clock.today() > decision.objections_until:
        raise Refused(
            _("이의신청 기간이 %(day)s에 끝났습니다.", day=decision.objections_until.isoformat()),
            rule=f"{decision.terms['edition']} evaluation.objection_days",
        )
    if not body.strip():
        raise Refused(_("이의신청 이유를 적으세요."), field="body")
    made = Objection(
        decision_id=decision.id,
        application_id=application_id,
        organisation_id=application.organisation_id,
        body=body.strip(),
        filed_by=by.person_id or 0,
    )
    session.add(made)
    record("objection:filed", made, by=by, application_id=application_id)
    notify(
        "objection_filed",
        about=made.subject,
        role=Role.PROGRAMME_OFFICER,
        receipt_number=line.facts["receipt"],
        title=application.title,
    )
    return made


def decide_objection(objection_id: int, *, uphold: bool, answer: str, by: Viewer) -> Objection:
    """An officer answers. Upheld, the application is put at the head of the reserve list: the places of others stand."""
    require_officer(by)
    objection = locked(Objection, objection_id)
    decision = locked(Decision, objection.decision_id)
    if decision.state != DecisionState.ANNOUNCED:
        raise Refused(_("통지가 모두 끝난 뒤에 답할 수 있습니다. 잠시 뒤 다시 하세요."))
    if by.person_id == decision.drafted_by:
        raise Refused(_("선정안을 만든 사람은 이의신청에 답할 수 없습니다. 다른 담당자가 답해야 합니다."))
    if not answer.strip():
        raise Refused(_("답변을 적으세요. 신청 기업에 그대로 보입니다."), field="answer")
    objection.answer, objection.decided_by, objection.decided_at = answer.strip(), by.person_id, clock.now()
    objection.advance(to=ObjectionState.UPHELD if uphold else ObjectionState.DISMISSED)
    application = get_application(objection.application_id)
    if uphold:
        if application.state == ApplicationState.REJECTED:
            grants.reopen_application(application.id, reason=answer.strip(), by=by)
        _move(decision, application.id, entered=False, ahead=True, rule="objection", by=by)
    record("objection:decided", objection, by=by, upheld=uphold)
    notify(
        "objection_decided",
        about=queries.line_of(decision.id, application.id).subject,
        organisation_id=objection.organisation_id,
        title=application.title,
        upheld=uphold,
        answer=answer.strip(),
    )
    return objection
