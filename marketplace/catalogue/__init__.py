"""The catalogue: listings, their versions and prices, and open data harvested from elsewhere.

Owns      listing, listing_version
Door      operations.draft_listing, revise_listing, submit_for_review, publish_listing, return_listing,
          withdraw_listing, harvest; queries.find_listing_seen_by, find_published_version, get_version, found_listings
Holds     a version never changes; an order keeps the version it was made on; open data is free and cannot be ordered
"""
