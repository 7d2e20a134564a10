"""Who paid in, and under which number of the bank."""

import re
import unicodedata

_FORMS = re.compile(r"주식회사|유한회사|\(주\)|\(유\)|㈜|co\.?,?ltd\.?|inc\.?")


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\s.,·-]", "", _FORMS.sub("", "".join(text.split())))


def same_depositor(depositor: str, *names: str | None) -> bool:
    """Whether the depositor is one of the firm's names: without spaces, case and legal form.

    Banks cut long names short, so a beginning of at least four letters counts.
    """
    typed = _plain(depositor)
    known = [_plain(name) for name in names if name]
    return any(typed == name or (len(typed) >= 4 and name.startswith(typed)) for name in known)


def normal_reference(typed: str) -> str:
    """A bank reference as kept: NFKC, upper case, without spaces, so that one transfer has one spelling."""
    return "".join(unicodedata.normalize("NFKC", typed).split()).upper()
