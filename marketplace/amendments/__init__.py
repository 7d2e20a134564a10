"""Amendments: what the parties of a signed agreement want changed, who may allow it, and what it does to the money.

A room of its own above settlement: what may still change depends on what was ordered, delivered and invoiced.

Owns      change_request, change_evidence, change_vote, change_signature; terms.yml (who asks, allows, signs; assumed)
Door      operations.ask_change, approve_change, refuse_change, sign_change, withdraw_change, object_to_refusal,
          reopen_change, plan_for (the preview), close_rest; queries.find_request_seen_by, requests_of, waiting_for
Holds     what is done is what was shown: `rules.plan` makes preview and deed, its hash is voted on and signed, and the
          ledger is compared with it before the commit; support never rises; nobody decides what they asked for
"""
