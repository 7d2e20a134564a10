"""Verbs of consortia: invite a body, take it out again, and that body's own word."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _, language
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.grants import policies, queries
from marketplace.grants.models import Application, ApplicationParty, ApplicationState, PartyState
from marketplace.notices.operations import notify
from marketplace.programmes.rules import RuleBroken, Ruleset

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class PartyDraft:
    """Whom a firm invites: ten digits of its business number, its role, its share of the total, its work."""

    business_number: str
    role: str
    share_minor: int
    work: str


def invite_party(application_id: int, draft: PartyDraft, *, by: Viewer) -> ApplicationParty:
    """Ask another body to take part. Its own signatory answers; until then the application cannot be submitted."""
    application = own_draft(application_id, by)
    ruleset = queries.ruleset_of(application)
    if draft.role not in {role.code for role in ruleset.roles if not role.leads.value}:
        raise Refused(_("이 사업에 있는 역할을 고르세요."), field="role", rule=ruleset.rule("roles"))
    firm = session.scalars(
        select(Organisation).where(Organisation.business_number == draft.business_number)
    ).one_or_none()
    if firm is None:
        sentence = _("이 사업자등록번호로 가입한 기관이 없습니다. 먼저 그 기관이 회원으로 가입해야 합니다.")
        raise Refused(sentence, field="business_number")
    if firm.id == application.organisation_id:
        raise Refused(_("신청하는 기관 자신은 초대할 수 없습니다."), field="business_number")
    if accounts.is_barred(firm.id):
        sentence = _("참여가 제한된 기관이어서 초대할 수 없습니다.")
        raise Refused(sentence, field="business_number", rule=ruleset.rule("eligibility.bar_blocks"))
    party = ApplicationParty(
        application_id=application.id,
        organisation_id=firm.id,
        role=draft.role,
        share_minor=draft.share_minor,
        work=draft.work,
    )
    session.add(party)
    session.flush()
    record("application_party:invited", party, by=by, application_id=application.id, role=draft.role)
    notify(
        "party_invited",
        about=party.subject,
        organisation_id=firm.id,
        title=application.title,
        leader=accounts.get_organisation(application.organisation_id).name,
        share_minor=draft.share_minor,
        unit=ruleset.unit,
    )
    return party


def remove_party(party_id: int, *, by: Viewer) -> ApplicationParty:
    """Take a body out of a draft."""
    application_id = session.get_one(ApplicationParty, party_id).application_id
    own_draft(application_id, by)
    party = locked(ApplicationParty, party_id)
    party.advance(to=PartyState.REMOVED)
    record("application_party:removed", party, by=by, application_id=application_id)
    return party


def confirm_party(party_id: int, *, by: Viewer) -> ApplicationParty:
    """The body's signatory says that it takes part, with this role, share and work."""
    party = _answer(party_id, PartyState.CONFIRMED, by)
    record("application_party:confirmed", party, by=by, application_id=party.application_id)
    _tell(party, "party_confirmed")
    return party


def decline_party(party_id: int, *, reason: str, by: Viewer) -> ApplicationParty:
    """The body does not take part (any more); the firm that files is told why."""
    if not reason.strip():
        raise Refused(_("참여하지 않는 이유를 적으세요. 신청하는 기관에 그대로 보입니다."), field="reason")
    party = _answer(party_id, PartyState.DECLINED, by)
    party.decline_reason = reason.strip()
    record("application_party:declined", party, by=by, application_id=party.application_id, reason=reason.strip())
    _tell(party, "party_declined")
    return party


def _answer(party_id: int, state: PartyState, by: Viewer) -> ApplicationParty:
    """The application is locked before the party, as submitting does: nobody leaves while it is being submitted."""
    application = locked(Application, session.get_one(ApplicationParty, party_id).application_id)
    party = locked(ApplicationParty, party_id)
    if not policies.may_answer_party(by, party):
        raise NotYours(_("초대받은 기관의 서명권자만 참여를 확인할 수 있습니다."))
    if application.state != ApplicationState.DRAFT:
        raise Refused(_("이미 낸 신청의 참여는 바꿀 수 없습니다. 신청하는 기관에 문의하세요."))
    party.advance(to=state)
    party.answered_at = clock.now()
    party.answered_by = by.person_id
    return party


def _tell(party: ApplicationParty, kind: str) -> None:
    application = queries.get_application(party.application_id)
    notify(
        kind,
        about=application.subject,
        organisation_id=application.organisation_id,
        title=application.title,
        firm=accounts.get_organisation(party.organisation_id).name,
        reason=party.decline_reason or "",
    )


def own_draft(application_id: int, by: Viewer) -> Application:
    """A draft of the viewer's own firm, under its lock."""
    application = locked(Application, application_id)
    if not policies.may_edit_application(by, application):
        raise NotYours(_("이 신청서를 쓰거나 낼 권한이 없습니다. 제출과 철회는 서명권자가 합니다."))
    if application.state != ApplicationState.DRAFT:
        raise Refused(_("낸 신청서는 고칠 수 없습니다. 철회한 뒤 마감 전에 새로 신청하세요."))
    return application


def held_to(ruleset: Ruleset, field: str | None, check: Callable[[], T]) -> T:
    """What the check says; a broken rule becomes a refusal that quotes it."""
    try:
        return check()
    except RuleBroken as broken:
        sentence = broken.phrase.say(_, language())
        raise Refused(sentence, field=field, rule=ruleset.rule(broken.path)) from broken
