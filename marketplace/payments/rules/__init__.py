"""The rules of payments, pure: who paid in, what the bank file says, and what the bank's answer must say."""

from marketplace.payments.rules.bank_file import (
    BankFacts,
    Line,
    bank_facts,
    bank_file,
    hash_of,
    lines_of_file,
    payout_number,
)
from marketplace.payments.rules.depositor import account_holders, normal_reference, same_depositor
from marketplace.payments.rules.fixed_width import fixed_width_file, lines_of_fixed
from marketplace.payments.rules.result_file import Answer, RowError, read_result
from marketplace.payments.rules.statement_file import StatementLine, read_statement

__all__ = [
    "Answer",
    "BankFacts",
    "Line",
    "RowError",
    "StatementLine",
    "account_holders",
    "bank_facts",
    "bank_file",
    "fixed_width_file",
    "hash_of",
    "lines_of_file",
    "lines_of_fixed",
    "normal_reference",
    "payout_number",
    "read_result",
    "read_statement",
    "same_depositor",
]
