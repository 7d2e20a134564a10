"""Invented people: how the agency's staff are hired and how a firm's people sign up, by the real operations."""

from datetime import date
from random import Random

import pyotp

from marketplace.accounts import operations as accounts
from marketplace.accounts import queries as people
from marketplace.accounts.models import MemberRole, SizeClass
from marketplace.accounts.operations import FirmFacts
from marketplace.core.viewer import Role, Viewer
from marketplace.demo.world import World
from marketplace.payments import operations as payments

PASSWORD = "a demo's one password"
STAFF = (
    (Role.PROGRAMME_OFFICER, "officer"),
    (Role.PROGRAMME_OFFICER, "officer2"),
    (Role.SETTLEMENT_OFFICER, "settlement"),
    (Role.SETTLEMENT_OFFICER, "settlement2"),
    (Role.AUDITOR, "auditor"),
    (Role.EVALUATOR, "evaluator"),
)
BANKS = ("004", "088", "020", "081", "003", "011")
SIZES = (SizeClass.MICRO,) * 12 + (SizeClass.SMALL,) * 4 + (SizeClass.MEDIUM,) * 2 + (SizeClass.PRE_FOUNDER,)


def _address(name: str) -> str:
    return f"{name}@demo.invalid"


def _link(email: str) -> str:
    """The token in the newest mail to an address, which the person would click."""
    facts = people.latest_mails(1, email)[0].facts
    return people.link_token(facts["purpose"], facts["nonce"])


def _enter(world: World, email: str, *, second_factor: bool) -> Viewer:
    """Sign in, enrol a second factor where the role needs one, and be known to operations."""
    token = world.do("signed in", lambda: accounts.sign_in(email, PASSWORD))
    if second_factor:
        waiting = people.find_live_session(token)
        by = Viewer(person_id=waiting.person.id, session_id=waiting.row.id) if waiting else Viewer()
        secret = accounts.new_secret()
        token, _codes = world.do(
            "second factor enrolled", lambda: accounts.enrol(secret, pyotp.TOTP(secret).now(), by=by)
        )
    viewer = people.find_viewer_of_session(token)
    if viewer is None:
        raise RuntimeError(f"{email} could not sign in")
    return viewer


def hire(world: World) -> None:
    """Two administrators from the command line; everybody else by one of them and confirmed by the other."""
    for number in ("", "2"):
        email = _address(f"admin{number}")
        nonce = world.do(
            "administrator invited", lambda email=email: accounts.invite_administrator(email, world.names.person())
        )
        token = people.link_token("welcome", nonce)
        world.do("password set", lambda token=token: accounts.set_password(token, PASSWORD))
        world.administrators.append(_enter(world, email, second_factor=True))
    first = world.administrators[0]
    hired: list[Viewer] = []
    for role, name in STAFF:
        hired.append(_staff(world, name, role, _other_name(world, hired)))
    world.officers, world.settlers, world.evaluator = hired[0:2], hired[2:4], hired[-1]
    world.do(
        "role requested",
        lambda: accounts.request_role(_address("auditor2"), Role.AUDITOR, by=first, name=world.names.person()),
    )


def _staff(world: World, name: str, role: Role, person: str) -> Viewer:
    """Somebody of the agency's own: one administrator asks, the other confirms, and they sign in."""
    first, second = world.administrators
    email = _address(name)
    granted = world.do("role requested", lambda: accounts.request_role(email, role, by=first, name=person).id)
    world.do("role confirmed", lambda: accounts.confirm_role(granted, by=second))
    world.do("password set", lambda: accounts.set_password(_link(email), PASSWORD))
    return _enter(world, email, second_factor=role != Role.EVALUATOR)


def enter_staff(world: World, name: str, role: Role) -> Viewer:
    """One more of the agency's own, in the middle of the year, named without the year's chance."""
    chance = Random(f"{world.seed}:{name}")
    return _staff(
        world, name, role, chance.choice("김이박최정") + chance.choice(("서윤", "도현", "하준", "지우", "은서"))
    )


def _other_name(world: World, taken: list[Viewer]) -> str:
    """Two who approve one payment need two names."""
    while True:
        name = world.names.person()
        if name not in {each.name for each in taken}:
            return name


def join(
    world: World,
    firm: str,
    english: str,
    *,
    buys: bool,
    sells: bool,
    persona: str = "",
    region: str = "11",
    index: int = 0,
) -> Viewer:
    """A firm and its signatory sign up, follow the link and give their bank account; a persona has a colleague too."""
    size = SizeClass.SMALL if sells or persona else world.chance.choice(SIZES)
    if buys and index % 21 == 20:
        size = SizeClass.MID_SIZE
    youth = buys and world.either(0.3)
    number = world.names.business_number()
    name = world.names.person()
    facts = FirmFacts(
        name=firm,
        name_en=english,
        business_number=None if size == SizeClass.PRE_FOUNDER else number,
        size_class=size,
        region=region,
        address=None,
        representative=name,
        buys=buys,
        sells=sells,
        youth_from=date(2018, 1, 1) if youth else None,
        youth_until=date(2025, 12, 31) if youth else None,
    )
    email = _address(persona) if persona else f"p{number}@example.invalid"
    world.do(
        "signed up",
        lambda: accounts.sign_up(email=email, name=name, phone="", password=PASSWORD, locale="ko", firm=facts),
    )
    world.do("address confirmed", lambda: accounts.confirm_sign_up(_link(email), PASSWORD))
    viewer = _enter(world, email, second_factor=False)
    ending = "0000" if world.either(0.04) else f"{world.chance.randint(1, 9998):04d}"
    account = f"{world.chance.randint(10**7, 10**8 - 1)}{ending}"
    give_account(world, viewer, world.chance.choice(BANKS), account, holder=firm)
    if persona:
        _colleague(world, persona, viewer)
    return viewer


def give_account(world: World, by: Viewer, code: str, account: str, *, holder: str) -> None:
    """A firm asks to be paid to an account, the bank names its holder, and an officer agrees: a first account is used at
    once, another one after three working days."""
    firm = by.organisation_id or 0
    asked = world.attempt(
        "bank account asked", lambda: payments.ask_account(firm, code=code, account=account, holder=holder, by=by).id
    )
    if asked is None:
        return
    world.do("bank account checked", lambda: payments.note_holder(asked, holder, ""))
    world.do("bank account given", lambda: payments.approve_account(asked, by=world.settlers[0]))


def _colleague(world: World, persona: str, signatory: Viewer) -> None:
    """A member who may prepare but not sign."""
    email, firm = _address(f"{persona}-member"), signatory.organisation_id or 0
    world.do("member invited", lambda: accounts.invite(firm, email, MemberRole.MEMBER, by=signatory))
    facts = people.latest_mails(1, email)[0].facts
    token = people.link_token("invitation", facts["nonce"])
    world.do(
        "invitation accepted",
        lambda: accounts.accept_as_new_person(
            token, name=world.names.person(), phone="", password=PASSWORD, locale="ko", user_agent="demo"
        ),
    )
