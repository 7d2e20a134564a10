"""Running a day: the officer's pages, and the record that anybody may read."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_login import login_required

from marketplace.core.db import spend_once
from marketplace.core.forms import Form
from marketplace.core.i18n import _, in_language
from marketplace.core.web import allow, attempt, csv_response, page_number, render, viewer, wants_csv
from marketplace.matchday import forms, operations, policies, queries
from marketplace.matchday.models import DayMethod, DayState, Keep, MatchingDayRound, PairState, RoundState
from marketplace.programmes.models import ProgrammeState
from marketplace.programmes.queries import programmes

bp = Blueprint("matchday", __name__, url_prefix="/matchday")
MOST_IN_FILE = 20_000


@bp.get("")
@login_required
def index() -> str:
    allow(policies.may_list(viewer()))
    page = queries.days_seen_by(viewer(), page=page_number())
    return render("matchday/index.html", page=page, may_run=policies.may_run(viewer()))


def _choices() -> list[tuple[int, str]]:
    open_ones = [each for each in programmes() if each.state != ProgrammeState.CLOSED]
    return [(each.id, in_language(each.name, each.name_en)) for each in open_ones]


@bp.get("/new")
@login_required
def new() -> str:
    allow(policies.may_run(viewer()))
    return render("matchday/new.html", form=forms.DayForm(_choices(), formdata=None))


@bp.post("/new")
@login_required
def create() -> Any:
    allow(policies.may_run(viewer()))
    form, made = forms.DayForm(_choices()), []

    def work() -> None:
        spend_once(form.once.data)
        made.append(operations.create_day(**form.facts(), by=viewer()).id)

    if status := attempt(form, work):
        return render("matchday/new.html", form=form), status
    flash(_("매칭데이를 만들었습니다. 준비되면 점수 계산을 시작하세요."), "success")
    return redirect(url_for(".day", day_id=made[0]), 303)


def seen_day(day_id: int) -> queries.DayRow:
    """The day, or 404."""
    return queries.find_day_seen_by(viewer(), day_id) or abort(404)


@bp.get("/<int:day_id>")
@login_required
def day(day_id: int) -> str:
    allow(policies.may_list(viewer()))
    return show_day(seen_day(day_id))


def show_day(row: queries.DayRow, refused: Form | None = None) -> str:
    """The officer's page, or what the day brings a firm."""
    shown = queries.round_shown_to(viewer(), row)
    if not policies.may_look_inside(viewer()):
        return _show_mine(row, shown, refused)
    rounds = queries.rounds_of(row.day.id)
    published = next((each for each in rounds if each.state == RoundState.PUBLISHED), None)
    new = shown is not None and published is not None and shown.id != published.id
    return render(
        "matchday/day.html",
        row=row,
        day=row.day,
        round=shown,
        rounds=rounds,
        waiting=any(each.state == RoundState.WAITING for each in rounds),
        changes=queries.changes_of(shown.id, published.id) if new and shown and published else None,
        taking_part=queries.taking_part(row.day.programme_id) if row.day.state == DayState.DRAFT else None,
        holds=queries.holds_of(row.day.id),
        seats=queries.seats_used(shown.id)[:12] if shown else [],
        may_run=policies.may_run(viewer()),
        may_solve=policies.may_solve(viewer(), row.day),
        may_hold=policies.may_hold(viewer(), row.day),
        stable=row.day.method == DayMethod.STABLE,
        refused=refused,
        keep_form=forms.KeepForm(formdata=None),
        rankings_form=forms.RankingsForm(formdata=None),
    )


def _show_mine(row: queries.DayRow, shown: MatchingDayRound | None, refused: Form | None) -> str:
    entries, seats = queries.own_sides(viewer(), row.day.id)
    pairs = queries.own_pairs(viewer(), shown.id) if shown else []
    return render(
        "matchday/mine.html",
        row=row,
        day=row.day,
        round=shown,
        pairs=pairs,
        names=queries.names_in({firm for each in pairs for firm in queries.firms_named(each.pair)}),
        entries=entries,
        seats=seats,
        speaks_for=lambda side: policies.speaks_for(viewer(), side),
        may_rank=lambda side: policies.may_rank(viewer(), row.day, side),
        refused=refused,
    )


def _deed(day_id: int, form: Form, work: Callable[[], Any], words: str) -> Any:
    """One step of an officer: done and back to the day, or the day again with what is wrong."""
    row = seen_day(day_id)
    allow(policies.may_run(viewer()) if policies.may_look_inside(viewer()) else False)
    if status := attempt(form, work):
        return show_day(seen_day(row.day.id), form), status
    flash(words, "success")
    return redirect(url_for(".day", day_id=day_id), 303)


@bp.post("/<int:day_id>/score")
@login_required
def score(day_id: int) -> Any:
    words = _("점수 계산을 시작했습니다. 이 화면에서 나아가는 것이 보입니다.")
    return _deed(day_id, forms.ClickForm(), lambda: operations.start_scoring(day_id, by=viewer()), words)


@bp.post("/<int:day_id>/rankings")
@login_required
def open_rankings(day_id: int) -> Any:
    form = forms.RankingsForm()
    words = _("순위를 받기 시작했습니다. 참여 기업에 알렸습니다.")
    return _deed(day_id, form, lambda: operations.open_rankings(day_id, form.until.data, by=viewer()), words)


@bp.post("/<int:day_id>/rankings/close")
@login_required
def close_rankings(day_id: int) -> Any:
    words = _("순위를 마감했습니다. 이제 배정할 수 있습니다.")
    return _deed(day_id, forms.ClickForm(), lambda: operations.close_rankings(day_id, by=viewer()), words)


@bp.post("/<int:day_id>/solve")
@login_required
def solve(day_id: int) -> Any:
    form = forms.KeepForm()
    words = _("배정을 시작했습니다. 몇 초 뒤 결과가 보입니다.")
    return _deed(day_id, form, lambda: operations.ask_for_round(day_id, Keep(form.keep.data), by=viewer()), words)


def _round_of(day_id: int, round_id: int) -> MatchingDayRound:
    return next((each for each in queries.rounds_of(day_id) if each.id == round_id), None) or abort(404)


@bp.post("/<int:day_id>/rounds/<int:round_id>/publish")
@login_required
def publish(day_id: int, round_id: int) -> Any:
    seen_day(day_id)
    allow(policies.may_run(viewer()))
    _round_of(day_id, round_id)
    words = _("배정을 발표하고 기업에 알렸습니다.")
    return _deed(day_id, forms.ClickForm(), lambda: operations.publish_round(round_id, by=viewer()), words)


@bp.post("/<int:day_id>/close")
@login_required
def close(day_id: int) -> Any:
    words = _("매칭데이를 마쳤습니다.")
    return _deed(day_id, forms.ClickForm(), lambda: operations.close_day(day_id, by=viewer()), words)


@bp.post("/<int:day_id>/cancel")
@login_required
def cancel(day_id: int) -> Any:
    words = _("매칭데이를 취소했습니다.")
    return _deed(day_id, forms.ClickForm(), lambda: operations.cancel_day(day_id, by=viewer()), words)


@bp.get("/<int:day_id>/rounds/<int:round_id>/pairs")
@login_required
def pairs(day_id: int, round_id: int) -> Any:
    row = seen_day(day_id)
    allow(policies.may_look_inside(viewer()))
    found = _round_of(day_id, round_id)
    if wants_csv():
        return _pairs_file(found)
    wanted, wish = request.args.get("state", ""), request.args.get("wish", "")
    page = queries.pairs_of(
        found.id,
        wish=int(wish) if wish in {"1", "2", "3", "4", "5", "6"} else None,
        state=PairState(wanted) if wanted in list(PairState) else None,
        page=page_number(),
    )
    return render("matchday/pairs.html", row=row, day=row.day, round=found, page=page, wish=wish, state=wanted)


def _pairs_file(found: MatchingDayRound) -> Any:
    columns = [_("요청 번호"), _("요청"), _("수요기업"), _("공급기업"), _("점수"), _("몇째 바람"), _("상태")]
    rows = [
        (
            each.entry.need_id,
            each.entry.title,
            each.buyer,
            each.supplier or "",
            f"{each.pair.score / 100:.2f}",
            each.pair.wish or "",
            each.pair.state.label,
        )
        for each in queries.pairs_of(found.id, size=MOST_IN_FILE).items
    ]
    return csv_response(f"matching-day-{found.day_id}-{found.number}", columns, rows)


@bp.get("/<int:day_id>/record")
def record(day_id: int) -> str:
    allow(True)  # method, seed, hashes and counts of a published day are for everybody; names are not in them
    row = queries.find_public_day(day_id) or abort(404)
    rounds = [each for each in queries.rounds_of(day_id) if each.published_at]
    return render("matchday/record.html", row=row, day=row.day, rounds=rounds)
