"""`flask grants replay`: find a decision again from what is recorded. Whoever asks thinks of a call and not of a room."""

import sys

import click
from flask.cli import AppGroup

from marketplace.evaluation import queries
from marketplace.evaluation.queries.replaying import replay

cli = AppGroup("grants", help="Decisions on grants.")


@cli.command("replay")
@click.argument("call_id", type=int)
@click.option("--decision", "number", type=int, help="Which of the call's decisions; without it the one that stands.")
def replay_command(call_id: int, number: int | None) -> None:
    """Recompute a call's whole decision from its sheets and its frozen ruleset and compare every digit; 1 where anything
    differs, with the place."""
    decision = queries.find_decision_of_call(call_id, number)
    if decision is None:
        raise click.UsageError(f"call {call_id} has no such decision")
    told = replay(decision)
    for equal, words in told:
        click.echo(f"call {call_id}: {words}: {'equal' if equal else 'DIFFERENT'}", err=not equal)
    sys.exit(0 if all(equal for equal, _words in told) else 1)
