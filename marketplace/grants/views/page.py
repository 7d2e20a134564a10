"""The page of one application, for the firm and for the officer: the same facts, each with their own things to do."""

from typing import Any

from flask import abort

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.i18n import _, amounts_in
from marketplace.core.web import render, viewer
from marketplace.grants import policies, queries
from marketplace.grants.forms import (
    AgreementForm,
    ApplicationForm,
    AwardForm,
    ConfirmForm,
    FindingForm,
    ReasonForm,
    SubmitForm,
    WithdrawForm,
    declared_words,
)
from marketplace.grants.models import Application, ApplicationState, Call, CallState
from marketplace.grants.rules import sha256_of, time_left
from marketplace.grants.views.answers import answers_part, fix_form
from marketplace.grants.views.kinds import kinds_of_application
from marketplace.matching.queries import find_pre_agreement_seen_by, signed_pre_agreements
from marketplace.papers import queries as papers
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules import declarations_asked

OPEN_TO_FIX = (ApplicationState.SUBMITTED, ApplicationState.REFERRED, ApplicationState.ELIGIBLE)
ENDED = (
    ApplicationState.INELIGIBLE,
    ApplicationState.REJECTED,
    ApplicationState.WITHDRAWN,
    ApplicationState.REPLACED,
)


def application_page(application_id: int, **refused: Any) -> str:
    """The page, read afresh. `refused` brings the form that was refused, under its template name."""
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    call = queries.get_call(row.call_id)
    award = queries.find_award_of(row.id)
    agreement = queries.find_agreement_of_award(award.id) if award else None
    now = queries.database_now()
    rights = _rights(row, call, award is not None and award.cancelled_at is None, agreement is not None)
    amounts_in(programmes.get_ruleset(call.ruleset_id).unit)
    return render(
        "grants/application.html",
        application=row,
        call=call,
        award=award,
        agreement=agreement,
        ruleset=programmes.get_ruleset(call.ruleset_id),
        declared=declared_words(row.declared),
        firm=accounts.get_organisation(row.organisation_id),
        supplier=accounts.get_organisation(row.supplier_id) if row.supplier_id else None,
        agreed=find_pre_agreement_seen_by(viewer(), row.pre_agreement_id) if row.pre_agreement_id else None,
        kind_names=queries.kind_names(),
        findings=queries.findings_of(row.id),
        papers=papers.papers_about(viewer(), row.subject),
        seen_sha256=sha256_of(queries.content_of(row)),
        left=time_left(now, call.closes_at),
        is_open=call.state == CallState.PUBLISHED and call.opens_at <= now < call.closes_at,
        steps=_steps(row, agreement),
        left_minor=call.budget_minor - queries.awarded_minor(call.id) if viewer().sees_everything else 0,
        may=rights,
        kinds=kinds_of_application(row, call, rights["edit"], **refused),
        **answers_part(row, call, now),
        **(_forms(row, call.performs_until) | refused),
    )


def _rights(row: Application, call: Call, awarded: bool, agreed: bool) -> dict[str, bool]:
    """What the viewer may do now; state and right together, so that no button leads to a refusal."""
    judges = policies.may_judge_application(viewer(), row)
    decidable = call.state == CallState.CLOSED or (call.rolling and call.state == CallState.PUBLISHED)
    closed = decidable and row.state == ApplicationState.ELIGIBLE
    ruleset = programmes.get_ruleset(call.ruleset_id)
    draft = row.state == ApplicationState.DRAFT
    return {
        "edit": draft and policies.may_edit_application(viewer(), row),
        "submit": draft and policies.may_submit_application(viewer(), row),
        "withdraw": row.may_become(ApplicationState.WITHDRAWN) and policies.may_withdraw_application(viewer(), row),
        "decide_findings": judges and row.state == ApplicationState.REFERRED,
        "award": judges and closed and not ruleset.stages,
        "ask_fix": judges and row.state in OPEN_TO_FIX,
        "draft_agreement": awarded
        and not agreed
        and (ruleset.names_supplier or ruleset.outcome == "GRANT")
        and policies.may_draft_agreement(viewer(), row),
        "judges": judges,
        "see_steps": awarded and ruleset.outcome in ("GRANT", "PRIZE"),
    }


def _forms(row: Application, performs_until: Any) -> dict[str, Any]:
    """Fresh forms, each with a prefix of its own: they share one page."""
    award: Any = AwardForm(formdata=None, prefix="award-")
    award.total.data, award.in_kind.data = row.total_minor, row.in_kind_minor
    agreement: Any = AgreementForm(formdata=None, prefix="agreement-")
    agreement.starts_on.data, agreement.ends_on.data = clock.today(), performs_until
    return {
        "submit_form": SubmitForm(formdata=None, prefix="submit-").ask(declarations_asked(queries.ruleset_of(row))),
        "withdraw_form": WithdrawForm(formdata=None, prefix="withdraw-"),
        "reject_form": ReasonForm(formdata=None, prefix="reject-"),
        "award_form": award,
        "agreement_form": agreement,
        "finding_form": None,
        "replace_form": ConfirmForm(formdata=None),
        "fix_form": fix_form(row, formdata=None),
        "finding_forms": lambda identity: FindingForm(formdata=None, prefix=f"finding-{identity}-"),
    }


def _steps(row: Application, agreement: Any) -> list[dict[str, Any]]:
    """How far the application has come, as numbers of done steps: written, received, judged, decided, agreed."""
    done = {
        ApplicationState.DRAFT: 0,
        ApplicationState.SUBMITTED: 2,
        ApplicationState.REFERRED: 2,
        ApplicationState.ELIGIBLE: 3,
        ApplicationState.INELIGIBLE: 3,
        ApplicationState.AWARDED: 4,
        ApplicationState.REJECTED: 4,
        ApplicationState.WITHDRAWN: 0,
        ApplicationState.REPLACED: 0,
    }[row.state]
    if agreement is not None and agreement.signed_at is not None:
        done = 5
    ended = row.state in ENDED
    states = ["done" if place < done else "current" if place == done and not ended else "todo" for place in range(5)]
    dates = [row.created_at, row.submitted_at, None, None, agreement.signed_at if agreement else None]
    return [
        {"state": state, "date": date if state == "done" else None} for state, date in zip(states, dates, strict=True)
    ]


def offer_pre_agreements(form: ApplicationForm) -> None:
    """The signed pre-agreements of the viewer's firm as choices; one that has ended since is chosen no more."""
    signed = signed_pre_agreements(viewer().organisation_id or 0)
    field = form.pre_agreement_id
    field.choices = [
        ("", _("붙이지 않음")),
        *((each.id, f"{each.number} · {supplier} · {title}") for each, title, supplier in signed),
    ]
    if not field.raw_data and field.data not in {each.id for each, _title, _supplier in signed}:
        field.data = None
