"""What is looked for: two searches that the firm a reader enters as has saved, and words that nobody answers."""

from marketplace.catalogue import operations as catalogue
from marketplace.core import clock
from marketplace.core.keys import derived
from marketplace.demo.clockwork import Life
from marketplace.demo.world import World, at
from marketplace.search.queries import compared

IN_VAIN = (
    ("위성 영상 작황", 6),
    ("반려동물 진료 기록", 5),
    ("전기차 충전소 이용", 4),
    ("드론 항공 사진", 3),
    ("수면 측정 센서", 3),
    ("고서 필사본 사진", 2),
)
"""Words and how many look for them in a month. Fewer than three are shown to nobody."""
MONTHS = (8, 9, 10, 11)
SAVED = (("유동인구 새 자료", {"q": "유동인구"}), ("매출 자료, 데이터만", {"q": "매출", "kind": "dataset"}))


def searching(world: World) -> Life:
    """Each month some firms look for the same things in vain; in November the reader's firm saves what it looks for."""
    for month in MONTHS:
        yield at(f"2020-{month:02}-05", "14:00")
        people = [each.person_id for each in world.buyers.values()]
        for place, (words, many) in enumerate(IN_VAIN):
            for person_id in people[place : place + many - (month % 2) * (place % 2)]:
                _look_in_vain(world, words, person_id)
    yield at("2020-11-10", "14:00")
    if (sme := world.sme) is not None:
        for name, chosen in SAVED:
            world.do("search saved", lambda name=name, chosen=chosen: catalogue.save_search(name, chosen, by=sme))


def _look_in_vain(world: World, words: str, person_id: int | None) -> None:
    """Noted as the search page does, under a key that cannot be led back to the person."""
    month = clock.today().replace(day=1)
    visitor = derived("search miss", f"{month} person:{person_id}")[:32]
    world.do("searched in vain", lambda: catalogue.note_miss(compared(words), visitor, month))
