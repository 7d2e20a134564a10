"""What nobody offers: counting searches in vain, and the board that shows suppliers what is missing."""

import re
from collections.abc import Mapping
from typing import Any

from flask import request
from flask_login import login_required

from marketplace.catalogue import operations, policies, queries
from marketplace.catalogue.models import ListingKind
from marketplace.catalogue.rules.persons import hidden
from marketplace.catalogue.views.counting import MACHINES
from marketplace.catalogue.views.reading import bp
from marketplace.core import clock
from marketplace.core.i18n import _
from marketplace.core.keys import derived
from marketplace.core.web import after_response, allow, render, viewer
from marketplace.search.queries import Answer, compared

FEWEST_LETTERS, MOST_LETTERS = 2, 60


def count_miss(words: str, answer: Answer, filters: Mapping[str, Any]) -> None:
    """Note words for which nothing good was there. Filters may be why; staff look for other reasons, machines for none.
    What might be about a person is not noted at all, and long sentences are as good as a signature."""
    agent, who = request.user_agent.string, viewer()
    if answer.confident or filters or who.sees_everything or MACHINES.search(agent):
        return
    asked = compared(words)
    tells_nothing = not FEWEST_LETTERS <= len(asked) <= MOST_LETTERS or not re.search(r"[^\W\d_]{2}", asked)
    if tells_nothing or hidden(asked) != asked or "@" in asked:
        return
    month = clock.today().replace(day=1)
    name = f"person:{who.person_id}" if who.is_authenticated else f"{request.remote_addr} {agent}"
    visitor = derived("search miss", f"{month} {name}")[:32]
    after_response(lambda: operations.note_miss(asked, visitor, month))


@bp.get("/demand")
@login_required
def demand() -> str:
    allow(policies.may_see_demand(viewer()))
    kinds = {each.value: each.label for each in ListingKind}
    return render(
        "catalogue/demand.html",
        unmet=queries.unmet_words(),
        months=queries.misses_by_month(),
        needs=[(kinds.get(each.kind, _("종류를 적지 않음")), each) for each in queries.open_needs()],
        may_draft=policies.may_draft(viewer()),
    )
