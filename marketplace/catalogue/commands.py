"""The catalogue from the command line: taking in open data, searching in it, making the index anew."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from marketplace.catalogue import operations, queries
from marketplace.catalogue.jobs import work_on
from marketplace.catalogue.models import RunState, SourceKind
from marketplace.catalogue.operations import Harvested, harvest
from marketplace.catalogue.rules import OpenRow, Problem, decoded, table_rows
from marketplace.core.db import session, transaction
from marketplace.core.i18n import _
from marketplace.search import operations as indexing
from marketplace.search import queries as searching

cli = AppGroup("catalogue", help="The catalogue.")
BATCH = 500
"""Rows a transaction: a file of any size is taken in without holding locks for long, and may be taken in again."""
MOST_SHOWN = 50
MOST_PAGES = 100_000
PAUSE_SECONDS = 0.5


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


@harvest_group.command("dcat")
@click.argument("place")
@click.option(
    "--source", required=True, help="The name that its listings carry; what stopped goes on where it stopped."
)
def harvest_dcat(place: str, source: str) -> None:
    """Take in DCAT 3 (JSON-LD or Turtle), page by page, from an address or a file."""
    _take_in(source, SourceKind.DCAT, place if "://" in place else str(Path(place).absolute()))


@harvest_group.command("ckan")
@click.argument("url")
@click.option(
    "--source", required=True, help="The name that its listings carry; what stopped goes on where it stopped."
)
def harvest_ckan(url: str, source: str) -> None:
    """Take in from the API of a CKAN, page by page."""
    _take_in(source, SourceKind.CKAN, url)


def _take_in(name: str, kind: SourceKind, place: str) -> None:
    with transaction():
        run_id = operations.start_run(operations.source_named(name.strip(), kind, place).id).id
    if not work_on(run_id, pages=MOST_PAGES):
        raise click.ClickException(_("다른 프로세스가 이 출처를 가져오고 있습니다. 몇 분 뒤 다시 시도하세요."))
    run = queries.get_run(run_id)
    counts = {each: getattr(run, each) for each in ("added", "changed", "unchanged", "gone", "refused")}
    click.echo(_("추가 %(added)s, 변경 %(changed)s, 그대로 %(unchanged)s, 사라짐 %(gone)s, 거절 %(refused)s", **counts))
    for each in run.details.get("refused", [])[:MOST_SHOWN]:
        click.echo(
            _("%(where)s: %(reason)s", where=each["where"], reason=_spoken(Problem(each["words"], each["values"])))
        )
    if run.failure:
        words = _spoken(Problem(run.failure["words"], run.failure["values"]))
        if run.state == RunState.FINISHED:
            click.echo(words)
        else:
            raise click.ClickException(words)


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


@cli.command("reindex")
def reindex() -> None:
    """Make the search index anew from the database, while the present one is searched on."""
    try:
        folder, documents = indexing.rebuild(searching.home())
    except indexing.Busy:
        raise click.ClickException(_("다른 프로세스가 이미 색인을 다시 만들고 있습니다.")) from None
    click.echo(_("문서 %(count)s개로 색인을 새로 만들었습니다: %(folder)s", count=documents, folder=folder.name))


@cli.command("search")
@click.option("--source", required=True, help="The catalogue whose listings are looked for.")
@click.option("--queries", "file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--limit", default=100, show_default=True, help="So many keys at most for each query.")
def search(file: Path, source: str, limit: int) -> None:
    """Answer a file of queries: JSON Lines with id and query in, with id, keys and confident out."""
    wanted = list(_queries(file))
    _settle()
    keys = queries.keys_of_source(source.strip())
    session.rollback()  # a transaction does not wait while meanings are compared
    for asked in wanted:
        refs, confident = searching.ranked_keys(asked["query"], "listing", {"source": source.strip()}, limit)
        found = [keys[ref] for ref in refs if ref in keys]
        click.echo(json.dumps({"id": asked["id"], "keys": found, "confident": confident}, ensure_ascii=False))


def _queries(file: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
            yield {"id": asked["id"], "query": str(asked["query"])}
        except (ValueError, KeyError, TypeError):
            raise click.ClickException(_("%(row)s행: id와 query가 있는 JSON이 아닙니다.", row=number)) from None


def _settle() -> None:
    """Have everything in the index, meanings included: done here, or waited for where another process does it."""
    try:
        with indexing.keeping(searching.home()) as keeper:
            busy = True
            while busy:
                with transaction():
                    busy = keeper.step()
    except indexing.Busy:
        while indexing.to_tell(1) or not searching.is_settled("listing"):
            session.rollback()
            time.sleep(PAUSE_SECONDS)
