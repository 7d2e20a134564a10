"""A supplier was paid for files that it had delivered to somebody else before: it is heard, owes the money back, agrees to have
half of it set off against its next payout, and still owes the rest."""

from datetime import timedelta
from functools import partial

from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.demo.clockwork import Life
from marketplace.demo.world import World, at
from marketplace.recovery import operations as recovery
from marketplace.recovery import queries
from marketplace.recovery.models import Ground, RecoveryCase
from marketplace.settlement.models import CaseState, SettlementCase

FACTS = "납품한 파일의 일부가 다른 사업에서 이미 납품한 파일과 같다는 사실이 표본 점검에서 확인되었습니다."
SAYS = "담당자가 바뀌며 같은 파일이 섞였습니다. 겹치는 만큼 돌려 드리겠습니다."
DECISION = "겹치는 파일의 대금은 지원 요건을 갖추지 못했습니다."


def recovering(world: World) -> Life:
    """From September to November."""
    yield at("2020-09-21")
    found = _paid(world)
    if found is None:
        return
    one, two = world.officers[:2]
    supplier = next(each.viewer for each in world.sellers if each.viewer.organisation_id == found.supplier_id)
    principal = found.support_minor // 20 * 10
    opening = partial(recovery.open_case, found.voucher_id, found.supplier_id, facts=FACTS, principal_minor=principal)
    case_id = world.attempt("recovery opened", lambda: opening(by=one).id)
    if case_id is None:
        return
    words = {"ground": Ground.REQUIREMENT, "clause": "협약서 제12조 제3항", "since_on": clock.today(), "slight": False}
    world.attempt("recovery noticed", partial(recovery.give_notice, case_id, **words, by=one))  # type: ignore[arg-type]
    yield at("2020-09-28")
    world.attempt("recovery answered", partial(recovery.give_opinion, case_id, SAYS, by=supplier))
    world.attempt("recovery proposed", partial(recovery.propose, case_id, DECISION, bar_until_on=None, by=one))
    yield at("2020-10-05")
    world.attempt("recovery decided", partial(recovery.decide, case_id, by=two))
    for _day in range(25):
        yield clock.now() + timedelta(days=1)
        case = session.get_one(RecoveryCase, case_id)
        waiting = queries.payouts_to_set_off(case)
        if waiting:
            _set_off(world, case, waiting[0])
            return


def _paid(world: World) -> SettlementCase | None:
    """A paid case of a supplier that no reader enters as."""
    heroes = {each.viewer.organisation_id for each in world.sellers if each.persona}
    cases = select(SettlementCase).where(
        SettlementCase.state == CaseState.PAID, SettlementCase.support_minor > 2_000_000
    )
    rows = session.scalars(cases.order_by(SettlementCase.id).limit(50))
    return next((each for each in rows if each.supplier_id not in heroes), None)


def _set_off(world: World, case: RecoveryCase, payout: queries.PayoutLine) -> None:
    one, two = world.officers[:2]
    firm = next(each.viewer for each in world.sellers if each.viewer.organisation_id == case.organisation_id)
    amount = min(payout.amount_minor, queries.owed(case.id)) // 2
    telling = partial(
        recovery.propose_set_off, case.id, payout.id, amount_minor=amount, reason="받을 대금에서 먼저 갚습니다."
    )
    set_off_id = world.attempt("set-off told", lambda: telling(by=one).id)
    if set_off_id is not None:
        world.attempt("set-off agreed", partial(recovery.agree_set_off, set_off_id, by=world.without_browser(firm)))
        if world.attempt("set-off decided", partial(recovery.decide_set_off, set_off_id, by=two)) is not None:
            world.counted["won set off"] += amount
