"""The inbox."""

from flask import Blueprint, abort, redirect, url_for
from flask_login import login_required
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.db import transaction
from marketplace.core.forms import Form
from marketplace.core.i18n import language
from marketplace.core.web import allow, page_number, render, viewer
from marketplace.notices import operations, queries
from marketplace.notices.documents import letter_of
from marketplace.notices.models import Notice
from marketplace.notices.rules import page_of

bp = Blueprint("notices", __name__, url_prefix="/inbox")


def _address(notice: Notice) -> str:
    page = page_of(notice.about)
    try:
        return url_for(page[0], **page[1]) if page else ""
    except BuildError:
        return ""


@bp.get("")
@login_required
def inbox() -> str:
    allow(viewer().is_authenticated)
    page = queries.inbox_of(viewer(), page_number())
    rows = [
        (notice, read, letter_of(notice, name=viewer().name, url="", locale=language()).subject)
        for notice, read in page.items
    ]
    return render("notices/inbox.html", page=page, rows=rows, form=Form())


@bp.get("/<int:notice_id>")
@login_required
def show(notice_id: int) -> str:
    allow(viewer().is_authenticated)
    notice = queries.find_notice_seen_by(viewer(), notice_id) or abort(404)
    letter = letter_of(notice, name=viewer().name, url="", locale=language())
    return render("notices/notice.html", notice=notice, letter=letter, address=_address(notice), form=Form())


@bp.post("/<int:notice_id>/open")
@login_required
def open_notice(notice_id: int) -> BaseResponse:
    allow(viewer().is_authenticated)
    notice = queries.find_notice_seen_by(viewer(), notice_id) or abort(404)
    address = _address(notice) or url_for(".show", notice_id=notice_id)
    with transaction():
        operations.mark_read([notice_id], by=viewer())
    return redirect(address, 303)


@bp.post("/read")
@login_required
def read_page() -> BaseResponse:
    allow(viewer().is_authenticated)
    ids = [notice.id for notice, read in queries.inbox_of(viewer(), page_number()).items if not read]
    with transaction():
        operations.mark_read(ids, by=viewer())
    return redirect(url_for(".inbox", page=page_number()), 303)
