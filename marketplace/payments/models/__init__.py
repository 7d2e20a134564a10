"""Money in and money out: by transfer, and by card."""

from marketplace.payments.models.accounts import BankAccount, BankAccountState
from marketplace.payments.models.cards import (
    CardBalanceLine,
    CardPayment,
    CardPaymentState,
    CardRefund,
    CardRefundState,
    EventState,
    GatewayEvent,
)
from marketplace.payments.models.deposits import BankStatement, Deposit, DepositState, HeldFor
from marketplace.payments.models.transfers import (
    BatchState,
    OwnShareReceipt,
    PayeeWord,
    Payout,
    PayoutAdvice,
    PayoutBatch,
    PayoutPart,
    PayoutState,
    ReceiptState,
)

__all__ = [
    "BankAccount",
    "BankAccountState",
    "BankStatement",
    "BatchState",
    "CardBalanceLine",
    "CardPayment",
    "CardPaymentState",
    "CardRefund",
    "CardRefundState",
    "Deposit",
    "DepositState",
    "EventState",
    "GatewayEvent",
    "HeldFor",
    "OwnShareReceipt",
    "PayeeWord",
    "Payout",
    "PayoutAdvice",
    "PayoutBatch",
    "PayoutPart",
    "PayoutState",
    "ReceiptState",
]
