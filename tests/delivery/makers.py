"""Makers for deliveries, by the real operations."""

import io
from decimal import Decimal

from sqlalchemy import select

from marketplace.core.db import session, transaction
from marketplace.core.storage import storage
from marketplace.delivery import operations, queries
from marketplace.delivery.models import Audience, LabelSample, MessageFile
from marketplace.delivery.operations import Decision
from marketplace.delivery.rules import KeptFile
from marketplace.delivery.rules.criteria import Criteria
from tests.orders.makers import Market, line_of


def make_file(path: str = "data/2020-07.csv", content: bytes = b"area,count\n1,20\n") -> KeptFile:
    """A file that storage holds."""
    digest, size = storage().put(io.BytesIO(content))
    return KeptFile(path, size, digest)


def make_delivery(market: Market, order_id: int, quantity: str | int | None = None, *files: KeptFile) -> int:
    """A delivery of `files` (else of one) for `quantity` of the order's one line (else all that is left); returns its id."""
    (line,) = queries.open_lines(order_id)
    session.rollback()
    wanted = line.left if quantity is None else Decimal(quantity)
    with transaction():
        return operations.hand_over(
            order_id,
            quantities={line.id: wanted},
            files=files or [make_file()],
            note="확인해 주세요.",
            by=market.supplier,
        ).id


def inspect_delivery(
    market: Market, delivery_id: int, accepted: str | int | None = None, reason: str = "열이 모자랍니다"
) -> None:
    """The buyer accepts `accepted` of the delivery's one line (all of it by default)."""
    (line,) = queries.lines_of(delivery_id)
    session.rollback()
    taken = line.quantity if accepted is None else Decimal(accepted)
    with transaction():
        operations.inspect(
            delivery_id, {line.id: Decision(taken, "" if taken == line.quantity else reason)}, by=market.sme
        )


def counters(order_id: int) -> tuple[int, int, int, int, int]:
    """The five counters of the order's one line."""
    line = line_of(order_id)
    return (line.ordered_minor, line.delivered_minor, line.accepted_minor, line.invoiced_minor, line.paid_minor)


def make_criteria_and_labels(market: Market, order_id: int, delivery_id: int) -> tuple[int, int]:
    """Criteria that the supplier proposed for an order, and a label sample of the buyer's for a delivery; their ids."""
    with transaction():
        criteria = operations.propose_criteria(order_id, Criteria(least_rows=1), by=market.supplier)
        sample = LabelSample(
            delivery_id=delivery_id,
            number=1,
            label="area",
            strata="area",
            seed="seed",
            by_agency=False,
            drawn_by=market.sme.person_id,
        )
        session.add(sample)
        session.flush()
        return criteria.id, sample.id


def make_moving(market: Market, order_id: int, file_id: int, talking: int) -> tuple[int, int, int]:
    """An upload that was begun, a link to a file, and a file in the conversation of the order `talking`; their ids."""
    kept = make_file("words.txt", b"words")
    with transaction():
        upload = operations.begin_upload(order_id, path="big.csv", size=10, sha256=None, by=market.supplier)
        link = operations.make_link(file_id, hours=24, by=market.sme)
        facts = {"audience": Audience.PARTIES, "files": [kept], "by": market.sme}
        said = operations.write_message(talking, "확인해 주세요.", **facts)
        file = session.scalars(select(MessageFile.id).where(MessageFile.message_id == said.id)).one()
        return upload.id, link.id, file


WORK = "worker,date,from,to,pieces,inspected,unit_pay,training_minutes,person,account\n"


def make_objection(market: Market, order_id: int) -> int:
    """A work statement of one shift for an order, and the worker's objection to it; returns its id."""
    with transaction():
        table = f"{WORK}a-1,2026-01-05,09:00,11:00,300,60,100,60,010-1111-2222,110-1\n"
        statement = operations.file_statement(order_id, table, by=market.supplier)
        (worker,) = queries.workers_of(statement.id)
        return operations.object_to_statement(worker.id, statement.id, "시간이 다릅니다.").id
