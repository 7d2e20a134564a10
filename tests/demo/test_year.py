"""A small demo year shows what the program can, on its last day, by its own operations."""

from collections import Counter

import pytest
from sqlalchemy import select

from marketplace.amendments.models import ChangeRequest, ChangeState
from marketplace.catalogue import queries as catalogue
from marketplace.core.db import session
from marketplace.demo.totals import totals
from marketplace.evaluation.models import Decision, DecisionState, Objection, ObjectionState
from marketplace.evaluation.queries.replaying import replay
from marketplace.matchday.models import DayState, MatchingDay, MatchingDayPair, MatchingDayRound, PairState
from marketplace.matching import queries as matching
from marketplace.matching.models import Need, NeedInvitation, NeedQuestion, NeedState, PreAgreement, PriceFact, Quote
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.settlement.models import InvoiceIssue, IssueState
from marketplace.suppliers.models import Designation, DesignationState

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def context(year):
    with year[0].app_context():
        yield
        session.remove()


@pytest.fixture
def world(year):
    return year[1]


@pytest.fixture
def supplier(world):
    return next(each.viewer for each in world.sellers if each.persona)


def needs_of(viewer):
    return session.scalars(select(Need).where(Need.organisation_id == viewer.organisation_id).order_by(Need.id)).all()


def test_what_the_lives_counted_is_what_the_ledger_has(world):
    assert [label for label, counted, in_ledger in totals(world) if counted != in_ledger] == []


def test_there_is_a_need_at_every_place_of_its_way(world):
    states = Counter(session.scalars(select(Need.state)))
    assert set(states) == set(NeedState)
    assert session.scalars(select(NeedInvitation)).first() is not None
    answered = Counter(question.answered_at is not None for question in session.scalars(select(NeedQuestion)))
    assert answered[True]


def test_the_firm_has_quotes_to_choose_from_and_a_signed_pre_agreement(world, supplier):
    chosen, opened = needs_of(world.sme)[0], needs_of(world.sme)[-1]
    assert (chosen.state, opened.state) == (NeedState.CHOSEN, NeedState.OPENED)
    rows = matching.quotes_seen_by(world.sme, opened)
    assert len(rows) == 3
    assert all(len(row.lines) == 2 and not row.expired for row in rows)
    (agreed, *_names), *_others = matching.signed_pre_agreements(world.sme.organisation_id)
    assert (agreed.need_id, agreed.supplier_id) == (chosen.id, supplier.organisation_id)
    assert session.get(PreAgreement, agreed.id).paper_id is not None


def test_the_supplier_has_a_sealed_quote_and_a_need_to_quote_on(supplier):
    own = select(Need, Quote.opened_at).join(Quote, Quote.need_id == Need.id)
    own = own.where(Quote.organisation_id == supplier.organisation_id, Need.state == NeedState.OPEN)
    sealed = [need.id for need, opened_at in session.execute(own) if need.is_sealed and opened_at is None]
    assert len(sealed) == 1
    free = select(Need.id).where(Need.state == NeedState.OPEN, Need.id.not_in(sealed))
    assert session.scalars(free).all()


def test_some_orders_come_from_quotes(world):
    ordered = select(PurchaseOrder).where(PurchaseOrder.quote_id.is_not(None))
    assert {order.state for order in session.scalars(ordered)} - {OrderState.DRAFT}


def test_what_was_paid_makes_a_band_for_the_commonest_unit(world):
    facts = session.execute(select(PriceFact.kind, PriceFact.unit_label)).all()
    (kind, unit), _many = Counter(tuple(fact) for fact in facts).most_common(1)[0]
    assert matching.price_bands(kind, [unit])[unit].count >= 5


def test_a_matching_day_is_published_and_answered(world):
    day = session.scalars(select(MatchingDay)).one()
    assert day.state == DayState.PUBLISHED
    assert session.scalars(select(MatchingDayRound)).one().figures["placed"] <= 40
    states = Counter(session.scalars(select(MatchingDayPair.state)))
    assert states[PairState.WITHDRAWN] == 1
    assert states[PairState.CONFIRMED]


def test_the_first_round_was_judged_by_a_panel_and_can_be_found_again(world):
    decision = session.scalars(select(Decision)).one()
    assert decision.state == DecisionState.ANNOUNCED
    assert [words for equal, words in replay(decision) if not equal] == []
    assert session.scalars(select(Objection.state)).all() == [ObjectionState.DISMISSED]
    assert world.counted["sheet locked"] >= 25 and world.counted["minutes written"]


def test_some_invoices_were_issued_on_the_suppliers_behalf_and_reached_the_tax_service():
    issues = session.scalars(select(InvoiceIssue)).all()
    assert issues and {issue.state for issue in issues} == {IssueState.ENTERED}
    assert all(issue.approval_number and issue.sent_on for issue in issues)


def test_one_change_was_signed_and_one_was_refused():
    assert Counter(session.scalars(select(ChangeRequest.state))) == {ChangeState.APPLIED: 1, ChangeState.REFUSED: 1}


def test_searches_are_saved_and_what_nobody_offers_is_on_the_board(world):
    assert len(catalogue.searches_of(world.sme)) == 2
    words = {each.words: each.visitors for each in catalogue.unmet_words()}
    assert "위성 영상 작황" in words
    assert "고서 필사본 사진" not in words


def test_the_officers_have_applications_to_look_at():
    states = set(session.scalars(select(Designation.state)))
    assert {
        DesignationState.DOCUMENT_REVIEW,
        DesignationState.PRICE_REVIEW,
        DesignationState.FIX_REQUESTED,
        DesignationState.SUSPENDED,
        DesignationState.DESIGNATED,
        DesignationState.REFUSED,
    } <= states
    assert session.scalars(select(Designation).where(Designation.dormant_since.is_not(None))).first() is not None
