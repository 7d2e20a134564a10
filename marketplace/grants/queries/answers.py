"""What an application answers: as it stands, as it came to stand so, its files, and who may write what."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.core.db import request_cache, session
from marketplace.core.web import Page
from marketplace.grants.models import (
    Application,
    ApplicationAnswer,
    ApplicationFile,
    ApplicationRevision,
    ApplicationSignature,
    Call,
    CallVersion,
    SectionWriter,
)
from marketplace.grants.rules import Form, Question, Value, answered, is_shown, read_form

PAGE = 50
NOTHING = Form()


@dataclass(frozen=True)
class RevisionRow:
    """One change of one answer, with the name of who made it."""

    id: int
    question: str
    version: int
    old: Any
    new: Any
    who: str
    changed_at: datetime


@dataclass(frozen=True)
class Given:
    """An answer as it stands: what, and how often it was changed."""

    value: Value
    version: int


def form_of(call: Call, number: int | None = None) -> Form:
    """What a call asks: in the version in force, or in that of `number`."""
    number = call.version if number is None else number
    if not number:
        return NOTHING
    known, key = request_cache(), f"form of {call.id} v{number}"
    if key not in known:  # a published version never changes, and a page asks for it more than once
        document = session.scalars(
            select(CallVersion.form).where(CallVersion.call_id == call.id, CallVersion.number == number)
        ).one_or_none()
        known[key] = read_form(document) if document else NOTHING
    form: Form = known[key]
    return form


def given_of(application_id: int) -> dict[str, Given]:
    """Question -> its answer and version."""
    rows = session.execute(
        select(ApplicationAnswer.question, ApplicationAnswer.value, ApplicationAnswer.version)
        .where(ApplicationAnswer.application_id == application_id)
        .order_by(ApplicationAnswer.question)
    )
    return {question: Given(value, version) for question, value, version in rows}


def answers_of(application_id: int) -> dict[str, Value]:
    """Question -> its answer: text, whole number, list of chosen codes, or None where it was taken away again."""
    return {question: given.value for question, given in given_of(application_id).items()}


def files_of(application_id: int) -> Sequence[ApplicationFile]:
    """The files that are attached now."""
    statement = select(ApplicationFile).where(
        ApplicationFile.application_id == application_id, ApplicationFile.removed_at.is_(None)
    )
    return session.scalars(statement.order_by(ApplicationFile.question, ApplicationFile.id)).all()


def find_file_of(application_id: int, file_id: int) -> ApplicationFile | None:
    """A file of this application, whether it is still attached or not."""
    return session.scalars(
        select(ApplicationFile).where(ApplicationFile.id == file_id, ApplicationFile.application_id == application_id)
    ).one_or_none()


def file_counts(files: Sequence[ApplicationFile]) -> dict[str, int]:
    """Question -> how many files are attached to it."""
    counts: dict[str, int] = {}
    for file in files:
        counts[file.question] = counts.get(file.question, 0) + 1
    return counts


def answered_content(application: Application) -> dict[str, Any]:
    """What the signed content says of the call's questions; nothing where the call asks none.

    A draft is read under the version in force, a submission under the one it was signed under.
    """
    call = session.get_one(Call, application.call_id)
    number = application.call_version or call.version
    form = form_of(call, number)
    if not form.sections:
        return {}
    answers = answers_of(application.id)
    shown = {question.code for question in form.files if is_shown(question, form, answers)}
    files = [
        {"question": file.question, "name": file.name, "sha256": file.sha256}
        for file in files_of(application.id)
        if file.question in shown
    ]
    return {"call_version": number, "answers": answered(form, answers), "files": files}


def revisions_page(application_id: int, *, question: str = "", page: int = 1, size: int = PAGE) -> Page:
    """The changes of an application's answers, newest first."""
    conditions = [ApplicationRevision.application_id == application_id]
    if question:
        conditions.append(ApplicationRevision.question == question)
    found = session.execute(
        select(ApplicationRevision, Person.name)
        .join(Person, Person.id == ApplicationRevision.changed_by)
        .where(*conditions)
        .order_by(ApplicationRevision.id.desc())
        .limit(size + 1)
        .offset((page - 1) * size)
    ).all()
    rows = [
        RevisionRow(row.id, row.question, row.version, row.old, row.new, name, row.changed_at)
        for row, name in found[:size]
    ]
    return Page(rows, page, size, (page - 1) * size + len(found))


def writers_of(application_id: int) -> dict[str, frozenset[int]]:
    """Section -> the people who alone may write it; a section that is missing is open to all members."""
    rows = session.execute(
        select(SectionWriter.section, SectionWriter.person_id)
        .where(SectionWriter.application_id == application_id, SectionWriter.ended_at.is_(None))
        .order_by(SectionWriter.section, SectionWriter.person_id)
    )
    found: dict[str, set[int]] = {}
    for section, person_id in rows:
        found.setdefault(section, set()).add(person_id)
    return {section: frozenset(people) for section, people in found.items()}


def signatures_of_application(application_id: int) -> Sequence[ApplicationSignature]:
    """Who signed what and when, in order."""
    statement = select(ApplicationSignature).where(ApplicationSignature.application_id == application_id)
    return session.scalars(statement.order_by(ApplicationSignature.number)).all()


def answered_words(application: Application) -> list[tuple[str, str]]:
    """Each question that counts with its answer in words, in the form's order: what an evaluator reads."""
    call = session.get_one(Call, application.call_id)
    form = form_of(call, application.call_version or call.version)
    if not form.sections:
        return []
    answers = answered(form, answers_of(application.id))
    asked = {question.code: question for question in form.questions()}
    return [(asked[code].label, _in_words(asked[code], value)) for code, value in answers.items()]


def _in_words(question: Question, value: Value) -> str:
    labels = {choice.code: choice.label for choice in question.choices}
    if isinstance(value, list):
        return ", ".join(labels.get(each, each) for each in value)
    return labels.get(value, value) if isinstance(value, str) else f"{value:,}" if isinstance(value, int) else ""


def words_of_all(application_ids: Collection[int]) -> dict[int, str]:
    """Application -> all words of its answers, in one statement."""
    rows = session.execute(
        select(ApplicationAnswer.application_id, ApplicationAnswer.value)
        .where(ApplicationAnswer.application_id.in_(list(application_ids)))
        .order_by(ApplicationAnswer.application_id, ApplicationAnswer.question)
    )
    found: dict[int, list[str]] = {}
    for application_id, value in rows:
        if isinstance(value, str):
            found.setdefault(application_id, []).append(value)
    return {application_id: "\n".join(words) for application_id, words in found.items()}


def texts_of(answers: Mapping[str, Value]) -> str:
    """All words of the answers, for whoever compares applications with each other."""
    return "\n".join(value for value in answers.values() if isinstance(value, str))
