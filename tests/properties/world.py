"""A programme with firms, suppliers and officers, made once for many lives. Shared by machine, races, kills and benches."""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import psycopg
from flask import Flask

from marketplace.accounts.models import MemberRole
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.viewer import Viewer
from marketplace.orders import operations as orders
from marketplace.orders import queries as order_queries
from marketplace.orders.queries import Offer
from marketplace.programmes.operations import open_programme
from marketplace.vouchers import operations as vouchers
from tests import factories
from tests.catalogue.makers import make_listing
from tests.orders.makers import designate, make_programme
from tests.programmes.rulesets import document

Answer = TypeVar("Answer")
BEGIN = datetime(2020, 8, 3, 10, 0, tzinfo=clock.SEOUL)
"""Every life begins on this morning, whatever the machine's clock says: a life ends long before its midnight."""
PRICES = ((333_333, "세트"), (1_250_000, "세트"), (77_777, "시간"), (1_001, "시간"))
_serials = itertools.count(1)


@dataclass
class Firm:
    """A firm: somebody who signs for it, and somebody who does not."""

    signs: Viewer
    member: Viewer

    @property
    def id(self) -> int:
        return self.signs.organisation_id or 0


@dataclass
class Stall:
    """A published listing: what a draft is made from."""

    offer: Offer
    supplier: Firm
    designated: bool
    price: int
    divisible: bool


@dataclass
class World:
    """Who there is. `owner` moves the clock and reads the books, as no role of the program may."""

    app: Flask
    owner: psycopg.Connection[Any]
    officer: Viewer
    settlers: list[Viewer]
    """Four: two, a third with the first one's name, and one who is a member of the first supplier."""
    buyers: list[Firm]
    suppliers: list[Firm]
    stalls: list[Stall]
    programme_id: int
    ruleset_id: int
    day: date = field(default_factory=BEGIN.date)

    def act(self, deed: Callable[[], Answer]) -> Answer:
        """One deed in a transaction and a context of its own, as a request would do it."""
        with self.app.app_context(), transaction():
            return deed()

    def look(self, question: Callable[[], Answer]) -> Answer:
        """A question in a context of its own."""
        with self.app.app_context():
            return question()

    def set_day(self, number: int) -> None:
        """Business time to the morning of day `number` of a life."""
        move_clock(self.owner, BEGIN + timedelta(days=number))

    def date_of(self, number: int) -> date:
        return self.day + timedelta(days=number)

    def begin_programme(self) -> int:
        """Another programme under the same rules, with money and the same suppliers: accounts that no other life has."""

        def begin() -> int:
            return open_programme(
                self.ruleset_id,
                code=f"LIFE-{os.getpid()}-{serial()}",
                budget_minor=10**12,
                starts_on=self.day - timedelta(days=30),
                ends_on=self.day + timedelta(days=300),
                by=self.officer,
            ).id

        self.programme_id = self.act(begin)
        for supplier in self.suppliers[:2]:
            with self.app.app_context():
                designate(supplier.signs, self.programme_id, self.officer)
        return self.programme_id

    def make_voucher(self, buyer: Firm, *, support: int, own: int, vat: int, days: int) -> int:
        """A voucher with its money on it; returns its id."""

        return self.act(lambda: self.put_voucher(buyer, support=support, own=own, vat=vat, days=days))

    def put_voucher(self, buyer: Firm, *, support: int, own: int, vat: int, days: int) -> int:
        """The same inside a transaction."""
        voucher = vouchers.issue_voucher(
            programme_id=self.programme_id,
            ruleset_id=self.ruleset_id,
            organisation_id=buyer.id,
            kind="PURCHASE",
            support_minor=support,
            own_cash_minor=own,
            vat_minor=vat,
            valid_from=clock.today(),
            expires_on=self.date_of(days),
            by=buyer.signs,
        )
        vouchers.activate(voucher.id)
        return voucher.id

    def make_draft(self, stall: Stall, voucher_id: int, thousandths: int, by_day: int, by: Viewer) -> Any:
        """A draft; returns (order id, order line id)."""

        def draft() -> tuple[int, int]:
            order = orders.draft_order(
                stall.offer,
                voucher_id=voucher_id,
                quantity=Decimal(thousandths) / 1000,
                deliver_by=self.date_of(by_day),
                by=by,
            )
            (line,) = order_queries.lines_of(order.id)
            return order.id, line.id

        return self.act(draft)


def move_clock(owner: psycopg.Connection[Any], moment: datetime) -> None:
    """Set business time, as the owner's role may in a demo database."""
    owner.execute("update clock_offset set difference = %s - clock_timestamp()", (moment,))


@contextmanager
def world(app: Flask, owner_url: str) -> Iterator[World]:
    """A world in an empty database."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        move_clock(owner, BEGIN)
        with app.app_context():
            made = _make(app, owner)
            session.remove()
        yield made


def _firm(viewer: Viewer) -> Firm:
    return Firm(viewer, factories.make_person(organisation_id=viewer.organisation_id, role=MemberRole.MEMBER))


def _make(app: Flask, owner: psycopg.Connection[Any]) -> World:
    officer = factories.make_officer()
    rules = document(2020)  # three suppliers stand for hundreds: what one of them may have is tried elsewhere
    for limit in ("max_matches", "max_amount", "max_share"):
        rules["supplier"][limit] = [None, "assumed", "default"]
    programme_id, ruleset_id = make_programme(officer, rules)  # of ten billion won: enough for what is no life
    buyers = [_firm(factories.make_sme()) for _ in range(3)]
    suppliers = [_firm(factories.make_supplier()) for _ in range(3)]
    for supplier in suppliers[:2]:
        designate(supplier.signs, programme_id, officer)
    settlers = [factories.make_settler("가나다"), factories.make_settler("라마바"), factories.make_settler(" 가 나다")]
    settlers.append(_settler_of(suppliers[0]))
    stalls = []
    for number, (price, unit) in enumerate([*PRICES, (500_000, "세트")]):
        supplier = suppliers[min(number % 2 if number < len(PRICES) else 2, 2)]
        listing_id, _version = make_listing(supplier.signs, officer, price=price, unit_label=unit, lead_days=0)
        offer = order_queries.find_offer_of_listing(listing_id)
        assert offer is not None
        stalls.append(Stall(offer, supplier, supplier is not suppliers[2], price, unit == "시간"))
    return World(app, owner, officer, settlers, buyers, suppliers, stalls, programme_id, ruleset_id)


def _settler_of(firm: Firm) -> Viewer:
    """A settlement officer who is also a member of a supplier: of its cases, the officer may decide none."""
    from marketplace.core.viewer import Role

    return factories.make_person(
        "이해당사자", organisation_id=firm.id, role=MemberRole.MEMBER, staff=(Role.SETTLEMENT_OFFICER,)
    )


def serial() -> int:
    """A number that nobody had before in this process."""
    return next(_serials)
