"""P15: a payout batch of 10,000 lines, from the press of the button to the bank file, and its way to the bank; ≤ 30 s.

Each line is a payout that waits, of a voucher of its own, with its debt in the ledger; making a batch verifies the whole
ledger first, as it always does. BENCH_LINES makes it smaller.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from bench import common
from bench.template import make_template
from marketplace.core.cluster import temporary_cluster
from marketplace.core.db import session, transaction
from marketplace.ledger.operations import Move, post
from marketplace.payments import operations
from tests import factories
from tests.conftest import TEMPLATE, make_app
from tests.orders.makers import make_market

LINES = int(os.environ.get("BENCH_LINES", "10000"))
EACH = 123_450
VOUCHERS = text(
    """
    insert into voucher (number, programme_id, ruleset_id, organisation_id, kind, unit, support_minor, own_cash_minor,
      vat_minor, valid_from, expires_on, state, activated_at, closed_at)
    select 'BENCH-' || n, v.programme_id, v.ruleset_id, v.organisation_id, v.kind, v.unit, v.support_minor,
      v.own_cash_minor, v.vat_minor, v.valid_from, v.expires_on, 'closed', app_now(), app_now()
    from voucher v, generate_series(1, :lines) n where v.id = :voucher
    returning id
    """
)
PAYOUTS = text(
    """
    insert into payout (programme_id, voucher_id, payee_id, amount_minor)
    select programme_id, id, organisation_id, :amount from voucher where number like 'BENCH-%'
    """
)


def _prepare() -> int:
    """The payouts that wait, and what is owed for each; returns the programme."""
    market = make_market()
    with transaction() as current:
        values = {"lines": LINES, "voucher": market.voucher_id}
        ids = list(current.execute(VOUCHERS, values).scalars())
        current.execute(PAYOUTS, {"amount": EACH})
    for start in range(0, len(ids), 500):
        with transaction():
            for voucher in ids[start : start + 500]:
                paid_in = Move("activate_own", market.programme_id, voucher, EACH)
                post(paid_in, Move("refund", voucher, voucher, EACH), key=f"bench:{voucher}")
    return market.programme_id


def main() -> bool:
    """One line: seconds from the press to the file; beside it those of handing it to the bank."""
    with temporary_cluster(common.SETTINGS) as cluster:
        make_template(cluster, TEMPLATE)
        cluster.clone(TEMPLATE, "payouts")
        app = make_app(cluster, "payouts", Path(tempfile.mkdtemp(prefix="payouts-")))
        with app.app_context():
            programme_id = _prepare()
            first, second = factories.make_settler(), factories.make_settler()
            session.remove()
            began = time.monotonic()
            with transaction():
                batch = operations.make_batch(programme_id, by=first)
                batch_id, lines = batch.id, batch.lines
            made = time.monotonic() - began
            began = time.monotonic()
            with transaction():
                operations.send_batch(batch_id, by=second)
            sent = time.monotonic() - began
            session.remove()
        app.extensions["engine"].dispose()
    ok = made + sent <= 30 and lines == LINES
    return common.figure(
        "P15",
        f"seconds to make and send a bank file of {lines:,} lines",
        round(made + sent, 1),
        "30",
        ok,
        make=round(made, 1),
        send=round(sent, 1),
    )


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
