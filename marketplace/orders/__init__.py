"""Purchase orders: what a buyer asked for, at which price, and how far it has come.

Owns      purchase_order, order_line
Door      operations.draft_order, change_draft, submit_order, accept_order, decline_order, cancel_order, close_order,
          note_delivered, note_returned, note_accepted, note_invoiced, note_uninvoiced, note_paid; note_approved, which
          whoever approves an invoice calls beside vouchers.approve_spending, so that an order knows what to release;
          queries.find_order_seen_by, lines_of, terms_of (three sums before committing), orders_of_voucher,
          support_due_of (how an order's support is cut among its invoices)
Holds     an order past draft has its price reserved in the ledger; state only moves along NEXT;
          ordered >= delivered >= accepted >= invoiced >= paid, line by line; what was spent of a reservation is never
          more than it was, and the rest goes back when the order ends
"""
