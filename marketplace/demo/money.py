"""Paying suppliers week by week, and the closing of vouchers whose time is over."""

import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from marketplace.core import clock
from marketplace.core.viewer import Viewer
from marketplace.demo.clockwork import Life
from marketplace.demo.people import give_account
from marketplace.demo.world import START, World, at
from marketplace.payments import operations as payments
from marketplace.payments import queries as payouts
from marketplace.vouchers import operations as vouchers
from marketplace.vouchers import queries as held

ROOT = Path(__file__).resolve().parents[2]


def paying(world: World) -> Life:
    """Every Thursday: a batch by one officer, sent by another; the bank answers two days later."""
    moment = START + timedelta(days=150)
    while True:
        moment = moment + timedelta(days=(3 - moment.weekday()) % 7 or 7)
        yield moment
        if not payouts.waiting_count(world.programme_id):
            continue
        maker, sender = world.settlers
        batch_id = world.attempt("batch made", lambda maker=maker: payments.make_batch(world.programme_id, by=maker).id)
        if batch_id is None:
            continue
        yield world.after(clock.now(), 0.05, 0.1)
        world.attempt("batch sent", lambda identity=batch_id, sender=sender: payments.send_batch(identity, by=sender))
        if world.counted["batch sent"] % 5 != 0:
            yield world.after(clock.now(), 1, 2)
        else:
            yield world.after(clock.now(), 2, 3)
        _answer(world, batch_id, by=sender)


def _answer(world: World, batch_id: int, *, by: Viewer) -> None:
    """The bank's result file, as the stand-in of the bank writes it; what bounced goes out again with a right account."""
    batch = payouts.find_batch_seen_by(by, batch_id)
    if batch is None or batch.state != "sent":
        return
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8") as file:
        file.write(batch.file)
        file.flush()
        command = [sys.executable, "-m", "twins.bank", file.name, "--date", clock.today().isoformat()]
        result = subprocess.run(command, capture_output=True, check=True, cwd=ROOT).stdout
    world.attempt("bank result read", lambda: payments.read_bank_result(batch_id, result, by=by))
    for payout in payouts.payouts_of_batch(batch_id):
        if payout.state == "paid":
            world.counted["won paid"] += payout.amount_minor
        elif payout.state == "bounced":
            _mend(world, payout.id, payout.payee_id, by=by)


def _mend(world: World, payout_id: int, payee_id: int, *, by: Viewer) -> None:
    """The firm gives a right account, and an officer lets the payout go out again; some still wait for that."""
    people = {each.viewer.organisation_id: each.viewer for each in world.sellers} | world.buyers
    firm = people[payee_id]
    if payout_id % 3 == 2:
        return
    account = f"{world.chance.randint(10**8, 10**9)}1234"
    give_account(world, firm, "004", account, holder=firm.organisation_name)
    world.attempt("payout sent again", lambda: payments.requeue_payout(payout_id, checked=True, by=by))


def closing(world: World) -> Life:
    """In November an officer closes the vouchers of the first round that have nothing under way; some are left."""
    for day in ("2020-11-09", "2020-11-12", "2020-11-16"):
        yield at(day)
        for voucher_id in _finished(world):
            _close(world, voucher_id)


def _finished(world: World) -> list[int]:
    """Expired vouchers without anything under way; every ninth is left for the reader."""
    ids: list[int] = []
    number = 1
    while True:
        page = held.vouchers_page(world.officers[0], state="expired", page=number)
        ids += [each.id for each in page.items if each.id % 9 != 0]
        if number >= page.pages:
            return [voucher_id for voucher_id in ids if not held.pots_of(voucher_id).reserved]
        number += 1


def _close(world: World, voucher_id: int) -> None:
    left = held.pots_of(voucher_id).own_available
    if world.attempt("voucher closed", lambda: vouchers.close(voucher_id, by=world.officers[0])):
        world.counted["won refunded"] += left
