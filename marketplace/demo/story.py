"""The firm that a reader enters as: awarded in the second round, with one order paid, one to inspect, one to be answered."""

from datetime import timedelta
from decimal import Decimal

from marketplace.core.viewer import Viewer
from marketplace.demo.clockwork import Clockwork, Life
from marketplace.demo.orders import accept, hand_over, ordering, placing
from marketplace.demo.world import END, Seller, World


def showing(world: World, time: Clockwork, voucher_id: int, sme: Viewer, supplier: Seller) -> Life:
    """Three orders on one voucher, each at another place of its way on the demo's last day."""
    first = yield from placing(world, voucher_id, 0.4, sme, supplier)
    if first is not None:
        time.live(ordering(world, first, sme, supplier.viewer, smooth=True))
    yield END - timedelta(days=14)
    second = yield from placing(world, voucher_id, 0.3, sme, supplier)
    if second is not None:
        yield END - timedelta(days=11)
        accept(world, second, supplier.viewer)
        yield END - timedelta(days=2)
        hand_over(world, second, Decimal(1), supplier.viewer)
    yield END - timedelta(days=1, hours=4)
    yield from placing(world, voucher_id, 0.2, sme, supplier)
