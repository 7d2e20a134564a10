"""The blueprint of this room, and the page of one request, which every answer comes back to."""

from typing import Any

from flask import Blueprint, abort

from marketplace.accounts import queries as accounts
from marketplace.amendments import forms, operations, policies, queries
from marketplace.amendments.models import ChangeRequest, ChangeState
from marketplace.amendments.rules import terms
from marketplace.core.errors import Refused
from marketplace.core.web import render, viewer
from marketplace.grants import queries as grants
from marketplace.grants.models import AgreementState
from marketplace.papers.queries import get_paper

bp = Blueprint("amendments", __name__, url_prefix="/changes")


def seen(request_id: int) -> ChangeRequest:
    """The request, or 404 for whoever may not know of it."""
    row: ChangeRequest = queries.find_request_seen_by(viewer(), request_id) or abort(404)
    return row


def shown_plan(request: ChangeRequest, agreement: Any) -> tuple[dict[str, Any] | None, str, str]:
    """(the plan's facts, its hash, why there is none): live while it is weighed, afterwards as it was allowed."""
    weighed = request.state in (ChangeState.ASKED, ChangeState.OBJECTED)
    if not weighed or agreement.state != AgreementState.SIGNED:
        return request.plan, request.plan_sha256 or "", ""
    try:
        plan = operations.plan_now(request, agreement)
    except Refused as refusal:
        return None, "", str(refusal)
    return plan.facts(), plan.sha256(), ""


def page(request_id: int, **refused: Any) -> str:
    """One request with its preview, and what the viewer may do to it now."""
    row, who = seen(request_id), viewer()
    agreement = grants.get_agreement(row.agreement_id)
    parties = grants.places_of(agreement.id)
    plan, plan_sha256, forbidden = shown_plan(row, agreement)
    open_to_decide = row.state in (ChangeState.ASKED, ChangeState.OBJECTED)
    decider = policies.may_decide(who, row, parties)
    signatures = queries.signatures_of(row, agreement) if row.paper_id else []
    waits = [each.organisation_id for each in signatures if each.signed_at is None]
    may_sign = row.state == ChangeState.SIGNING and policies.may_sign(who, waits)
    paper = get_paper(row.paper_id) if row.paper_id else None
    empty: dict[str, Any] = {
        "approve_form": forms.ApproveForm(formdata=None, prefix="approve-"),
        "refuse_form": forms.RefuseForm(formdata=None, prefix="refuse-"),
        "sign_form": forms.SignForm(formdata=None, prefix="sign-"),
        "object_form": forms.ObjectForm(formdata=None, prefix="object-"),
        "plain_form": forms.ConfirmForm(formdata=None),
    }
    return render(
        "amendments/show.html",
        change=row,
        agreement=agreement,
        reason=terms().reasons.get(row.reason_code),
        needed=terms().kinds[row.kind.value].approvals,
        votes=queries.votes_for(row, plan_sha256),
        plan=plan,
        plan_sha256=plan_sha256,
        forbidden=forbidden,
        evidence=queries.evidence_of(row.id),
        signatures=signatures,
        paper=paper if paper and (who.sees_everything or who.organisation_id in paper.readers) else None,
        may_decide=decider and open_to_decide,
        may_reopen=decider and row.state == ChangeState.SIGNING,
        may_sign=may_sign,
        step_up=accounts.find_fresh_step_up(who) if may_sign else None,
        step_up_minutes=accounts.STEP_UP_MINUTES,
        may_withdraw=policies.may_withdraw(who, row) and row.may_become(ChangeState.WITHDRAWN),
        may_object=policies.may_object(who, row) and row.may_become(ChangeState.OBJECTED),
        **(empty | refused),
    )
