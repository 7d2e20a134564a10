"""`flask matching recompute ID`: an auditor computes a locked shortlist again, from what it keeps and nothing else."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from marketplace.matching import queries
from marketplace.matching.rules.evidence import Recomputed, recompute

cli = AppGroup("matching", help="Locked shortlists.")


@cli.command("recompute")
@click.argument("shortlist_id", type=int)
def recompute_command(shortlist_id: int) -> None:
    """Compute a locked shortlist again and print every figure that differs."""
    kept = queries.get_shortlist(shortlist_id)
    _tell(recompute(kept.content, kept.content_sha256))


@cli.command("recompute-file")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def recompute_file(path: Path) -> None:
    """The same for a shortlist that was downloaded."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    _tell(recompute(kept["content"], kept["content_sha256"]))


def _tell(again: Recomputed) -> None:
    """What came out; the command fails when anything differs."""
    for figure in again.different:
        click.echo(f"different: {figure.place} {figure.name}: stored {figure.stored}, computed {figure.computed}")
    click.echo(
        f"{len(again.figures)} figures, {len(again.different)} different; order {' '.join(map(str, again.order))}"
    )
    if not again.equal:
        raise SystemExit(1)
