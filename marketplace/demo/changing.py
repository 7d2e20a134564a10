"""Two firms of the second round ask for more time: one is allowed and both sides sign, the other is refused."""

from datetime import timedelta
from functools import partial

from marketplace.amendments import operations as amendments
from marketplace.amendments.models import ChangeKind, ChangeRequest
from marketplace.amendments.operations import plan_for
from marketplace.core.db import session
from marketplace.demo.clockwork import Life
from marketplace.demo.world import ROUNDS, World, at
from marketplace.grants import queries as cases
from marketplace.grants.models import Agreement

REASON = "데이터를 받은 뒤 현장 시험에 두 주가 더 필요합니다. 시험 일정을 붙임과 같이 바꿉니다."


def changing(world: World) -> Life:
    """Asked in October, answered a week later."""
    yield at("2020-10-12")
    asked: list[tuple[int, Agreement]] = []
    for agreement in _running(world):
        if len(asked) == 2:
            break
        ends_on = agreement.ends_on + timedelta(days=10)
        sme = world.buyers[agreement.organisation_id]
        ask = partial(
            amendments.ask_change,
            agreement.id,
            ChangeKind.PERIOD,
            reason_code="business_need",
            reason=REASON,
            wanted={"ends_on": ends_on.isoformat()},
            by=sme,
        )
        request_id = world.attempt("change asked", lambda ask=ask: ask().id)
        if request_id is not None:
            asked.append((request_id, agreement))
    yield at("2020-10-19")
    for number, (request_id, agreement) in enumerate(asked):
        if number:
            why = "연장해야 하는 사유를 보이는 자료가 없고, 남은 기간으로도 과제를 마칠 수 있습니다."
            world.attempt("change refused", partial(amendments.refuse_change, request_id, why, by=world.officers[1]))
        else:
            _allow(world, request_id, agreement)


def _running(world: World) -> list[Agreement]:
    """Agreements of the second round with a voucher, other than the firm's that a reader enters as."""
    found = [cases.find_agreement_of_voucher(voucher_id) for voucher_id in world.vouchers]
    own = world.sme.organisation_id if world.sme else None
    return [
        each for each in found if each is not None and each.ends_on == ROUNDS[1].until and each.organisation_id != own
    ]


def _allow(world: World, request_id: int, agreement: Agreement) -> None:
    """The officer allows what the preview shows; the firm and its supplier sign."""
    request = session.get_one(ChangeRequest, request_id)
    seen = plan_for(agreement, request.kind, request.reason_code, request.wanted).sha256()
    allowed = partial(amendments.approve_change, request_id, seen_sha256=seen, by=world.officers[0])
    if world.attempt("change approved", allowed) is None:
        return
    supplier = next(each.viewer for each in world.sellers if each.viewer.organisation_id == agreement.supplier_id)
    for signer in (world.buyers[agreement.organisation_id], supplier):
        world.attempt("change signed", partial(amendments.sign_change, request_id, by=world.without_browser(signer)))
