"""Payments: the own share coming in, payouts going out, and the bank's word on both.

Owns      own_share_receipt, payout_batch, payout
Door      operations.enter_receipt, confirm_receipt, reject_receipt, make_batch, send_batch, read_bank_result, queue_refund;
          queries.receipts_seen_by, batches_seen_by, bank_file, payouts_of_voucher; jobs activate vouchers whose own share
          is in and queue payouts of approved cases
Holds     a receipt is entered and confirmed by two persons; an invoice is paid once; no payout leaves while the ledger's
          last check found a difference; what the bank refused returns to payable
"""
