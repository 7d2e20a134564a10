"""A grant without a voucher is paid step by step: the firm reports, an officer confirms, another one approves."""

from marketplace.accounts import queries as accounts
from marketplace.accounts.operations import ask_registry
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.names import same_name
from marketplace.core.viewer import SYSTEM, Role, Viewer
from marketplace.evidence.operations import record
from marketplace.grants import policies, queries
from marketplace.grants.models import AgreementState, Application, GrantPayment, GrantPaymentState
from marketplace.grants.operations.parties import refuse_own_case
from marketplace.ledger.operations import Move, post
from marketplace.notices.operations import notify
from marketplace.papers.operations import next_number


def report_step(application_id: int, code: str, report: str, *, by: Viewer) -> GrantPayment:
    """Say what came of a milestone, or claim a prize; once, and again where it was handed back."""
    application = locked(Application, application_id)
    if not policies.may_report_step(by, application):
        raise NotYours(_("단계 결과는 주관기관의 서명권자가 보고합니다."))
    ruleset = queries.ruleset_of(application)
    step = next((each for each in queries.grant_steps_of(application, ruleset) if each.code == code), None)
    award = queries.find_award_of(application.id)
    if step is None or award is None:
        raise Refused(_("보고할 단계를 고르세요."), field="code")
    agreement = queries.find_agreement_of_award(award.id)
    if step.payment is not None:
        payment = locked(GrantPayment, step.payment.id)
        payment.advance(to=GrantPaymentState.REPORTED)
        payment.report, payment.reported_by, payment.reported_at = report, by.person_id or 0, clock.now()
        payment.confirmed_by = None
    else:
        year = clock.today().year
        payment = GrantPayment(
            number=f"GP-{year}-{next_number(f'grant-payment-{year}'):06d}",
            award_id=award.id,
            agreement_id=agreement.id if agreement else None,
            programme_id=queries.get_call(application.call_id).programme_id,
            organisation_id=application.organisation_id,
            code=code,
            amount_minor=step.amount_minor,
            report=report,
            reported_by=by.person_id,
        )
        session.add(payment)
        session.flush()
    _check(payment, application)
    record("grant_payment:reported", payment, by=by, code=code, amount_minor=payment.amount_minor)
    _tell("grant_reported", payment, role=Role.PROGRAMME_OFFICER, firm=by.organisation_name)
    return payment


def _check(payment: GrantPayment, application: Application) -> None:
    """Nothing goes on without a signed agreement where the rules ask for one, nor for a body that is barred."""
    ruleset = queries.ruleset_of(application)
    agreement = queries.find_agreement_of_award(payment.award_id)
    award = queries.find_award_of(application.id)
    if award is None or award.cancelled_at is not None:
        raise Refused(_("선정이 취소된 과제에는 지급할 수 없습니다."))
    if ruleset.outcome == "GRANT" and (agreement is None or agreement.state != AgreementState.SIGNED):
        raise Refused(
            _("협약이 체결된 과제만 지급할 수 있습니다. 모든 당사자가 서명한 뒤에 다시 시도하세요."),
            rule=ruleset.rule("intake.outcome"),
        )
    if accounts.is_barred(payment.organisation_id):
        raise Refused(
            _("참여가 제한된 기관에는 지급할 수 없습니다. 제한이 끝나거나 환수금을 낸 뒤에 다시 시도하세요."),
            rule="bar",
        )


def _of_officer(payment_id: int, by: Viewer, allowed: bool) -> tuple[GrantPayment, Application]:
    payment = locked(GrantPayment, payment_id)
    if not allowed:
        raise NotYours(_("단계 결과는 사업 담당자가 확인하고, 지급은 다른 정산 담당자가 승인합니다."))
    refuse_own_case(by, payment.organisation_id)
    return payment, queries.application_of_payment(payment)


def return_report(payment_id: int, reason: str, *, by: Viewer) -> GrantPayment:
    """Hand a report back with what is missing."""
    payment, _application = _of_officer(
        payment_id, by, policies.may_confirm_grant(by) or policies.may_approve_grant(by)
    )
    payment.advance(to=GrantPaymentState.RETURNED)
    payment.reason, payment.confirmed_by, payment.confirmed_at = reason, None, None
    record("grant_payment:returned", payment, by=by, reason=reason)
    _tell("grant_returned", payment, organisation_id=payment.organisation_id, reason=reason)
    return payment


def confirm_report(payment_id: int, *, by: Viewer) -> GrantPayment:
    """The first of two: what was to come has come."""
    payment, application = _of_officer(payment_id, by, policies.may_confirm_grant(by))
    _check(payment, application)
    payment.advance(to=GrantPaymentState.CONFIRMED)
    payment.confirmed_by, payment.confirmed_at = by.person_id, clock.now()
    record("grant_payment:confirmed", payment, by=by, amount_minor=payment.amount_minor)
    _tell("grant_confirmed", payment, role=Role.SETTLEMENT_OFFICER)
    return payment


def approve_grant(payment_id: int, *, by: Viewer) -> GrantPayment:
    """The second: the programme owes it to the body from now on, and the next batch pays it."""
    payment, application = _of_officer(payment_id, by, policies.may_approve_grant(by))
    _check(payment, application)
    if payment.confirmed_by == by.person_id:
        raise Refused(_("결과를 확인한 사람은 지급을 승인할 수 없습니다. 다른 담당자가 승인해야 합니다."))
    names = accounts.people_names({payment.confirmed_by or 0, by.person_id or 0})
    if same_name(names.get(payment.confirmed_by or 0, ""), names.get(by.person_id or 0, "")):
        raise Refused(_("결과를 확인한 사람과 이름이 같습니다. 다른 사람이 승인해야 합니다."))
    payment.advance(to=GrantPaymentState.APPROVED)
    payment.approved_by, payment.approved_at = by.person_id, clock.now()
    session.flush()
    move = Move("grant", payment.programme_id, payment.organisation_id, payment.amount_minor)
    post(move, key=f"{payment.subject}:approve")
    ask_registry(payment.organisation_id, why="payout")
    record("grant_payment:approved", payment, by=by, amount_minor=payment.amount_minor)
    _tell("grant_approved", payment, organisation_id=payment.organisation_id)
    return payment


def mark_grant_paid(payment_id: int, *, by: Viewer = SYSTEM) -> GrantPayment:
    """The bank has paid it, or all of it was set off."""
    payment = locked(GrantPayment, payment_id)
    payment.advance(to=GrantPaymentState.PAID)
    payment.paid_on = clock.today()
    record("grant_payment:paid", payment, by=by)
    return payment


def _tell(kind: str, payment: GrantPayment, **facts: object) -> None:
    notify(kind, about=payment.subject, number=payment.number, amount_minor=payment.amount_minor, **facts)  # type: ignore[arg-type]
