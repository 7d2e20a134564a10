"""What the firms of a day do: rank, confirm, withdraw."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_login import login_required

from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.forms import Form
from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, refuse_on, render, viewer
from marketplace.matchday import forms, operations, policies, queries
from marketplace.matchday.models import MatchingDayEntry, MatchingDaySeat
from marketplace.matchday.views.days import bp, seen_day, show_day

Side = MatchingDayEntry | MatchingDaySeat


def _seen_side(side: str, side_id: int) -> Side:
    find = {"entries": queries.find_entry_seen_by, "seats": queries.find_seat_seen_by}.get(side) or abort(404)
    return find(viewer(), side_id) or abort(404)


def _ranking_page(side: str, seen: Side, form: forms.RankForm, typed: dict[str, str]) -> str:
    row = seen_day(seen.day_id)
    said = queries.last_ranking(seen)
    return render(
        "matchday/ranking.html",
        row=row,
        day=row.day,
        side=side,
        seen=seen,
        form=form,
        hopefuls=queries.hopefuls_of(seen),
        typed=typed or {f"place-{each}": str(number) for number, each in enumerate(said, 1)},
    )


@bp.get("/<any(entries, seats):side>/<int:side_id>/ranking")
@login_required
def ranking(side: str, side_id: int) -> str:
    seen = _seen_side(side, side_id)
    allow(policies.may_rank(viewer(), seen_day(seen.day_id).day, seen))
    return _ranking_page(side, seen, forms.RankForm(formdata=None), {})


@bp.post("/<any(entries, seats):side>/<int:side_id>/ranking")
@login_required
def rank(side: str, side_id: int) -> Any:
    seen, form, typed = _seen_side(side, side_id), forms.RankForm(), request.form.to_dict()
    allow(policies.speaks_for(viewer(), seen))
    model = type(seen)
    if status := _rank(form, model, side_id, typed):
        return _ranking_page(side, _seen_side(side, side_id), form, typed), status
    flash(_("순위를 냈습니다. 마감 전에는 다시 낼 수 있습니다."), "success")
    return redirect(url_for(".day", day_id=seen.day_id), 303)


def _rank(form: forms.RankForm, model: type[Side], side_id: int, typed: dict[str, str]) -> int:
    if not form.validate():
        return 422
    try:
        places = form.places(typed)
        with transaction():
            operations.rank(model, side_id, places, by=viewer())
    except ValueError as error:
        form.form_errors.append(str(error))
        return 422
    except Refused as refusal:
        refuse_on(form, refusal)
        return refusal.status
    return 0


def _seen_pair(pair_id: int) -> tuple[queries.PairRow, int]:
    found = queries.find_pair_seen_by(viewer(), pair_id) or abort(404)
    return found[0], found[1].id


def _answer(pair_id: int, form: Form, work: Any, words: str) -> Any:
    pair, day_id = _seen_pair(pair_id)
    sides = [each for each in (pair.entry, pair.seat) if each is not None]
    allow(any(policies.speaks_for(viewer(), side) for side in sides))
    if status := attempt(form, work):
        return show_day(seen_day(day_id), form), status
    flash(words, "success")
    return redirect(url_for(".day", day_id=day_id), 303)


@bp.post("/pairs/<int:pair_id>/confirm")
@login_required
def confirm(pair_id: int) -> Any:
    words = _("확정했습니다. 상대 기업도 확정하면 짝이 됩니다.")
    work = lambda: operations.confirm_pair(pair_id, by=viewer())  # noqa: E731
    return _answer(pair_id, forms.ClickForm(), work, words)


@bp.post("/pairs/<int:pair_id>/withdraw")
@login_required
def withdraw(pair_id: int) -> Any:
    form = forms.WithdrawForm()
    words = _("물렸습니다. 사업 담당자와 상대 기업에 알렸습니다.")

    def work() -> None:
        operations.withdraw_pair(pair_id, form.reason.data, leaves=form.leaves.data, by=viewer())

    return _answer(pair_id, form, work, words)
