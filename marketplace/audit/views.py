"""The auditors' desk: what there is, every list, every posting. Nothing here writes."""

from flask import Blueprint, Response, abort, request, url_for
from flask_login import login_required

from marketplace.audit import policies, queries
from marketplace.audit.rules import WORDS
from marketplace.core.i18n import _
from marketplace.core.web import allow, csv_response, render, viewer, wants_csv
from marketplace.ledger import queries as ledger

bp = Blueprint("audit", __name__, url_prefix="/audit")
LARGEST = 2**63 - 1


def _before() -> int | None:
    """Where the page begins; nonsense is the beginning."""
    text = request.args.get("before", "")
    return min(int(text), LARGEST) if text.isascii() and text.isdigit() and len(text) < 20 else None


@bp.get("")
@login_required
def index() -> str:
    allow(policies.may_audit(viewer()))
    lists = {"groups": queries.GROUPS, "counts": queries.counts(viewer()), "words": WORDS}
    return render("audit/index.html", **lists, check=ledger.last_check())


@bp.get("/lists/<name>")
@login_required
def rows(name: str) -> str | Response:
    allow(policies.may_audit(viewer()))
    if name not in queries.LISTS:
        abort(404)
    about = request.args.get("about", "")[:80].replace("\0", "")
    if wants_csv():
        columns = [column.name for column in queries.columns_of(name)]
        return csv_response(name, columns, queries.all_rows_of(viewer(), name, about=about))
    page = queries.rows_of(viewer(), name, before=_before(), about=about)
    return render("audit/rows.html", name=name, title=_(WORDS[name]), page=page, about=about)


@bp.get("/postings")
@login_required
def postings() -> str | Response:
    allow(policies.may_audit(viewer()))
    prefix = request.args.get("about", "")[:80].replace("\0", "")
    if wants_csv():
        return _postings_csv(prefix)
    transfers = ledger.statement(before=_before(), key_prefix=prefix, limit=51)
    more = transfers[49].id if len(transfers) > 50 else None
    next_url = url_for(".postings", before=more, about=prefix or None) if more else ""
    return render("audit/postings.html", transfers=transfers[:50], about=prefix, next_url=next_url)


def _postings_csv(prefix: str) -> Response:
    rows: list[tuple[object, ...]] = []
    before: int | None = None
    while len(rows) < queries.EXPORT:
        part = ledger.statement(before=before, key_prefix=prefix, limit=queries.CHUNK)
        rows += [
            (
                *(each.id, each.key, each.reason, each.debit_kind, each.debit_owner, each.credit_kind),
                *(each.credit_owner, each.amount, each.unit, each.happened_at),
            )
            for each in part
        ]
        if len(part) < queries.CHUNK:
            break
        before = part[-1].id
    columns = ["id", "key", "reason", "debit_kind", "debit_owner", "credit_kind", "credit_owner", "amount", "unit"]
    return csv_response("postings", [*columns, "happened_at"], rows)
