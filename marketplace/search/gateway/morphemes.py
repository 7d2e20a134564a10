"""Kiwi, the analyser of Korean. Loading takes three seconds and half a gigabyte, so it is loaded when first used;
a web server loads it before it forks (`warm`), and its children share the memory.

Only ever called with one string: a list would go to a pool of threads, which does not exist in a forked child.
"""

import ctypes
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from marketplace.core import lazy
from marketplace.search.rules.asking import KEPT, Morpheme, is_less
from marketplace.search.rules.letters import plain

kiwipiepy: Any = lazy("kiwipiepy")
_lock = threading.Lock()
_kiwi: Any = None


def warm() -> None:
    """Load the analyser now."""
    _loaded().tokenize("준비")


def _loaded() -> Any:
    global _kiwi
    if _kiwi is None:
        with _lock:
            if _kiwi is None:
                made = kiwipiepy.Kiwi(num_workers=1)
                # Never torn down: a forked child that ends would wait for threads that only its parent has, and abort.
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(made))
                _kiwi = made
    return _kiwi


@lru_cache(maxsize=20_000)
def analyse(text: str) -> tuple[Morpheme, ...]:
    """The morphemes of a short text, in order, lower case."""
    return tuple(_morphemes(text))


def _morphemes(text: str) -> Sequence[Morpheme]:
    kiwi = _loaded()
    with _lock:
        found = kiwi.tokenize(plain(text))
    made: list[Morpheme] = []
    for token in found:
        tag, form = token.tag.removesuffix("-I").removesuffix("-R"), token.form.lower()
        # 소상공인, 비대면: a prefix belongs to its noun; a stem of Chinese origin to its verb ending's noun.
        if tag in ("NNG", "NNP") and made and made[-1].tag == "XPN" and made[-1].end == token.start:
            form = made.pop().form + form
        made.append(Morpheme(form, tag, token.start, token.start + token.len))
    return made


def indexed(text: str) -> list[str]:
    """What a text is found by."""
    return [each.form for each in _morphemes(text) if each.tag in KEPT and " " not in each.form]


def key_of(word: str) -> tuple[str, ...]:
    """An entry of the vocabulary as the words it is indexed by; nothing where they are less than the entry is: of 손님 they
    would be a hand, of 지역어 a region."""
    found = analyse(word)
    key = tuple(each.form for each in found if each.tag in KEPT)
    return () if found and is_less(found, plain(word)) else key
