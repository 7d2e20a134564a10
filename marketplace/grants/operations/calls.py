"""Verbs of calls: draft, change, publish, close, decide."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Role, Viewer
from marketplace.evidence.operations import record
from marketplace.grants import policies, queries
from marketplace.grants.models import Call, CallState
from marketplace.grants.operations.forms import publish_first_version
from marketplace.notices.operations import notify
from marketplace.programmes import queries as programmes
from marketplace.programmes.models import Programme, ProgrammeState


@dataclass(frozen=True, kw_only=True)
class CallDraft:
    """What an officer writes into a call. Moments carry their zone; `kinds` are codes of the programme's ruleset."""

    title: str
    title_en: str | None
    body: str
    kinds: tuple[str, ...]
    budget_minor: int
    opens_at: datetime
    closes_at: datetime
    performs_until: date


def draft_call(programme_id: int, draft: CallDraft, *, by: Viewer) -> Call:
    """Begin a call under the programme's current ruleset, which the call and all its cases keep."""
    _require(policies.may_manage_calls(by))
    programme = programmes.get_programme(programme_id)
    _check(programme, programme.ruleset_id, draft)
    call = Call(
        programme_id=programme.id,
        ruleset_id=programme.ruleset_id,
        rolling=programmes.get_ruleset(programme.ruleset_id).rolling,
        created_by=by.person_id,
        **{**asdict(draft), "kinds": list(draft.kinds)},
    )
    session.add(call)
    session.flush()
    record("call:drafted", call, by=by, ruleset_id=call.ruleset_id)
    return call


def change_call(call_id: int, draft: CallDraft, *, by: Viewer) -> Call:
    """Change a draft. What was published is changed by an amendment, with notice (operations.forms)."""
    _require(policies.may_manage_calls(by))
    call = locked(Call, call_id)
    if call.state != CallState.DRAFT:
        raise Refused(_("공고한 뒤에는 내용을 그냥 고칠 수 없습니다. ‘공고 변경’으로 사유를 적어 알리세요."))
    _check(programmes.get_programme(call.programme_id), call.ruleset_id, draft)
    for name, value in {**asdict(draft), "kinds": list(draft.kinds)}.items():
        setattr(call, name, value)
    record("call:changed", call, by=by)
    return call


def publish_call(call_id: int, *, by: Viewer) -> Call:
    """Make a call public. All published calls of a programme together stay within its budget."""
    _require(policies.may_manage_calls(by))
    known = queries.get_call(call_id)
    programme = locked(Programme, known.programme_id)
    call = locked(Call, call_id)
    if programme.state != ProgrammeState.OPEN:
        raise Refused(_("진행 중인 사업의 공고만 낼 수 있습니다. 사업 상태를 확인하세요."))
    if call.closes_at <= queries.database_now():
        raise Refused(_("접수 마감이 이미 지났습니다. 마감 시각을 고친 뒤 공고하세요."), field="closes_at")
    left = programme.budget_minor - queries.budget_of_published_calls(programme.id)
    if call.budget_minor > left:
        raise Refused(
            _(
                "사업 예산에서 이 공고에 쓸 수 있는 금액은 %(left)s원입니다. 공고 예산을 줄이세요.",
                left=f"{max(left, 0):,}",
            ),
            field="budget_minor",
        )
    publish_first_version(call, by)
    call.advance(to=CallState.PUBLISHED)
    call.published_at = clock.now()
    record("call:published", call, by=by, closes_at=call.closes_at, budget_minor=call.budget_minor)
    notify(
        "call_published",
        about=call.subject,
        role=Role.PROGRAMME_OFFICER,
        title=call.title,
        closes_at=_written(call.closes_at),
        budget_minor=call.budget_minor,
    )
    return call


def close_call(call_id: int, *, by: Viewer = SYSTEM) -> Call:
    """End the time for applications once the deadline has come; never before it. Waits for submissions under way."""
    _require(by.system or policies.may_manage_calls(by))
    call = locked(Call, call_id)
    if queries.database_now() < call.closes_at:
        raise Refused(
            _("접수 마감 시각(%(moment)s)이 되어야 마감할 수 있습니다.", moment=_written(call.closes_at)),
            rule=queries.window_rule(call),
        )
    call.advance(to=CallState.CLOSED)
    record("call:closed", call, by=by)
    notify("call_closed", about=call.subject, role=Role.PROGRAMME_OFFICER, title=call.title)
    return call


def decide_call(call_id: int, *, by: Viewer = SYSTEM) -> Call:
    """Mark a closed call as decided when no application of it waits for a decision."""
    _require(by.system or policies.may_manage_calls(by))
    call = locked(Call, call_id)
    waiting = queries.undecided_count(call.id)
    if waiting:
        raise Refused(_("아직 결정하지 않은 신청이 %(count)s건 있습니다.", count=waiting))
    call.advance(to=CallState.DECIDED)
    record("call:decided", call, by=by)
    notify("call_decided", about=call.subject, role=Role.PROGRAMME_OFFICER, title=call.title)
    return call


def _require(may: bool) -> None:
    if not may:
        raise NotYours(_("사업 담당자만 할 수 있습니다."))


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(clock.SEOUL):%Y-%m-%d %H:%M}"


def _check(programme: Programme, ruleset_id: int, draft: CallDraft) -> None:
    """What a call may not say against its programme and ruleset."""
    ruleset = programmes.get_ruleset(ruleset_id)
    known = {kind.code for kind in ruleset.kinds}
    if not draft.kinds or not set(draft.kinds) <= known:
        raise Refused(_("규정에 있는 지원 유형을 하나 이상 고르세요."), field="kinds", rule=ruleset.rule("kinds"))
    if draft.closes_at <= draft.opens_at:
        raise Refused(_("접수 마감은 접수 시작보다 뒤여야 합니다."), field="closes_at")
    if draft.performs_until < draft.closes_at.astimezone(clock.SEOUL).date():
        raise Refused(_("수행 종료일은 접수 마감일 이후여야 합니다."), field="performs_until")
    if draft.performs_until > programme.ends_on:
        raise Refused(
            _("수행 종료일은 사업 종료일(%(day)s)을 넘을 수 없습니다.", day=programme.ends_on.isoformat()),
            field="performs_until",
        )
    if not 0 < draft.budget_minor <= programme.budget_minor:
        raise Refused(
            _("공고 예산은 사업 예산 %(budget)s원 안에서 정하세요.", budget=f"{programme.budget_minor:,}"),
            field="budget_minor",
        )
