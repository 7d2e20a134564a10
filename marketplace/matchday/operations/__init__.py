"""What is done on a matching day: by officers, by jobs, and by the firms that take part."""

from marketplace.matchday.operations.days import (
    cancel_day,
    close_day,
    close_rankings,
    create_day,
    open_rankings,
    start_scoring,
)
from marketplace.matchday.operations.holding import hold_pair, lift_hold, set_slots
from marketplace.matchday.operations.rounds import ask_for_round, begin_round, finish_round, publish_round
from marketplace.matchday.operations.scoring import claim_day, finish_scoring, gather, release_day, score_some
from marketplace.matchday.operations.taking import confirm_pair, rank, withdraw_pair

__all__ = [
    "ask_for_round",
    "begin_round",
    "cancel_day",
    "claim_day",
    "close_day",
    "close_rankings",
    "confirm_pair",
    "create_day",
    "finish_round",
    "finish_scoring",
    "gather",
    "hold_pair",
    "lift_hold",
    "open_rankings",
    "publish_round",
    "rank",
    "release_day",
    "score_some",
    "set_slots",
    "start_scoring",
    "withdraw_pair",
]
