"""Two languages: Korean is the message id, English stands in translations/en/<area>.po."""

from typing import Any

from flask import g
from flask_babel import Babel, get_locale, gettext, lazy_gettext, ngettext

LANGUAGES = {"ko": "한국어", "en": "English"}
babel = Babel()

_n = ngettext
_l = lazy_gettext


def _(message: str, **variables: Any) -> str:
    """The message in the reader's language, its variables filled in. Korean is the message itself: nothing is looked up."""
    text = message if language() == "ko" else gettext(message)
    return text % variables if variables else text


def N_(message: str) -> str:
    """Mark a message for translation where it is written down but not yet shown."""
    return message


def language() -> str:
    """The language of the current reader: 'ko' or 'en'."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "ko"


def in_language(korean: str, english: str | None) -> str:
    """Of two stored spellings the one for the current reader; the Korean one where there is no English."""
    return english if english and language() == "en" else korean


def amounts_in(unit: str) -> None:
    """Bare amounts on the page that is being made are in this unit: it is about a programme that does not give won."""
    g.amount_unit = unit
