"""The page where a firm says again how it stands."""

from flask import abort, flash, redirect, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core import clock
from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, render, viewer
from marketplace.grants import operations, policies, queries
from marketplace.grants.forms import TAX_CLEAR, SubmitForm, declared_words
from marketplace.grants.models import Application
from marketplace.grants.views.blueprint import bp
from marketplace.programmes.rules import declarations_asked


@bp.get("/applications/<int:application_id>/standing")
@login_required
def standing(application_id: int) -> str:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    allow(policies.may_see_application(viewer(), row))
    return _page(row, _form(row, empty=True))


def _form(row: Application, *, empty: bool = False) -> SubmitForm:
    form = SubmitForm(**({"formdata": None} if empty else {}), prefix="submit-")
    return form.ask(declarations_asked(queries.ruleset_of(row)))


def _page(row: Application, form: SubmitForm) -> str:
    ruleset = queries.ruleset_of(row)
    said, proofs = queries.last_said(row, ruleset), queries.proofs_of(row.organisation_id, clock.today())
    return render(
        "grants/standing.html",
        application=row,
        said=said,
        words=declared_words(said.declared),
        until=queries.good_until(said, ruleset),
        stale=queries.is_stale(said, ruleset, proofs),
        proofs=sorted(proofs),
        form=form,
        may_declare=policies.may_submit_application(viewer(), row) and row.state.value == "awarded",
    )


@bp.post("/applications/<int:application_id>/standing")
@login_required
def declare_again(application_id: int) -> tuple[str, int] | BaseResponse:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    allow(policies.may_submit_application(viewer(), row))
    form = _form(row)
    if status := attempt(
        form,
        lambda: operations.declare_again(
            application_id, tax_clear=TAX_CLEAR[form.tax.data], declared=form.declared(), by=viewer()
        ),
    ):
        return _page(queries.find_application_seen_by(viewer(), application_id) or abort(404), form), status
    flash(_("자격을 다시 신고했습니다."), "success")
    return redirect(url_for(".standing", application_id=application_id), 303)
