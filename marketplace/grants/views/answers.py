"""The part of an application's page that shows what was answered, what is missing, and what is to be mended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wtforms.validators import Length

from marketplace.core.forms import TextAreaField
from marketplace.core.i18n import _, in_language
from marketplace.core.web import viewer
from marketplace.grants import policies, queries
from marketplace.grants.forms import FixForm, say
from marketplace.grants.models import Application, ApplicationFile, ApplicationState, Call, FixState
from marketplace.grants.rules import PROJECT, Question, Section, Value, is_shown, missing


@dataclass(frozen=True)
class AnswerRow:
    """One question with its answer as a reader sees it; `lacks` says what keeps it from being submitted."""

    label: str
    words: str
    files: list[ApplicationFile]
    lacks: str


@dataclass(frozen=True)
class SectionPart:
    """A section of the form with its answers; `fix` is what the agency wants mended in it."""

    code: str
    title: str
    rows: list[AnswerRow]
    may_write: bool
    fix: str

    @property
    def lacking(self) -> int:
        return sum(1 for row in self.rows if row.lacks)


def answers_part(row: Application, call: Call, now: datetime) -> dict[str, Any]:
    """What templates/grants/_answers.html shows."""
    asked = queries.form_of(call, row.call_version)
    answers, files = queries.answers_of(row.id), queries.files_of(row.id)
    lacks = missing(asked, answers, queries.file_counts(files))
    writers, fixes = queries.writers_of(row.id), queries.fixes_of(row.id)
    asked_now = next((each for each in fixes if each.request.state == FixState.ASKED), None)
    fix = asked_now.request if asked_now else None
    items = {item.section: item.words for item in asked_now.items} if asked_now else {}
    writes_now = row.state == ApplicationState.DRAFT and call.opens_at <= now < call.closes_at

    def part(section: Section) -> SectionPart:
        rows = [
            AnswerRow(
                in_language(each.label, each.label_en),
                spoken(each, answers.get(each.code)),
                [file for file in files if file.question == each.code],
                say(lacks[each.code]) if each.code in lacks else "",
            )
            for each in section.questions
            if is_shown(each, asked, answers)
        ]
        may = policies.may_write_section(viewer(), row, writers.get(section.code))
        open_now = writes_now or section.code in items
        return SectionPart(
            section.code,
            in_language(section.title, section.title_en),
            rows,
            may and open_now,
            items.get(section.code, ""),
        )

    return {
        "asked": asked,
        "sections": [part(section) for section in asked.sections],
        "fix": fix,
        "fix_project": items.get(PROJECT, ""),
        "fixes": fixes,
        "replacement": queries.find_replacement_of(row.id),
        "may_replace": row.may_become(ApplicationState.REPLACED)
        and policies.may_submit_application(viewer(), row)
        and call.opens_at <= now < call.closes_at,
        "may_hand_in": fix is not None and policies.may_submit_application(viewer(), row),
        "now": now,
    }


def spoken(question: Question, value: Value) -> str:
    """An answer as a person reads it."""
    if value is None or value == []:
        return ""
    if question.kind == "yes_no":
        return _("예") if value == "yes" else _("아니오")
    words = {each.code: in_language(each.label, each.label_en) for each in question.choices}
    if isinstance(value, list):
        return ", ".join(words.get(code, code) for code in value)
    if question.kind == "choice":
        return words.get(str(value), str(value))
    if isinstance(value, int):
        return f"{value:,}" + (_("원") if question.kind == "money" else "")
    return value


def fix_form(row: Application, **words: Any) -> Any:
    """The day, and a box for each section of this application."""
    asked = queries.form_of(queries.get_call(row.call_id), row.call_version or 0)
    names = {PROJECT: _("과제와 금액")} | {each.code: in_language(each.title, each.title_en) for each in asked.sections}
    boxes = {f"section-{code}": TextAreaField(name, validators=[Length(max=1_000)]) for code, name in names.items()}
    return type("FixOfSections", (FixForm,), boxes)(prefix="fix-", **words)
