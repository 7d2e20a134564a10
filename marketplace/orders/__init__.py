"""Purchase orders: what a buyer asked for, at which price, and how far it has come.

Owns      purchase_order, order_line
Door      operations.draft_order, change_draft, submit_order, accept_order, decline_order, cancel_order, close_order,
          note_delivered, note_returned, note_accepted, note_invoiced, note_uninvoiced, note_paid; queries.order_seen_by,
          lines_of, terms_of (three sums before committing), orders_of_voucher
Holds     an order past draft has its price reserved in the ledger; state only moves along NEXT;
          ordered >= delivered >= accepted >= invoiced >= paid, line by line
"""
