"""The list, and asking for a change."""

import io
from typing import Any

from flask import Response, abort, flash, redirect, request, send_file, url_for
from flask_login import login_required

from marketplace.accounts.queries import find_organisation_by_number
from marketplace.amendments import forms, gateway, operations, policies, queries
from marketplace.amendments.models import ChangeKind, ChangeState
from marketplace.amendments.rules import terms
from marketplace.amendments.views.blueprint import bp, page, seen
from marketplace.core import clock
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, in_language
from marketplace.core.storage import storage
from marketplace.core.web import allow, csv_response, make, page_number, render, viewer, wants_csv
from marketplace.grants import queries as grants
from marketplace.grants.models import Agreement
from marketplace.suppliers.queries import designated_suppliers
from marketplace.vouchers.queries import get_voucher


@bp.get("")
@login_required
def index() -> str | Response:
    allow(policies.may_list(viewer()))
    state = request.args.get("state", "")
    if wants_csv():
        return _csv(state)
    rows = queries.requests_page(viewer(), state=state, page=page_number())
    return render("amendments/index.html", page=rows, state=state, states=list(ChangeState))


def _csv(state: str) -> Response:
    columns = [_("변경 번호"), _("종류"), _("협약 번호"), _("수요기업"), _("신청 시각"), _("결정 기한"), _("상태")]
    rows = (
        (row.number, row.kind.label, row.agreement, row.firm, row.asked_at.isoformat(), row.due_on, row.state.label)
        for row in queries.requests_page(viewer(), state=state, size=20_000).items
    )
    return csv_response("changes", columns, rows)


def _agreement(agreement_id: int) -> Agreement:
    row: Agreement = grants.find_agreement_seen_by(viewer(), agreement_id) or abort(404)
    return row


def _kind(name: str) -> ChangeKind:
    return ChangeKind(name) if name in {each.value for each in ChangeKind} else abort(404)


@bp.get("/agreements/<int:agreement_id>")
@login_required
def of_agreement(agreement_id: int) -> str:
    row = _agreement(agreement_id)
    parties = grants.places_of(row.id)
    allow(viewer().sees_everything or policies.may_list(viewer()))
    return render(
        "amendments/of_agreement.html",
        agreement=row,
        requests=queries.requests_of(row.id),
        kinds=policies.kinds_for(viewer(), parties) if row.state.value == "signed" and row.voucher_id else [],
        terms=terms(),
    )


def _form(row: Agreement, kind: ChangeKind, *, empty: bool = False) -> Any:
    """The form of this kind with its choices and what holds now."""
    given: dict[str, Any] = {"formdata": None} if empty else {}
    voucher = get_voucher(row.voucher_id or 0)
    if kind == ChangeKind.LINES:
        standing = queries.standing_of(row, kind.value, {})
        lines = [(line.id, line.description, f"{line.thousandths / 1000:g}") for line in standing.lines]
        form: Any = forms.with_lines(lines)(**given)
    elif kind == ChangeKind.AMOUNT and empty:
        now = {"support": voucher.support_minor, "own_cash": voucher.own_cash_minor}
        form = forms.AmountForm(data={**now, "in_kind": row.content["amounts"]["in_kind"]}, **given)
    elif kind == ChangeKind.CONTACT and empty:
        form = forms.ContactForm(data={"changed_on": clock.today()}, **given)
    else:
        form = forms.FORMS[kind](**given)
    form.reason_code.choices = [(code, in_language(each.ko, each.en)) for code, each in terms().reasons.items()]
    if kind == ChangeKind.SUPPLIER:
        pool = [each for each in designated_suppliers(row.programme_id) if each.id != row.supplier_id]
        form.supplier_id.choices = [(each.id, each.name) for each in pool]
    return form


def _wanted(form: Any) -> dict[str, Any]:
    """What the form says; the firm that takes over is found by its number."""
    if not isinstance(form, forms.MergerForm):
        wanted: dict[str, Any] = form.wanted()
        return wanted
    firm = find_organisation_by_number(form.business_number.data or "")
    if firm is None:
        raise Refused(_("이 번호로 가입한 기업이 없습니다. 먼저 가입한 뒤 신청하세요."), field="business_number")
    return {"organisation_id": firm.id}


def _ask_page(row: Agreement, kind: ChangeKind, form: Any) -> str:
    return render("amendments/ask.html", agreement=row, kind=kind, form=form, terms=terms())


@bp.get("/agreements/<int:agreement_id>/<kind>")
@login_required
def new(agreement_id: int, kind: str) -> str:
    row, asked = _agreement(agreement_id), _kind(kind)
    allow(policies.may_ask(viewer(), grants.places_of(row.id), asked) and row.voucher_id is not None)
    return _ask_page(row, asked, _form(row, asked, empty=True))


@bp.post("/agreements/<int:agreement_id>/<kind>")
@login_required
def ask(agreement_id: int, kind: str) -> Any:
    row, asked = _agreement(agreement_id), _kind(kind)
    allow(policies.may_ask(viewer(), grants.places_of(row.id), asked) and row.voucher_id is not None)
    form = _form(row, asked)
    status, request_id = make(
        form, lambda kept: _asked(agreement_id, asked, form, *kept), first=lambda: _kept_and_wanted(form)
    )
    if status:
        return _ask_page(_agreement(agreement_id), asked, form), status
    flash(_("변경을 신청했습니다. 결과는 모든 당사자에게 알려 드립니다."), "success")
    return redirect(url_for(".show", request_id=request_id), 303)


def _kept_and_wanted(form: Any) -> tuple[Any, dict[str, Any]]:
    return gateway.keep(form.files.data or []), _wanted(form)


def _asked(agreement_id: int, kind: ChangeKind, form: Any, files: Any, wanted: dict[str, Any]) -> int:
    said = {"reason_code": form.reason_code.data, "reason": form.reason.data}
    return operations.ask_change(agreement_id, kind, **said, wanted=wanted, evidence=files, by=viewer()).id


@bp.get("/<int:request_id>")
@login_required
def show(request_id: int) -> str:
    seen(request_id)
    allow(policies.may_list(viewer()))
    return page(request_id)


@bp.get("/<int:request_id>/evidence/<int:evidence_id>")
@login_required
def evidence(request_id: int, evidence_id: int) -> Response:
    seen(request_id)
    allow(policies.may_list(viewer()))
    file = queries.find_evidence(request_id, evidence_id) or abort(404)
    data = io.BytesIO(storage().read(file.sha256))
    return send_file(data, mimetype="application/octet-stream", as_attachment=True, download_name=file.name)
