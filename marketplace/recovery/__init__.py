"""Recovery: money that has to come back, with due process, and who is barred for it.

A room of its own above payments: only what was paid can be recovered.

Owns      recovery_case, recovery_statement, recovery_instalment, recovery_receipt
Door      operations.* to act, queries.* to look
Holds     nobody is barred or owes before a prior notice, an opinion period and a decision by a second person; what a firm
          owes is recovery_due of its case in the ledger and nothing else, and a case is closed at zero only
"""
