"""Writing listings: a draft, and new versions of it."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import login_required

from marketplace.catalogue import forms, operations, policies, queries
from marketplace.catalogue.models import Listing
from marketplace.catalogue.views.reading import bp, seen_listing
from marketplace.core.db import spend_once
from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, render, viewer


def rows_changed(form: forms.ListingForm, seen: Listing | None) -> str | None:
    """The page again with a row more or less, where one of those buttons sent it; nothing is stored and nothing judged."""
    wish = request.form.get("rows")
    return editing(form, seen, form.change_rows(wish)) if wish else None


def editing(form: forms.ListingForm, seen: Listing | None, opened: str = "") -> str:
    """The page on which a listing is written; `opened` is the list that was just changed."""
    return render("catalogue/edit.html", form=form, listing=seen, opened=opened)


@bp.get("/new")
@login_required
def new() -> str:
    allow(policies.may_draft(viewer()))
    title = request.args.get("title", "")[:110]  # what the board of demand says is missing
    return editing(forms.ListingForm(data={"title": title} if title else None), None)


@bp.post("/new")
@login_required
def create() -> Any:
    allow(policies.may_draft(viewer()))
    form = forms.ListingForm()
    if page := rows_changed(form, None):
        return page
    made = []

    def work() -> None:
        spend_once(form.once.data)
        made.append(operations.draft_listing(operations.ListingContent(**form.content()), by=viewer()).id)

    if status := attempt(form, work):
        return editing(form, None), status
    flash(_("초안을 저장했습니다. 내용을 확인하고 검토를 요청하세요."), "success")
    return redirect(url_for(".listing", listing_id=made[0]), 303)


@bp.get("/<int:listing_id>/edit")
@login_required
def edit(listing_id: int) -> str:
    seen = seen_listing(listing_id)
    allow(policies.may_revise(viewer(), seen))
    form = forms.ListingForm(data=forms.typed_in(queries.latest_version(listing_id)))
    return editing(form, seen)


@bp.post("/<int:listing_id>/edit")
@login_required
def revise(listing_id: int) -> Any:
    seen = seen_listing(listing_id)
    allow(policies.may_revise(viewer(), seen))
    form = forms.ListingForm()
    if page := rows_changed(form, seen):
        return page
    made = []

    def work() -> None:
        spend_once(form.once.data)
        shown = queries.latest_version(listing_id).sample_id
        content = operations.ListingContent(**form.content(), sample_id=shown)
        made.append(operations.revise_listing(listing_id, content, since=form.since_number(), by=viewer()).number)

    if status := attempt(form, work):
        return editing(form, seen_listing(listing_id)), status
    flash(_("%(number)s판을 저장했습니다. 검토를 요청하면 게시됩니다.", number=made[0]), "success")
    return redirect(url_for(".listing", listing_id=listing_id, version=made[0]), 303)
