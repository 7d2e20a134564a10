"""What happens to money by itself: vouchers whose own share is in become active, what is owed is queued for payment, and
the card company is asked and listened to. It is always asked with no transaction open."""

import logging
from datetime import timedelta

from flask import current_app

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.jobs import each_row, every
from marketplace.payments import gateway, operations, queries
from marketplace.payments.gateway import bank

log = logging.getLogger("marketplace.payments")
SOON, MISSED = timedelta(seconds=5), timedelta(minutes=10)
"""When a page that nobody answered for is asked for again, and when an end that nobody told us of is looked for."""
KEY_LIVES = timedelta(hours=23)
"""How long the card company keeps an idempotency key, with an hour to spare: after that a second try might pay twice."""


@every("*/5 * * * * *", "payments.activate")
def activate() -> int:
    """Activate vouchers whose own share and VAT are in; one whose programme's pool is empty is tried again."""
    return each_row(queries.vouchers_to_activate(), operations.activate_paid)


@every("*/5 * * * * *", "payments.queue_payouts")
def queue_payouts() -> int:
    """Give approved cases their payouts, a thousand in a transaction: a day's approvals must not wait for many rounds."""
    queued = 0
    for _round in range(20):
        with transaction():
            step = operations.queue_payouts(1000)
        queued += step
        if step < 1000:
            break
    return queued


@every("*/10 * * * * *", "payments.queue_grants")
def queue_grants() -> int:
    """Give approved steps of grants their payouts."""
    with transaction():
        return operations.queue_grants()


@every("40 */10 * * * *", "payments.registry")
def look_up_payees() -> int:
    """Keep what the registry says of waiting payees fresh. Moves no row: the answers are the registry job's."""
    with transaction():
        operations.look_up_payees()
    return 0


@every("35 * * * * *", "payments.withdraw_payouts")
def withdraw_payouts() -> int:
    """Withdraw waiting payouts whose approval was taken back; no batch takes them before that either."""
    return each_row(queries.payouts_to_withdraw(), operations.withdraw_payout)


@every("15 * * * * *", "payments.queue_refunds")
def queue_refunds() -> int:
    """Give closed vouchers the payouts of what is due to their firms, one transaction each."""
    ids = queries.vouchers_to_refund()
    for voucher_id in ids:
        with transaction():
            operations.queue_refund(voucher_id)
    return len(ids)


@every("25 * * * * *", "payments.advise")
def advise_payees() -> int:
    """Issue payees the papers of what settled batches paid them."""
    issued = 0
    for batch_id in queries.batches_to_advise():
        with transaction():
            issued += operations.advise_batch(batch_id)
    return issued


@every("*/5 * * * * *", "payments.account_check")
def check_accounts() -> int:
    """Ask the bank whose the accounts are that firms asked for."""
    checked = 0
    for account_id, code, number in queries.accounts_to_check() if bank.is_configured() else []:
        session.rollback()  # nothing is open while we wait
        try:
            seen = bank.holder_of(code, number)
        except bank.BankAway as problem:
            log.warning("bank account %s: %s", account_id, problem)
            break
        with transaction():
            operations.note_holder(account_id, seen.holder, seen.why)
        checked += 1
    return checked


@every("20 */5 * * * *", "payments.account_activate")
def activate_accounts() -> int:
    """Use the accounts whose waiting time is over."""
    return each_row(queries.accounts_to_activate(), operations.activate_account)


def open_page(payment_id: int) -> None:
    """Ask the card company for the page of a payment, and keep its answer. The same payment has the same page."""
    payment = queries.get_card_payment(payment_id)
    base = f"{current_app.config['MARKETPLACE'].public_url}/payments/cards/{payment.id}"
    amount, key = payment.amount_minor, payment.idempotency_key
    too_late = clock.now() - payment.created_at > KEY_LIVES
    session.rollback()  # nothing is open while we wait
    try:
        if too_late:
            raise gateway.GatewayRefused("no answer for a day")
        checkout = gateway.open_checkout(
            payment_id,
            amount=amount,
            key=key,
            title=_("데이터바우처 자부담과 부가가치세"),
            back=f"{base}?back=1",
            given_up=base,
        )
    except gateway.GatewayError as error:
        with transaction():
            operations.note_no_checkout(payment_id, str(error), final=isinstance(error, gateway.GatewayRefused))
        return
    with transaction():
        operations.note_checkout(payment_id, checkout)


@every("*/5 * * * * *", "payments.card_open")
def open_pages() -> int:
    """Ask again for pages whose answer was lost, each with its own key."""
    found = queries.payments_to_open(SOON) if gateway.is_configured() else []
    for payment_id in found:
        open_page(payment_id)
    return len([each for each in found if each not in set(queries.payments_to_open(SOON))])


@every("*/2 * * * * *", "payments.card_events")
def act_on_events() -> int:
    """Look at the payments that the card company told us of. One picture answers all that was told before it."""
    done = 0
    for each in queries.events_to_act_on() if gateway.is_configured() else []:
        session.rollback()
        if each.payment_id is None or each.session_id is None:
            with transaction():
                operations.put_off(each.event_ids, "unknown", unknown=True)
            continue
        try:
            picture = gateway.picture_of(each.session_id)
            with transaction():
                operations.act_on(each.payment_id, picture, each.event_ids)
            done += len(each.event_ids)
        except (gateway.GatewayError, Refused) as problem:
            log.warning("card payment %s: %s", each.payment_id, problem)
            with transaction():
                operations.put_off(each.event_ids, str(problem))
    return done


@every("30 */5 * * * *", "payments.card_look")
def look_at_cards() -> int:
    """Look at payments that should have ended by now: what we were told may have been lost."""
    moved = 0
    for payment_id, name in queries.payments_to_look_at(MISSED) if gateway.is_configured() else []:
        before = queries.get_card_payment(payment_id).state
        session.rollback()
        try:
            picture = gateway.picture_of(name)
            with transaction():
                moved += operations.apply_picture(payment_id, picture).state != before
        except (gateway.GatewayError, Refused) as problem:
            log.warning("card payment %s: %s", payment_id, problem)
    return moved


@every("*/5 * * * * *", "payments.card_refunds")
def send_refunds() -> int:
    """Ask the card company for what was approved, each with its own key: asked again it is the same refund."""
    sent = 0
    for refund_id in queries.refunds_to_send() if gateway.is_configured() else []:
        refund, payment = queries.refund_and_payment(refund_id)
        intent, amount = payment.payment_intent or "", refund.amount_minor
        key, too_late = refund.idempotency_key, clock.now() - refund.created_at > KEY_LIVES * 30
        session.rollback()
        try:
            if too_late:
                raise gateway.GatewayRefused("no answer for a month")
            seen = gateway.refund(refund_id, payment_intent=intent, amount=amount, key=key)
            with transaction():
                operations.note_refund(refund_id, seen)
            sent += 1
        except gateway.GatewayError as problem:
            final = isinstance(problem, gateway.GatewayRefused)
            with transaction():
                operations.note_refund_tried(refund_id, str(problem), final=final)
    return sent


@every("45 7 * * * *", "payments.card_balance")
def read_balance() -> int:
    """Take over the card company's own account of what it holds for us, and post its fees."""
    if not gateway.is_configured():
        return 0
    since = operations.since_of_balance(clock.now(), queries.last_balance_at())
    session.rollback()
    try:
        lines = list(gateway.balance_lines(since))
    except gateway.GatewayError as problem:
        log.warning("balance: %s", problem)
        return 0
    kept = 0
    for line in reversed(lines):
        with transaction():
            kept += operations.keep_balance_line(line)
    return kept
