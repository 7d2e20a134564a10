"""Locked shortlists: what was seen, and the same computed again."""

import json
from typing import Any

from flask import Response, abort, request
from flask_login import login_required

from marketplace.core.i18n import _
from marketplace.core.web import allow, render, viewer
from marketplace.matching import policies, queries
from marketplace.matching.models import Need, Shortlist
from marketplace.matching.rules import scoring
from marketplace.matching.rules.evidence import recompute
from marketplace.matching.rules.gates import BY_NAME
from marketplace.matching.views.blueprint import bp


def _seen(shortlist_id: int) -> tuple[Shortlist, Need]:
    return queries.find_shortlist_seen_by(viewer(), shortlist_id) or abort(404)


@bp.get("/shortlists/<int:shortlist_id>")
@login_required
def shortlist(shortlist_id: int) -> str:
    kept, need = _seen(shortlist_id)
    allow(policies.may_list(viewer()))
    again = recompute(kept.content, kept.content_sha256) if "recompute" in request.args else None
    return render(
        "matching/shortlist.html",
        shortlist=kept,
        content=kept.content,
        need=need,
        again=again,
        features=scoring.FEATURES,
        gates=BY_NAME,
        figure_words=_figure_words(),
    )


@bp.get("/shortlists/<int:shortlist_id>/file")
@login_required
def shortlist_file(shortlist_id: int) -> Any:
    kept, _need = _seen(shortlist_id)
    allow(policies.may_list(viewer()))
    text = json.dumps({"content": kept.content, "content_sha256": kept.content_sha256}, ensure_ascii=False, indent=1)
    name = f'attachment; filename="shortlist-{kept.id}.json"'
    return Response(text, mimetype="application/json", headers={"Content-Disposition": name})


def _figure_words() -> dict[str, str]:
    """The words of figures that are no features."""
    return {
        "content_sha256": _("지문 전체"),
        "weights_sha256": _("가중치의 지문"),
        "score": _("점수"),
        "shut": _("걸린 조건"),
        "rank": _("순위"),
        "supply": _("공급가액"),
        "vat": _("부가가치세"),
        **{name: _(words) for name, words in scoring.FEATURES.items()},
    }
