"""Sign-up: a person and their firm.

Nothing exists of either before the link of the mail is followed: what was typed waits in the link. So nobody blocks a
business number with an address that is not theirs, no page tells whether an address is known, and the firm of a person
who never answers leaves no trace. The password is asked for again behind the link, since the mail proves who owns the
address, but not that its owner is the one who chose the password.
"""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select

from marketplace.accounts.models import MailToken, MemberRole, Membership, Organisation, Person, SizeClass
from marketplace.accounts.operations import passwords
from marketplace.accounts.operations.attempts import note_success
from marketplace.accounts.operations.links import make_link, spend_link, take_link, tell, write_mail
from marketplace.accounts.operations.sessions import start_session
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.korea import REGIONS
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record


@dataclass(frozen=True)
class FirmFacts:
    """What a firm says of itself. `business_number` is ten digits, or None for a pre-founder."""

    name: str
    name_en: str | None
    business_number: str | None
    size_class: SizeClass
    region: str
    address: str | None
    representative: str
    buys: bool
    sells: bool
    youth_from: date | None = None
    youth_until: date | None = None


def require_possible(firm: FirmFacts) -> None:
    """Refuse facts of a firm that contradict each other."""
    if firm.size_class == SizeClass.PRE_FOUNDER:
        if firm.business_number:
            raise Refused(
                _("예비창업자는 사업자등록번호가 없어야 합니다. 등록했다면 기업 규모를 다시 고르세요."),
                field="business_number",
            )
        if firm.sells:
            raise Refused(_("공급기업이 되려면 사업자등록이 필요합니다."), field="sells")
    elif not firm.business_number:
        raise Refused(_("사업자등록번호를 입력하세요. 아직 없으면 예비창업자를 고르세요."), field="business_number")
    if not (firm.buys or firm.sells):
        raise Refused(_("구매와 판매 가운데 하나 이상을 고르세요."), field="buys")
    if firm.region not in REGIONS:
        raise Refused(_("본점이 있는 지역을 고르세요."), field="region")
    if (firm.youth_from is None) != (firm.youth_until is None):
        raise Refused(_("청년기업 인정 기간의 시작일과 종료일을 모두 입력하세요."), field="youth_from")
    if firm.youth_from and firm.youth_until and firm.youth_until < firm.youth_from:
        raise Refused(_("끝나는 날이 시작하는 날보다 빠릅니다. 날짜를 다시 확인하세요."), field="youth_until")


def _require_free(business_number: str | None) -> None:
    taken = select(Organisation.id).where(Organisation.business_number == business_number)
    if business_number and session.scalars(taken).first() is not None:
        raise Refused(
            _("이미 등록된 사업자등록번호입니다. 같은 기업의 관리자에게 초대를 요청하세요."), field="business_number"
        )


def sign_up(*, email: str, name: str, phone: str, password: str, locale: str, firm: FirmFacts) -> None:
    """Send the link that makes the person and the firm. To an address that has an account already, a mail that says so.

    What is refused does not depend on whether the address is known, nor does the time.
    """
    require_possible(firm)
    passwords.require_good(password, email)
    _require_free(firm.business_number)
    password_hash = passwords.hashed(password)
    known = session.scalars(select(Person).where(Person.email == email)).one_or_none()
    if known is not None:
        make_link(
            "none"
        )  # leads nowhere; the same statements as for an unknown address, so that the time tells nothing
        tell("account_known", known)
        return
    facts = asdict(firm) | {
        "size_class": firm.size_class.value,
        "youth_from": firm.youth_from.isoformat() if firm.youth_from else None,
        "youth_until": firm.youth_until.isoformat() if firm.youth_until else None,
    }
    person = {"email": email, "name": name, "phone": phone, "password_hash": password_hash, "locale": locale}
    link = make_link("confirm", facts={"person": person, "firm": facts})
    write_mail("account_confirm", email, name=name, locale=locale, firm=firm.name, purpose="confirm", nonce=link.nonce)


def confirm_sign_up(token: str, password: str, *, user_agent: str = "") -> str:
    """Make the person and the firm that wait behind the link, for the password chosen at sign-up, and sign the person
    in as the firm's signatory. Returns the session's token."""
    link = take_link(token, "confirm")
    facts = link.facts["person"]
    if not passwords.matches(facts["password_hash"], password):
        raise Refused(
            _("가입할 때 정한 비밀번호와 다릅니다. 다시 입력하거나 처음부터 다시 가입하세요."), field="password"
        )
    person = Person(**facts, email_confirmed_at=clock.now())
    organisation = _organisation_of(link)
    _require_free(organisation.business_number)
    session.add_all([person, organisation])
    session.flush()
    by = Viewer(person_id=person.id, organisation_id=organisation.id)
    session.add(Membership(person_id=person.id, organisation_id=organisation.id, role=MemberRole.SIGNATORY))
    spend_link(link)
    note_success("password", person.email)
    record("person:signed_up", person, by=by)
    record("organisation:registered", organisation, by=by)
    return start_session(person, second_factor=False, user_agent=user_agent)


def _organisation_of(link: MailToken) -> Organisation:
    firm = link.facts["firm"]
    days = {name: date.fromisoformat(firm[name]) if firm[name] else None for name in ("youth_from", "youth_until")}
    return Organisation(**{**firm, **days, "size_class": SizeClass(firm["size_class"])})
