"""Pure decisions of a matching day: scores, assignments, reasons, and the bytes that are hashed."""

from marketplace.matchday.rules.facts import (
    FEATURES,
    Asked,
    Line,
    Offered,
    asked_from,
    offered_from,
    pack_vectors,
    plain,
    weights_in_thousandths,
)
from marketplace.matchday.rules.reasons import Placement, placements, summary
from marketplace.matchday.rules.scores import GATES, Comparing, Pool, Scored, all_scored, scored
from marketplace.matchday.rules.sealing import lines_of, matrix, sealed, sha256_of
from marketplace.matchday.rules.solving import Impossible, Method, Problem, solve

__all__ = [
    "FEATURES",
    "GATES",
    "Asked",
    "Comparing",
    "Impossible",
    "Line",
    "Method",
    "Offered",
    "Placement",
    "Pool",
    "Problem",
    "Scored",
    "all_scored",
    "asked_from",
    "lines_of",
    "matrix",
    "offered_from",
    "pack_vectors",
    "placements",
    "plain",
    "scored",
    "sealed",
    "sha256_of",
    "solve",
    "summary",
    "weights_in_thousandths",
]
