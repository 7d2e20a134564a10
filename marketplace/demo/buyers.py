"""The life of a firm: registers, applies, is judged; when chosen it signs, pays its own share in, and buys."""

from collections.abc import Callable
from datetime import datetime, timedelta

from marketplace.accounts import operations as accounts
from marketplace.accounts.models import BusinessState
from marketplace.core import clock
from marketplace.core.korea import CAPITAL_REGION
from marketplace.core.viewer import Viewer
from marketplace.demo import names
from marketplace.demo.clockwork import Life
from marketplace.demo.people import join
from marketplace.demo.world import Round, World
from marketplace.grants import operations as grants
from marketplace.grants import queries as cases
from marketplace.grants.models import ApplicationState, Verdict
from marketplace.grants.operations import Draft
from marketplace.grants.rules import sha256_of
from marketplace.programmes import queries as programmes

KINDS = ("PURCHASE",) * 11 + ("GENERAL_PROCESSING",) * 4 + ("AI_PROCESSING",) * 5
CAPITAL_SHARE = 0.62


def buyer(world: World, index: int, turn: Round, promise: Callable[[int], None], *, hero: bool = False) -> Life:
    """From sign-up to the receipt. `promise` is told the application when it may be chosen. Nothing befalls the hero."""
    yield world.after(turn.published, -20, -0.5) if turn.published > clock.now() else world.after(clock.now(), 0, 1)
    firm, english = world.names.firm(sells=False)
    persona = "sme" if hero else ""
    index = 0 if hero else index
    viewer = join(world, firm, english, buys=True, sells=False, persona=persona, region=_region(world), index=index)
    world.buyers[viewer.organisation_id or 0] = viewer
    world.sme = viewer if hero else world.sme
    if index % 17 != 16:
        state = BusinessState.SUSPENDED if index % 23 == 22 else BusinessState.OPEN
        world.attempt(
            "business state noted",
            lambda: accounts.note_business_state(
                viewer.organisation_id or 0, state, source="국세청 사업자 상태 조회", by=world.officers[0]
            ),
        )
    yield _moment_of_application(world, turn)
    application_id = _drafted(world, turn, viewer, hero=hero)
    if application_id is None or index % 19 == 18:
        return
    yield min(clock.now() + timedelta(minutes=world.chance.randint(20, 400)), turn.closes - timedelta(minutes=2))
    if not _submit(world, application_id, viewer, tax_clear=None if index % 29 == 28 else True):
        return
    if index % 31 == 30:
        yield world.after(clock.now(), 0.2, 2)
        world.attempt("application withdrawn", lambda: grants.withdraw_application(application_id, by=viewer))
        return
    yield world.after(turn.closes, 2, 8)
    world.hero = application_id if hero else world.hero
    _decide_findings(world, application_id)
    promise(application_id)


def _drafted(world: World, turn: Round, viewer: Viewer, *, hero: bool) -> int | None:
    """The application; a firm whose supplier has just left the pool chooses another, as it is told to."""
    for _choice in range(3):
        draft = _draft(world, turn, hero=hero)
        found = world.attempt(
            "application drafted", lambda draft=draft: grants.save_application(turn.call_id, draft, by=viewer).id
        )
        if found is not None:
            return found
    return None


def _region(world: World) -> str:
    capital = sorted(CAPITAL_REGION)
    others = ("26", "27", "29", "30", "31", "43", "44", "46", "47", "48", "50", "51", "52")
    return world.chance.choice(capital if world.either(CAPITAL_SHARE) else others)


def _moment_of_application(world: World, turn: Round) -> datetime:
    """Most come in the last days, many in the last hours: as in real rounds."""
    span = (turn.closes - turn.opens) / timedelta(hours=1)
    if world.either(0.35):
        return turn.closes - timedelta(hours=world.chance.uniform(0.3, 8))
    hours = span * world.chance.betavariate(3, 1.4)
    return turn.opens + timedelta(hours=min(hours, span - 10))


def _draft(world: World, turn: Round, *, hero: bool) -> Draft:
    kind = "PURCHASE" if hero else world.chance.choice(KINDS)
    able = [each for each in world.sellers if kind in each.listings]
    known = [each for each in able if hero and each.persona]
    able = known or able
    chosen = world.chance.choice(able)
    cap = programmes.get_ruleset(cases.get_call(turn.call_id).ruleset_id).kind(kind).cap.value or 18_000_000
    total = int(cap * world.chance.uniform(0.75, 1.3)) // 10_000 * 10_000
    subject, aim = world.chance.choice(names.SUBJECT), world.chance.choice(names.AIM)
    return Draft(
        title=f"{subject} 데이터를 활용한 {aim}",
        plan=f"{subject} 데이터를 확보해 {aim} 모형을 만들고, 현장 업무에 적용해 효과를 분기마다 확인합니다.",
        kind=kind,
        supplier_id=chosen.viewer.organisation_id,
        total_minor=total,
        in_kind_minor=total // 20 if world.either(0.3) else 0,
    )


def _submit(world: World, application_id: int, viewer: Viewer, *, tax_clear: bool | None) -> bool:
    def sign() -> bool:
        seen = sha256_of(cases.content_of(cases.get_application(application_id)))
        grants.submit_application(application_id, seen_sha256=seen, tax_clear=tax_clear, by=viewer)
        return True

    return bool(world.attempt("application submitted", sign))


def _decide_findings(world: World, application_id: int) -> None:
    """An officer decides what the rules referred: mostly in the firm's favour, some are left for the reader."""
    if cases.get_application(application_id).state != ApplicationState.REFERRED:
        return
    for finding in cases.findings_of(application_id):
        if finding.verdict == Verdict.REFER:
            verdict = Verdict.PASS if application_id == world.hero or world.either(0.8) else Verdict.FAIL
            words = "증빙을 받아 확인했습니다." if verdict == Verdict.PASS else "기한까지 증빙을 내지 않았습니다."
            identity = finding.id
            world.attempt(
                "finding decided",
                lambda identity=identity, verdict=verdict, words=words: grants.decide_finding(
                    identity, verdict=verdict, reason=words, by=world.officers[1]
                ),
            )
