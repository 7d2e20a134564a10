"""Objections: a firm objects, one officer answers, another confirms the answer; only then does it count."""

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.names import same_name
from marketplace.core.viewer import Role, Viewer
from marketplace.evaluation import policies, queries
from marketplace.evaluation.models import Decision, DecisionState, LineOutcome, Objection, ObjectionState
from marketplace.evaluation.operations.moving import note_move
from marketplace.evaluation.operations.opening import require_officer
from marketplace.evidence.operations import record
from marketplace.grants import operations as grants
from marketplace.grants.models import ApplicationState
from marketplace.grants.queries import get_application
from marketplace.notices.operations import notify


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


def answer_objection(objection_id: int, *, uphold: bool, answer: str, by: Viewer) -> Objection:
    """An officer who did not draft the decision answers. Nothing happens and nobody is told before another confirms."""
    require_officer(by)
    objection = locked(Objection, objection_id)
    decision = locked(Decision, objection.decision_id)
    if decision.state != DecisionState.ANNOUNCED:
        raise Refused(_("통지가 모두 끝난 뒤에 답할 수 있습니다. 잠시 뒤 다시 하세요."))
    if by.person_id == decision.drafted_by:
        raise Refused(_("선정안을 만든 사람은 이의신청에 답할 수 없습니다. 다른 담당자가 답해야 합니다."))
    if not answer.strip():
        raise Refused(_("답변을 적으세요. 신청 기업에 그대로 보입니다."), field="answer")
    objection.advance(to=ObjectionState.ANSWERED)
    objection.answer, objection.upheld = answer.strip(), uphold
    objection.answered_by, objection.answered_at = by.person_id, clock.now()
    record("objection:answered", objection, by=by, upheld=uphold)
    title = get_application(objection.application_id).title
    notify("objection_answered", about=objection.subject, role=Role.PROGRAMME_OFFICER, title=title)
    return objection


def return_answer(objection_id: int, *, reason: str, by: Viewer) -> Objection:
    """The second officer does not agree: the objection is open again, and the answer is written anew."""
    require_officer(by)
    objection = locked(Objection, objection_id)
    _refuse_same_person(objection, by)
    if not reason.strip():
        raise Refused(_("반려 사유를 적으세요."), field="reason")
    objection.advance(to=ObjectionState.FILED)
    record("objection:returned", objection, by=by, reason=reason.strip(), answered_by=objection.answered_by)
    objection.upheld = objection.answered_by = objection.answered_at = None
    objection.return_reason = reason.strip()
    return objection


def confirm_answer(objection_id: int, *, by: Viewer) -> Objection:
    """A second officer confirms: the firm is told. Upheld, the application is put at the head of the reserve list; the
    places of others stand."""
    require_officer(by)
    objection = locked(Objection, objection_id)
    decision = locked(Decision, objection.decision_id)
    _refuse_same_person(objection, by)
    uphold, application = bool(objection.upheld), get_application(objection.application_id)
    objection.decided_by, objection.decided_at = by.person_id, clock.now()
    objection.advance(to=ObjectionState.UPHELD if uphold else ObjectionState.DISMISSED)
    if uphold:
        if application.state == ApplicationState.REJECTED:
            grants.reopen_application(application.id, reason=objection.answer or "", by=by)
        note_move(decision, application.id, entered=False, ahead=True, rule="objection", by=by)
    record("objection:decided", objection, by=by, upheld=uphold)
    notify(
        "objection_decided",
        about=queries.line_of(decision.id, application.id).subject,
        organisation_id=objection.organisation_id,
        title=application.title,
        upheld=uphold,
        answer=objection.answer,
    )
    return objection


def _refuse_same_person(objection: Objection, by: Viewer) -> None:
    """Not the one who answered, nor one of that name."""
    if objection.state != ObjectionState.ANSWERED:
        raise Refused(_("확인을 기다리는 답변이 아닙니다. 화면을 새로 고쳐 확인하세요."))
    if objection.answered_by == by.person_id:
        raise Refused(_("답변을 쓴 사람은 확인할 수 없습니다. 다른 담당자가 확인해야 합니다."))
    names = accounts.people_names({objection.answered_by or 0, by.person_id or 0})
    if same_name(names[objection.answered_by or 0], names[by.person_id or 0]):
        raise Refused(_("답변을 쓴 사람과 이름이 같습니다. 다른 사람이 확인해야 합니다."))
