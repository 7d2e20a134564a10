"""How officers choose, and how an award becomes a voucher that can be used."""

from dataclasses import replace
from functools import partial

from marketplace.core import clock
from marketplace.demo.clockwork import Clockwork, Life
from marketplace.demo.orders import buying
from marketplace.demo.story import showing
from marketplace.demo.world import Round, World
from marketplace.grants import operations as grants
from marketplace.grants import queries as cases
from marketplace.grants.models import ApplicationState
from marketplace.payments import operations as payments
from marketplace.vouchers import operations as vouchers
from marketplace.vouchers import queries as held


def deciding(world: World, time: Clockwork, turn: Round) -> Life:
    """Award places by chance's ranking while the budget lasts, tell the others why, and begin their agreements."""
    yield turn.decided
    ranked = sorted(turn.chosen)
    world.chance.shuffle(ranked)
    ranked.sort(key=lambda application_id: application_id != world.hero)
    awarded = 0
    for application_id in ranked:
        application = cases.get_application(application_id)
        if application.state != ApplicationState.ELIGIBLE:
            continue
        award = partial(grants.award_application, application_id, by=world.officers[0])
        if awarded < turn.places and world.attempt("application awarded", award) is not None:
            awarded += 1
            time.live(agreeing(world, time, application_id, turn))
        elif turn.places:
            world.attempt(
                "application rejected",
                lambda identity=application_id: grants.reject_application(
                    identity, reason="예산 범위에서 평가 순위가 높은 과제부터 선정했습니다.", by=world.officers[0]
                ),
            )


def agreeing(world: World, time: Clockwork, application_id: int, turn: Round) -> Life:
    """Three signatures, the own share by two officers, and then the buying begins."""
    yield world.after(clock.now(), 2, 9)
    officer = world.officers[application_id % 2]
    application = cases.get_application(application_id)
    sme = world.buyers[application.organisation_id]
    supplier = next(each for each in world.sellers if each.viewer.organisation_id == application.supplier_id)
    agreement_id = world.do(
        "agreement drafted",
        lambda: grants.draft_agreement(application_id, starts_on=clock.today(), ends_on=turn.until, by=officer).id,
    )
    for signer in (sme, supplier.viewer, officer):
        yield world.after(clock.now(), 0.2, 3)
        if application_id % 67 == 66 and application_id != world.hero and signer is officer:
            world.do(
                "agreement terminated",
                lambda: grants.terminate_agreement(agreement_id, reason="기업이 협약을 포기했습니다.", by=officer),
            )
            return
        if application_id % 43 == 42 and application_id != world.hero and signer is not sme:
            return
        hand = replace(
            signer, session_id=None
        )  # no browser: nobody is asked to show a PDF that is drawn after the year
        seen = cases.get_agreement(agreement_id).content_sha256
        signed = world.attempt(
            "agreement signed",
            lambda hand=hand, seen=seen: grants.sign_agreement(agreement_id, seen_sha256=seen, by=hand),
        )
        if signed is None:
            return  # conditions are looked at again: whoever no longer meets them stays unsigned
    voucher_id = cases.get_agreement(agreement_id).voucher_id or 0
    world.vouchers.append(voucher_id)
    yield from _own_share(world, voucher_id, smooth=application_id == world.hero)
    orders = showing if application_id == world.hero else buying
    yield from orders(world, time, voucher_id, sme, supplier)


def _own_share(world: World, voucher_id: int, *, smooth: bool) -> Life:
    voucher = held.get_voucher(voucher_id)
    deposit, support, firm_id = voucher.deposit_minor, voucher.support_minor, voucher.organisation_id
    if voucher_id % 41 == 40 and not smooth:
        return
    if deposit:
        yield world.after(clock.now(), 1, 8)
        firm = world.buyers[firm_id].organisation_name
        receipt_id = world.do(
            "receipt entered",
            lambda: (
                payments.enter_receipt(
                    voucher_id,
                    amount_minor=deposit,
                    depositor=firm,
                    bank_reference=f"2020{voucher_id:08d}",
                    received_on=clock.today(),
                    by=world.officers[0],
                ).id
            ),
        )
        if voucher_id % 37 == 36 and not smooth:
            return
        yield world.after(clock.now(), 0.1, 1)
        world.do("receipt confirmed", lambda: payments.confirm_receipt(receipt_id, by=world.officers[1]))
        world.counted["won paid in"] += deposit
    if held.get_voucher(voucher_id).state == "issued":
        world.do("voucher activated", lambda: vouchers.activate(voucher_id))
    world.counted["won of support on vouchers"] += support
