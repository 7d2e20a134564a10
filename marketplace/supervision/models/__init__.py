"""Tables of supervision."""

from marketplace.supervision.models.calling import Callback, CallbackDraw, CallbackState, CallbackTry
from marketplace.supervision.models.checking import (
    MidtermAnswer,
    MidtermCheck,
    MidtermFile,
    MidtermState,
    SitePhoto,
    SiteVisit,
    VisitVerdict,
)
from marketplace.supervision.models.closing import VoucherClosing
from marketplace.supervision.models.grading import FinalEvaluation, FinalSheet, GradingState
from marketplace.supervision.models.reminding import SupervisionReminder
from marketplace.supervision.models.reporting import FinalReport, FinalReportFile, FinalReportVersion, ReportState

RECORDS = (
    *(FinalReport, FinalReportVersion, FinalReportFile, FinalEvaluation, FinalSheet, MidtermCheck, MidtermAnswer),
    *(MidtermFile, SiteVisit, SitePhoto, CallbackDraw, Callback, CallbackTry, VoucherClosing),
    SupervisionReminder,
)
"""All of them, for the auditors' lists."""

__all__ = [
    "RECORDS",
    "Callback",
    "CallbackDraw",
    "CallbackState",
    "CallbackTry",
    "FinalEvaluation",
    "FinalReport",
    "FinalReportFile",
    "FinalReportVersion",
    "FinalSheet",
    "GradingState",
    "MidtermAnswer",
    "MidtermCheck",
    "MidtermFile",
    "MidtermState",
    "ReportState",
    "SitePhoto",
    "SiteVisit",
    "SupervisionReminder",
    "VisitVerdict",
    "VoucherClosing",
]
