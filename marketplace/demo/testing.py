"""Orders with agreed criteria and fuller files, so that tests have something to draw; one dispute that an officer decides;
invoices that are amended. Which orders, their number says, so that chance is kept."""

import io
from datetime import timedelta
from decimal import Decimal
from random import Random

from marketplace.core import clock
from marketplace.core.storage import storage
from marketplace.core.viewer import Viewer
from marketplace.delivery import operations as delivery
from marketplace.delivery.models import Outcome
from marketplace.delivery.rules import KeptFile
from marketplace.delivery.rules.criteria import Criteria, Range
from marketplace.demo.clockwork import Life
from marketplace.demo.world import World
from marketplace.settlement import operations as settlement
from marketplace.settlement import queries as claimed
from marketplace.settlement.rules import TypedInvoice, TypedLine

AREAS = ("종로구", "중구", "용산구", "성동구", "광진구", "강남구", "서초구", "송파구")
ROWS = 600
TERMS = Criteria(
    columns={"area": "text", "hour": "integer", "people": "integer", "sales": "decimal"},
    least_rows=ROWS,
    ranges=(Range("hour", "0", "23"),),
)


def is_tested(order_id: int) -> bool:
    """Whether the two firms of this order write down what is tested."""
    return order_id % 9 == 4


def agree(world: World, order_id: int, sme: Viewer, supplier: Viewer) -> None:
    """The supplier proposes, the buyer agrees."""
    made = world.attempt("criteria", lambda: delivery.propose_criteria(order_id, TERMS, by=supplier).id)
    if made is not None:
        world.attempt("criteria agreed", lambda: delivery.agree_criteria(made, by=sme))


def fuller_file(order_id: int, number: int) -> KeptFile:
    """Footfall and sales by hour, with the odd empty cell; every second such order has more of them than was agreed."""
    chance = Random(order_id * 31 + number)
    gaps = 0.03 if order_id % 2 else 0.004
    rows = ["area,hour,people,sales"]
    for _row in range(ROWS):
        hour = chance.choices(range(24), [1 + 6 * (9 <= each <= 20) for each in range(24)])[0]
        people = round(chance.lognormvariate(4.2, 0.6))
        sales = "" if chance.random() < gaps else f"{people * chance.uniform(0.4, 1.9):.1f}"
        rows.append(f"{chance.choice(AREAS)},{hour},{people},{sales}")
    digest, size = storage().put(io.BytesIO("\n".join(rows).encode() + b"\n"))
    return KeptFile(f"data/footfall-{number + 1}.csv", size, digest)


def disputing(world: World, delivery_id: int, sme: Viewer, supplier: Viewer) -> Life:
    """The supplier does not agree with what was rejected, the buyer says why, an officer orders it to be done again."""
    if world.counted["dispute raised"]:
        return
    why = "라벨 기준은 협약에 적힌 세 가지뿐이고, 반려된 항목은 그 밖의 것입니다."
    identity = world.attempt("dispute raised", lambda: delivery.raise_dispute(delivery_id, why, by=supplier).id)
    if identity is None:
        return
    yield clock.now() + timedelta(days=2)
    said = "표본 200건 가운데 21건이 틀렸습니다. 틀린 건의 목록을 납품 대화에 올렸습니다."
    world.attempt("dispute answered", lambda: delivery.state_view(identity, said, by=sme))
    yield clock.now() + timedelta(days=3)
    reason = "협약의 정확도 기준(95%)에 미치지 못합니다. 틀린 라벨을 고쳐 다시 납품하세요."
    world.attempt(
        "dispute decided",
        lambda: delivery.decide_dispute(identity, Outcome.REWORK, reason, by=world.officers[1]),
    )


def amend(world: World, order_id: int, case_id: int, supplier: Viewer) -> None:
    """A discount of a hundredth, agreed after the invoice was issued: an amended invoice for the difference."""
    if order_id % 13 != 7 or world.counted["invoice amended"] >= 3:
        return
    first = claimed.get_invoice(claimed.get_case(case_id).invoice_id)
    line = claimed.lines_of_invoice(first.id)[0]
    supply = line.supply_minor // 1000 * 10
    serial = world.counted["invoice amended"] + 1
    typed = TypedInvoice(
        number=f"{first.number}-A",
        approval_number=f"{clock.today():%Y%m%d}41000098{serial:08d}",
        written_on=clock.today(),
        supply_minor=-supply,
        vat_minor=-(supply // 10),
        total_minor=-supply - supply // 10,
        lines=(TypedLine(line.order_line_id, Decimal(0), -supply, -(supply // 10)),),
    )
    note = "납품 뒤에 합의한 할인입니다."
    world.attempt("invoice amended", lambda: settlement.amend_invoice(first.id, "02", typed, note=note, by=supplier).id)
