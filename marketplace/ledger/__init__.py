"""The ledger: who holds how much, and why. Nobody else imports its models.

Owns      ledger_account, ledger_transfer, ledger_route, ledger_summary, ledger_check
Door      operations.post(*moves, key=...), Move; queries.balances, balance_as_of, transfers_of, statement, last_check;
          operations.verify
Holds     one SQL function writes; every transfer is debit, credit, amount > 0, one unit, under a key that counts once;
          accounts with a floor never go below zero; transfers are never changed; all balances add up to zero
"""
