"""Settlement: tax invoices, the three-way match, and the approval by two officers.

Owns      tax_invoice, invoice_line, settlement_case
Door      operations.enter_invoice, withdraw_invoice, approve_first, approve_second, return_case, mark_paid;
          queries.find_invoice_seen_by, find_case_seen_by, match_of, cases_to_pay, sums_of_voucher, programme_sums
Holds     only an invoice that matches order and acceptance line by line is taken; an approval number is used once in
          the whole system; the two who approve are two persons with two names, neither of a party
"""
