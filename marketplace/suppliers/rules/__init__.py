"""Pure decisions of the pool."""

from marketplace.suppliers.rules.arithmetic import (
    CHECKS_A_MINUTE,
    ENOUGH_BUYERS,
    ENOUGH_PRICES,
    EXPECTED_DELIVERIES,
    EXPECTED_RATE,
    HARD_RATIO,
    PRIOR_DELIVERIES,
    STRIKING_RATIO,
    price_ratio,
    programme_mean,
    room_from,
    shrunk_rate,
    written_hundredths,
)
from marketplace.suppliers.rules.proofs import LARGEST_PROOF, BadProof, proof_of

__all__ = [
    "CHECKS_A_MINUTE",
    "ENOUGH_BUYERS",
    "ENOUGH_PRICES",
    "EXPECTED_DELIVERIES",
    "EXPECTED_RATE",
    "HARD_RATIO",
    "LARGEST_PROOF",
    "PRIOR_DELIVERIES",
    "STRIKING_RATIO",
    "BadProof",
    "price_ratio",
    "programme_mean",
    "proof_of",
    "room_from",
    "shrunk_rate",
    "written_hundredths",
]
