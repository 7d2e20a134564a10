"""Files of the catalogue in storage. Uploads lie apart, in quarantine, until they were looked at: there they may be
removed without taking away what another record holds under the same hash."""

import csv
import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

from werkzeug.datastructures import FileStorage

from marketplace.catalogue.rules.samples import LARGEST, TableProfile, profiled, tables_of
from marketplace.catalogue.rules.samples.limits import MOST_CELLS, MOST_TABLES
from marketplace.catalogue.rules.samples.profile import classified
from marketplace.catalogue.rules.samples.reading import kind_of
from marketplace.catalogue.rules.tables import N_, Problem
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.storage import Storage, storage
from marketplace.core.web import harmless

LONGEST_NAME = 200
EMPTY = N_("빈 파일입니다. 내용이 있는 파일을 고르세요.")


@dataclass(frozen=True)
class Upload:
    """A file in quarantine."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Shown:
    """A table that was looked at, and the hash and size of its copy without personal data."""

    profile: TableProfile
    sha256: str
    size: int


def quarantine() -> Storage:
    """Where uploads wait."""
    return Storage(f"{storage().url}/quarantine")


def keep_upload(upload: FileStorage | None) -> Upload:
    """Put an upload into quarantine. Refused where it is no kind of file that a sample can be, empty, or too large."""
    # A browser may send the whole path of the user's own disk.
    name = PurePath((upload.filename if upload else "") or "").name.rsplit("\\", 1)[-1]
    if upload is None or not name:
        raise Refused(_("올릴 파일을 고르세요."), field="file")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Refused(_("파일 이름이 너무 길거나 쓸 수 없는 글자가 있습니다. 이름을 바꾸세요."), field="file")
    try:
        kind_of(name)
    except Problem as problem:
        raise Refused(_(problem.words, **problem.values), field="file") from problem
    size = upload.stream.seek(0, io.SEEK_END)
    upload.stream.seek(0)
    if not size:
        raise Refused(_(EMPTY), field="file")
    if size > LARGEST:
        raise Refused(
            _("표본은 %(limit)s MB까지 올릴 수 있습니다. 일부만 골라 올리세요.", limit=LARGEST // 1024**2), field="file"
        )
    digest, size = quarantine().put(upload.stream)
    return Upload(name, size, digest)


def looked_at(sha256: str, name: str) -> list[Shown]:
    """Read an upload in quarantine; its tables are in storage as CSV without personal data. Raises Problem."""
    with tempfile.TemporaryFile() as copy, quarantine().open(sha256) as kept:
        while chunk := kept.read(1024 * 1024):
            copy.write(chunk)
        copy.seek(0)
        shown: list[Shown] = []
        cells = MOST_CELLS
        for table in tables_of(copy, name):
            if len(shown) == MOST_TABLES:
                raise Problem(N_("표는 %(limit)s개까지 올릴 수 있습니다."), {"limit": MOST_TABLES})
            shown.append(_copied(lambda write, table=table, cells=cells: profiled(table, write, cells)))  # type: ignore[misc]
            cells -= shown[-1].profile.rows * len(table.heading)
        if not shown:
            raise Problem(EMPTY)
        return shown


def _copied(look: Callable[[Callable[[list[str]], None]], TableProfile]) -> Shown:
    """A table's copy for everybody: UTF-8 with its mark, and no cell that a spreadsheet would run."""
    with tempfile.TemporaryFile() as raw:
        text = io.TextIOWrapper(raw, "utf-8-sig", newline="", errors="replace")
        writer = csv.writer(text, lineterminator="\r\n")
        profile = look(lambda row: writer.writerow([_harmless(cell) for cell in row]))
        text.flush()
        raw.seek(0)
        digest, size = storage().put(raw)
        text.detach()
    return Shown(profile, digest, size)


def _harmless(cell: str) -> object:
    """A cell that no spreadsheet runs; a number below zero begins like a formula and is none."""
    if cell[:1] in ("-", "+") and classified(cell)[0] in ("integer", "decimal"):
        return cell
    return harmless(cell)


def settle_upload(sha256: str, *, keep: bool) -> None:
    """Take an upload out of quarantine: into storage under its hash, or away. Again is the same as once."""
    try:
        with quarantine().open(sha256) as file:
            if keep:
                storage().put(file)
    except FileNotFoundError:
        return
    quarantine().remove(sha256)


def opened_copy(sha256: str) -> IO[bytes]:
    """A table's copy for everybody. Raises Refused where it is gone or damaged."""
    try:
        return io.BytesIO(storage().read(sha256))
    except (FileNotFoundError, ValueError) as error:
        raise Refused(_("표본 파일을 지금 읽을 수 없습니다. 운영기관에 알려 주세요.")) from error
