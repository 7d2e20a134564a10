"""A confirmed decision carried out: awards and refusals by the hundred, a letter to each, then it is announced."""

from collections.abc import Sequence

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Role, Viewer
from marketplace.evaluation import documents, queries
from marketplace.evaluation.models import Decision, DecisionLine, DecisionState, LineOutcome
from marketplace.evidence.operations import record
from marketplace.grants import operations as grants
from marketplace.grants.queries import get_call
from marketplace.notices.operations import notify
from marketplace.papers.operations import issue

AT_ONCE = 100


def carry_out(decision_id: int, *, by: Viewer = SYSTEM) -> int:
    """The next hundred lines: award or refuse, write the letter, tell the firm. Returns how many; 0 when it is announced.

    Winners get their letter of award from the room of applications; reserve and refused get theirs here. A line whose
    application was withdrawn in the meantime is left as it is.
    """
    decision = locked(Decision, decision_id)
    if decision.state != DecisionState.CONFIRMED:
        return 0
    lines = queries.lines_to_carry_out(decision.id, decision.steps_done, AT_ONCE)
    if not lines:
        decision.announced_at = clock.now()
        decision.advance(to=DecisionState.ANNOUNCED)
        record("decision:announced", decision, by=by, lines=decision.steps)
        title = get_call(decision.call_id).title
        notify("decision_announced", about=decision.subject, role=Role.PROGRAMME_OFFICER, title=title)
        return 0
    _award(decision, [line for line in lines if line.outcome == LineOutcome.ADMITTED], by)
    _refuse(decision, [line for line in lines if line.outcome == LineOutcome.REFUSED], by)
    _write(decision, [line for line in lines if line.outcome != LineOutcome.ADMITTED], by)
    decision.steps_done += len(lines)
    session.flush()
    return len(lines)


def _award(decision: Decision, lines: Sequence[DecisionLine], by: Viewer) -> None:
    if lines:
        wanted = [(line.application_id, line.facts["total_minor"]) for line in lines]
        grants.award_applications(decision.call_id, wanted, decided_by=decision.confirmed_by or 0, by=by)


def _refuse(decision: Decision, lines: Sequence[DecisionLine], by: Viewer) -> None:
    if lines:
        reasons = {line.application_id: documents.reason_of(line, decision) for line in lines}
        grants.reject_applications(decision.call_id, reasons, by=by)


def _write(decision: Decision, lines: Sequence[DecisionLine], by: Viewer) -> None:
    """The letter with reasons, and the notice that it is there."""
    sides = queries.letter_facts(decision, lines)
    for line in lines:
        letter = documents.letter_of(decision, line, sides[line.application_id], documents.reason_of(line, decision))
        reserve = line.outcome == LineOutcome.RESERVE
        issue(
            "decision_letter",
            f"application:{line.application_id}",
            letter.facts(),
            title=f"{'예비 선정' if reserve else '심사 결과'} 통지서 – {letter.project}",
            prefix="DL",
            readers=[sides[line.application_id].organisation_id],
            by=by,
            bulk=True,
        )
        notify(
            "evaluation_reserve" if reserve else "evaluation_refused",
            about=line.subject,
            organisation_id=sides[line.application_id].organisation_id,
            title=letter.project,
            receipt_number=letter.receipt_number,
            reason=letter.reason,
            place=line.reserve_place or 0,
            until=letter.objections_until,
        )


def close_reserve(decision_id: int, *, by: Viewer) -> int:
    """Nobody moves up any more: what is left of the reserve list is refused. Returns how many."""
    decision = locked(Decision, decision_id)
    standing = queries.standing_of(decision)
    reason = _("예비 순위가 돌아오지 않고 예비 기간이 끝났습니다.")
    done = grants.reject_applications(decision.call_id, dict.fromkeys(standing.reserve, reason), by=by)
    record("decision:reserve_closed", decision, by=by, refused=len(done))
    return len(done)
