"""A decision found again: from its sheets, applications and ruleset, never from its own lines."""

import hashlib
from collections.abc import Iterator, Sequence

from marketplace.core.db import session
from marketplace.evaluation.models import Decision, DecisionLine, Evaluation
from marketplace.evaluation.queries.decisions import lines_of
from marketplace.evaluation.queries.inputs import book_of, facts_of_decision, locked_sheets
from marketplace.evaluation.queries.standing import Standing, first_standing, moves_of, standing_order
from marketplace.evaluation.rules import (
    Book,
    Decided,
    Facts,
    Unfinished,
    decide,
    input_hash,
    next_up,
    sealed,
    sheet_hash,
)
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules import RulesetInvalid, parse_ruleset

MOST_TOLD = 20
FIXED = (
    "edition",
    "ruleset_sha256",
    "criteria",
    "pass_mark",
    "trim",
    "panel_min",
    "quotas",
    "bonus",
    "bonus_cap",
    "supplier_limits",
    "grades",
)
Told = tuple[bool, str]


def replay(decision: Decision) -> list[Told]:
    """What was compared, and whether it is equal; every difference names its place."""
    evaluation = session.get_one(Evaluation, decision.evaluation_id)
    lines = lines_of(decision.id)
    book = Book.read(decision.terms)
    every = facts_of_decision(evaluation, decision, {line.application_id: line.facts for line in lines})
    told = [_rules(decision, evaluation, book), *_sheets(evaluation)]
    told += [(input_hash(every, book) == decision.input_sha256, f"inputs {decision.input_sha256}")]
    try:
        decided = decide(every, book)
    except Unfinished as unfinished:
        return [*told, (False, f"sheets are missing: {unfinished.args[0][:MOST_TOLD]}")]
    told += [(decided.sha256 == decision.result_sha256, f"result {decision.result_sha256}")]
    told += _lines(lines, decided, every)
    return [*told, *_moves(decision, book)]


def _rules(decision: Decision, evaluation: Evaluation, book: Book) -> Told:
    """The terms against the ruleset's row and its hash; what depends on the day (budget, places left) is the decision's."""
    row = programmes.get_ruleset_row(decision.ruleset_id)
    wrong = [] if hashlib.sha256(sealed(row.content)).hexdigest() == row.sha256 else ["content"]
    try:
        now = book_of(evaluation, parse_ruleset(row.content), row.sha256, limits=book.suppliers is not None)
        wrong += [name for name in FIXED if getattr(now, name) != getattr(book, name)]
    except RulesetInvalid:
        wrong.append("form")
    named = f" (different: {', '.join(wrong)})" if wrong else ""
    return not wrong, f"ruleset {book.edition} {book.ruleset_sha256}{named}"


def _sheets(evaluation: Evaluation) -> Iterator[Told]:
    """Every locked sheet against its own hash."""
    sheets, wrong = locked_sheets(evaluation.id), []
    for sheet in sheets:
        again = sheet_hash(
            sheet_id=sheet.id,
            application_id=sheet.application_id,
            stage=sheet.stage.value,
            person_id=sheet.person_id,
            points=sheet.points,
            opinion=sheet.opinion,
        )
        if again != sheet.sha256:
            wrong.append(sheet)
    yield not wrong, f"{len(sheets)} sheets by their hashes"
    for sheet in wrong[:MOST_TOLD]:
        yield (
            False,
            f"sheet {sheet.id} of application {sheet.application_id} by evaluator {sheet.person_id} ({sheet.stage.value})",
        )


def _lines(lines: Sequence[DecisionLine], decided: Decided, every: Sequence[Facts]) -> Iterator[Told]:
    """Every line against what comes out now, field by field."""
    facts = {each.application_id: each for each in every}
    again = {each.application_id: (each, line) for each, line in zip(decided.order, decided.outcome.lines, strict=True)}
    wrong = []
    for line in lines:
        pair = again.get(line.application_id)
        if pair is None:
            wrong.append(f"application {line.application_id} is gone")
            continue
        each, now = pair
        there = {
            "rank": (line.rank, now.rank),
            "documents": (line.documents, each.documents),
            "presentation": (line.presentation, each.presentation),
            "bonus": (line.bonus, each.bonus),
            "minus": (line.minus, each.minus),
            "score": (line.score, each.score),
            "by_criterion": (tuple(line.by_criterion), each.by_criterion),
            "outcome": (line.outcome.value, now.outcome),
            "rule": (line.rule, now.rule),
            "reserve_place": (line.reserve_place, now.reserve_place),
            "support_minor": (line.support_minor, each.support_minor),
            "content_sha256": (line.facts["content_sha256"], facts[line.application_id].content_sha256),
            "claims": (line.facts["claims"], sorted(each.claims)),
            "sheets_sha256": (line.sheets_sha256, facts[line.application_id].sheets_sha256),
        }
        differences = [f"{name} {old} → {new}" for name, (old, new) in there.items() if old != new]
        if differences:
            wrong.append(f"application {line.application_id}, {line.facts['receipt']}: {'; '.join(differences)}")
    yield not wrong, f"{len(lines)} lines"
    for words in wrong[:MOST_TOLD]:
        yield False, words


def _moves(decision: Decision, book: Book) -> Iterator[Told]:
    """Every move up against whom the rules let in at that moment."""
    standing: Standing = first_standing(decision.id)
    moves, wrong, due = moves_of(decision.id), [], None
    for move in moves:
        if move.entered:
            due = due or next_up(standing_order(decision, standing), book.terms, standing.admitted)
            first = due.pop(0) if due else None
            if first != (move.application_id, move.rule):
                wrong.append(f"move {move.number} lets application {move.application_id} in, not {first}")
        else:
            due = None
        standing.move(move.application_id, entered=move.entered, ahead=move.ahead)
    yield not wrong, f"{len(moves)} moves of the reserve list"
    for words in wrong[:MOST_TOLD]:
        yield False, words
