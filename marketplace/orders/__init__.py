"""Purchase orders: what a buyer asked for, at which price, and how far it has come.

Owns      purchase_order, order_line, spending_rule, order_change, order_change_signature, voucher_return
Door      operations.draft_order, change_draft, submit_order, accept_order, decline_order, cancel_order, close_order,
          add_line, change_line, remove_line, split_into_milestones; ask_approval, return_draft, set_spending_rule;
          propose_change, sign_change_order, refuse_change_order, withdraw_change_order; ask_return, confirm_return,
          end_return; note_delivered, note_returned, note_accepted, note_invoiced, note_uninvoiced, note_paid;
          use_capacity (what was accepted of shared computing is used up at once: no invoice, no payout);
          note_approved, which whoever approves an invoice calls beside vouchers.approve_spending, so that an order knows
          what to release;
          queries.find_order_seen_by, lines_of, terms_of (three sums before committing), orders_of_voucher, forecast_of,
          support_due_of (how an order's support is cut among its invoices)
Holds     an order past draft has its price reserved in the ledger; state only moves along NEXT;
          ordered >= delivered >= accepted >= invoiced >= paid, line by line; what was spent of a reservation is never
          more than it was, and the rest goes back when the order ends; an accepted order changes only by a change order
          that both firms sign, which does exactly the plan that was signed and posts only the difference
"""
