"""What firms say of themselves, and what officers say of firms."""

from datetime import date

from sqlalchemy import select

from marketplace.accounts import policies
from marketplace.accounts.models import Bar, BusinessState, Organisation
from marketplace.accounts.operations.links import write_mail
from marketplace.accounts.queries import people_to_tell
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record


def require(may: bool) -> None:
    """Refuse what the policy does not allow. Raises NotYours."""
    if not may:
        raise NotYours(_("이 작업을 할 권한이 없습니다. 담당자에게 권한을 요청하거나 다른 기업으로 전환하세요."))


def edit_organisation(organisation_id: int, *, name_en: str | None, address: str | None, by: Viewer) -> Organisation:
    """Change what members keep up to date themselves. Name, number and size class are not theirs to change: programmes
    were joined under them."""
    organisation = locked(Organisation, organisation_id)
    require(policies.may_edit_organisation(by, organisation))
    organisation.name_en = name_en or None
    organisation.address = address or None
    record("organisation:edited", organisation, by=by)
    return organisation


def note_representative(organisation_id: int, *, representative: str, address: str, by: Viewer) -> Organisation:
    """Write down a new representative and head office as a signatory of the firm reports them; '' leaves one as it is."""
    organisation = locked(Organisation, organisation_id)
    require(policies.may_bind_organisation(by, organisation))
    organisation.representative = representative or organisation.representative
    organisation.address = address or organisation.address
    record("organisation:representative_reported", organisation, by=by)
    return organisation


def note_bank_account(organisation_id: int, *, code: str, account: str, holder: str, by: Viewer) -> Organisation:
    """Note down where the firm is paid from today on. The payments room calls it, which verified the account before."""
    organisation = locked(Organisation, organisation_id)
    organisation.bank_code, organisation.bank_account, organisation.bank_holder = code, account, holder
    record("organisation:bank_account_changed", organisation, by=by)
    return organisation


def note_business_state(organisation_id: int, state: BusinessState, *, source: str, by: Viewer) -> Organisation:
    """Write down what the tax authority says of the firm's business number, and where that was looked up."""
    organisation = locked(Organisation, organisation_id)
    require(policies.may_note_standing(by, organisation))
    if organisation.business_number is None and state != BusinessState.UNVERIFIED:
        raise Refused(_("사업자등록번호가 없는 예비창업자의 상태는 확인할 수 없습니다."), field="business_state")
    organisation.business_state = state
    organisation.state_noted_at, organisation.state_source = clock.now(), source
    record("organisation:state_noted", organisation, by=by, state=state.value, source=source)
    return organisation


def bar(organisation_id: int, *, reason: str, from_on: date, until_on: date | None, by: Viewer) -> Bar:
    """Bar a firm from taking part between two days, both included; without the second one until it is lifted.

    Applications, orders and designations ask `queries.is_barred`; what is under way goes on.
    """
    organisation = locked(Organisation, organisation_id)
    require(policies.may_bar(by, organisation))
    if until_on is not None and until_on < clock.today():
        raise Refused(_("이미 지난 기간으로는 참여를 제한할 수 없습니다."), field="until_on")
    barred = Bar(organisation_id=organisation.id, reason=reason, from_on=from_on, until_on=until_on)
    session.add(barred)
    session.flush()
    record("organisation:barred", organisation, by=by, bar=barred.id, reason=reason, from_on=from_on, until_on=until_on)
    _tell_firm(organisation, barred=True, reason=reason, from_on=from_on, until_on=until_on)
    return barred


def lift_bar(bar_id: int, *, reason: str, by: Viewer) -> Bar:
    """End a bar before its day."""
    barred = locked(Bar, bar_id)
    organisation = session.scalars(select(Organisation).where(Organisation.id == barred.organisation_id)).one()
    require(policies.may_bar(by, organisation))
    if barred.lifted_at is not None:
        raise Refused(_("이미 풀린 참여 제한입니다."))
    barred.lifted_at = clock.now()
    record("organisation:bar_lifted", organisation, by=by, bar=barred.id, reason=reason)
    _tell_firm(organisation, barred=False, reason=reason)
    return barred


def _tell_firm(
    organisation: Organisation, *, barred: bool, reason: str, from_on: date | None = None, until_on: date | None = None
) -> None:
    for reader in people_to_tell(organisation_id=organisation.id):
        write_mail(
            "account_barred",
            reader.email,
            name=reader.name,
            locale=reader.locale,
            firm=organisation.name,
            barred=barred,
            reason=reason,
            from_on=from_on.isoformat() if from_on else None,
            until_on=until_on.isoformat() if until_on else None,
        )
