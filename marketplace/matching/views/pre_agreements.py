"""Pages of pre-agreements: drawn from a quote, read, signed by both."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required

from marketplace.catalogue.queries import right_words
from marketplace.core.forms import Form
from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, render, viewer
from marketplace.matching import forms, operations, policies, queries
from marketplace.matching.models import PreAgreement, Purpose, TaxKind
from marketplace.matching.views.blueprint import bp, seen_quote
from marketplace.matching.views.quotes import show_quote
from marketplace.papers.queries import papers_about


def _seen(pre_agreement_id: int) -> PreAgreement:
    return queries.find_pre_agreement_seen_by(viewer(), pre_agreement_id) or abort(404)


@bp.post("/quotes/<int:quote_id>/pre-agreement")
@login_required
def draft_pre_agreement(quote_id: int) -> Any:
    allow(policies.owns_need(viewer(), seen_quote(quote_id)[1]))
    form, made = forms.ClickForm(), []
    work = attempt(form, lambda: made.append(operations.draft_pre_agreement(quote_id, by=viewer()).id))
    if work:
        return show_quote(*seen_quote(quote_id), form), work
    flash(_("사전협의서를 만들었습니다. 내용을 확인하고 서명하세요."), "success")
    return redirect(url_for(".pre_agreement", pre_agreement_id=made[0]), 303)


@bp.get("/pre-agreements/<int:pre_agreement_id>")
@login_required
def pre_agreement(pre_agreement_id: int) -> str:
    seen = _seen(pre_agreement_id)
    allow(policies.may_see_pre_agreement(viewer(), seen))
    return _show(seen)


def _show(seen: PreAgreement, refused: Form | None = None) -> str:
    return render(
        "matching/pre_agreement.html",
        agreement=seen,
        content=seen.content,
        signatures=queries.signatures_of(seen),
        side=policies.side_of(viewer(), seen),
        may_sign=policies.may_sign(viewer(), seen)
        and policies.side_of(viewer(), seen) not in queries.signed_sides(seen.id),
        may_end=policies.may_end(viewer(), seen),
        purposes=[Purpose(value).label for value in seen.content["purposes"]],
        rights=right_words(),
        tax_words={kind.value: kind.label for kind in TaxKind},
        papers=papers_about(viewer(), seen.subject),
        sign_form=refused if isinstance(refused, forms.SignForm) else forms.SignForm(formdata=None),
        reason_form=refused if isinstance(refused, forms.ReasonForm) else forms.ReasonForm(formdata=None),
        refused=refused,
    )


@bp.post("/pre-agreements/<int:pre_agreement_id>/sign")
@login_required
def sign_pre_agreement(pre_agreement_id: int) -> Any:
    allow(policies.side_of(viewer(), _seen(pre_agreement_id)) is not None)
    form = forms.SignForm()
    seen_sha256 = form.seen_sha256.data or ""
    deed = operations.sign_pre_agreement
    if status := attempt(form, lambda: deed(pre_agreement_id, seen_sha256=seen_sha256, by=viewer())):
        return _show(_seen(pre_agreement_id), form), status
    flash(_("서명했습니다."), "success")
    return redirect(url_for(".pre_agreement", pre_agreement_id=pre_agreement_id), 303)


@bp.post("/pre-agreements/<int:pre_agreement_id>/end")
@login_required
def end_pre_agreement(pre_agreement_id: int) -> Any:
    allow(policies.side_of(viewer(), _seen(pre_agreement_id)) is not None)
    form = forms.ReasonForm()
    reason = form.reason.data or ""
    if status := attempt(form, lambda: operations.end_pre_agreement(pre_agreement_id, reason=reason, by=viewer())):
        return _show(_seen(pre_agreement_id), form), status
    flash(_("사전협의서를 끝냈습니다."), "success")
    return redirect(url_for(".pre_agreement", pre_agreement_id=pre_agreement_id), 303)
