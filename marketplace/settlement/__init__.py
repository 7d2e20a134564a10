"""Settlement: tax invoices, the three-way match, what is not recognised, and the approval by two officers.

Owns      tax_invoice, invoice_line, invoice_upload, invoice_issue, invoice_reminder, settlement_case, disallowance,
          approval_reversal, approval_limit, settlement_month
Door      operations.enter_invoice, receive_upload, enter_upload, withdraw_invoice, disallow, reply_to_disallowance,
          decide_objection, approve_first, approve_second, return_case, mark_paid, take_case, set_limit, close_month,
          amend_invoice, ask_reversal, confirm_reversal, ask_issue, note_claimed and note_unclaimed (payments call them),
          note_recovery; queries.invoices_to_recover (money that amendments made too much), is_payable,
          queries.find_invoice_seen_by, find_case_seen_by, match_of, cases_to_pay, sums_of_voucher, programme_sums, ages
Holds     only an invoice that matches order and acceptance line by line is taken; an approval number is used once in
          the whole system; the two who approve are two persons with two names, neither of a party, the second within
          the own limit; what is recognised and what is not add up to the invoice, and nothing is approved while the
          supplier may still speak; a closed month stays as it is; an approval is taken back by two others before its payout
          is in a bank file, and nothing is paid while that is asked or an amendment waits for it; amendments never take
          off more than there was; an invoice is issued once, however often the provider is asked
"""
