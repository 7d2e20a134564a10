"""Where open data is taken in from, and what came of it."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required

from marketplace.catalogue import forms, operations, policies, queries
from marketplace.catalogue.models import HarvestSource, SourceKind
from marketplace.catalogue.views.reading import bp
from marketplace.core.db import spend_once
from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, render, viewer


@bp.get("/sources")
@login_required
def sources() -> str:
    allow(policies.may_see_harvests(viewer()))
    return sources_page(None)


def sources_page(form: forms.SourceForm | None) -> str:
    may = policies.may_harvest(viewer())
    return render(
        "catalogue/sources.html",
        rows=queries.harvest_sources(),
        form=form or (forms.SourceForm(formdata=None) if may else None),
    )


@bp.post("/sources")
@login_required
def add_source() -> Any:
    allow(policies.may_harvest(viewer()))
    form = forms.SourceForm()

    def work() -> None:
        spend_once(form.once.data)
        kind = SourceKind(form.kind.data)
        operations.add_source(form.name.data, kind, form.url.data, nightly=form.nightly.data, by=viewer())

    if status := attempt(form, work):
        return sources_page(form), status
    flash(_("출처를 더했습니다. ‘지금 가져오기’를 누르거나 밤을 기다리세요."), "success")
    return redirect(url_for(".sources"), 303)


def _seen(source_id: int) -> HarvestSource:
    return queries.find_source(source_id) or abort(404)


@bp.get("/sources/<int:source_id>")
@login_required
def source(source_id: int) -> str:
    allow(policies.may_see_harvests(viewer()))
    return source_page(_seen(source_id))


def source_page(seen: HarvestSource, form: forms.SourceChangeForm | None = None) -> str:
    changing = forms.SourceChangeForm(formdata=None, url=seen.url, nightly=seen.nightly)
    may = policies.may_harvest(viewer())
    return render(
        "catalogue/source.html",
        source=seen,
        runs=queries.runs_of(seen.id),
        spoken=_spoken,
        form=form or changing,
        may=may,
    )


def _spoken(told: dict[str, Any]) -> str:
    words, values = told.get("words", ""), told.get("values", {})
    return _(words, **values) if words else ""


@bp.post("/sources/<int:source_id>")
@login_required
def change_source(source_id: int) -> Any:
    allow(policies.may_harvest(viewer()))
    _seen(source_id)
    form = forms.SourceChangeForm()
    if status := attempt(
        form,
        lambda: operations.change_source(source_id, url=form.url.data, nightly=form.nightly.data, by=viewer()),
    ):
        return source_page(_seen(source_id), form), status
    flash(_("출처를 고쳤습니다."), "success")
    return redirect(url_for(".source", source_id=source_id), 303)


@bp.post("/sources/<int:source_id>/run")
@login_required
def run_source(source_id: int) -> Any:
    allow(policies.may_harvest(viewer()))
    _seen(source_id)
    form = forms.SubmitForm()
    if status := attempt(form, lambda: operations.start_run(source_id, by=viewer())):
        return source_page(_seen(source_id)), status
    flash(_("가져오기를 시작했습니다. 몇 초마다 나아갑니다."), "success")
    return redirect(url_for(".source", source_id=source_id), 303)
