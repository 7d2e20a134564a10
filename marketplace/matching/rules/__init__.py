"""Pure decisions of matching: features and scores, gates, sums of quotes, prices by which to judge, and recomputing."""
