"""Settlement: tax invoices, the three-way match, what is not recognised, and the approval by two officers.

Owns      tax_invoice, invoice_line, invoice_upload, invoice_reminder, settlement_case, disallowance, approval_limit,
          settlement_month
Door      operations.enter_invoice, receive_upload, enter_upload, withdraw_invoice, disallow, reply_to_disallowance,
          decide_objection, approve_first, approve_second, return_case, mark_paid, take_case, set_limit, close_month;
          queries.find_invoice_seen_by, find_case_seen_by, match_of, cases_to_pay, sums_of_voucher, programme_sums, ages
Holds     only an invoice that matches order and acceptance line by line is taken; an approval number is used once in
          the whole system; the two who approve are two persons with two names, neither of a party, the second within
          the own limit; what is recognised and what is not add up to the invoice, and nothing is approved while the
          supplier may still speak; a closed month stays as it is
"""
