"""`flask matchday replay`."""

import sys

import click
from flask.cli import AppGroup

from marketplace.matchday import queries, rules
from marketplace.matchday.models import MatchingDay, MatchingDayRound

cli = AppGroup("matchday", help="Matching days.")


@cli.command("replay")
@click.argument("day_id", type=int)
@click.option("--round", "number", type=int, help="Of which round; without it, of all.")
def replay_command(day_id: int, number: int | None) -> None:
    """Score and assign a day again from what is stored, and compare byte by byte; 1 where anything differs."""
    day = queries.get_day(day_id)
    told = [*_scores_again(day), *_rounds_again(day, number)]
    for equal, words in told:
        click.echo(f"matchday {day_id}: {words}: {'equal' if equal else 'DIFFERENT'}", err=not equal)
    sys.exit(0 if all(equal for equal, _words in told) else 1)


def _scores_again(day: MatchingDay) -> list[tuple[bool, str]]:
    seats = queries.seats_of_day(day.id, vectors=True)
    entries = queries.entries_of_day(day.id, scores=True)
    pool = queries.pool_of(seats)
    asked, vectors = [rules.asked_from(each.facts) for each in entries], [each.vector for each in entries]
    wrong = []
    for entry, found in zip(entries, rules.all_scored(asked, vectors, pool, day.weights), strict=True):
        if (found.scores.tobytes(), found.gates.tobytes(), list(found.scale)) != (
            entry.scores,
            entry.gates,
            entry.scale,
        ):
            wrong.append(entry.need_id)
    named = f" (first different: need {wrong[0]})" if wrong else ""
    return [
        (queries.input_hash(day, seats, entries) == day.input_sha256, f"inputs {day.input_sha256}"),
        (not wrong, f"scores of {len(entries)} needs by {len(seats)} suppliers{named}"),
    ]


def _rounds_again(day: MatchingDay, number: int | None) -> list[tuple[bool, str]]:
    seats, entries = queries.seats_of_day(day.id), queries.entries_of_day(day.id, scores=True)
    solved = [each for each in queries.rounds_of(day.id) if each.result_sha256 and number in (None, each.number)]
    return [_round_again(day, each, seats, entries) for each in reversed(solved)]


def _round_again(day: MatchingDay, found: MatchingDayRound, seats: object, entries: object) -> tuple[bool, str]:
    board = queries.board_of(day, found.terms, seats, entries)  # type: ignore[arg-type]
    again = rules.sha256_of([board.lines(rules.solve(board.problem, board.method))])
    same = queries.round_hash(day, found.terms) == found.input_sha256 and again == found.result_sha256
    return same, f"round {found.number}, result {found.result_sha256}"
