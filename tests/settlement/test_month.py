"""A month that is closed stays closed: its sums, its cases, and against everybody."""

import pytest
from sqlalchemy import text

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.settlement import operations, queries
from marketplace.settlement.models import SettlementCase
from tests import factories
from tests.settlement import makers


def approved_last_month(clock_at):
    """A case approved in the month before today's; returns (case id, programme id, first day of that month)."""
    case_id = makers.make_approved()
    first = clock.today().replace(day=1)
    programme_id = makers.case_now(case_id).programme_id
    session.rollback()
    clock_at(days=32)
    return case_id, programme_id, first


def close(programme_id, first, by=None):
    by = by or factories.make_settler()
    with transaction():
        return operations.close_month(programme_id, first, by=by).id


def change(case_id, **values):
    with transaction():
        case = session.get_one(SettlementCase, case_id)
        for name, value in values.items():
            setattr(case, name, value)


def test_a_closed_month_keeps_sums_and_cases(app, as_, clock_at):
    case_id, programme_id, first = approved_last_month(clock_at)
    officer = factories.make_settler()
    path = f"/settlement/months/{programme_id}/{first.year}/{first.month}"
    assert "5,500,000원" in as_(officer).get(path).text
    assert as_(factories.make_auditor()).send(f"{path}/close").status_code == 403
    assert as_(officer).send(f"{path}/close").status_code == 303
    assert as_(officer).send(f"{path}/close").status_code == 422
    session.rollback()
    (row,) = [each for each in queries.months(programme_id) if each.month == first]
    assert (row.closed.cases, row.closed.total_minor, row.total) == (1, 5_500_000, 5_500_000)
    assert row.closed.content_sha256 == queries.month_hash(queries.month_rows(programme_id, first))
    with pytest.raises(Refused, match="마감한 달의 정산"):
        change(case_id, support_minor=1, own_minor=4_999_999)
    with pytest.raises(Refused, match="마감한 달의 정산"):
        change(case_id, second_at=clock.now())
    assert makers.case_now(case_id).support_minor == 3_750_000
    assert as_(officer).get(f"{path}?format=csv").text.count("\r\n") == 2
    assert as_(officer).get("/settlement/months").status_code == 200


def test_what_is_closed_is_still_paid(app, clock_at):
    case_id, programme_id, first = approved_last_month(clock_at)
    close(programme_id, first)
    officer = factories.make_settler()
    with transaction():
        operations.mark_paid(case_id, by=officer)
    assert makers.case_now(case_id).state.value == "paid"


def test_twin_without_the_trigger_a_closed_month_changes(app, clock_at, owner):
    case_id, programme_id, first = approved_last_month(clock_at)
    close(programme_id, first)
    owner.execute("alter table settlement_case disable trigger settlement_case_keeps_closed_months")
    change(case_id, support_minor=1, own_minor=4_999_999)
    session.rollback()
    assert (
        queries.month_hash(queries.month_rows(programme_id, first))
        != queries.months(programme_id)[0].closed.content_sha256
    )


def test_only_a_month_that_is_over_is_closed_and_only_by_officers(app, clock_at):
    _case, programme_id, first = approved_last_month(clock_at)
    with pytest.raises(Refused, match="지난 달까지만"):
        close(programme_id, clock.today().replace(day=1))
    with pytest.raises(Refused, match="지난 달까지만"):
        close(programme_id, first.replace(day=2))
    for by in (factories.make_officer(), factories.make_auditor(), factories.make_supplier()):
        with pytest.raises(NotYours):
            close(programme_id, first, by)


def test_nobody_opens_it_again(app, clock_at, owner):
    _case, programme_id, first = approved_last_month(clock_at)
    close(programme_id, first)
    session.rollback()
    for statement in ("delete from settlement_month", "update settlement_month set cases = 0"):
        with pytest.raises(Exception, match=r"append|permission|change|refuse"), transaction():
            session.execute(text(statement))
        session.rollback()


def test_no_address_is_a_500(app, as_):
    browser = as_(factories.make_settler())
    for path in ("1/2020/13", "1/0/1", f"{'9' * 20}/2020/1", "99999/2020/1", "1/99999/1"):
        assert browser.get(f"/settlement/months/{path}").status_code == 404
        assert browser.send(f"/settlement/months/{path}/close").status_code == 404
