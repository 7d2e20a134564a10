"""Tables of deliveries."""

from marketplace.core.db import Base
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
from marketplace.delivery.models.work import CrowdWorker, StatementState, WorkObjection, WorkShift, WorkStatement

RECORDS: tuple[type[Base], ...] = (
    *(Delivery, DeliveryLine, DeliveryFile, Acceptance, ReworkItem, Dispute, DisputeStatement),
    *(AcceptanceCriteria, AcceptanceTest, LabelSample, LabelItem),
    *(Upload, UploadPart, DownloadLink, DownloadReceipt, Message, MessageFile),
    *(WorkStatement, WorkShift, CrowdWorker, WorkObjection),
)
"""Every table of this room, in the order in which an auditor reads them."""

__all__ = [
    "ANSWERED_STATES",
    "RECORDS",
    "RETURNED_STATES",
    "Acceptance",
    "AcceptanceCriteria",
    "AcceptanceTest",
    "Audience",
    "CriteriaState",
    "CrowdWorker",
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
    "StatementState",
    "TestState",
    "Upload",
    "UploadPart",
    "UploadState",
    "WorkObjection",
    "WorkShift",
    "WorkStatement",
]
