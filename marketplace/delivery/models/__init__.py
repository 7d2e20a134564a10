"""Tables of deliveries."""

from marketplace.delivery.models.deliveries import (
    ANSWERED_STATES,
    RETURNED_STATES,
    Acceptance,
    Delivery,
    DeliveryFile,
    DeliveryLine,
    DeliveryState,
)
from marketplace.delivery.models.disputes import (
    Dispute,
    DisputeState,
    DisputeStatement,
    Outcome,
    ReworkItem,
    Side,
)
from marketplace.delivery.models.testing import (
    AcceptanceCriteria,
    AcceptanceTest,
    CriteriaState,
    DrawState,
    LabelItem,
    LabelSample,
    TestState,
)

__all__ = [
    "ANSWERED_STATES",
    "RETURNED_STATES",
    "Acceptance",
    "AcceptanceCriteria",
    "AcceptanceTest",
    "CriteriaState",
    "Delivery",
    "DeliveryFile",
    "DeliveryLine",
    "DeliveryState",
    "Dispute",
    "DisputeState",
    "DisputeStatement",
    "DrawState",
    "LabelItem",
    "LabelSample",
    "Outcome",
    "ReworkItem",
    "Side",
    "TestState",
]
