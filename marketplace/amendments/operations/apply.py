"""Doing what was allowed: the plan, by verbs of the rooms below, and a look at the ledger whether it is what was shown."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from marketplace.accounts import operations as accounts
from marketplace.amendments import queries, rules
from marketplace.amendments.models import ChangeKind, ChangeRequest, ChangeState
from marketplace.core import clock
from marketplace.core.db import locked
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, language
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record
from marketplace.grants import operations as grants
from marketplace.grants.models import Agreement, Party
from marketplace.notices.operations import notify
from marketplace.orders import operations as orders
from marketplace.orders.models import OrderLine, PurchaseOrder
from marketplace.programmes.queries import get_ruleset
from marketplace.vouchers import operations as vouchers
from marketplace.vouchers import queries as held
from marketplace.vouchers.models import Voucher


def lock_all(agreement_id: int) -> Agreement:
    """The agreement in force, its running orders and its voucher under their locks, in the order that every room keeps."""
    agreement = grants.lock_signed(agreement_id)
    for order in queries.open_orders(agreement.voucher_id or 0):
        locked(PurchaseOrder, order.id)
    locked(Voucher, agreement.voucher_id or 0)
    return agreement


def plan_now(request: ChangeRequest, agreement: Agreement) -> rules.Plan:
    """What the change would do as things stand. Raises Refused with the rule that forbids it."""
    return plan_for(agreement, request.kind, request.reason_code, request.wanted)


def plan_for(agreement: Agreement, kind: ChangeKind, reason_code: str, wanted: dict[str, object]) -> rules.Plan:
    """The same for what is only being asked."""
    good = rules.terms().reasons[reason_code].good
    years = 0 if good else get_ruleset(agreement.ruleset_id).changes.withdrawal_bar_years.value
    try:
        return rules.plan(kind.value, wanted, queries.standing_of(agreement, kind.value, wanted), bar_years=years)
    except rules.Forbidden as no:
        raise Refused(no.phrase.say(_, language()), field=no.field, rule=no.rule) from no


def apply(request: ChangeRequest, agreement: Agreement, plan: rules.Plan, *, by: Viewer) -> None:
    """Do what `plan` says, which was made under the locks that are still held."""
    request.plan, request.plan_sha256 = plan.facts(), plan.sha256()
    reason = f"{request.number} {request.reason}"[:500]
    for order_id in plan.cancels:
        orders.cancel_order(order_id, reason, by=SYSTEM)
    _change_quantities(plan, by)
    _change_agreement(request, agreement, plan, by)
    _end(request, agreement, plan, reason, by)
    _check_pots(agreement, plan)
    request.applied_at = clock.now()
    request.advance(to=ChangeState.APPLIED)
    record("change_request:applied", request, by=by, plan_sha256=request.plan_sha256, end=plan.end)
    for firm in queries.firms_to_tell(request, agreement):
        notify("change_applied", about=request.subject, organisation_id=firm, number=request.number)


def _change_quantities(plan: rules.Plan, by: Viewer) -> None:
    by_order: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for line_id, count in plan.quantities.items():
        line = locked(OrderLine, int(line_id))
        by_order[line.order_id][line.id] = Decimal(count) / 1000
    for order_id, quantities in by_order.items():
        orders.change_quantities(order_id, quantities, by=by)


def _change_agreement(request: ChangeRequest, agreement: Agreement, plan: rules.Plan, by: Viewer) -> None:
    voucher_id = agreement.voucher_id or 0
    if request.kind == ChangeKind.CONTACT and request.organisation_id is not None:
        accounts.note_representative(
            request.organisation_id,
            representative=str(request.wanted.get("representative") or ""),
            address=str(request.wanted.get("address") or ""),
            by=by,
        )
    if plan.terms:
        vouchers.change_terms(
            voucher_id,
            support_minor=plan.terms["support"],
            own_cash_minor=plan.terms["own_cash"],
            vat_minor=plan.terms["vat"],
            posted=get_ruleset(agreement.ruleset_id).own_money.route.value == "PROGRAMME_ACCOUNT",
            key=f"{request.subject}:apply",
            by=by,
        )
    if plan.ends_on:
        grants.change_last_day(agreement.id, date.fromisoformat(plan.ends_on), by=by)
        vouchers.extend(voucher_id, expires_on=date.fromisoformat(plan.ends_on), by=by)
    if plan.supplier_id:
        grants.replace_party(agreement.id, Party.SUPPLIER, plan.supplier_id, by=by)
    if plan.organisation_id:
        grants.replace_party(agreement.id, Party.SME, plan.organisation_id, by=by)
        vouchers.hand_over(voucher_id, plan.organisation_id, by=by)


def _end(request: ChangeRequest, agreement: Agreement, plan: rules.Plan, reason: str, by: Viewer) -> None:
    if not plan.end:
        return
    voucher_id = agreement.voucher_id or 0
    if plan.end == "cancelled":
        grants.terminate_agreement(agreement.id, reason=reason, by=by)
    else:
        grants.end_agreement(agreement.id, reason, by=by)
        if plan.end == "closed":
            vouchers.close(voucher_id, by=by)
        elif plan.end == "ended":
            vouchers.end_early(voucher_id, reason, by=by)
        elif held.get_voucher(voucher_id).state.value == "active":
            vouchers.freeze(voucher_id, reason, by=by)
    if plan.bar_years:
        today = clock.today()
        until = today + timedelta(days=365 * plan.bar_years)
        accounts.bar(agreement.organisation_id, reason=reason, from_on=today, until_on=until, by=by)


def _check_pots(agreement: Agreement, plan: rules.Plan) -> None:
    """The ledger stands as it was shown to those who allowed and signed; else nothing of it happens."""
    pots, said = held.pots_of(agreement.voucher_id or 0), plan.after
    found = (pots.support_available, pots.support_reserved, pots.own_available, pots.own_reserved, pots.refund_due)
    told = (said.support_available, said.support_reserved, said.own_available, said.own_reserved, said.refunded)
    if found != told:
        raise RuntimeError(f"the ledger has {found} where the plan foretold {told}")


def close_rest(voucher_id: int) -> None:
    """Close a voucher that was ended early when nothing of it is reserved any more."""
    vouchers.close(voucher_id, by=SYSTEM)
