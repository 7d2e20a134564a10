"""How a firm's deliveries went, and how little a few of them say."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.exc import DBAPIError

from marketplace.core.db import session, transaction
from marketplace.suppliers import operations, queries
from marketplace.suppliers.rules import PRIOR_DELIVERIES, programme_mean, shrunk_rate
from tests import factories
from tests.suppliers import makers


def note(programme_id, firm, number, **facts):
    with transaction():
        operations.note_delivery(
            f"delivery:{number}",
            programme_id=programme_id,
            organisation_id=firm,
            **{"late": False, "rejected": False, "disputed": False, **facts},
        )


def test_each_delivery_counts_once_in_its_programme(app):
    programme_id, other = makers.make_programme_row(), makers.make_programme_row(2022)
    firm, newcomer = (factories.make_supplier().organisation_id for _ in range(2))
    note(programme_id, firm, 1)
    note(programme_id, firm, 1, late=True)
    note(programme_id, firm, 2, late=True, rejected=True)
    note(programme_id, firm, 3, rejected=True, disputed=True)
    note(other, firm, 4, late=True)
    found = queries.figures_of(programme_id, [firm, newcomer])
    mine, theirs = found[firm], found[newcomer]
    assert (mine.deliveries, mine.late, mine.rejected, mine.disputed) == (3, 1, 2, 1)
    assert mine.on_time_rate == pytest.approx((2 + 5 * 11 / 13) / 8)
    assert (theirs.deliveries, theirs.on_time_rate) == (0, pytest.approx(11 / 13))
    assert queries.figures_of(programme_id, []) == {}


def test_a_programme_without_deliveries_has_the_expected_rate_for_all(app):
    programme_id, firm = makers.make_programme_row(), factories.make_supplier().organisation_id
    assert queries.figures_of(programme_id, {firm})[firm].accepted_rate == pytest.approx(0.9)


@given(
    deliveries=some.integers(0, 10**6), share=some.floats(0, 1), good=some.integers(0, 10**6), mean=some.floats(0, 1)
)
def test_a_rate_lies_between_the_firms_own_and_the_mean(deliveries, share, good, mean):
    good = min(good, deliveries)
    rate = shrunk_rate(good, deliveries, mean)
    own = good / deliveries if deliveries else mean
    assert min(own, mean) - 1e-9 <= rate <= max(own, mean) + 1e-9
    assert 0 < programme_mean(good, deliveries) < 1
    if deliveries == PRIOR_DELIVERIES:
        assert rate == pytest.approx((own + mean) / 2)


def test_a_fact_is_for_ever(app, owner):
    note(makers.make_programme_row(), factories.make_supplier().organisation_id, 1)
    session.rollback()
    for deed in ("update supplier_figure set late = true", "delete from supplier_figure", "truncate supplier_figure"):
        with pytest.raises(InsufficientPrivilege, match="append-only"):
            owner.execute(deed)


def test_the_program_has_no_right_to_change_it_either(app):
    with pytest.raises(DBAPIError, match="permission denied"):
        session.connection().exec_driver_sql("update supplier_figure set late = true")
