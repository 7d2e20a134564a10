"""The words of a notice, in the reader's language: templates/emails/<kind>.txt, first line the subject."""

from dataclasses import dataclass

from flask import current_app
from flask_babel import force_locale
from jinja2 import TemplateNotFound

from marketplace.core.i18n import LANGUAGES
from marketplace.notices.models import Notice


@dataclass(frozen=True)
class Letter:
    """What a reader sees."""

    subject: str
    body: str


def letter_of(notice: Notice, *, name: str, url: str, locale: str = "ko") -> Letter:
    """The letter of a notice to one reader. A kind without words is shown by its name rather than lost."""
    with force_locale(locale if locale in LANGUAGES else "ko"):
        try:
            template = current_app.jinja_env.get_template(f"emails/{notice.kind}.txt")
        except TemplateNotFound:
            return Letter(notice.kind, url)
        text = template.render(**{**notice.facts, "name": name, "url": url})
    subject, _newline, body = text.strip().partition("\n")
    return Letter(subject.strip(), body.strip() + "\n")
