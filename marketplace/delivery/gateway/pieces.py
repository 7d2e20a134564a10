"""Pieces of large files in storage: each kept as it comes, then put together in bounded memory."""

from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from werkzeug.exceptions import ClientDisconnected

from marketplace.core.storage import CHUNK, Storage, storage


class Arriving:
    """What a connection brings, at most so many bytes: where it is lost, what has come is kept."""

    def __init__(self, stream: IO[bytes], most: int) -> None:
        self.stream, self.left = stream, most

    def read(self, size: int = CHUNK) -> bytes:
        if self.left <= 0:
            return b""
        try:
            data = self.stream.read(min(size, self.left))
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


def keep_piece(upload_id: int, stream: IO[bytes], most: int) -> tuple[str, int]:
    """Keep what comes, at most `most` bytes; returns (SHA-256, bytes), 0 bytes where nothing came."""
    return _pieces(upload_id).put(Arriving(stream, most))  # type: ignore[arg-type]


def join(upload_id: int, pieces: Sequence[str]) -> str:
    """Put the pieces together under the hash of the whole, which is returned."""
    digest, _size = storage().put(Joined(_pieces(upload_id), pieces))  # type: ignore[arg-type]
    return digest


def clear(upload_id: int, pieces: Sequence[str]) -> None:
    """Take the pieces away. Again is the same as once."""
    for piece in set(pieces):
        with suppress(FileNotFoundError):
            _pieces(upload_id).remove(piece)
