"""Firms that ask for quotes: on the demo's last day there is a need at every place of its way."""

from collections.abc import Generator, Sequence
from datetime import date, datetime, timedelta
from random import Random

from marketplace.catalogue.models import ListingKind
from marketplace.core import clock
from marketplace.core.viewer import Viewer
from marketplace.demo import names
from marketplace.demo.clockwork import Clockwork, Life
from marketplace.demo.world import VOUCHER_KIND, Seller, World, at
from marketplace.matching import operations as matching
from marketplace.matching import queries as wanted
from marketplace.matching.models import Audience
from marketplace.search import queries as search
from marketplace.suppliers.queries import is_designated_anywhere

SPRING = ("chosen", "unsuccessful", "withdrawn", "cancelled", "chosen", "unanswered")
"""What becomes of the needs of March, one after another."""
KINDS = (ListingKind.DATASET, ListingKind.DATASET, ListingKind.GENERAL_PROCESSING, ListingKind.AI_PROCESSING)
FEWEST_OPEN, MOST_OPEN = 4, 24
REASON = "필요한 항목을 모두 갖추고 납기와 값이 알맞습니다."
QUESTIONS = (
    ("개인정보가 들어 있어도 됩니까?", "개인정보가 없는 자료만 받습니다."),
    ("나누어 납품해도 됩니까?", "절반씩 두 번까지 받을 수 있습니다."),
    ("자료의 시작 시점을 늦출 수 있습니까?", "2018년 1월부터면 됩니다."),
)


def asking(world: World, time: Clockwork) -> Life:
    """The needs of March, two of the firm that a reader enters as, and those that are open on the last day."""
    chance = Random(f"{world.seed}:needs")
    yield at("2020-03-04", "10:30")
    firms = list(world.buyers.values())
    for number, fate in enumerate(SPRING if firms else ()):
        time.live(needing(world, chance, firms[number % len(firms)], fate, KINDS[number % len(KINDS)], days=7))
    yield at("2020-10-12", "10:30")
    hero, own = world.sme, [each for each in world.sellers if each.persona]
    if hero is not None:
        time.live(needing(world, chance, hero, "chosen", ListingKind.DATASET, days=6, invited=own))
    yield at("2020-11-09", "10:30")
    if hero is not None:
        time.live(needing(world, chance, hero, "opened", ListingKind.DATASET, days=8, invited=own))
    others = [each for each in world.buyers.values() if each is not hero]
    chance.shuffle(others)
    number_open = min(MOST_OPEN, max(FEWEST_OPEN, world.smes // 16))
    for number, sme in enumerate(others[:number_open]):
        asked = own if number == 0 else []
        kind = KINDS[number % len(KINDS)]
        time.live(needing(world, chance, sme, "open", kind, days=15 + number % 4, invited=asked, shy=own))
    for sme in others[number_open : number_open + 2]:
        time.live(needing(world, chance, sme, "draft", ListingKind.DATASET, days=14))


def needing(
    world: World,
    chance: Random,
    sme: Viewer,
    fate: str,
    kind: ListingKind,
    *,
    days: int,
    invited: Sequence[Seller] = (),
    shy: Sequence[Seller] = (),
) -> Life:
    """One need open to all. Those invited by name quote for certain; the shy do not unless they are invited."""
    wish, subject = _wish(chance, kind, clock.today() + timedelta(days=days + 30))
    need_id = world.do("need drafted", lambda: matching.draft_need(wish, by=sme).id)
    for each in invited:
        world.attempt("supplier invited", lambda each=each: matching.invite(need_id, _any_listing(each), by=sme))
    yield _later(chance, 1, 30)
    if fate == "draft":
        return
    last = clock.today() + timedelta(days=days)
    search.count("listing", {})  # outside of the transaction the index of this process catches up
    world.do("need posted", lambda: matching.post_draft(need_id, audience=Audience.ALL, quotes_until=last, by=sme))
    pool = [each for each in _able(world, kind) if each not in invited and each not in shy]
    quoting = [*invited, *chance.sample(pool, min(len(pool), 3 - len(invited)))]
    yield from _talking(world, chance, need_id, sme, quoting[-1:])
    for each in quoting if fate != "unanswered" else ():
        yield _later(chance, 2, 20)
        offer = _offer(chance, kind, subject)
        world.attempt(
            "quote sent",
            lambda each=each, offer=offer: matching.send_quote(need_id, offer, by=each.viewer),
        )
    yield from _ending(world, chance, need_id, sme, fate, last)


def _talking(world: World, chance: Random, need_id: int, sme: Viewer, askers: Sequence[Seller]) -> Life:
    """A question of a supplier, and mostly an answer."""
    for each in askers:
        yield _later(chance, 1, 10)
        question, answer = chance.choice(QUESTIONS)
        asked = world.attempt(
            "question asked",
            lambda each=each, question=question: matching.ask_question(need_id, question, by=each.viewer).id,
        )
        if asked is None or need_id % 5 == 4:
            return
        yield _later(chance, 1, 10)
        world.attempt(
            "question answered",
            lambda asked=asked, answer=answer: matching.answer_question(asked, answer, by=sme),
        )


def _ending(world: World, chance: Random, need_id: int, sme: Viewer, fate: str, last: date) -> Life:
    """What the firm does in the end; the seals are broken by the job in the night after the deadline."""
    if fate == "withdrawn":
        yield _later(chance, 1, 5)
        reason = "사업 계획이 바뀌어 요청을 거둡니다."
        world.attempt("need withdrawn", lambda: matching.close_need(need_id, reason=reason, by=sme))
    if fate in ("open", "withdrawn"):
        return
    yield at((last + timedelta(days=1)).isoformat(), "10:20")
    if fate in ("opened", "unanswered"):
        return
    yield _later(chance, 3, 30)
    if fate == "chosen":
        yield from _choosing(world, chance, need_id, sme)
        return
    reason = (
        "받은 견적이 모두 필요한 범위를 채우지 못합니다."
        if fate == "unsuccessful"
        else "예산이 줄어 진행하지 않습니다."
    )
    world.attempt(
        "need closed",
        lambda: matching.close_need(need_id, reason=reason, unsuitable=fate == "unsuccessful", by=sme),
    )


def _choosing(world: World, chance: Random, need_id: int, sme: Viewer) -> Life:
    """The best for the price is chosen, for its persona's firm the one it knows; both then sign a pre-agreement."""
    need = wanted.find_need_seen_by(sme, need_id)
    rows = wanted.quotes_seen_by(sme, need) if need else []
    sellers = {each.viewer.organisation_id: each for each in world.sellers}
    known = [row for row in rows if sellers[row.quote.organisation_id].persona]
    if not rows:
        return
    quote = (known if sme is world.sme and known else rows)[0].quote
    quote_id, supplier = quote.id, sellers[quote.organisation_id].viewer
    if world.attempt("quote accepted", lambda: matching.accept_quote(quote_id, reason=REASON, by=sme)) is None:
        return
    yield _later(chance, 2, 8)

    def draft() -> tuple[int, str]:
        drafted = matching.draft_pre_agreement(quote_id, by=sme)
        return drafted.id, drafted.content_sha256

    drafted = world.attempt("pre-agreement drafted", draft)
    if drafted is None:
        return
    pre_agreement_id, seen = drafted
    for signer in (sme, supplier):
        yield _later(chance, 1, 8)
        world.attempt(
            "pre-agreement signed",
            lambda signer=signer: matching.sign_pre_agreement(pre_agreement_id, seen_sha256=seen, by=signer),
        )


def quoted(
    world: World, listing_id: int, unit_label: str, price: int, quantity: int, sme: Viewer, supplier: Seller
) -> Generator[datetime, None, int | None]:
    """Ask the supplier of a listing alone, and accept what it offers; the quote, or None where it came to nothing."""
    wish = matching.Wish(
        title=f"{unit_label} {quantity:,}개 견적", body="상품 설명대로, 아래 수량의 견적을 부탁합니다."
    )
    need_id = world.attempt("need drafted", lambda: matching.draft_need(wish, listing_id=listing_id, by=sme).id)
    if need_id is None:
        return None
    world.do("need posted", lambda: matching.post_draft(need_id, by=sme))
    yield world.after(clock.now(), 0.2, 2)
    line = matching.OfferLine("상품 설명과 같음", unit_label, quantity, price * 97 // 100 or price)
    offer = matching.Offer("수량이 많아 단가를 낮추었습니다.", (line,), 10, clock.today() + timedelta(days=30), True)
    quote_id = world.attempt("quote sent", lambda: matching.send_quote(need_id, offer, by=supplier.viewer).id)
    if quote_id is None:
        return None
    yield world.after(clock.now(), 0.2, 2)
    only = "협약을 맺은 공급기업에만 발주할 수 있습니다."
    accepted = world.attempt(
        "quote accepted", lambda: matching.accept_quote(quote_id, reason=REASON, single_source=only, by=sme)
    )
    return quote_id if accepted is not None else None


def _later(chance: Random, least: int, most: int) -> datetime:
    """A moment some hours on; the clock of a need does not wait for office hours."""
    return clock.now() + timedelta(hours=chance.uniform(least, most))


def _able(world: World, kind: ListingKind) -> list[Seller]:
    """Designated suppliers that sell the kind."""
    voucher_kind = VOUCHER_KIND[kind]
    return [
        each
        for each in world.sellers
        if voucher_kind in each.listings and is_designated_anywhere(each.viewer.organisation_id)
    ]


def _any_listing(seller: Seller) -> int:
    return next(iter(seller.listings.values()))[0][0]


def _wish(chance: Random, kind: ListingKind, needed_by: date) -> tuple[matching.Wish, str]:
    """What a firm needs, and its subject."""
    subject, aim = chance.choice(names.SUBJECT), chance.choice(names.AIM)
    data = kind == ListingKind.DATASET
    what = {
        ListingKind.DATASET: "데이터",
        ListingKind.GENERAL_PROCESSING: "데이터 정제",
        ListingKind.AI_PROCESSING: "라벨링",
    }[kind]
    wish = matching.Wish(
        title=f"{aim}을 위한 {subject} {what}",
        body=f"{aim} 모형을 만들려고 {subject} {what}이(가) 필요합니다. 지난 3년, 전국 범위이면 좋겠습니다.",
        kind=kind,
        topics=(subject,),
        purposes=("internal",) if data else ("internal", "ai_training"),
        formats=("CSV",) if data else ("JSON",),
        period_from=date(2018, 1, 1) if data else None,
        period_to=date(2019, 12, 31) if data else None,
        budget_minor=chance.choice((12, 15, 18, 24)) * 1_000_000,
        needed_by=needed_by,
    )
    return wish, subject


def _offer(chance: Random, kind: ListingKind, subject: str) -> matching.Offer:
    """Two positions, the first by the unit that listings of the kind have, so that prices paid can be compared."""
    if kind == ListingKind.DATASET:
        price = chance.choice((1_100_000, 1_400_000, 1_700_000, 2_200_000))
        first = matching.OfferLine(f"{subject} 월별 자료", "세트", chance.randint(5, 8), price)
        second = matching.OfferLine("요청에 맞춘 항목 추가", "식", 1, chance.choice((400_000, 700_000)))
    else:
        price = chance.choice((110, 160, 210, 290))
        first = matching.OfferLine(f"{subject} 가공", "건", chance.randint(30, 45) * 1_000, price)
        second = matching.OfferLine("전수 검수", "식", 1, chance.choice((900_000, 1_500_000)))
    return matching.Offer(
        description=f"{subject} 자료를 요청하신 범위와 형식으로 드립니다. 첫 달에는 시험 자료를 먼저 보냅니다.",
        lines=(first, second),
        lead_days=chance.choice((7, 10, 14, 21)),
        valid_until=clock.today() + timedelta(days=60),
        no_subcontract=True,
        rights=("commercial", "derivatives"),
        acceptance_criteria="결측 1 % 이하, 중복 1 % 이하",
        person_months=0 if kind == ListingKind.DATASET else chance.choice((50, 100, 150)),
    )
