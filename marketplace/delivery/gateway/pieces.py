"""Pieces of large files in storage: each kept as it comes, then put together in bounded memory."""

import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import IO, Any

from werkzeug.exceptions import ClientDisconnected

from marketplace.core.storage import CHUNK, Storage, storage


class Arriving:
    """What a connection brings, at most so many bytes: where it is lost, what has come is kept."""

    def __init__(self, stream: Any, most: int) -> None:
        self.stream, self.left = stream, most

    def read(self, size: int = CHUNK) -> bytes:
        if self.left <= 0:
            return b""
        try:
            data: bytes = self.stream.read(min(size, self.left))
        except (ClientDisconnected, OSError):
            self.left = 0
            return b""
        self.left -= len(data)
        return data


class Joined:
    """The pieces one after the other, one open at a time."""

    def __init__(self, places: Storage, pieces: Sequence[str]) -> None:
        self.places, self.waiting = places, list(pieces)
        self.file: IO[bytes] | None = None

    def read(self, size: int = CHUNK) -> bytes:
        while True:
            if self.file is None:
                if not self.waiting:
                    return b""
                self.file = self.places.open(self.waiting.pop(0))
            if data := self.file.read(size):
                return data
            self.file.close()
            self.file = None


def _pieces(upload_id: int) -> Storage:
    """A place for each upload: what one throws away is not another's."""
    return Storage(f"{storage().url}/pieces/{upload_id}")


def keep_piece(upload_id: int, stream: Any, most: int) -> tuple[str, int]:
    """Keep what comes, at most `most` bytes; returns (SHA-256, bytes), 0 bytes where nothing came."""
    return _pieces(upload_id).put(Arriving(stream, most))  # type: ignore[arg-type]


def join(upload_id: int, pieces: Sequence[str]) -> str:
    """Put the pieces together under the hash of the whole, which is returned. It stays in the upload's own place, so that
    what is in no delivery can be thrown away without asking who else names it."""
    place = _pieces(upload_id)
    digest, _size = place.put(Joined(place, pieces))  # type: ignore[arg-type]
    return digest


def forget(upload_id: int, pieces: Iterable[str]) -> None:
    """Take these pieces away. Again is the same as once."""
    for piece in pieces:
        with suppress(FileNotFoundError):
            _pieces(upload_id).remove(piece)


def adopt(upload_id: int, digest: str) -> None:
    """Take the whole among the files that are kept for good. Again is the same as once."""
    storage().adopt(_pieces(upload_id), digest)


def clear(upload_id: int) -> None:
    """Take away everything an upload has brought. Again is the same as once."""
    _pieces(upload_id).drop()


def free_bytes() -> int | None:
    """What the disk under storage has left; None for a store that cannot be filled."""
    place = storage().folder
    return shutil.disk_usage(place).free if place else None
