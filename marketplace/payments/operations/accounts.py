"""Where a firm is paid: asked for by a signatory, agreed to by a second person, and used after a waiting time."""

from typing import Any

from marketplace.accounts import operations as firms
from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import N_, _
from marketplace.core.korea import add_working_days
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.payments import policies, queries
from marketplace.payments.models import BankAccount, BankAccountState
from marketplace.payments.rules import account_holders, bank_facts, same_depositor

SAME_PERSON = N_("계좌를 신청한 사람은 승인할 수 없습니다. 다른 서명권자나 담당자가 승인해야 합니다.")
WAIT_DAYS = 3
"""Working days between the second person's word and the first payout to a changed account. The setting BANK_WAIT_DAYS
says otherwise; no programme's rules do, as an account belongs to a firm."""


def _holds(firm: Organisation, holder: str) -> bool:
    names = account_holders(firm.name, firm.name_en, firm.representative, firm.business_number)
    return same_depositor(holder, *names)


def ask_account(
    organisation_id: int, *, code: str, account: str, holder: str, document: tuple[str, str] | None = None, by: Viewer
) -> BankAccount:
    """Ask for another account to be paid to. Nothing changes until a second person agrees and the waiting time is over.

    `document`: SHA-256 and name of a copy of the passbook. All signatories are told, those too who left lately.
    """
    firm = locked(Organisation, organisation_id)
    if not policies.may_ask_account(by, organisation_id):
        raise NotYours(_("서명권자만 입금 계좌를 신청할 수 있습니다."))
    if code not in dict(accounts.bank_choices()):
        raise Refused(_("은행을 고르세요."), field="bank_code")
    facts = bank_facts(code, account, holder)
    if facts is None or not 10 <= len(facts.account) <= 16:
        raise Refused(_("계좌번호는 숫자 10자리에서 16자리입니다."), field="bank_account")
    if not _holds(firm, facts.holder):
        raise Refused(
            _("예금주가 기업 이름(%(firm)s)과 다릅니다. 기업 이름으로 된 계좌를 입력하세요.", firm=firm.name),
            field="bank_holder",
            rule="bank_account.holder",
        )
    active = queries.active_account(organisation_id)
    if active is not None and (active.code, active.account) == (facts.code, facts.account):
        raise Refused(_("지금 쓰는 계좌와 같습니다."), field="bank_account")
    asked = BankAccount(
        organisation_id=organisation_id,
        code=facts.code,
        account=facts.account,
        holder=facts.holder,
        document_sha256=document[0] if document else None,
        document_name=document[1] if document else None,
        asked_by=by.person_id,
    )
    session.add(asked)
    session.flush()
    record("bank_account:asked", asked, by=by, organisation=organisation_id)
    _tell("bank_account_asked", asked, by)
    return asked


def _tell(kind: str, account: BankAccount, by: Viewer, **facts: Any) -> None:
    """To each signatory by name: a notice to the firm would miss those who were put out of it."""
    firm = accounts.get_organisation(account.organisation_id)
    for person_id in queries.signatories_to_tell(account.organisation_id):
        notify(
            kind,
            about=account.subject,
            person_id=person_id,
            firm=firm.name,
            actor=by.name,
            bank=account.code,
            account=shortened(account.account),
            **facts,
        )


def shortened(account: str) -> str:
    """An account number as it may stand in a mail."""
    return f"{account[:3]}…{account[-3:]}"


def note_holder(account_id: int, found: str | None, why: str, *, by: Viewer = SYSTEM) -> BankAccount:
    """Keep what the bank says: whose account it is (None: it has no such account), and whether that is the firm."""
    account = locked(BankAccount, account_id)
    if account.state != BankAccountState.ASKED:
        return account
    firm = accounts.get_organisation(account.organisation_id)
    account.checked_at, account.found_holder, account.problem = clock.now(), found, why or None
    account.agreed = found is not None and _holds(firm, found)
    record("bank_account:checked", account, by=by, agreed=account.agreed)
    return account


def approve_account(account_id: int, *, wait_days: int = WAIT_DAYS, by: Viewer) -> BankAccount:
    """A second person agrees: another signatory once the bank has named the firm, or an officer who saw that or a document.

    A first account is used at once; a changed one after `wait_days` working days, in which the firm is not paid at all.
    """
    account = locked(BankAccount, account_id)
    officer = policies.may_verify_account(by)
    if not officer and not policies.may_ask_account(by, account.organisation_id):
        raise NotYours(_("이 기업의 다른 서명권자나 정산 담당자만 계좌를 승인할 수 있습니다."))
    if account.state == BankAccountState.ASKED:
        _refuse_unless_verified(account, officer, by)
    locked(Organisation, account.organisation_id)
    first = queries.active_account(account.organisation_id) is None
    account.advance(to=BankAccountState.WAITING)
    account.decided_by, account.decided_at = by.person_id, clock.now()
    account.usable_on = clock.today() if first else add_working_days(clock.today(), wait_days)
    record("bank_account:approved", account, by=by, usable_on=account.usable_on, by_bank=account.agreed)
    _tell("bank_account_approved", account, by, usable_on=account.usable_on.isoformat())
    return activate_account(account_id) if account.usable_on <= clock.today() else account


def _refuse_unless_verified(account: BankAccount, officer: bool, by: Viewer) -> None:
    if not policies.is_another_person_than(by, account.asked_by):
        raise Refused(_(SAME_PERSON))
    if account.checked_at is not None and not account.agreed:
        raise Refused(
            _(
                "은행이 알려 준 예금주(%(found)s)가 기업과 달라 승인할 수 없습니다. 반려하고 다시 신청하게 하세요.",
                found=account.found_holder or account.problem or "–",
            ),
            rule="bank_account.holder",
        )
    if not officer and not queries.was_signatory_before(account.organisation_id, by.person_id, account.created_at):
        raise Refused(
            _("계좌를 신청한 뒤에 들어오거나 서명권자가 된 사람은 승인할 수 없습니다. 담당자의 확인을 기다리세요.")
        )
    if not account.agreed and not officer:
        raise Refused(_("은행의 예금주 조회가 끝난 계좌만 서명권자가 승인할 수 있습니다. 담당자의 확인을 기다리세요."))
    if not account.agreed and account.document_sha256 is None:
        raise Refused(_("은행의 예금주 조회도 통장 사본도 없습니다. 기업이 사본을 붙여 다시 신청해야 합니다."))


def activate_account(account_id: int, *, by: Viewer = SYSTEM) -> BankAccount:
    """The day has come: the firm is paid there from now on, and what it used before is kept for the record."""
    account = locked(BankAccount, account_id)
    if account.usable_on is None or account.usable_on > clock.today():
        raise Refused(_("아직 적용일이 되지 않은 계좌입니다."))
    before = queries.active_account(account.organisation_id)
    if before is not None:
        before.advance(to=BankAccountState.REPLACED)
        session.flush()
    account.advance(to=BankAccountState.ACTIVE)
    firms.note_bank_account(
        account.organisation_id, code=account.code, account=account.account, holder=account.holder, by=by
    )
    record("bank_account:activated", account, by=by)
    return account


def refuse_account(account_id: int, reason: str, *, by: Viewer) -> BankAccount:
    """An officer does not agree, or stops an account in its waiting time."""
    if not policies.may_verify_account(by):
        raise NotYours(_("정산 담당자만 계좌를 반려할 수 있습니다."))
    account = locked(BankAccount, account_id)
    account.advance(to=BankAccountState.REFUSED)
    account.decided_by, account.decided_at, account.reason = by.person_id, clock.now(), reason
    record("bank_account:refused", account, by=by, reason=reason)
    _tell("bank_account_refused", account, by, reason=reason)
    return account


def withdraw_account(account_id: int, *, by: Viewer) -> BankAccount:
    """Any signatory of the firm stops it, who asked as well as who did not know of it."""
    account = locked(BankAccount, account_id)
    if not policies.may_ask_account(by, account.organisation_id):
        raise NotYours(_("서명권자만 계좌 신청을 철회할 수 있습니다."))
    account.advance(to=BankAccountState.WITHDRAWN)
    account.decided_by, account.decided_at = by.person_id, clock.now()
    record("bank_account:withdrawn", account, by=by)
    _tell("bank_account_withdrawn", account, by)
    return account
