"""Files, named by their own SHA-256: the same bytes are kept once, and what is read is checked."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from flask import Flask, current_app

from marketplace.core import lazy
from marketplace.core.errors import Refused
from marketplace.core.i18n import _

fsspec: Any = lazy("fsspec")
CHUNK = 1024 * 1024


class Storage:
    """A folder or bucket of content-addressed files."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def _path(self, digest: str) -> str:
        return f"{self.url}/{digest[:2]}/{digest}"

    def put(self, source: IO[bytes]) -> tuple[str, int]:
        """Keep what `source` holds; returns (SHA-256 in hex, bytes). On disk before it returns, as a row will lean on it."""
        digest = hashlib.sha256()
        size = 0
        draft = f"{self.url}/incoming/{os.urandom(12).hex()}"
        filesystem, path = fsspec.core.url_to_fs(draft)
        filesystem.makedirs(filesystem._parent(path), exist_ok=True)
        with filesystem.open(path, "wb") as file:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            if "file" in filesystem.protocol:
                os.fsync(file.fileno())
        final = filesystem._strip_protocol(self._path(digest.hexdigest()))
        filesystem.makedirs(filesystem._parent(final), exist_ok=True)
        filesystem.mv(path, final)
        if "file" in filesystem.protocol:
            folder = os.open(Path(final).parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)
        return digest.hexdigest(), size

    def open(self, digest: str) -> IO[bytes]:
        """The bytes kept under `digest`. Raises FileNotFoundError."""
        file: IO[bytes] = fsspec.open(self._path(digest), "rb").open()
        return file

    def remove(self, digest: str) -> None:
        """Take a file away. Only for a storage whose files nobody else names by their hash, such as a quarantine."""
        filesystem, path = fsspec.core.url_to_fs(self._path(digest))
        filesystem.rm_file(path)

    def adopt(self, other: "Storage", digest: str) -> None:
        """Move a file here from another place of the same store, without reading it. Nothing where it is here already."""
        filesystem, path = fsspec.core.url_to_fs(self._path(digest))
        source = filesystem._strip_protocol(other._path(digest))
        if filesystem.exists(path):
            return
        filesystem.makedirs(filesystem._parent(path), exist_ok=True)
        filesystem.mv(source, path)

    def drop(self) -> None:
        """Take the whole place away, if it is there. Only for a place of one's own, such as one upload's."""
        filesystem, path = fsspec.core.url_to_fs(self.url)
        with suppress(FileNotFoundError):
            filesystem.rm(path, recursive=True)

    @property
    def folder(self) -> Path | None:
        """The nearest folder on this machine's disk that is there; None for a bucket."""
        filesystem, path = fsspec.core.url_to_fs(self.url)
        if "file" not in filesystem.protocol:
            return None
        return next(each for each in (Path(path), *Path(path).parents) if each.exists())

    def read(self, digest: str) -> bytes:
        """The bytes kept under `digest`, checked against it. Raises FileNotFoundError, ValueError on damage."""
        with self.open(digest) as file:
            data = file.read()
        if hashlib.sha256(data).hexdigest() != digest:
            raise ValueError(f"stored file {digest} is damaged")
        return data

    def whole(self, digest: str) -> IO[bytes]:
        """The file kept under `digest`, read through once and found unharmed, ready to be sent. Raises OSError, ValueError
        on damage."""
        file = self.open(digest)
        found = hashlib.sha256()
        while chunk := file.read(CHUNK):
            found.update(chunk)
        if found.hexdigest() != digest:
            file.close()
            raise ValueError(f"stored file {digest} is damaged")
        file.seek(0)
        return file


def opened(digest: str) -> IO[bytes]:
    """A kept file for a person. Raises Refused where storage does not have it unharmed."""
    try:
        return storage().whole(digest)
    except (OSError, ValueError) as error:
        raise Refused(_("보관된 파일을 지금 읽을 수 없습니다. 전담기관에 알려 주세요.")) from error


def storage() -> Storage:
    """The storage of the current application."""
    kept: Storage = current_app.extensions["storage"]
    return kept


def init_app(app: Flask, url: str) -> None:
    app.extensions["storage"] = Storage(url)
