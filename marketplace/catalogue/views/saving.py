"""Searches that people keep: a list, a name, a pause, and a link in each letter that ends it."""

from hmac import compare_digest
from typing import Any

from flask import Flask, abort, flash, redirect, request, url_for
from flask_login import login_required

from marketplace.catalogue import forms, operations, policies, queries
from marketplace.catalogue.models import SavedSearch
from marketplace.catalogue.views.reading import bp
from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.forms import Form
from marketplace.core.i18n import _
from marketplace.core.keys import derived
from marketplace.core.web import allow, attempt, render, viewer


def stop_key(search_id: int) -> str:
    """The key of the link that ends a search's letters: whoever reads the database cannot make one."""
    return derived("stop saved search", str(search_id))[:32]


def stop_path(search_id: int) -> str:
    """Where that link leads on this site; for templates/emails."""
    return f"/catalogue/searches/{search_id}/stop/{stop_key(search_id)}"


def init_app(app: Flask) -> None:
    """Give letters the word for that address, in their text and in their head. A mail program posts there without a
    session and without a token of ours: the key in the address is the right, and all that it can do is to end letters."""
    app.jinja_env.globals["stop_path"] = stop_path
    app.extensions.setdefault("stop_paths", {})["saved_search_found"] = lambda facts: stop_path(facts["search_id"])
    app.extensions["csrf"].exempt(stop_alerts)


@bp.get("/searches")
@login_required
def saved_searches() -> str:
    allow(policies.may_save(viewer()))
    return _searches_page()


def _searches_page(form: forms.SaveForm | None = None, renaming: int = 0) -> str:
    return render(
        "catalogue/searches.html",
        searches=queries.searches_of(viewer()),
        form=form,
        renaming=renaming,
        limit=operations.MOST_SEARCHES,
    )


@bp.post("/searches")
@login_required
def save_search() -> Any:
    allow(policies.may_save(viewer()))
    form = forms.SaveForm()

    def work() -> None:
        spend_once(form.once.data)
        operations.save_search(form.name.data or "", request.form, by=viewer())

    if status := attempt(form, work):
        return _searches_page(form), status
    flash(_("검색을 저장했습니다. 새 상품이 나오면 하루에 한 번까지 알려 드립니다."), "success")
    return redirect(url_for(".saved_searches"), 303)


def _own(search_id: int) -> SavedSearch:
    return queries.find_search_seen_by(viewer(), search_id) or abort(404)


@bp.post("/searches/<int:search_id>/name")
@login_required
def rename_search(search_id: int) -> Any:
    _own(search_id)
    allow(policies.may_save(viewer()))
    form = forms.NameForm()
    if status := attempt(form, lambda: operations.rename_search(search_id, form.name.data or "", by=viewer())):
        return _searches_page(form, search_id), status
    flash(_("이름을 바꿨습니다."), "success")
    return redirect(url_for(".saved_searches"), 303)


@bp.post("/searches/<int:search_id>/pause")
@login_required
def pause_search(search_id: int) -> Any:
    return _change(search_id, operations.pause_search, _("알림을 멈췄습니다."))


@bp.post("/searches/<int:search_id>/resume")
@login_required
def resume_search(search_id: int) -> Any:
    return _change(search_id, operations.resume_search, _("다시 알려 드립니다. 지금부터 새로 나오는 것만 알립니다."))


@bp.post("/searches/<int:search_id>/delete")
@login_required
def delete_search(search_id: int) -> Any:
    return _change(search_id, operations.delete_search, _("저장한 검색을 지웠습니다."))


def _change(search_id: int, work: Any, said: str) -> Any:
    _own(search_id)
    allow(policies.may_save(viewer()))
    try:
        with transaction():
            work(search_id, by=viewer())
    except Refused as refusal:
        flash(str(refusal), "warning")
    else:
        flash(said, "success")
    return redirect(url_for(".saved_searches"), 303)


def _held(search_id: int, key: str) -> SavedSearch:
    """The search whose letter somebody holds. Without sign-in: the key is the right."""
    if not compare_digest(stop_key(search_id).encode(), key.encode()):
        abort(404)
    return queries.find_search(search_id) or abort(404)


@bp.get("/searches/<int:search_id>/stop/<key>")
def stop_page(search_id: int, key: str) -> str:
    allow(True)  # Whoever holds the letter.
    return render("catalogue/stop.html", saved=_held(search_id, key), form=Form(), stopped=False)


@bp.post("/searches/<int:search_id>/stop/<key>")
def stop_alerts(search_id: int, key: str) -> str:
    allow(True)  # Whoever holds the letter.
    _held(search_id, key)
    with transaction():
        operations.stop_alerts(search_id)
    return render("catalogue/stop.html", saved=_held(search_id, key), form=Form(), stopped=True)
