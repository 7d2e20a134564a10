"""The way of a listing to the public and back."""

from typing import Any

from flask import flash, redirect, url_for
from flask_login import login_required

from marketplace.catalogue import forms, operations, policies
from marketplace.catalogue.views.reading import bp, listing_page, seen_listing
from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, viewer


@bp.post("/<int:listing_id>/submit")
@login_required
def submit(listing_id: int) -> Any:
    allow(policies.may_submit(viewer(), seen_listing(listing_id)))
    form = forms.SubmitForm()
    if status := attempt(form, lambda: operations.submit_for_review(listing_id, by=viewer())):
        return listing_page(seen_listing(listing_id), form), status
    flash(_("검토를 요청했습니다. 결과를 알려 드립니다."), "success")
    return redirect(url_for(".listing", listing_id=listing_id), 303)


@bp.post("/<int:listing_id>/publish")
@login_required
def publish(listing_id: int) -> Any:
    allow(policies.may_review(viewer(), seen_listing(listing_id)))
    form = forms.ReviewForm("publish")

    def work() -> None:
        operations.publish_listing(listing_id, form.number.data, comment=form.comment.data or "", by=viewer())

    if status := attempt(form, work):
        return listing_page(seen_listing(listing_id), form, publishing=form), status
    flash(_("상품을 게시했습니다."), "success")
    return redirect(url_for(".listing", listing_id=listing_id), 303)


@bp.post("/<int:listing_id>/return")
@login_required
def give_back(listing_id: int) -> Any:
    allow(policies.may_review(viewer(), seen_listing(listing_id)))
    form = forms.ReviewForm("return")

    def work() -> None:
        operations.return_listing(listing_id, form.number.data, form.comment.data or "", by=viewer())

    if status := attempt(form, work):
        return listing_page(seen_listing(listing_id), form, returning=form), status
    flash(_("의견을 붙여 돌려보냈습니다."), "success")
    return redirect(url_for(".reviews"), 303)


@bp.post("/<int:listing_id>/withdraw")
@login_required
def withdraw(listing_id: int) -> Any:
    allow(policies.may_withdraw(viewer(), seen_listing(listing_id)))
    form = forms.WithdrawForm()
    if status := attempt(form, lambda: operations.withdraw_listing(listing_id, form.reason.data or "", by=viewer())):
        return listing_page(seen_listing(listing_id), form, withdrawing=form), status
    flash(_("상품을 내렸습니다. 이미 발주한 건에는 영향이 없습니다."), "success")
    return redirect(url_for(".listing", listing_id=listing_id), 303)
