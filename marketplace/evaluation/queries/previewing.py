"""The same applications under another ruleset: who would change."""

from dataclasses import dataclass, replace

from sqlalchemy import select

from marketplace.accounts.models import Organisation
from marketplace.core.db import session
from marketplace.core.errors import Missing
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evaluation.models import Decision, Evaluation
from marketplace.evaluation.queries.decisions import lines_of
from marketplace.evaluation.queries.inputs import book_of, facts_of_decision
from marketplace.evaluation.rules import Book, Unfinished, decide, under
from marketplace.grants.models import Application
from marketplace.programmes import queries as programmes

MOST_SHOWN = 300


@dataclass(frozen=True)
class Change:
    """An application that would stand elsewhere."""

    application_id: int
    receipt: str
    firm: str
    title: str
    before: str
    before_rule: str
    after: str
    after_rule: str


@dataclass(frozen=True)
class Preview:
    """What another ruleset would make of a decision. `unfinished`: how many have too few sheets for it."""

    edition: str
    changes: list[Change]
    many: int
    admitted: int
    unfinished: int
    same_criteria: bool


def preview_under(viewer: Viewer, decision: Decision, ruleset_id: int) -> Preview:
    """Nothing is written. Places, budget and the plan of the evaluation stay; everything else is the other ruleset's."""
    row = programmes.find_ruleset_seen_by(viewer, ruleset_id)
    if row is None:
        raise Missing(_("그런 기록이 없습니다."))
    evaluation = session.get_one(Evaluation, decision.evaluation_id)
    before = Book.read(decision.terms)
    other = book_of(evaluation, programmes.parsed(row), row.sha256)
    after = Book(
        **{
            **{name: getattr(other, name) for name in other.__dataclass_fields__},
            "budget_minor": before.budget_minor,
            "places": before.places,
            "kind_places": before.kind_places,
            "suppliers": replace(other.suppliers, held=before.suppliers.held, held_kinds=before.suppliers.held_kinds)
            if other.suppliers and before.suppliers
            else None,
        }
    )
    lines = lines_of(decision.id)
    every = facts_of_decision(evaluation, decision, {line.application_id: line.facts for line in lines})
    try:
        decided = decide(under(every, before, after), after)
    except Unfinished as unfinished:
        return Preview(after.edition, [], 0, 0, len(unfinished.args[0]), before.criteria == after.criteria)
    now = {line.application_id: line for line in decided.outcome.lines}
    moved = [line for line in lines if now[line.application_id].outcome != line.outcome.value]
    firms = _firms([line.application_id for line in moved[:MOST_SHOWN]])
    changes = [
        Change(
            line.application_id,
            line.facts["receipt"],
            *firms[line.application_id],
            line.outcome.value,
            line.rule,
            now[line.application_id].outcome,
            now[line.application_id].rule,
        )
        for line in moved[:MOST_SHOWN]
    ]
    admitted = sum(line.outcome == "admitted" for line in decided.outcome.lines)
    return Preview(after.edition, changes, len(moved), admitted, 0, before.criteria == after.criteria)


def _firms(cases: list[int]) -> dict[int, tuple[str, str]]:
    statement = (
        select(Application.id, Organisation.name, Application.title)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Application.id.in_(cases))
        .order_by(Application.id)
    )
    return {case: (firm, title) for case, firm, title in session.execute(statement)}
