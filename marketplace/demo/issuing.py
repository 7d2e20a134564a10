"""Some invoices of a demo are issued on their supplier's behalf: by the provider's own SDK, at its local stand-in."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.request import Request, urlopen

from flask import Flask, current_app

from marketplace.core import clock
from marketplace.core.jobs import JOBS
from marketplace.core.viewer import Viewer
from marketplace.demo.world import World
from marketplace.settlement import operations as settlement
from marketplace.settlement import queries as claimed
from marketplace.settlement.rules import TypedInvoice

ROOT = Path(__file__).resolve().parents[2]
EACH = 12
"""One invoice in so many, the first among them."""


@contextmanager
def provider(app: Flask) -> Iterator[None]:
    """The stand-in listens as long as the year lasts, and the program is told of it. No other provider is ever asked."""
    settings = app.config["MARKETPLACE"]
    command = [sys.executable, "-u", "-m", "twins.popbill_twin", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as twin:
        try:
            said = [twin.stdout.readline() for _line in range(2)][1] if twin.stdout else ""
            named = {name: value for name, _equals, value in (word.partition("=") for word in said.split()) if value}
            app.config["MARKETPLACE"] = replace(
                settings,
                popbill_link_id=named["POPBILL_LINK_ID"],
                popbill_secret_key=named["POPBILL_SECRET_KEY"],
                popbill_api_base=named["POPBILL_API_BASE"],
                popbill_test=True,
            )
            yield
        finally:
            app.config["MARKETPLACE"] = settings
            twin.terminate()


def is_issued_here(world: World) -> bool:
    """Whether the next invoice is one that the supplier has issued here."""
    world.counted["claims"] += 1
    return world.counted["claims"] % EACH == 1


def issued(world: World, order_id: int, typed: TypedInvoice, supplier: Viewer) -> int | None:
    """Ask, let the worker's job issue and enter it, and the tax service have it; the case, None where it was refused."""
    issue_id = world.attempt("invoice issued", lambda: settlement.ask_issue(order_id, typed, by=supplier).id)
    if issue_id is None:
        return None
    JOBS["settlement.issue"].work()
    base = current_app.config["MARKETPLACE"].popbill_api_base
    urlopen(Request(f"{base}/control/transmit/{clock.today():%Y%m%d}", method="POST"), timeout=10).close()  # noqa: S310
    JOBS["settlement.follow_issued"].work()
    issue = claimed.find_issue_seen_by(supplier, issue_id)
    return claimed.case_of_invoice(issue.invoice_id).id if issue is not None and issue.invoice_id else None
