"""Parquet, read by DuckDB in a closed room: one file, one thread, so much memory, no network, no extension. Pure."""

import shutil
import tempfile
from collections.abc import Generator, Iterator
from typing import IO, Any

from marketplace.catalogue.rules.samples.limits import MOST_COLUMNS, MOST_ROWS
from marketplace.catalogue.rules.tables import N_, Problem
from marketplace.core import lazy

duckdb: Any = lazy("duckdb")
MEMORY = "256MB"
BATCH = 1_000
UNREADABLE = N_("Parquet 파일을 읽을 수 없습니다: %(name)s. 다시 저장해 올리세요.")


def parquet_table(file: IO[bytes], name: str) -> Generator[tuple[list[str], Iterator[list[str]]]]:
    """(heading, rows), once; the room is closed with the iterator. Raises Problem."""
    head = file.read(4)
    file.seek(-4, 2)
    tail = file.read(4)
    file.seek(0)
    if (head, tail) != (b"PAR1", b"PAR1"):
        raise Problem(UNREADABLE, {"name": name[:60]})
    with tempfile.NamedTemporaryFile(suffix=".parquet") as copy:
        shutil.copyfileobj(file, copy)
        copy.flush()
        connection = duckdb.connect(":memory:", config={"memory_limit": MEMORY, "threads": "1"})
        try:
            _shut(connection, copy.name)
            yield _heading(connection, copy.name), _rows(connection, copy.name, name)
        except duckdb.Error as error:
            raise Problem(UNREADABLE, {"name": name[:60]}) from error
        finally:
            connection.close()


def _shut(connection: Any, path: str) -> None:
    for setting in (
        "set autoinstall_known_extensions = false",
        "set autoload_known_extensions = false",
        "set temp_directory = ''",
        f"set allowed_paths = ['{path}']",
        "set enable_external_access = false",
        "set lock_configuration = true",
    ):
        connection.execute(setting)


def _heading(connection: Any, path: str) -> list[str]:
    rows = connection.execute("select sum(num_rows) from parquet_file_metadata(?)", [path]).fetchone()[0]
    if rows and rows > MOST_ROWS:
        raise Problem(N_("행이 %(limit)s개를 넘습니다. 표본만 골라 다시 올리세요."), {"limit": f"{MOST_ROWS:,}"})
    heading = [row[0] for row in connection.execute("describe select * from read_parquet(?)", [path]).fetchall()]
    if len(heading) > MOST_COLUMNS:
        raise Problem(
            N_("열이 %(count)s개입니다. %(limit)s개까지 올릴 수 있습니다."),
            {"count": len(heading), "limit": MOST_COLUMNS},
        )
    return heading


def _rows(connection: Any, path: str, name: str) -> Iterator[list[str]]:
    try:
        result = connection.execute("select cast(columns(*) as varchar) from read_parquet(?)", [path])
        while batch := result.fetchmany(BATCH):
            yield from (["" if cell is None else cell for cell in row] for row in batch)
    except duckdb.Error as error:
        raise Problem(UNREADABLE, {"name": name[:60]}) from error
