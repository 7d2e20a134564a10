"""Words of the rules: kept as message ids with their parameters, spoken only when somebody reads them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from marketplace.core.money import Money

Gettext = Callable[[str], str]


def N_(message: str) -> str:  # noqa: N802 - the name that extraction knows
    """Mark a message for translation. A copy of the hall's own, because the rules do not import Flask."""
    return message


def as_written(message: str) -> str:
    """The gettext of somebody who reads Korean, which is the message id itself."""
    return message


@dataclass(frozen=True, slots=True)
class Text:
    """A text that a ruleset brings along in both languages."""

    ko: str
    en: str

    def say(self, gettext: Gettext = as_written, language: str = "ko") -> str:
        return self.en if language == "en" else self.ko


@dataclass(frozen=True, slots=True)
class Phrase:
    """A message id and what stands in its gaps: strings, numbers, Money, Text or other phrases."""

    msgid: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def say(self, gettext: Gettext = as_written, language: str = "ko") -> str:
        """The sentence for a reader. An amount is written the reader's way, a phrase inside is translated too."""
        words = {name: spoken(value, gettext, language) for name, value in self.params.items()}
        return gettext(self.msgid) % words

    def __str__(self) -> str:
        return self.say()


def spoken(value: Any, gettext: Gettext = as_written, language: str = "ko") -> str:
    """One thing, or several of them in their order, as a reader is shown it."""
    if isinstance(value, Text | Phrase):
        return value.say(gettext, language)
    if isinstance(value, Money):
        return value.text(language)
    if isinstance(value, tuple | list):
        return ", ".join(spoken(each, gettext, language) for each in value)
    return str(value)
