"""Matching: needs in a firm's own words, and the quotes that suppliers answer with.

Owns      need, quote
Door      operations.post_need, close_need, send_quote, withdraw_quote, accept_quote, decline_quote;
          queries.needs_seen_by, quotes_seen_by, get_accepted_quote
Holds     an accepted quote never changes; orders draft themselves from it
"""
