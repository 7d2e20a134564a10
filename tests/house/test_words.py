"""Both languages are complete, every state has a word and a colour, and no template says anything untranslated."""

import ast
import importlib
import re
from io import BytesIO

import pytest
from babel.messages.extract import extract
from jinja2 import Environment
from jinja2.ext import babel_extract

from marketplace import ROOMS
from marketplace.core.catalogs import merged
from marketplace.core.states import COLOURS, State
from tests.house.source import PACKAGE, ROOT, TEMPLATES, calls, modules

HANGUL = re.compile("[가-힣]")
KEYWORDS = {"_": None, "N_": None, "_l": None, "gettext": None, "_n": (1, 2), "ngettext": (1, 2), "lazy_gettext": None}
DOCUMENTS_AND_PAGES = sorted([*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")])


def messages():
    """Every message id of the program with a place where it stands."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        with path.open("rb") as file:
            for line, message, _comments, _context in extract("python", file, keywords=KEYWORDS):
                for each in message if isinstance(message, tuple) else (message,):
                    found.setdefault(each, f"{path.relative_to(ROOT)}:{line}")
    for path in DOCUMENTS_AND_PAGES:
        for line, _function, message, _comments in babel_extract(
            BytesIO(path.read_bytes()), ["_", "ngettext"], [], {"encoding": "utf-8"}
        ):
            for each in message if isinstance(message, tuple) else (message,):
                found.setdefault(each, f"{path.relative_to(ROOT)}:{line}")
    found.pop(None, None)
    found.pop("", None)
    return found


def test_every_text_has_an_english_word():
    catalogue = merged()
    english = {message.id: message.string for message in catalogue if message.id}
    missing = [
        f"{place}: {text}" for text, place in messages().items() if HANGUL.search(text) and not english.get(text)
    ]
    assert missing == []


def test_every_text_is_written_in_korean_first():
    strange = [
        f"{place}: {text}"
        for text, place in messages().items()
        if not HANGUL.search(text) and re.search("[A-Za-z]{3}", re.sub(r"%\(\w+\)s", "", text))
    ]
    assert strange == []


def test_no_two_areas_translate_one_text_differently():
    merged(strict=True)


def test_translations_keep_the_names_of_their_gaps():
    gap = re.compile(r"%\((\w+)\)s")
    for message in merged():
        if message.id:
            assert set(gap.findall(message.string)) == set(gap.findall(message.id)), message.id


def states():
    for room in ROOMS:
        for part in ("models", "rules"):
            try:
                importlib.import_module(f"marketplace.{room}.{part}")
            except ModuleNotFoundError:
                continue
    return State.__subclasses__()


def test_every_state_has_a_word_a_colour_and_a_way_in():
    kinds = states()
    assert len(kinds) > 20
    catalogue = {message.id for message in merged() if message.string}
    for kind in kinds:
        for member in kind:
            assert HANGUL.search(member.word) and member.colour in COLOURS, (kind, member)
            assert member.word in catalogue, (kind, member)


PAGES = [
    path
    for path in DOCUMENTS_AND_PAGES
    if path.suffix == ".html" and path.name != "hx.html" and path.parent.name != "style"
]
# (hx.html is half an attribute; the page of components shows the names of macros.)
LEFT_AS_THEY_ARE = {"PDF", "CSV", "JSON", "SHA", "KRW", "VAT", "QR", "DOCTYPE", "html"}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_says_nothing_untranslated_and_styles_nothing_inline(path):
    # What Jinja leaves as data is what stands in the page as it is; a gap stays where an expression was.
    without_class_names = re.sub(r"page-(lists|wide|narrow|welcome)", "", path.read_text())
    tokens = Environment().lex(without_class_names)
    data = "".join(text if kind == "data" else " " for _line, kind, text in tokens)
    assert not re.search(r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<style|javascript:", data)
    assert not re.search(r"<script(?![^>]*\bsrc=)", data)
    words = re.sub(r"<[^>]*>|&\w+;", " ", data)
    found = re.findall(r"[가-힣]+|[A-Za-z]{3,}", words)
    assert [word for word in found if word not in LEFT_AS_THEY_ARE] == []


def test_every_kind_of_notice_has_words_and_every_kind_of_paper_a_template():
    for path, tree in modules().items():
        for name, call in calls(tree):
            if name == "notify" and call.args and isinstance(call.args[0], ast.Constant):
                assert (TEMPLATES / "emails" / f"{call.args[0].value}.txt").exists(), (path, call.args[0].value)
            if name == "issue" and call.args and isinstance(call.args[0], ast.Constant):
                assert (TEMPLATES / "documents" / f"{call.args[0].value}.html").exists(), (path, call.args[0].value)
