"""Verbs of writing: answers kept as they are typed, files attached and taken out, members given their sections.

Everything here happens under the application's lock, so that two members who type at once are put one after the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.grants import policies, queries
from marketplace.grants.models import (
    Application,
    ApplicationAnswer,
    ApplicationFile,
    ApplicationRevision,
    Call,
    SectionWriter,
)
from marketplace.grants.operations.window import refuse_unless_open
from marketplace.grants.rules import PROJECT, Form, Problem, Question, Value, read_answer


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A file that storage holds and that was looked at: its name, kind (pdf, hwpx, xlsx), size and hash."""

    name: str
    kind: str
    bytes: int
    sha256: str


@dataclass
class Saved:
    """What became of a page of answers: the versions that stand now, and which were not kept and why."""

    versions: dict[str, int] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, str] = field(default_factory=dict)
    """Somebody else changed these meanwhile; nothing of theirs was overwritten."""
    changed: int = 0


def save_answers(
    application_id: int, section: str, typed: Mapping[str, Sequence[str]], seen: Mapping[str, int], *, by: Viewer
) -> Saved:
    """Keep the answers of one section that were changed. `seen` says which version of each the writer had before them:
    an answer that somebody changed since is left alone and named. What cannot be kept does not hold up the rest."""
    application, form = _writable(application_id, section, by)
    part = form.section(section)
    saved, given, codes = Saved(), queries.given_of(application.id), []
    for question in part.questions if part else ():
        if question.code not in typed or question.kind == "file":
            continue
        old = given.get(question.code, queries.Given(None, 0))
        saved.versions[question.code] = old.version
        try:
            new = read_answer(question, typed[question.code])
        except Problem as problem:
            saved.refused[question.code] = _(problem.words, **problem.values)
            continue
        if new == old.value:
            continue
        if seen.get(question.code, 0) != old.version:
            saved.conflicts[question.code] = _conflict(question)
            continue
        _keep(application, question.code, old, new, by)
        saved.versions[question.code] = old.version + 1
        codes.append(question.code)
    saved.changed = len(codes)
    if codes:
        record("application:answered", application, by=by, questions=codes)
    return saved


def attach_file(application_id: int, question: str, file: Kept, *, by: Viewer) -> ApplicationFile:
    """Attach a file to a question of an application. Its bytes are in storage already; the moment that counts is this
    one, by the database's clock: an upload that began before the deadline and ends after it is too late."""
    asked = queries.form_of(queries.get_call(queries.get_application(application_id).call_id))
    application, form = _writable(application_id, asked.section_of(question), by)
    which = form.find(question)
    if which is None or which.kind != "file":
        raise Refused(_("파일을 붙이는 문항이 아닙니다."), field="file")
    attached = queries.file_counts(queries.files_of(application.id)).get(question, 0)
    if attached >= (which.most or 10):
        raise Refused(_("파일은 %(most)s개까지 붙일 수 있습니다.", most=which.most or 10), field="file")
    row = ApplicationFile(
        application_id=application.id,
        question=question,
        name=file.name,
        kind=file.kind,
        bytes=file.bytes,
        sha256=file.sha256,
        added_by=by.person_id,
    )
    session.add(row)
    session.flush()
    record("application_file:attached", row, by=by, application_id=application.id, name=file.name, sha256=file.sha256)
    return row


def remove_file(application_id: int, file_id: int, *, by: Viewer) -> None:
    """Take a file out of an application. The row stays, with who did it and when."""
    row = queries.find_file_of(application_id, file_id)
    asked = queries.form_of(queries.get_call(queries.get_application(application_id).call_id))
    application, _form = _writable(application_id, asked.section_of(row.question) if row else "", by)
    row = locked(ApplicationFile, file_id)
    if row.removed_at is not None:
        raise Refused(_("이미 뺀 파일입니다."))
    row.removed_at, row.removed_by = clock.now(), by.person_id
    record("application_file:removed", row, by=by, application_id=application.id, name=row.name)


def give_writers(application_id: int, section: str, person_ids: Sequence[int], *, by: Viewer) -> None:
    """Let only these members write a section, or all of the firm's where none is named. Signatories always may."""
    application = locked(Application, application_id)
    if not policies.may_submit_application(by, application):
        raise NotYours(_("구역마다 누가 쓸지는 서명권자가 정합니다."))
    form = queries.form_of(queries.get_call(application.call_id))
    if section != PROJECT and form.section(section) is None:
        raise Refused(_("공고에 없는 구역입니다."))
    wanted = set(person_ids)
    members = {member.person_id for member in accounts.members_of(application.organisation_id)}
    if not wanted <= members:
        raise Refused(_("우리 기업의 구성원만 고를 수 있습니다."))
    before = queries.writers_of(application.id).get(section, frozenset())
    session.execute(
        update(SectionWriter)
        .where(
            SectionWriter.application_id == application.id,
            SectionWriter.section == section,
            SectionWriter.person_id.in_(before - wanted),
            SectionWriter.ended_at.is_(None),
        )
        .values(ended_at=clock.now())
    )
    session.add_all(
        SectionWriter(application_id=application.id, section=section, person_id=each, given_by=by.person_id)
        for each in sorted(wanted - before)
    )
    record("application:writers_given", application, by=by, section=section, people=sorted(wanted))


def copy_answers(source: Application, target: Application, by: Viewer) -> None:
    """Begin a replacement with the answers, files and writers of what it replaces."""
    for question, given in queries.given_of(source.id).items():
        if given.value is not None:
            _keep(target, question, queries.Given(None, 0), given.value, by)
    session.add_all(
        ApplicationFile(
            application_id=target.id,
            question=file.question,
            name=file.name,
            kind=file.kind,
            bytes=file.bytes,
            sha256=file.sha256,
            added_by=by.person_id,
        )
        for file in queries.files_of(source.id)
    )
    session.add_all(
        SectionWriter(application_id=target.id, section=section, person_id=person, given_by=by.person_id)
        for section, people in queries.writers_of(source.id).items()
        for person in sorted(people)
    )


def note_revision(application: Application, question: str, version: int, old: Any, new: Any, by: Viewer) -> None:
    """One line of the history."""
    session.add(
        ApplicationRevision(
            application_id=application.id,
            question=question,
            version=version,
            old=old,
            new=new,
            changed_by=by.person_id,
        )
    )


def _keep(application: Application, question: str, old: queries.Given, new: Value, by: Viewer) -> None:
    """The answer as it stands, and its line of history. Written past the unit of work, so that evidence, which keeps the
    columns of every change, does not keep each half of a sentence a second time."""
    values = {"value": new, "version": old.version + 1, "changed_by": by.person_id, "changed_at": clock.now()}
    statement = insert(ApplicationAnswer).values(application_id=application.id, question=question, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["application_id", "question"], set_=values))
    note_revision(application, question, old.version + 1, old.value, new, by)


def _conflict(question: Question) -> str:
    return _(
        "‘%(label)s’의 답을 다른 사람이나 다른 창에서 먼저 고쳤습니다. 덮어쓰지 않았습니다. 화면을 새로 고쳐 확인하세요.",
        label=question.label,
    )


def _writable(application_id: int, section: str, by: Viewer) -> tuple[Application, Form]:
    """The application under its lock and its form, if this viewer may write this section now."""
    application = locked(Application, application_id)
    writers = queries.writers_of(application.id).get(section)
    if not policies.may_write_section(by, application, writers):
        raise NotYours(_("이 구역을 쓸 권한이 없습니다. 서명권자에게 권한을 요청하세요."))
    call: Call = queries.get_call(application.call_id)
    refuse_unless_open(application, call, section)
    form = queries.form_of(call, application.call_version)
    if form.section(section) is None:
        raise Refused(_("공고에 없는 구역입니다. 화면을 새로 고치세요."))
    return application, form
