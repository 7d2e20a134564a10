"""A matching day in November: scored and solved by the jobs of the night, published, and answered by the firms."""

from collections.abc import Sequence

from marketplace.core.viewer import Viewer
from marketplace.demo.clockwork import Life
from marketplace.demo.world import World, at
from marketplace.matchday import operations as matchday
from marketplace.matchday import queries as paired
from marketplace.matchday.models import DayMethod, Keep, SlotsRule
from marketplace.matchday.queries import PairRow

MOST_PAIRS = 100
WITHDRAWN = 2
"""The place of the pair that its supplier gives up; every third of the others is left unanswered."""


def matching_day(world: World) -> Life:
    """From its making to the answers; the pairs of the firms that a reader enters as are left to the reader."""
    yield at("2020-11-13", "11:00")
    officer = world.officers[0]
    day_id = world.do(
        "matching day made",
        lambda: (
            matchday.create_day(
                programme_id=world.programme_id,
                title="2020년 추가 모집 매칭데이",
                method=DayMethod.OPTIMAL,
                slots_rule=SlotsRule.CAPACITY,
                slots_each=2,
                slot_hundredths=100,
                by=officer,
            ).id
        ),
    )
    if world.attempt("matching day begun", lambda: matchday.start_scoring(day_id, by=officer)) is None:
        return
    yield at("2020-11-16")
    round_id = world.attempt(
        "matching day solved", lambda: matchday.ask_for_round(day_id, Keep.CONFIRMED, by=officer).id
    )
    yield at("2020-11-17")
    if round_id is None:
        return
    published = world.attempt("matching day published", lambda: matchday.publish_round(round_id, by=officer))
    yield at("2020-11-18")
    rows = paired.pairs_of(round_id, size=MOST_PAIRS).items if published is not None else []
    _answer(world, rows)


def _answer(world: World, rows: Sequence[PairRow]) -> None:
    sellers = {each.viewer.organisation_id: each for each in world.sellers}
    own = {world.sme.organisation_id} if world.sme else set()
    own |= {each.viewer.organisation_id for each in world.sellers if each.persona}
    pairs = [
        (row.pair.id, world.buyers[row.entry.organisation_id], sellers[row.seat.organisation_id].viewer)
        for row in rows
        if row.seat is not None and not own & {row.entry.organisation_id, row.seat.organisation_id}
    ]
    for number, (pair_id, buyer, seller) in enumerate(pairs):
        if number == min(WITHDRAWN, len(pairs) - 1):
            reason = "같은 기간에 맡은 일이 있어 기한을 지킬 수 없습니다."
            world.attempt(
                "pair withdrawn",
                lambda pair_id=pair_id, seller=seller: matchday.withdraw_pair(pair_id, reason, leaves=False, by=seller),
            )
        elif number % 3 != 1:
            _confirm(world, pair_id, buyer, seller)


def _confirm(world: World, pair_id: int, *sides: Viewer) -> None:
    for side in sides:
        world.attempt("pair confirmed", lambda side=side: matchday.confirm_pair(pair_id, by=side))
