"""The catalogue from the command line: taking in open data."""

from pathlib import Path

import click
from flask.cli import AppGroup

from marketplace.catalogue import queries
from marketplace.catalogue.operations import Harvested, harvest
from marketplace.catalogue.rules import OpenRow, Problem, decoded, table_rows
from marketplace.core.db import transaction
from marketplace.core.i18n import _

cli = AppGroup("catalogue", help="The catalogue.")
BATCH = 500
"""Rows a transaction: a file of any size is taken in without holding locks for long, and may be taken in again."""
MOST_SHOWN = 50


@cli.group("harvest")
def harvest_group() -> None:
    """Take in open data of another catalogue as free listings. The same file twice changes nothing."""


def _mapping(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    if any(not sign or not column.strip() for _name, sign, column in pairs):
        raise click.UsageError(_("--map은 title=열이름,key=열이름처럼 적습니다."))
    return {name.strip(): column.strip() for name, _sign, column in pairs}


def _spoken(problem: Problem) -> str:
    return _(problem.words, **problem.values)


@harvest_group.command("csv")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, help="The catalogue that the file comes from; rows are told apart within it.")
@click.option(
    "--map", "mapping", default="", help="Which column is what, where its name does not tell: title=자료명,key=번호"
)
def harvest_csv(file: Path, source: str, mapping: str) -> None:
    """Take in a CSV (UTF-8 or CP949) with a heading."""
    try:
        rows = list(table_rows(decoded(file.read_bytes()), _mapping(mapping)))
    except Problem as problem:
        raise click.ClickException(_spoken(problem)) from None
    good = [row for row in rows if isinstance(row, OpenRow)]
    refused = [row for row in rows if isinstance(row, Problem)]
    done = Harvested()
    for start in range(0, len(good), BATCH):
        with transaction():
            done += harvest(good[start : start + BATCH], source.strip())
    gone = len(queries.source_keys(source.strip()) - set(done.keys))
    click.echo(
        _(
            "추가 %(added)s, 변경 %(changed)s, 그대로 %(unchanged)s, 파일에 없음(그대로 둠) %(gone)s, 거절 %(refused)s",
            added=done.added,
            changed=done.changed,
            unchanged=done.unchanged,
            gone=gone,
            refused=len(refused),
        )
    )
    for each in refused[:MOST_SHOWN]:
        click.echo(_("%(row)s행: %(reason)s", row=each.row, reason=_spoken(each)))
    if len(refused) > MOST_SHOWN:
        click.echo(_("거절된 행이 %(count)s개 더 있습니다.", count=len(refused) - MOST_SHOWN))
