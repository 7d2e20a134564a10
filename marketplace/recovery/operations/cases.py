"""From the first suspicion to a proposal: opened, told to the firm, heard, proposed. No money moves here."""

from datetime import date, timedelta

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _, language
from marketplace.core.money import Money
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.papers.operations import issue, next_number
from marketplace.recovery import documents, policies, queries
from marketplace.recovery.models import Ground, RecoveryCase, RecoveryState, RecoveryStatement, StatementKind


def open_case(voucher_id: int, organisation_id: int, *, facts: str, principal_minor: int, by: Viewer) -> RecoveryCase:
    """Begin to look into money that a firm may have to give back. The firm is told by the prior notice, not before.

    The firm is the voucher's own, or a supplier that was paid from it; no more comes back than support was given.
    """
    if not policies.may_work(by):
        raise NotYours(_("담당자만 환수 건을 열 수 있습니다."))
    return _open(voucher_id, organisation_id, facts, principal_minor, False, by)


def report_oneself(voucher_id: int, *, body: str, principal_minor: int, by: Viewer) -> RecoveryCase:
    """The firm itself says that it got what it should not have."""
    if not policies.may_report(by) or by.organisation_id is None:
        raise NotYours(_("서명권자만 자진 신고할 수 있습니다."))
    case = _open(voucher_id, by.organisation_id, body, principal_minor, True, by)
    _say(case, StatementKind.SELF_REPORT, body, by)
    notify("recovery_reported", about=case.subject, role=Role.PROGRAMME_OFFICER, number=case.number)
    return case


def new_number() -> str:
    """The number of a new case, without gaps within its year."""
    year = clock.today().year
    return f"RC-{year}-{next_number(f'RC-{year}'):05d}"


def _open(
    voucher_id: int, organisation_id: int, facts: str, principal_minor: int, self_reported: bool, by: Viewer
) -> RecoveryCase:
    touched = queries.voucher_touched_by(voucher_id, organisation_id)
    if touched is None:
        raise Refused(
            _("이 바우처로 지원받거나 대금을 받은 기업이 아닙니다. 바우처 번호를 확인하세요."), field="voucher_number"
        )
    voucher = touched
    if not 0 < principal_minor <= voucher.support_minor:
        raise Refused(
            _("환수할 원금은 1원부터 지원금 %(most)s까지입니다.", most=Money(voucher.support_minor).text(language())),
            field="principal",
        )
    case = RecoveryCase(
        number=new_number(),
        organisation_id=organisation_id,
        programme_id=voucher.programme_id,
        voucher_id=voucher.id,
        facts=facts,
        principal_minor=principal_minor,
        self_reported=self_reported,
        opened_by=by.person_id,
    )
    session.add(case)
    session.flush()
    record("recovery_case:opened", case, by=by, voucher=voucher.number, principal_minor=principal_minor)
    return case


def give_notice(case_id: int, *, ground: Ground, clause: str, since_on: date, slight: bool, by: Viewer) -> RecoveryCase:
    """Tell the firm what it is said to have done and what it would have to give back, and give it time to answer."""
    if not policies.may_work(by):
        raise NotYours(_("담당자만 사전통지를 할 수 있습니다."))
    case = locked(RecoveryCase, case_id)
    if since_on > clock.today():
        raise Refused(_("이자를 셈하기 시작하는 날이 오늘보다 뒤입니다."), field="since_on")
    if case.state != RecoveryState.OPENED:  # a proposal becomes NOTICED again as well, but only when it is sent back
        raise Refused(_("조사 중인 건에만 사전통지를 할 수 있습니다(현재 %(state)s).", state=case.state.label))
    days = queries.ruleset_of(case).sanctions.opinion_days.value  # before anything is half said
    case.advance(to=RecoveryState.NOTICED)
    case.ground, case.clause, case.since_on, case.slight = ground, clause, since_on, slight
    case.opinion_due_on = clock.today() + timedelta(days=days)
    case.noticed_by, case.noticed_at = by.person_id, clock.now()
    _count(case)
    session.flush()
    record("recovery_case:noticed", case, by=by, opinion_due_on=case.opinion_due_on, total_minor=case.total_minor)
    firm = queries.firm_of(case)
    facts = documents.sheet_of(case, firm, queries.voucher_of(case), queries.ruleset_of(case), decided=False)
    title = f"환수 사전통지서 {case.number}"
    issue("recovery_notice", case.subject, facts, title=title, prefix="RN", readers=[firm.id], by=by)
    notify(
        "recovery_noticed",
        about=case.subject,
        organisation_id=case.organisation_id,
        number=case.number,
        total_minor=case.total_minor,
        opinion_due_on=case.opinion_due_on.isoformat(),
    )
    return case


def _count(case: RecoveryCase) -> None:
    """The amounts by today, by the rules that the voucher was agreed under."""
    amounts = queries.amounts_now(case)
    case.factor, case.surcharge_minor, case.interest_minor = amounts.factor, amounts.surcharge, amounts.interest
    case.rule = queries.ruleset_of(case).rule(amounts.rule)


def _say(case: RecoveryCase, kind: StatementKind, body: str, by: Viewer) -> None:
    session.add(RecoveryStatement(case_id=case.id, kind=kind, body=body, made_by=by.person_id))
    record(f"recovery_case:{kind.value}", case, by=by)


def give_opinion(case_id: int, body: str, *, by: Viewer) -> RecoveryCase:
    """The firm answers the prior notice, as often as it likes within its time."""
    case = locked(RecoveryCase, case_id)
    if not policies.may_speak(by, case):
        raise NotYours(_("통지를 받은 기업만 의견을 낼 수 있습니다."))
    if case.state != RecoveryState.NOTICED or case.opinion_due_on is None or clock.today() > case.opinion_due_on:
        raise Refused(_("의견을 낼 수 있는 기간이 아닙니다."), field="body")
    _say(case, StatementKind.OPINION, body, by)
    if case.noticed_by is not None:
        notify("recovery_opinion", about=case.subject, person_id=case.noticed_by, number=case.number)
    return case


def propose(case_id: int, decision: str, *, bar_until_on: date | None, by: Viewer) -> RecoveryCase:
    """Propose to recover, once the firm was heard or its time is over. Another officer decides."""
    if not policies.may_work(by):
        raise NotYours(_("담당자만 환수 결정을 올릴 수 있습니다."))
    case = locked(RecoveryCase, case_id)
    if bar_until_on is not None and bar_until_on < clock.today():
        raise Refused(_("참여제한이 끝나는 날이 이미 지났습니다."), field="bar_until_on")
    waits = case.opinion_due_on is not None and clock.today() <= case.opinion_due_on
    if case.state == RecoveryState.NOTICED and waits and not queries.has_said(case.id, StatementKind.OPINION):
        raise Refused(
            _("의견 제출 기한(%(day)s)이 지나거나 기업이 의견을 낸 뒤에 올릴 수 있습니다.", day=case.opinion_due_on),
            rule=queries.ruleset_of(case).rule("sanctions.opinion_days"),
        )
    case.advance(to=RecoveryState.PROPOSED)
    case.decision, case.bar_until_on, case.proposed_by = decision, bar_until_on, by.person_id
    _count(case)
    record("recovery_case:proposed", case, by=by, total_minor=case.total_minor, bar_until_on=bar_until_on)
    notify("recovery_proposed", about=case.subject, role=Role.PROGRAMME_OFFICER, number=case.number)
    return case


def send_back(case_id: int, reason: str, *, by: Viewer) -> RecoveryCase:
    """The second officer does not agree; the case is worked on again."""
    case = _second_look(case_id, by)
    if case.state != RecoveryState.PROPOSED:
        raise Refused(_("결정을 기다리는 환수 건이 아닙니다(현재 %(state)s).", state=case.state.label))
    case.advance(to=RecoveryState.NOTICED)
    record("recovery_case:sent_back", case, by=by, reason=reason)
    if case.proposed_by is not None:
        notify("recovery_sent_back", about=case.subject, person_id=case.proposed_by, number=case.number, reason=reason)
    return case


def _second_look(case_id: int, by: Viewer) -> RecoveryCase:
    if not policies.may_decide(by):
        raise NotYours(_("사업 담당자만 환수를 결정할 수 있습니다."))
    case = locked(RecoveryCase, case_id)
    if case.state == RecoveryState.PROPOSED and not policies.is_another(by, case.proposed_by):
        raise Refused(_("결정을 올린 사람은 승인할 수 없습니다. 다른 담당자가 결정해야 합니다."))
    return case


def drop_case(case_id: int, reason: str, *, by: Viewer) -> RecoveryCase:
    """Nothing has to come back. The firm is told if it had been told of the case."""
    if not policies.may_decide(by):
        raise NotYours(_("사업 담당자만 환수하지 않기로 정할 수 있습니다."))
    case = locked(RecoveryCase, case_id)
    told = case.noticed_at is not None or case.self_reported
    case.advance(to=RecoveryState.DROPPED)
    case.closed_by, case.closed_at = by.person_id, clock.now()
    record("recovery_case:dropped", case, by=by, reason=reason)
    if told:
        notify(
            "recovery_dropped",
            about=case.subject,
            organisation_id=case.organisation_id,
            number=case.number,
            reason=reason,
        )
    return case
