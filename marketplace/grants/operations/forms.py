"""Verbs of a call's versions: write the questions, publish them with the call, amend a published call with notice."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Role, Viewer
from marketplace.evidence.operations import record
from marketplace.grants import policies, queries
from marketplace.grants.models import Application, Call, CallAmendmentTold, CallInquiry, CallState, CallVersion
from marketplace.grants.rules import Form, Problem, form_changes, read_form, sha256_of, written
from marketplace.notices.operations import notify

MOST_OPEN_INQUIRIES = 10


def change_form(call_id: int, change: Callable[[Form], Form], *, by: Viewer) -> CallVersion:
    """Apply one step of the form builder to the version being written; begins one where there is none yet.

    `change` is applied to the form as it stands under the lock, so two officers do not undo each other's questions.
    """
    _require(policies.may_manage_calls(by))
    call = locked(Call, call_id)
    version = _open_version(call)
    try:
        form = change(read_form(version.form))
    except Problem as problem:
        raise Refused(_(problem.words, **problem.values), field=problem.field or None) from problem
    version.form = written(form)
    record("call_version:changed", version, by=by, call_id=call.id, questions=len(form.questions()))
    return version


def begin_amendment(call_id: int, *, by: Viewer) -> CallVersion:
    """Open a new version of a published call, beginning as the one in force."""
    _require(policies.may_manage_calls(by))
    version = _open_version(locked(Call, call_id))
    record("call_version:begun", version, by=by, call_id=call_id, number=version.number)
    return version


def publish_first_version(call: Call, by: Viewer) -> None:
    """Freeze what a call asks at the moment it is published. The call is locked by the caller."""
    version = _open_version(call)
    version.body, version.closes_at = call.body, call.closes_at
    _freeze(call, version, by)


def amend_call(call_id: int, *, body: str, closes_at: datetime, reason: str, by: Viewer) -> Call:
    """Put the version being written into force. The deadline may be moved back, never forward; every applicant is told
    by a job, and whoever has a draft signs under the new version. Submissions stand under the one they were signed under.
    """
    _require(policies.may_manage_calls(by))
    call = locked(Call, call_id)
    if call.state != CallState.PUBLISHED or call.closes_at <= queries.database_now():
        raise Refused(_("접수 중인 공고만 변경할 수 있습니다."))
    if not reason.strip():
        raise Refused(_("변경 사유를 적으세요. 신청 기업에 그대로 알립니다."), field="reason")
    if closes_at < call.closes_at:
        raise Refused(
            _("접수 마감은 앞당길 수 없습니다. 지금 마감은 %(moment)s입니다.", moment=_written(call.closes_at)),
            field="closes_at",
            rule=queries.window_rule(call),
        )
    if call.performs_until < closes_at.astimezone(clock.SEOUL).date():
        raise Refused(_("수행 종료일은 접수 마감일 이후여야 합니다."), field="closes_at")
    version = _open_version(call)
    before = queries.form_of(call)
    if before == read_form(version.form) and (body, closes_at) == (call.body, call.closes_at):
        raise Refused(_("바뀐 내용이 없습니다."))
    version.body, version.closes_at, version.reason = body, closes_at, reason.strip()
    call.body, call.closes_at = body, closes_at
    _freeze(call, version, by)
    changes = [f"{each.how}: {each.label}" for each in form_changes(before, read_form(version.form))]
    record("call:amended", call, by=by, version=version.number, reason=version.reason, changes=changes)
    return call


def tell_amendment(version_id: int, application_id: int, *, by: Viewer = SYSTEM) -> None:
    """Tell one applicant of an amendment, once."""
    version, application = session.get_one(CallVersion, version_id), session.get_one(Application, application_id)
    call = session.get_one(Call, version.call_id)
    session.add(CallAmendmentTold(call_version_id=version.id, application_id=application.id))
    session.flush()
    notify(
        "call_amended",
        about=application.subject,
        organisation_id=application.organisation_id,
        call=call.title,
        reason=version.reason,
        closes_at=_written(version.closes_at),
        submitted=application.receipt_number is not None,
    )


def ask_about_call(call_id: int, body: str, *, by: Viewer) -> CallInquiry:
    """Ask the agency about a published call. The question is public once it is answered; who asked is not."""
    if not policies.may_ask_about_call(by):
        raise NotYours(_("수요기업이나 공급기업의 구성원만 질문할 수 있습니다."))
    call = locked(Call, call_id)
    if call.state != CallState.PUBLISHED or queries.database_now() >= call.closes_at:
        raise Refused(_("접수가 끝난 공고에는 질문할 수 없습니다."))
    if queries.open_inquiries(call.id, by.organisation_id or 0) >= MOST_OPEN_INQUIRIES:
        raise Refused(_("답을 기다리는 질문이 많습니다. 답이 올라온 뒤에 다시 질문하세요."))
    inquiry = CallInquiry(call_id=call.id, organisation_id=by.organisation_id, asked_by=by.person_id, body=body)
    session.add(inquiry)
    session.flush()
    record("call_inquiry:asked", inquiry, by=by, call_id=call.id)
    notify("call_question_asked", about=call.subject, role=Role.PROGRAMME_OFFICER, call=call.title, body=body)
    return inquiry


def answer_about_call(inquiry_id: int, answer: str, *, by: Viewer) -> CallInquiry:
    """Answer a question for everybody to read. An answer is given once; what changes the call is an amendment."""
    _require(policies.may_manage_calls(by))
    inquiry = locked(CallInquiry, inquiry_id)
    if inquiry.answered_at is not None:
        raise Refused(_("이미 답한 질문입니다. 공고의 내용이 달라지면 공고를 변경하세요."))
    inquiry.answer, inquiry.answered_by, inquiry.answered_at = answer, by.person_id, clock.now()
    call = session.get_one(Call, inquiry.call_id)
    record("call_inquiry:answered", inquiry, by=by, call_id=call.id)
    told: dict[str, Any] = {"call": call.title, "body": inquiry.body, "answer": answer}
    notify("call_question_answered", about=call.subject, organisation_id=inquiry.organisation_id, **told)
    return inquiry


def _open_version(call: Call) -> CallVersion:
    """The version being written, begun from the one in force. The caller holds the call's lock."""
    version = queries.find_open_version(call.id)
    if version is not None:
        return version
    if call.state not in (CallState.DRAFT, CallState.PUBLISHED):
        raise Refused(_("접수 중인 공고만 변경할 수 있습니다."))
    version = CallVersion(
        call_id=call.id,
        number=call.version + 1,
        form=written(queries.form_of(call)),
        body=call.body,
        closes_at=call.closes_at,
    )
    session.add(version)
    session.flush()
    return version


def _freeze(call: Call, version: CallVersion, by: Viewer) -> None:
    content = {
        "call_id": call.id,
        "number": version.number,
        "form": version.form,
        "body": version.body,
        "closes_at": version.closes_at.astimezone(clock.SEOUL).isoformat(),
    }
    version.content_sha256 = sha256_of(content)
    version.published_at, version.published_by = clock.now(), by.person_id
    call.version = version.number


def _require(may: bool) -> None:
    if not may:
        raise NotYours(_("사업 담당자만 할 수 있습니다."))


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(clock.SEOUL):%Y-%m-%d %H:%M}"
