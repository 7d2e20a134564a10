"""The catalogue from the command line: taking in open data, searching in it, making the index anew."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from marketplace.catalogue import operations, queries
from marketplace.catalogue.jobs import work_on
from marketplace.catalogue.models import RunState, SourceKind
from marketplace.catalogue.operations import Harvested, harvest
from marketplace.catalogue.rules import OpenRow, Problem, decoded, table_rows
from marketplace.core import installation
from marketplace.core.db import session, transaction
from marketplace.core.i18n import N_, _
from marketplace.search import operations as indexing
from marketplace.search import queries as searching

cli = AppGroup("catalogue", help="The catalogue.")
BATCH = 500
"""Rows a transaction: a file of any size is taken in without holding locks for long, and may be taken in again."""
MOST_SHOWN = 50
MOST_PAGES = 100_000
PAUSE_SECONDS = 0.5
SAY_SECONDS = 5.0
LONGEST_SOURCE = 100


@cli.group("harvest")
def harvest_group() -> None:
    """Take in open data of another catalogue as free listings. The same file twice changes nothing."""
    _make_ready()


def _make_ready() -> None:
    """These commands may be the first that are ever run here."""
    try:
        installation.make_ready(current_app.extensions["home"], current_app.config["MARKETPLACE"].root)
    except RuntimeError as fault:
        raise click.ClickException(str(fault)) from None


def _source_name(_context: click.Context, _parameter: click.Parameter, name: str) -> str:
    if not name.strip() or len(name.strip()) > LONGEST_SOURCE or not name.isprintable():
        raise click.BadParameter(_("출처 이름은 1자 이상 %(limit)s자 이하로 적습니다.", limit=LONGEST_SOURCE))
    return name.strip()


class _Progress:
    """How far a long step has come, told beside the answers (on the other stream) every few seconds."""

    def __init__(self, words: str) -> None:
        self._words, self._next = words, 0.0

    def note(self, done: int, whole: int) -> None:
        if time.monotonic() >= self._next and whole:
            click.echo(f"{_(self._words)} {done:,}/{whole:,}", err=True)
            self._next = time.monotonic() + SAY_SECONDS


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
    "--source", required=True, callback=_source_name,
    help="The name that its listings carry; what stopped goes on where it stopped.",
)  # fmt: skip
def harvest_dcat(place: str, source: str) -> None:
    """Take in DCAT 3 (JSON-LD or Turtle), page by page, from an address or a file."""
    _take_in(source, SourceKind.DCAT, place if "://" in place else str(Path(place).absolute()))


@harvest_group.command("ckan")
@click.argument("url")
@click.option(
    "--source", required=True, callback=_source_name,
    help="The name that its listings carry; what stopped goes on where it stopped.",
)  # fmt: skip
def harvest_ckan(url: str, source: str) -> None:
    """Take in from the API of a CKAN, page by page."""
    _take_in(source, SourceKind.CKAN, url)


def _take_in(name: str, kind: SourceKind, place: str) -> None:
    with transaction():
        run_id = operations.start_run(operations.source_named(name, kind, place).id).id
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
@click.option(
    "--source", required=True, callback=_source_name,
    help="The catalogue that the file comes from; rows are told apart within it.",
)  # fmt: skip
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
    done, progress = Harvested(), _Progress(N_("가져오는 중"))
    for start in range(0, len(good), BATCH):
        progress.note(start, len(good))
        with transaction():
            done += harvest(good[start : start + BATCH], source)
    gone = len(queries.source_keys(source) - set(done.keys))
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
    _make_ready()
    try:
        _get_ready()
        folder, documents = indexing.rebuild(searching.home())
    except indexing.Busy:
        raise click.ClickException(_("다른 프로세스가 이미 색인을 다시 만들고 있습니다.")) from None
    click.echo(_("문서 %(count)s개로 색인을 새로 만들었습니다: %(folder)s", count=documents, folder=folder.name))


@cli.command("search")
@click.option("--source", required=True, callback=_source_name, help="The catalogue whose listings are looked for.")
@click.option("--queries", "file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 1000), help="So many keys at most.")
def search(file: Path, source: str, limit: int) -> None:
    """Answer a file of queries: JSON Lines with id and query in, with id, keys and confident out."""
    wanted = list(_queries(file))
    _make_ready()
    keys = queries.keys_of_source(source)
    if not keys:
        known = ", ".join(queries.harvested_sources())
        words = _("‘%(source)s’에서 가져온 상품이 없습니다. 가져온 출처: %(known)s", source=source, known=known or "-")
        raise click.ClickException(words)
    session.rollback()  # a transaction does not wait while models are loaded and meanings compared
    _settle(source)
    session.rollback()
    progress = _Progress(N_("찾는 중"))
    for number, asked in enumerate(wanted):
        progress.note(number, len(wanted))
        refs, confident = searching.ranked_keys(asked["query"], "listing", {"source": source}, limit)
        found = [keys[ref] for ref in refs if ref in keys]
        click.echo(json.dumps({"id": asked["id"], "keys": found, "confident": confident}, ensure_ascii=False))


def _queries(file: Path) -> Iterator[dict[str, Any]]:
    # Lines of JSON end with \n alone: other signs that str.splitlines parts at may stand within a query.
    for number, line in enumerate(file.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
            if not isinstance(asked["query"], str):
                raise TypeError
            json.dumps(asked["id"], ensure_ascii=False).encode()
            yield {"id": asked["id"], "query": asked["query"]}
        except (ValueError, KeyError, TypeError, RecursionError):
            words = _('%(row)s행: {"id": …, "query": "…"} 꼴의 JSON(UTF-8)이 아닙니다.', row=number)
            raise click.ClickException(words) from None


def _get_ready() -> None:
    with transaction():
        groups = searching.synonym_groups()
    indexing.get_ready(groups)


def _settle(source: str) -> None:
    """Have everything in the index, the source's meanings included: done here, or waited for where another process does
    it."""
    progress, most = _Progress(N_("뜻을 읽어 두는 중")), 0
    try:
        with indexing.keeping(searching.home(), source) as keeper:
            indexing.use_all_cores()
            _get_ready()
            busy = True
            while busy:
                with transaction():
                    busy = keeper.step()
                most = max(most, keeper.waiting)
                progress.note(most - keeper.waiting, most)
    except indexing.Busy:
        while (waiting := len(indexing.to_tell(source=source))) or not searching.is_settled("listing"):
            session.rollback()
            most = max(most, waiting)
            progress.note(most - waiting, most)
            time.sleep(PAUSE_SECONDS)
