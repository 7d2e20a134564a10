"""Pages of the officers' desk: the settlement clock with ageing by name, and what each officer may approve."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, refuse_on, render, viewer
from marketplace.settlement import forms, operations, policies, queries
from marketplace.settlement.rules import REVIEW_DAYS
from marketplace.settlement.rules.clock import AGENCY, BUCKETS, HOLDERS, bucket_of
from marketplace.settlement.views.blueprint import bp


def _bars(ages: list[queries.Age]) -> list[dict[str, Any]]:
    """How many cases wait in each bucket of days."""
    counts = [0] * len(BUCKETS)
    for age in ages:
        counts[bucket_of(age.days)] += 1
    return [
        {"label": _("%(low)s–%(high)s일", low=low, high=high) if high else _("%(low)s일 이상", low=low), "value": count}
        for (low, high), count in zip(BUCKETS, counts, strict=True)
    ]


def _by_name(ages: list[queries.Age]) -> list[dict[str, Any]]:
    """Who has how many cases, how long at most and for how much; whoever keeps one longest comes first."""
    found: dict[tuple[str, str], list[queries.Age]] = {}
    for age in ages:
        name = age.supplier if age.holder not in AGENCY else age.handler or str(_("담당자 없음"))
        found.setdefault((age.holder, name), []).append(age)
    rows = [
        {
            "name": name,
            "holder": _(HOLDERS[holder]),
            "cases": len(group),
            "longest": max(age.days for age in group),
            "late": sum(age.days > REVIEW_DAYS for age in group),
            "total_minor": sum(age.total_minor for age in group),
        }
        for (holder, name), group in found.items()
    ]
    return sorted(rows, key=lambda row: (-row["longest"], row["name"]))


@bp.get("/match")
@login_required
def match_desk() -> str:
    allow(policies.may_list_cases(viewer()))
    form = forms.DeskFilterForm(request.args)
    form.kind.choices = [("", _("모두")), *((kind, _(word)) for kind, word in queries.KINDS.items())]
    wanted = queries.DeskFilter()
    if form.validate():
        wanted = queries.DeskFilter(form.show.data or "wrong", form.kind.data or "", form.text.data or "")
    return render("settlement/desk.html", form=form, rows=queries.match_desk(wanted), kinds=queries.KINDS)


@bp.get("/clock")
@login_required
def clock() -> str:
    allow(policies.may_see_clock(viewer()))
    ages = queries.ages()
    return render(
        "settlement/clock.html",
        ages=sorted(ages, key=lambda age: (-age.days, age.case_id)),
        bars=_bars(ages),
        by_name=_by_name(ages),
        holders=HOLDERS,
        review_days=REVIEW_DAYS,
        late=sum(age.holder in AGENCY and age.days > REVIEW_DAYS for age in ages),
    )


@bp.post("/cases/<int:case_id>/take")
@login_required
def take_case(case_id: int) -> BaseResponse:
    queries.find_case_seen_by(viewer(), case_id) or abort(404)
    allow(policies.may_decide(viewer()))
    with transaction():
        operations.take_case(case_id, by=viewer())
    flash(_("이 정산을 맡았습니다."), "success")
    return redirect(url_for(".case", case_id=case_id), 303)


def _limits_page(form: forms.LimitForm) -> str:
    return render(
        "settlement/limits.html",
        officers=queries.officer_limits(),
        form=form,
        may_set=policies.may_set_limits(viewer()),
    )


def _limit_form(formdata: Any = True) -> forms.LimitForm:
    form = forms.LimitForm() if formdata else forms.LimitForm(formdata=None)
    form.person_id.choices = [(row.person_id, row.name) for row in queries.officer_limits()]
    return form


@bp.get("/limits")
@login_required
def limits() -> str:
    allow(policies.may_see_clock(viewer()))
    return _limits_page(_limit_form(formdata=None))


@bp.post("/limits")
@login_required
def set_limit() -> tuple[str, int] | BaseResponse:
    allow(policies.may_set_limits(viewer()))
    form = _limit_form()
    if form.validate():
        facts = {"case_minor": form.case.data, "window_minor": form.window.data, "window_days": form.days.data}
        try:
            with transaction():
                operations.set_limit(form.person_id.data, **facts, by=viewer())
            flash(_("승인 한도를 정했습니다."), "success")
            return redirect(url_for(".limits"), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _limits_page(form), 422
