"""The catalogue: listings, their versions, prices and samples; open data harvested from elsewhere; use and quality.

Owns      listing, listing_version, listing_sample, listing_use, listing_report, harvest_source, harvest_run, saved_search,
          saved_search_hit, search_miss; the search documents of listings and of suppliers
Door      operations.draft_listing, revise_listing, submit_for_review, publish_listing, return_listing,
          withdraw_listing, harvest, save_search; queries.find_listing_seen_by, find_published_version, get_version,
          found_listings, sample_of, audience_of, filters_of, unmet_words
Holds     a version never changes; an order keeps the version it was made on; open data is free and cannot be ordered;
          a saved search tells of each version once, and of none that is not public; words looked for in vain are shown when
          three people did in a month; nobody sees an upload, only a copy of it without personal data; no address of our
          own network is fetched
"""
