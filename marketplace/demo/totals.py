"""What the year came to: the lives' own count beside the ledger."""

from marketplace.demo.world import World
from marketplace.ledger import queries as ledger
from marketplace.vouchers import queries as vouchers


def totals(world: World) -> list[tuple[str, int, int]]:
    """(what, as counted by the lives, as the ledger has it), in won."""
    programme = world.programme_id
    held = ledger.balances(
        ("appropriation", programme),
        ("pool", programme),
        ("bank_in", programme),
        ("paid", programme),
        ("in_transit", programme),
    )
    payable = sum(
        ledger.balances(*(("payable", seller.viewer.organisation_id or 0) for seller in world.sellers)).values()
    )
    paid_out = held[("paid", programme)]
    refunds = sum(each.refund_due for each in vouchers.pots_of_all(world.vouchers).values())
    return [
        ("budget", world.counted["won budgeted"], -held[("appropriation", programme)]),
        (
            "support put on vouchers",
            world.counted["won of support on vouchers"],
            -held[("appropriation", programme)] - held[("pool", programme)],
        ),
        ("own money received", world.counted["won paid in"], -held[("bank_in", programme)]),
        (
            "approved and to be refunded, less what was set off",
            world.counted["won approved"] + world.counted["won refunded"] - world.counted["won set off"],
            payable + refunds + held[("in_transit", programme)] + paid_out,
        ),
        ("paid by the bank", world.counted["won paid"], paid_out),
    ]
