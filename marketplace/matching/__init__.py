"""Matching: needs in a firm's own words, offers ranked and explained, sealed quotes, the choice and what it rested on.

Owns      need, need_invitation, need_question, quote, quote_line, price_fact, shortlist, pre_agreement,
          pre_agreement_signature
Door      operations.draft_need, change_need, invite, post_draft, post_need, close_need, ask_question, answer_question,
          send_quote, withdraw_quote, open_quotes, accept_quote, decline_quote, note_price, draft_pre_agreement,
          sign_pre_agreement, end_pre_agreement; queries.needs_seen_by, match_of, quotes_seen_by, find_accepted_quote,
          price_bands, signed_pre_agreements
Holds     until the deadline nobody but its supplier reads a quote, and what it says never changes; a late one is refused
          by the database's clock; what a choice rested on is locked and computed again from what is stored alone;
          an accepted quote never changes, and orders draft themselves from it
"""
