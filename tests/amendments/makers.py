"""Agreements in force to be changed, with orders on their vouchers, by the real operations."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from marketplace.amendments import operations, queries
from marketplace.amendments.models import ChangeKind, ChangeRequest
from marketplace.catalogue.models import ListingKind
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.viewer import Viewer
from marketplace.grants import queries as grants
from marketplace.ledger import operations as ledger
from marketplace.orders import operations as orders
from marketplace.orders import queries as offers
from marketplace.vouchers import queries as vouchers
from tests import factories
from tests.grants import makers
from tests.orders.makers import make_listing


@dataclass(frozen=True)
class Case:
    """An agreement in force and the people around it."""

    agreement_id: int
    voucher_id: int
    programme_id: int
    sme: Viewer
    supplier: Viewer
    officer: Viewer
    second: Viewer

    @property
    def pots(self) -> tuple[int, int, int, int, int]:
        session.rollback()
        pots = vouchers.pots_of(self.voucher_id)
        own = (pots.own_available, pots.own_reserved, pots.refund_due)
        return (pots.support_available, pots.support_reserved, *own)


def make_case(*, active: bool = True, **facts: Any) -> Case:
    """A voucher of 13.5 and 4.5 million won (and VAT), bought from one supplier; G 3/4."""
    facts = {"kind": "PURCHASE", **facts}
    made = makers.make_voucher(13_500_000, 4_500_000, active=active, **facts)
    agreement = grants.find_agreement_of_voucher(made.voucher_id)
    assert agreement is not None
    return Case(
        agreement.id,
        made.voucher_id,
        agreement.programme_id,
        made.sme,
        made.supplier,
        made.officer,
        factories.make_officer(),
    )


def place_order(case: Case, quantity: int = 4, price: int = 1_000_000, *, accept: bool = True) -> int:
    """An order on the voucher: submitted, and accepted unless told otherwise."""
    listing_id, _version = make_listing(case.supplier, case.officer, price=price, kind=ListingKind.DATASET, lead_days=7)
    offer = offers.find_offer_of_listing(listing_id)
    assert offer is not None
    with transaction():
        order_id = orders.draft_order(
            offer,
            voucher_id=case.voucher_id,
            quantity=Decimal(quantity),
            deliver_by=clock.today() + timedelta(days=30),
            note="",
            by=case.sme,
        ).id
        orders.submit_order(order_id, by=case.sme)
    if accept:
        with transaction():
            orders.accept_order(order_id, by=case.supplier)
    return order_id


WANTED: dict[str, Callable[[Case], dict[str, Any]]] = {
    "contact": lambda case: {"representative": "새대표", "address": "", "contact": ""},
    "scope": lambda case: {"title": "새 과제", "plan": "새로 한다."},
    "period": lambda case: {"ends_on": (clock.today() + timedelta(days=170)).isoformat()},
    "amount": lambda case: {"support": 12_000_000, "own_cash": 4_000_000, "in_kind": 0},
    "withdrawal": lambda case: {},
    "termination": lambda case: {"unusable": False},
}


def ask(case: Case, kind: str, *, by: Viewer | None = None, reason_code: str = "business_need", **wanted: Any) -> int:
    """Ask for a change as the firm does (the agency for a termination); returns the request's id."""
    asker = by or (case.officer if kind == "termination" else case.sme)
    said = WANTED[kind](case) | wanted if kind in WANTED else wanted
    with transaction():
        return operations.ask_change(
            case.agreement_id, ChangeKind(kind), reason_code=reason_code, reason="필요합니다.", wanted=said, by=asker
        ).id


def preview(case: Case, request_id: int) -> str:
    """The hash of the plan as the officer's page shows it now."""
    session.rollback()
    request = session.get_one(ChangeRequest, request_id)
    plan = operations.plan_now(request, grants.get_agreement(case.agreement_id)).sha256()
    session.rollback()
    return plan


def approve(case: Case, request_id: int, *, by: Viewer | None = None) -> None:
    """An officer allows what the preview shows."""
    seen = preview(case, request_id)
    with transaction():
        operations.approve_change(request_id, seen_sha256=seen, by=by or case.second)


def sign(request_id: int, *people: Viewer) -> None:
    """These sign the amendment, one after the other."""
    for who in people:
        with transaction():
            operations.sign_change(request_id, by=who)


def state_of(request_id: int) -> str:
    """The state of a request as the database has it now."""
    session.rollback()
    return str(session.get_one(ChangeRequest, request_id, populate_existing=True).state)


def balanced() -> bool:
    """Whether the ledger verifies."""
    session.rollback()
    with transaction():
        return bool(ledger.verify().ok)


def requests() -> list[ChangeRequest]:
    """All requests there are."""
    session.rollback()
    return list(session.scalars(select(ChangeRequest).order_by(ChangeRequest.id)))


def signers(case: Case, request_id: int) -> list[int]:
    """The firms that have to sign."""
    session.rollback()
    return queries.signers_of(session.get_one(ChangeRequest, request_id), grants.get_agreement(case.agreement_id))
