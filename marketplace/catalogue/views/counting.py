"""Counting who looks: each visitor once a day, by a key that nobody can follow to the next day."""

import re

from flask import request

from marketplace.catalogue import operations, policies
from marketplace.catalogue.models import Listing, ListingState, UseKind
from marketplace.core import clock
from marketplace.core.keys import derived
from marketplace.core.web import after_response, viewer

MACHINES = re.compile(r"bot|crawl|spider|slurp|preview|curl|wget|python|java/|headless|monitor|^$", re.I)


def count_use(seen: Listing, kind: UseKind) -> None:
    """Note that somebody looked at, or got a sample of, a public listing. Its own firm, staff and machines do not count."""
    who = viewer()
    agent = request.user_agent.string
    inside = who.sees_everything or policies.owns(who, seen)
    if seen.state != ListingState.PUBLISHED or inside or MACHINES.search(agent):
        return
    day = clock.today()
    name = f"person:{who.person_id}" if who.is_authenticated else f"{request.remote_addr} {agent}"
    visitor = derived("visitor", f"{day} {name}")[:32]
    listing_id = seen.id
    after_response(lambda: operations.note_use(listing_id, kind, visitor, day))
