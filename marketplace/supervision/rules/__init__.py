"""What supervision decides by, pure."""

from marketplace.supervision.rules.closing import Closing, Given, closing_of
from marketplace.supervision.rules.drawing import draw, population_sha256, sample_size
from marketplace.supervision.rules.files import KeptFile, KeptPhoto, report_sha256
from marketplace.supervision.rules.grading import HUNDRED, Graded, grade_of, graded, result_sha256, sheet_sha256
from marketplace.supervision.rules.pictures import BadPicture, Picture, picture_of
from marketplace.supervision.rules.terms import NO, YES, Criterion, Question, Terms, terms
from marketplace.supervision.rules.workers import BadWorkers, typed_workers

__all__ = [
    "HUNDRED",
    "NO",
    "YES",
    "BadPicture",
    "BadWorkers",
    "Closing",
    "Criterion",
    "Given",
    "Graded",
    "KeptFile",
    "KeptPhoto",
    "Picture",
    "Question",
    "Terms",
    "closing_of",
    "draw",
    "grade_of",
    "graded",
    "picture_of",
    "population_sha256",
    "report_sha256",
    "result_sha256",
    "sample_size",
    "sheet_sha256",
    "terms",
    "typed_workers",
]
