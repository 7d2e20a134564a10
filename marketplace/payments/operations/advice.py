"""Papers to payees: what a batch paid them, and their statements. Anybody can check them by their code."""

from datetime import date

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record
from marketplace.papers.models import Paper
from marketplace.papers.operations import issue
from marketplace.payments import documents, policies, queries
from marketplace.payments.models import PayoutAdvice, PayoutBatch
from marketplace.vouchers.models import Voucher

AT_ONCE = 200
"""Payees that one round advises."""


def advise_batch(batch_id: int, *, by: Viewer = SYSTEM) -> int:
    """Issue each payee of a settled batch its advice, so many at a time; the batch is done when nobody is left. Returns how
    many were issued."""
    batch = locked(PayoutBatch, batch_id)
    payees = queries.payees_to_advise(batch.id, AT_ONCE)
    programme = queries.programme_name(batch.programme_id)
    for payee_id in payees:
        advice = PayoutAdvice(batch_id=batch.id, payee_id=payee_id)
        session.add(advice)
        session.flush()
        firm = accounts.get_organisation(payee_id)
        facts = documents.advice_facts(batch, firm, programme, queries.paid_lines(batch.id, payee_id))
        title = f"지급 통지서 {batch.number}"
        paper = issue(
            "payout_advice", f"payout_advice:{advice.id}", facts, title=title, prefix="PA", readers=[payee_id], by=by
        )
        advice.paper_id = paper.id
    if len(payees) < AT_ONCE:
        batch.advised_at = clock.now()
        record("payout_batch:advised", batch, by=by)
    return len(payees)


def print_supplier_statement(organisation_id: int, since: date, until: date, *, by: Viewer) -> Paper:
    """A supplier's statement of a period as a paper. The same period again takes the earlier paper's place."""
    if not policies.may_see_statement(by, organisation_id) or not policies.may_print(by):
        raise NotYours(_("이 기업의 거래 명세를 발급할 수 없습니다."))
    statement = queries.statement_of_supplier(by, organisation_id, since, until)
    about = f"organisation:{organisation_id}"
    return _print(statement, organisation_id, "", about, [organisation_id], by)


def print_voucher_statement(voucher: Voucher, since: date, until: date, *, by: Viewer) -> Paper:
    """A voucher's statement of a period as a paper, for its firm."""
    if not policies.may_print(by):
        raise NotYours(_("이 바우처의 지급 명세를 발급할 수 없습니다."))
    statement = queries.statement_of_voucher(by, voucher, since, until)
    firm_id = voucher.organisation_id
    return _print(statement, firm_id, voucher.number, voucher.subject, [firm_id], by)


def _print(
    statement: queries.Statement, firm_id: int, about: str, subject: str, readers: list[int], by: Viewer
) -> Paper:
    facts = documents.statement_facts(statement, accounts.get_organisation(firm_id), about)
    title = f"거래 명세서 {about} {statement.since} – {statement.until}".replace("  ", " ")
    period = f"{subject}:{statement.since:%Y%m%d}-{statement.until:%Y%m%d}"
    return issue("payment_statement", period, facts, title=title, prefix="PS", readers=readers, by=by)
