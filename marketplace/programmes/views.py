"""Pages of rules and programmes."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core import clock
from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, language
from marketplace.core.web import allow, refuse_on, render, viewer
from marketplace.programmes import forms, operations, policies, queries, rules
from marketplace.programmes.models import RulesetState

bp = Blueprint("programmes", __name__, url_prefix="/programmes")


@bp.get("/rulesets")
def rulesets() -> str:
    allow(True)  # The rules are public: firms decide by them whether to apply.
    return render(
        "programmes/rulesets.html",
        rulesets=queries.rulesets_seen_by(viewer()),
        may_manage=policies.may_manage_rules(viewer()),
    )


def _ruleset_page(ruleset_id: int) -> str:
    row = queries.find_ruleset_seen_by(viewer(), ruleset_id) or abort(404)
    before = queries.find_ruleset_before(row)
    parsed = queries.parsed(row)
    return render(
        "programmes/ruleset.html",
        ruleset=row,
        before=before,
        sections=_sections(parsed),
        changes=rules.difference(queries.parsed(before), parsed) if before else [],
        say=lambda words: None if words is None else words.say(_, language()),
        value=lambda each: each.value_text(_, language()),
        assumed=sum(fact.basis == "assumed" for _path, _place, fact in parsed.facts()),
        may_publish=policies.may_manage_rules(viewer()) and row.state == RulesetState.DRAFT,
        form=forms.PublishForm(),
    )


def _sections(parsed: rules.Ruleset) -> list[tuple[str, list[rules.Row]]]:
    """Rows grouped by section, in the order of the file."""
    sections: dict[str, list[rules.Row]] = {}
    for row in rules.ruleset_rows(parsed):
        sections.setdefault(row.section, []).append(row)
    return list(sections.items())


@bp.get("/rulesets/<int:ruleset_id>")
def ruleset(ruleset_id: int) -> str:
    allow(True)  # Drafts are kept from the public by the query.
    return _ruleset_page(ruleset_id)


@bp.post("/rulesets/<int:ruleset_id>/publish")
@login_required
def publish(ruleset_id: int) -> Any:
    allow(policies.may_manage_rules(viewer()))
    with transaction():
        operations.publish_ruleset(ruleset_id, by=viewer())
    flash(_("규정을 공표했습니다. 이제 내용은 바뀌지 않습니다."), "success")
    return redirect(url_for(".ruleset", ruleset_id=ruleset_id), 303)


def _open_form() -> forms.OpenProgrammeForm:
    form = forms.OpenProgrammeForm()
    published = [row for row in queries.rulesets_seen_by(viewer()) if row.state == RulesetState.PUBLISHED]
    form.ruleset_id.choices = [(row.id, f"{row.code} v{row.version} · {row.title}") for row in published]
    return form


@bp.get("/new")
@login_required
def new() -> str:
    allow(policies.may_manage_rules(viewer()))
    form = _open_form()
    form.starts_on.data = form.starts_on.data or clock.today()
    return render("programmes/new.html", form=form)


@bp.post("/new")
@login_required
def create() -> tuple[str, int] | BaseResponse:
    allow(policies.may_manage_rules(viewer()))
    form = _open_form()
    if form.validate():
        try:
            with transaction():
                spend_once(form.once.data)
                programme = operations.open_programme(
                    form.ruleset_id.data,
                    code=form.code.data,
                    budget_minor=form.budget.data or 0,
                    starts_on=form.starts_on.data,
                    ends_on=form.ends_on.data,
                    by=viewer(),
                )
                programme_id = programme.id
            flash(_("사업을 열었습니다."), "success")
            return redirect(url_for("front.programme", programme_id=programme_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return render("programmes/new.html", form=form), 422
