"""Payments: the own share coming in, payouts going out, and the bank's word on both.

Owns      bank_account; bank_statement, deposit, own_share_receipt; payout_batch, payout; card_payment, card_refund,
          gateway_event, card_balance_line
Door      operations.ask_account, approve_account; read_bank_statement, assign_deposit, confirm_return; enter_receipt,
          confirm_receipt, reject_receipt, activate_paid; queue_payouts, queue_refund, make_batch, send_batch, cancel_batch,
          read_bank_result, requeue_payout; queries.receipts_of_voucher, find_batch_seen_by, payouts_of_voucher,
          waiting_count; jobs activate vouchers whose own share is in, queue payouts and refunds, and ask and listen to the
          bank and the card company (gateway), always with no transaction open
Holds     a firm is paid to a verified account only, agreed to by a second person, a changed one after a waiting time; a
          deposit is matched by its payer's verified account and its amount, or held; a receipt is entered and confirmed by
          two persons, a batch made and sent by two; an invoice is paid once; no payout leaves while the ledger's check finds
          a difference; what the bank refused returns to where it came from; an event of the card company is kept once and
          its effects happen once, in whatever order; a barred payee's payouts wait
"""
