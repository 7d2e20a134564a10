"""The blueprint of the supervision room, and what its views share."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, send_file, url_for

from marketplace.core.web import attempt, viewer
from marketplace.supervision import gateway, queries
from marketplace.vouchers.models import Voucher

bp = Blueprint("supervision", __name__, url_prefix="/supervision")
TYPES = {"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg"}


def seen_voucher(voucher_id: int) -> Voucher:
    """The project, or 404 for whoever may not know of it."""
    row: Voucher = queries.find_voucher_seen_by(viewer(), voucher_id) or abort(404)
    return row


def done(form: Any, work: Callable[[], object], said: str, page: Callable[[], str], **there: Any) -> Any:
    """Do it and go to `there`, or show the page again with the reason why not."""
    if status := attempt(form, work):
        return page(), status
    flash(said, "success")
    return redirect(url_for(there.pop("endpoint"), **there), 303)


def download(sha256: str, name: str) -> Any:
    """A kept file, always as an attachment and never as something that a browser runs."""
    return send_file(
        gateway.opened(sha256), mimetype="application/octet-stream", as_attachment=True, download_name=name
    )
