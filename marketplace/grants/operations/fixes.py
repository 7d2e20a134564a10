"""Verbs of mending: the agency names sections and a day, the firm mends these alone, the certifier signs again."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Role, Viewer
from marketplace.evidence.operations import record
from marketplace.grants import policies, queries
from marketplace.grants.models import Application, ApplicationState, FixItem, FixRequest, FixState
from marketplace.grants.operations.applications import refuse_missing, sign_content
from marketplace.grants.operations.parties import refuse_own_case
from marketplace.grants.rules import PROJECT, sha256_of
from marketplace.notices.operations import notify

OPEN = (ApplicationState.SUBMITTED, ApplicationState.REFERRED, ApplicationState.ELIGIBLE)
LONGEST = 30
"""Days that a fix may take."""


def ask_for_fix(application_id: int, items: Mapping[str, str], *, due_on: date, by: Viewer) -> FixRequest:
    """Ask a firm to mend these sections (code -> what is wrong) until the end of `due_on`."""
    application = locked(Application, application_id)
    if not policies.may_judge_application(by, application):
        raise NotYours(_("이 신청을 심사할 권한이 없습니다."))
    refuse_own_case(by, application.organisation_id, application.supplier_id)
    if application.state not in OPEN:
        raise Refused(_("접수되어 심사 중인 신청만 보완을 요청할 수 있습니다."))
    today = clock.today()
    if not today < due_on <= date.fromordinal(today.toordinal() + LONGEST):
        raise Refused(_("보완 기한은 내일부터 %(days)s일 안에서 정하세요.", days=LONGEST), field="due_on")
    call = queries.get_call(application.call_id)
    known = {PROJECT, *(section.code for section in queries.form_of(call, application.call_version or 0).sections)}
    wanted = {section: words.strip() for section, words in items.items() if words.strip()}
    if not wanted or not set(wanted) <= known:
        raise Refused(_("보완할 구역을 하나 이상 고르고 무엇을 고쳐야 하는지 적으세요."))
    request = FixRequest(application_id=application.id, due_on=due_on, asked_by=by.person_id, state=FixState.ASKED)
    session.add(request)
    session.flush()
    session.add_all(
        FixItem(fix_request_id=request.id, section=section, words=words) for section, words in wanted.items()
    )
    record("fix_request:asked", request, by=by, application_id=application.id, sections=sorted(wanted))
    _tell("application_fix_asked", application, due_on=due_on.isoformat(), words="\n".join(wanted.values()))
    return request


def hand_in_fix(application_id: int, *, seen_sha256: str, by: Viewer) -> Application:
    """Sign what was mended, as it was shown. The receipt stays; the hash is that of the new content, the old is kept."""
    application = locked(Application, application_id)
    if not policies.may_submit_application(by, application):
        raise NotYours(_("보완한 내용은 서명권자가 제출합니다."))
    fix = queries.find_open_fix(application.id)
    if fix is None:
        raise Refused(_("보완을 요청받은 신청서가 아닙니다."))
    if fix.due_on < clock.today():
        raise Refused(_("보완 기한(%(day)s)이 지나 고칠 수 없습니다.", day=fix.due_on.isoformat()))
    refuse_missing(application, queries.get_call(application.call_id))
    now = sha256_of(queries.content_of(application))
    if now != seen_sha256:
        raise Refused(_("화면을 연 뒤 내용이 바뀌었습니다. 새로 고쳐 확인한 뒤 제출하세요."))
    if now == application.content_sha256:
        raise Refused(_("아직 고친 내용이 없습니다. 요청받은 구역을 고친 뒤 제출하세요."))
    sign_content(application, by)
    _end(fix, FixState.MENDED, by)
    facts: dict[str, Any] = {"title": application.title, "receipt_number": application.receipt_number}
    notify("application_fixed", about=application.subject, role=Role.PROGRAMME_OFFICER, **facts)
    return application


def cancel_fix(application_id: int, *, by: Viewer) -> FixRequest:
    """Take a fix request back."""
    application = locked(Application, application_id)
    if not policies.may_judge_application(by, application):
        raise NotYours(_("이 신청을 심사할 권한이 없습니다."))
    fix = queries.find_open_fix(application.id)
    if fix is None:
        raise Refused(_("끝나지 않은 보완 요청이 없습니다."))
    return _end(fix, FixState.CANCELLED, by)


def lapse_fix(fix_request_id: int, *, by: Viewer = SYSTEM) -> FixRequest:
    """Let a fix request end whose day is over. What was signed before stands; an officer decides on it."""
    fix = locked(FixRequest, fix_request_id)
    if fix.due_on >= clock.today():
        raise Refused(_("보완 기한이 아직 지나지 않았습니다."))
    application = session.get_one(Application, fix.application_id)
    _end(fix, FixState.LAPSED, by)
    _tell("application_fix_lapsed", application, due_on=fix.due_on.isoformat())
    return fix


def _end(fix: FixRequest, state: FixState, by: Viewer) -> FixRequest:
    fix.ended_at = clock.now()
    fix.advance(to=state)
    record(f"fix_request:{state.value}", fix, by=by, application_id=fix.application_id)
    return fix


def _tell(kind: str, application: Application, **facts: Any) -> None:
    facts |= {"title": application.title, "receipt_number": application.receipt_number}
    notify(kind, about=application.subject, organisation_id=application.organisation_id, **facts)
