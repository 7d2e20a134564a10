"""One need of a day, one supplier's slots, and pairs put together or kept apart."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required

from marketplace.core.forms import Form
from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, render, viewer
from marketplace.matchday import forms, operations, policies, queries, rules
from marketplace.matchday.models import MatchingDayEntry, MatchingDaySeat
from marketplace.matchday.views.days import bp, seen_day
from marketplace.matching.rules.scoring import FEATURES


def _seen_entry(entry_id: int) -> MatchingDayEntry:
    return queries.find_entry_seen_by(viewer(), entry_id) or abort(404)


@bp.get("/entries/<int:entry_id>")
@login_required
def entry(entry_id: int) -> str:
    allow(policies.may_list(viewer()))
    return _show_entry(_seen_entry(entry_id))


def _suppliers(day_id: int) -> list[tuple[int, str]]:
    seats = queries.seats_of_day(day_id)
    names = queries.names_in({seat.organisation_id for seat in seats})
    return sorted(((seat.id, names[seat.organisation_id]) for seat in seats), key=lambda each: each[1])


def _show_entry(seen: MatchingDayEntry, form: forms.HoldForm | None = None) -> str:
    row = seen_day(seen.day_id)
    shown = queries.round_shown_to(viewer(), row)
    pair = queries.pair_of_entry(shown.id, seen.id) if shown else None
    inside = policies.may_look_inside(viewer())
    may_hold = policies.may_hold(viewer(), row.day)
    held = [each for each in queries.holds_of(seen.day_id) if each[0].entry_id == seen.id] if inside else []
    also = {pair.pair.seat_id} if pair and pair.pair.seat_id else set()
    return render(
        "matchday/entry.html",
        row=row,
        day=row.day,
        entry=seen,
        pair=pair,
        names=queries.names_in(queries.firms_named(pair.pair)) if pair else {},
        candidates=queries.candidates_of(row.day, seen, also) if inside or pair else [],
        buyer=queries.names_in({seen.organisation_id})[seen.organisation_id],
        words=FEATURES,
        gates=rules.GATES,
        holds=held,
        inside=inside,
        form=(form or forms.HoldForm(_suppliers(seen.day_id), formdata=None)) if may_hold else None,
    )


@bp.post("/entries/<int:entry_id>/hold")
@login_required
def hold(entry_id: int) -> Any:
    seen = _seen_entry(entry_id)
    allow(policies.may_run(viewer()))
    form = forms.HoldForm(_suppliers(seen.day_id))

    def work() -> None:
        together = form.together.data == "yes"
        operations.hold_pair(entry_id, form.seat_id.data, together=together, reason=form.reason.data, by=viewer())

    if status := attempt(form, work):
        return _show_entry(_seen_entry(entry_id), form), status
    flash(_("다음 배정부터 그대로 따릅니다."), "success")
    return redirect(url_for(".entry", entry_id=entry_id), 303)


@bp.post("/holds/<int:hold_id>/lift")
@login_required
def lift(hold_id: int) -> Any:
    allow(policies.may_run(viewer()))
    day_id = queries.day_of_hold(hold_id) or abort(404)
    form: Form = forms.ClickForm()
    if status := attempt(form, lambda: operations.lift_hold(hold_id, by=viewer())):
        abort(status)
    flash(_("풀었습니다. 다음 배정부터 다시 정합니다."), "success")
    return redirect(url_for(".day", day_id=day_id), 303)


def _seen_seat(seat_id: int) -> MatchingDaySeat:
    return queries.find_seat_seen_by(viewer(), seat_id) or abort(404)


@bp.get("/seats/<int:seat_id>/slots")
@login_required
def slots(seat_id: int) -> str:
    seen = _seen_seat(seat_id)
    allow(policies.may_hold(viewer(), seen_day(seen.day_id).day))
    return _slots_page(seen, forms.SlotsForm(formdata=None, slots=seen.slots))


def _slots_page(seen: MatchingDaySeat, form: forms.SlotsForm) -> str:
    row = seen_day(seen.day_id)
    name = queries.names_in({seen.organisation_id})[seen.organisation_id]
    return render("matchday/slots.html", row=row, day=row.day, seat=seen, name=name, form=form)


@bp.post("/seats/<int:seat_id>/slots")
@login_required
def set_slots(seat_id: int) -> Any:
    seen = _seen_seat(seat_id)
    allow(policies.may_run(viewer()))
    form = forms.SlotsForm()
    if status := attempt(form, lambda: operations.set_slots(seat_id, form.slots.data, by=viewer())):
        return _slots_page(_seen_seat(seat_id), form), status
    flash(_("정원을 바꾸었습니다. 다음 배정부터 따릅니다."), "success")
    return redirect(url_for(".day", day_id=seen.day_id), 303)
