"""Paying suppliers week by week, and the closing of vouchers whose time is over."""

from datetime import timedelta

from marketplace.core import clock
from marketplace.demo.clockwork import Life
from marketplace.demo.world import START, World, at
from marketplace.payments import operations as payments
from marketplace.payments import queries as payouts
from marketplace.vouchers import operations as vouchers
from marketplace.vouchers import queries as held


def paying(world: World) -> Life:
    """Every Thursday: a batch by one officer, sent by another; the bank answers two days later."""
    moment = START + timedelta(days=150)
    while True:
        moment = moment + timedelta(days=(3 - moment.weekday()) % 7 or 7)
        yield moment
        if not payouts.waiting_count(world.programme_id):
            continue
        maker, sender = world.settlers
        batch_id = world.attempt(
            "batch made", lambda maker=maker: payments.make_batch(world.programme_id, by=maker).id
        )
        if batch_id is None:
            continue
        yield world.after(clock.now(), 0.05, 0.1)
        world.attempt(
            "batch sent", lambda identity=batch_id, sender=sender: payments.send_batch(identity, by=sender)
        )
        if world.counted["batch sent"] % 5 != 0:
            yield world.after(clock.now(), 1, 2)
        else:
            yield world.after(clock.now(), 2, 3)
        _answer(world, batch_id)


def _answer(world: World, batch_id: int) -> None:
    """The bank's result file, as the stand-in of the bank writes it."""


def closing(world: World) -> Life:
    """In November an officer closes the vouchers of the first round that have nothing under way; some are left."""
    for day in ("2020-11-09", "2020-11-12", "2020-11-16"):
        yield at(day)
        page = 1
        while True:
            found = held.vouchers_page(world.officers[0], state="expired", page=page)
            for voucher in found.items:
                if voucher.id % 9 != 0 and not held.pots_of(voucher.id).reserved:
                    world.attempt(
                        "voucher closed",
                        lambda identity=voucher.id: vouchers.close(identity, by=world.officers[0]),
                    )
            if page >= found.pages:
                break
            page += 1
