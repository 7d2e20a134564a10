"""Panels: how far they are, who stands apart, when they hear whom, and their minutes."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required

from marketplace.core import clock
from marketplace.core.forms import Form
from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, page_number, render, viewer
from marketplace.evaluation import forms, operations, policies, queries, rules
from marketplace.evaluation.models import Panel
from marketplace.evaluation.views.blueprint import bp


def _panel(panel_id: int) -> Panel:
    return queries.find_panel_seen_by(viewer(), panel_id) or abort(404)


@bp.get("/panels/<int:panel_id>")
@login_required
def panel(panel_id: int) -> str:
    allow(policies.may_list(viewer()))
    return show_panel(panel_id)


def show_panel(panel_id: int, refused: Form | None = None) -> str:
    """A panel's page. Whoever sits on it without seeing everything sees names and minutes, not the others' points."""
    found = _panel(panel_id)
    inside, presides = policies.may_look_inside(viewer()), queries.presides(panel_id, viewer().person_id)
    given, members = queries.given_by(panel_id) if inside else [], queries.members_of(panel_id)
    return render(
        "evaluation/panel.html",
        panel=found,
        members=members,
        names={person: name for person, name, _presides in members},
        page=queries.sheets_page(panel_id=panel_id, page=page_number()) if inside else None,
        apart=rules.outliers(given),
        leanings=rules.leanings(given),
        timetable=queries.timetable_of(panel_id) if inside else [],
        minutes=queries.minutes_of(panel_id),
        inside=inside,
        presides=presides,
        may_run=policies.may_run(viewer()),
        refused=refused,
        minutes_form=forms.MinutesForm([(person, name) for person, name, _presides in members], formdata=None),
        timetable_form=forms.TimetableForm(formdata=None),
        points=rules.points,
    )


@bp.post("/panels/<int:panel_id>/timetable")
@login_required
def timetable(panel_id: int) -> Any:
    _panel(panel_id)
    allow(policies.may_run(viewer()))
    form = forms.TimetableForm()

    def work() -> None:
        first_at = form.first_at.data.replace(tzinfo=clock.SEOUL)
        operations.set_timetable(panel_id, first_at=first_at, minutes=form.minutes.data, by=viewer())

    if status := attempt(form, work):
        return show_panel(panel_id, form), status
    flash(_("발표 시간표를 정하고 기업에 알렸습니다."), "success")
    return redirect(url_for(".panel", panel_id=panel_id), 303)


@bp.post("/panels/<int:panel_id>/minutes")
@login_required
def minutes(panel_id: int) -> Any:
    _panel(panel_id)
    allow(queries.presides(panel_id, viewer().person_id))
    form = forms.MinutesForm([(person, name) for person, name, _presides in queries.members_of(panel_id)])

    def work() -> None:
        operations.write_minutes(panel_id, body=form.body.data, present=form.present.data or [], by=viewer())

    if status := attempt(form, work):
        return show_panel(panel_id, form), status
    flash(_("회의록을 남겼습니다. 남긴 회의록은 고칠 수 없습니다."), "success")
    return redirect(url_for(".panel", panel_id=panel_id), 303)
