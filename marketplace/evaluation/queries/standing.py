"""Where everybody stands after a decision: who is in, who waits, who has gone; and every move that led there."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import exists, func, select

from marketplace.core.db import session
from marketplace.evaluation.models import Decision, DecisionLine, DecisionState, LineOutcome, ReserveMove
from marketplace.evaluation.queries.decisions import lines_of
from marketplace.evaluation.rules import HUNDRED, Scored
from marketplace.grants.models import Application, ApplicationState, Award


@dataclass
class Standing:
    """Who is in, who waits in which order, who has been put at the head, and who has gone, after every move so far."""

    admitted: set[int] = field(default_factory=set)
    reserve: list[int] = field(default_factory=list)
    ahead: list[int] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)

    def move(self, application_id: int, *, entered: bool, ahead: bool) -> None:
        """One more move."""
        if ahead:
            self.ahead.append(application_id)
            if application_id not in self.reserve:
                self.reserve.append(application_id)
            return
        if application_id in self.reserve:
            self.reserve.remove(application_id)
        if entered:
            self.admitted.add(application_id)
        else:
            self.admitted.discard(application_id)
            self.gone.add(application_id)


def moves_of(decision_id: int) -> Sequence[ReserveMove]:
    """Every move of the reserve list, in order."""
    statement = select(ReserveMove).where(ReserveMove.decision_id == decision_id)
    return session.scalars(statement.order_by(ReserveMove.number)).all()


def move_count(decision_id: int) -> int:
    """How many moves there were."""
    return session.execute(select(func.count()).where(ReserveMove.decision_id == decision_id)).scalar_one()


def first_standing(decision_id: int) -> Standing:
    """As it was announced."""
    rows = session.execute(
        select(DecisionLine.application_id, DecisionLine.outcome)
        .where(DecisionLine.decision_id == decision_id, DecisionLine.outcome != LineOutcome.REFUSED)
        .order_by(DecisionLine.rank)
    ).all()
    return Standing(
        admitted={case for case, outcome in rows if outcome == LineOutcome.ADMITTED},
        reserve=[case for case, outcome in rows if outcome == LineOutcome.RESERVE],
    )


def standing_of(decision: Decision) -> Standing:
    """As it is after every move."""
    standing = first_standing(decision.id)
    for move in moves_of(decision.id):
        standing.move(move.application_id, entered=move.entered, ahead=move.ahead)
    return standing


def gone_since(decision: Decision, standing: Standing) -> list[tuple[int, str]]:
    """Who was in or waited and is so no longer, without a move that says so, by id: (application, 'gave_up', 'withdrawn',
    or 'supplier' where the award was refused for a limit of its supplier)."""
    rows = session.execute(
        select(Application.id, Application.state, Award.cancelled_at)
        .outerjoin(Award, Award.application_id == Application.id)
        .where(Application.id.in_([*standing.admitted, *standing.reserve]))
        .order_by(Application.id)
    )
    found = []
    for case, state, cancelled_at in rows:
        if case in standing.admitted and (cancelled_at is not None or state != ApplicationState.AWARDED):
            refused = "supplier" if state == ApplicationState.REJECTED else "withdrawn"
            found.append((case, "gave_up" if cancelled_at is not None else refused))
        elif case not in standing.admitted and state != ApplicationState.ELIGIBLE:
            found.append((case, "withdrawn"))
    return found


def standing_order(decision: Decision, standing: Standing) -> list[Scored]:
    """Who is in and who waits, in the order in which they move up: those put at the head first, then by rank."""
    wanted = standing.admitted | set(standing.reserve)
    mark = decision.terms["pass_mark"] * HUNDRED
    rows = {line.application_id: scored_of(line) for line in lines_of(decision.id) if line.application_id in wanted}
    ahead = [
        replace(rows[case], base=max(rows[case].base, mark), shortlisted=True)
        for case in standing.ahead
        if case in rows
    ]
    return [*ahead, *(each for case, each in rows.items() if case not in set(standing.ahead))]


def scored_of(line: DecisionLine) -> Scored:
    """A line as the rules compare it."""
    return Scored(
        application_id=line.application_id,
        receipt=line.facts["receipt"],
        kind=line.facts["kind"],
        support_minor=line.support_minor,
        claims=frozenset(line.facts["claims"]),
        documents=line.documents,
        presentation=line.presentation,
        base=line.base,
        bonus=line.bonus,
        minus=line.minus,
        by_criterion=tuple(line.by_criterion),
        supplier=line.facts.get("supplier"),
        bought_minor=line.facts.get("bought_minor", 0),
    )


def decisions_to_move(limit: int = 20) -> Sequence[int]:
    """Announced, with an award that was cancelled since, or never came about for its supplier's limits, and that no move
    tells of."""
    told = exists().where(
        ReserveMove.decision_id == Decision.id,
        ReserveMove.application_id == DecisionLine.application_id,
        ~ReserveMove.entered,
        ~ReserveMove.ahead,
    )
    refused = (
        exists()
        .where(
            DecisionLine.decision_id == Decision.id,
            DecisionLine.outcome == LineOutcome.ADMITTED,
            DecisionLine.application_id == Application.id,
            Application.state == ApplicationState.REJECTED,
            ~told,
        )
        .correlate(Decision)
    )
    dropped = (
        exists()
        .where(
            DecisionLine.decision_id == Decision.id,
            DecisionLine.application_id == Award.application_id,
            Award.call_id == Decision.call_id,
            Award.cancelled_at.is_not(None),
            ~told,
        )
        .correlate(Decision)
    )
    statement = select(Decision.id).where(Decision.state == DecisionState.ANNOUNCED, dropped | refused)
    return session.scalars(statement.order_by(Decision.id).limit(limit)).all()
