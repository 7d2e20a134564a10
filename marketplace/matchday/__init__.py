"""Matching day: the open needs of a programme and its suppliers' free places, put together once, for everybody to check.

A room of its own above matching, because it looks down at needs and suppliers alike, lives by rounds of the whole
programme and not by one need, and nothing of matching has to know of it.

Owns      matching_day, matching_day_entry, matching_day_seat, matching_day_ranking, matching_day_hold,
          matching_day_round, matching_day_pair
Door      operations.create_day, start_scoring, open_rankings, close_rankings, ask_for_round, publish_round, close_day,
          cancel_day; hold_pair, lift_hold, set_slots; rank, confirm_pair, withdraw_pair; queries.days_seen_by, waiting_for
Holds     no seat has more pairs than slots, no gated pair is assigned, a held pair stays in every round;
          what was scored and solved never changes: seed, inputs and results are published under their hashes, and
          `flask matchday replay` finds the same bytes from what is stored
"""
