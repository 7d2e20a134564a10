"""Programmes: a programme year and its versioned rules as data: kinds, caps, ratios, quotas, deadlines.

Owns      programme, ruleset
Door      operations.load_ruleset, publish_ruleset, open_programme, close_programme; queries.ruleset_of (parsed Ruleset),
          programmes_seen_by; rules.split, rules.order_support, rules.judge,
          rules.check_parties, check_tier, check_supplier_load, milestone_amounts, prize_of (pure)
Holds     a published ruleset never changes: a new version is a new row, and every case keeps the version it was agreed under
"""
