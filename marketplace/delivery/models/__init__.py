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
from marketplace.delivery.models.moving import DownloadLink, DownloadReceipt, Upload, UploadPart, UploadState
from marketplace.delivery.models.talk import Audience, Message, MessageFile
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
    "Audience",
    "CriteriaState",
    "Delivery",
    "DeliveryFile",
    "DeliveryLine",
    "DeliveryState",
    "Dispute",
    "DisputeState",
    "DisputeStatement",
    "DownloadLink",
    "DownloadReceipt",
    "DrawState",
    "LabelItem",
    "LabelSample",
    "Message",
    "MessageFile",
    "Outcome",
    "ReworkItem",
    "Side",
    "TestState",
    "Upload",
    "UploadPart",
    "UploadState",
]
