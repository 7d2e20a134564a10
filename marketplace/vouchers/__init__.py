"""Vouchers: the credit an award gives; reserved, released, spent, lapsed.

Owns      voucher
Door      operations.issue_voucher, activate, reserve, release, approve_spending, use (capacity), freeze, unfreeze, expire, close;
          queries.voucher_seen_by, pots_of (what is available, reserved, lapsed), vouchers_of
Holds     money moves only through ledger.post; nothing is reserved on a voucher that is not active or has expired;
          only this room knows the names of a voucher's accounts
"""
