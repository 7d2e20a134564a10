"""Pages of agreements: list, read and sign, terminate."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import queries as accounts
from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, amounts_in
from marketplace.core.korea import written_business_number
from marketplace.core.web import allow, csv_response, page_number, refuse_on, render, viewer, wants_csv
from marketplace.grants import operations, policies, queries
from marketplace.grants.forms import ReasonForm, SignForm
from marketplace.grants.models import Agreement, AgreementState
from marketplace.grants.views.blueprint import bp
from marketplace.papers import queries as papers
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules import declarations_asked
from marketplace.vouchers import queries as vouchers


@bp.get("/agreements")
@login_required
def agreements() -> str | Response:
    allow(policies.may_list_agreements(viewer()))
    state = request.args.get("state", "")
    if wants_csv():
        return _agreements_csv(state)
    return render(
        "grants/agreements.html",
        page=queries.agreements_page(viewer(), state=state, page=page_number()),
        state=state,
        states=list(AgreementState),
    )


def _agreements_csv(state: str) -> Response:
    columns = [
        _("협약 번호"),
        _("과제"),
        _("수요기업"),
        _("공급기업"),
        _("지원금"),
        _("시작일"),
        _("종료일"),
        _("서명"),
        _("상태"),
    ]
    rows = (
        (
            *(row.number, row.title, row.firm, row.supplier, row.support_minor),
            *(row.starts_on.isoformat(), row.ends_on.isoformat(), row.signatures, row.state.label),
        )
        for row in queries.agreements_page(viewer(), state=state, size=20_000).items
    )
    return csv_response("agreements", columns, rows)


@bp.get("/agreements/<int:agreement_id>")
@login_required
def agreement(agreement_id: int) -> str:
    row = queries.find_agreement_seen_by(viewer(), agreement_id) or abort(404)
    allow(policies.may_see_agreement(viewer(), row, queries.places_of(agreement_id)))
    return _page(agreement_id)


def _page(agreement_id: int, **refused: Any) -> str:
    row = queries.find_agreement_seen_by(viewer(), agreement_id) or abort(404)
    place = policies.place_of(viewer(), queries.places_of(row.id))
    signatures = queries.signatures_of(row.id)
    waits = any(place and signed.place == place.id and signed.signed_at is None for signed in signatures)
    voucher = vouchers.get_voucher(row.voucher_id) if row.voucher_id else None
    amounts_in(row.content["amounts"]["unit"])
    forms = {
        "sign_form": SignForm(formdata=None, prefix="sign-"),
        "reissue_form": ReasonForm(formdata=None, prefix="reissue-"),
        "terminate_form": ReasonForm(formdata=None, prefix="terminate-"),
    }
    ours = policies.may_terminate_agreement(viewer(), row)
    return render(
        "grants/agreement.html",
        agreement=row,
        content=row.content,
        signatures=signatures,
        party=place.role if place else None,
        text_sha256=queries.paper_bytes_of(row),
        step_up=accounts.find_fresh_step_up(viewer()) if waits else None,
        step_up_minutes=accounts.STEP_UP_MINUTES,
        voucher=voucher,
        voucher_seen=vouchers.find_voucher_seen_by(viewer(), row.voucher_id) if row.voucher_id else None,
        written=written_business_number,
        papers=papers.papers_about(viewer(), row.subject),
        declares=_declares(row),
        may_sign=waits and row.state == AgreementState.SIGNING,
        may_reissue=ours and row.state == AgreementState.SIGNING,
        may_terminate=ours
        and row.may_become(AgreementState.TERMINATED)
        and (voucher is None or voucher.state.value == "issued"),
        **(forms | refused),
    )


def _declares(row: Agreement) -> int | None:
    """The application whose firm declares how it stands, where the rules ask and the reader may look."""
    if row.state != AgreementState.SIGNED or not declarations_asked(programmes.get_ruleset(row.ruleset_id)):
        return None
    found = queries.find_application_of_voucher(row.voucher_id or 0)
    return found.id if found is not None and policies.may_see_application(viewer(), found) else None


@bp.post("/agreements/<int:agreement_id>/sign")
@login_required
def sign_agreement(agreement_id: int) -> tuple[str, int] | BaseResponse:
    queries.find_agreement_seen_by(viewer(), agreement_id) or abort(404)
    allow(policies.may_sign_agreement(viewer(), queries.places_of(agreement_id)))
    form = SignForm(prefix="sign-")
    if form.validate():
        try:
            with transaction():
                seen, paper = form.seen_sha256.data, form.seen_paper.data
                operations.sign_agreement(agreement_id, seen_sha256=seen, seen_paper_sha256=paper, by=viewer())
            flash(_("서명했습니다."), "success")
            return redirect(url_for(".agreement", agreement_id=agreement_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _page(agreement_id, sign_form=form), 422


@bp.post("/agreements/<int:agreement_id>/reissue")
@login_required
def reissue_agreement(agreement_id: int) -> tuple[str, int] | BaseResponse:
    row = queries.find_agreement_seen_by(viewer(), agreement_id) or abort(404)
    allow(policies.may_terminate_agreement(viewer(), row))
    form = ReasonForm(prefix="reissue-")
    if form.validate():
        try:
            with transaction():
                operations.reissue_agreement(agreement_id, reason=form.reason.data, by=viewer())
            flash(_("협약서를 다시 만들었습니다. 모든 당사자가 새 협약서에 서명해야 합니다."), "success")
            return redirect(url_for(".agreement", agreement_id=agreement_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _page(agreement_id, reissue_form=form), 422


@bp.post("/agreements/<int:agreement_id>/terminate")
@login_required
def terminate_agreement(agreement_id: int) -> tuple[str, int] | BaseResponse:
    row = queries.find_agreement_seen_by(viewer(), agreement_id) or abort(404)
    allow(policies.may_terminate_agreement(viewer(), row))
    form = ReasonForm(prefix="terminate-")
    if form.validate():
        try:
            with transaction():
                operations.terminate_agreement(agreement_id, reason=form.reason.data, by=viewer())
            flash(_("협약을 해약했습니다. 배정했던 예산은 다시 쓸 수 있습니다."), "success")
            return redirect(url_for(".agreement", agreement_id=agreement_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _page(agreement_id, terminate_form=form), 422
