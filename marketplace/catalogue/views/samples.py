"""Samples: what the data is like, column by column."""

from typing import Any

from flask import abort, flash, redirect, send_file, url_for
from flask_login import login_required

from marketplace.catalogue import forms, gateway, operations, policies, queries
from marketplace.catalogue.models import Listing, ListingSample, ListingState, SampleState, UseKind
from marketplace.catalogue.rules.persons import KINDS
from marketplace.catalogue.views.counting import count_use
from marketplace.catalogue.views.reading import asked_number, bp, seen_listing
from marketplace.catalogue.views.saying import say
from marketplace.core.db import spend_once
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, refuse_on, render, viewer


@bp.get("/<int:listing_id>/sample")
def sample(listing_id: int) -> str:
    seen = seen_listing(listing_id)
    allow(policies.may_see(viewer(), seen))
    return sample_page(seen)


def sample_page(seen: Listing, form: forms.SampleForm | None = None, attaching: forms.AttachForm | None = None) -> str:
    shown = _asked(seen)
    version = queries.latest_version(seen.id)
    may_revise = policies.may_revise(viewer(), seen)
    return render(
        "catalogue/sample.html",
        card=queries.card_of(seen, version),
        listing=seen,
        version=version,
        sample=shown,
        why=_why(shown) if shown else "",
        kinds={kind: _(words) for kind, words in KINDS.items()},
        say=say,
        form=form or (forms.SampleForm(formdata=None) if may_revise else None),
        attaching=attaching or forms.AttachForm(formdata=None, since=str(version.number)),
        refused=attaching or form,
        may_attach=may_revise
        and shown is not None
        and shown.state == SampleState.READY
        and version.sample_id != shown.id,
        may_see_upload=may_revise or viewer().sees_everything,
    )


def _why(refused: ListingSample) -> str:
    words, values = refused.problem.get("words", ""), refused.problem.get("values", {})
    return _(words, **values) if words else ""


def _asked(seen: Listing) -> ListingSample | None:
    """The sample asked for; else what was uploaded last, for those inside; else what the public version shows."""
    if number := asked_number("sample"):
        return queries.find_sample_seen_by(viewer(), seen, number) or abort(404)
    if viewer().sees_everything or policies.owns(viewer(), seen):
        return queries.newest_sample(seen.id)
    public = queries.find_published_version(seen.id) if seen.state == ListingState.PUBLISHED else None
    return (queries.sample_of(public) if public else None) or abort(404)


@bp.post("/<int:listing_id>/sample")
@login_required
def upload_sample(listing_id: int) -> Any:
    allow(policies.may_revise(viewer(), seen_listing(listing_id)))
    form = forms.SampleForm()
    try:
        kept = gateway.keep_upload(form.file.data)
    except Refused as refusal:
        refuse_on(form, refusal)
        return sample_page(seen_listing(listing_id), form), refusal.status

    def work() -> None:
        spend_once(form.once.data)
        recent = queries.samples_today(listing_id)
        operations.upload_sample(
            listing_id, name=kept.name, byte_size=kept.size, sha256=kept.sha256, recent=recent, by=viewer()
        )

    if status := attempt(form, work):
        return sample_page(seen_listing(listing_id), form), status
    flash(_("표본을 받았습니다. 개인정보가 있는지 살펴보고 열마다 모습을 그립니다."), "success")
    return redirect(url_for(".sample", listing_id=listing_id), 303)


@bp.post("/<int:listing_id>/sample/<int:sample_id>/attach")
@login_required
def attach_sample(listing_id: int, sample_id: int) -> Any:
    seen = seen_listing(listing_id)
    allow(policies.may_revise(viewer(), seen))
    queries.find_sample_seen_by(viewer(), seen, sample_id) or abort(404)
    form = forms.AttachForm()
    fill, since = form.fill.data, form.since_number()
    if status := attempt(
        form, lambda: operations.attach_sample(listing_id, sample_id, fill=fill, since=since, by=viewer())
    ):
        return sample_page(seen_listing(listing_id), attaching=form), status
    flash(_("표본을 붙인 새 판을 저장했습니다. 검토를 요청하면 게시됩니다."), "success")
    return redirect(
        url_for(".edit", listing_id=listing_id) if fill else url_for(".listing", listing_id=listing_id), 303
    )


@bp.get("/<int:listing_id>/sample/<int:sample_id>/<int:number>.csv")
def sample_file(listing_id: int, sample_id: int, number: int) -> Any:
    seen = seen_listing(listing_id)
    allow(policies.may_see(viewer(), seen))
    found = queries.find_sample_seen_by(viewer(), seen, sample_id) or abort(404)
    if not 1 <= number <= len(found.tables):
        abort(404)
    count_use(seen, UseKind.SAMPLE)
    copy = gateway.opened_copy(found.tables[number - 1]["sha256"])
    name = f"sample-{listing_id}-{number}.csv"
    return send_file(copy, mimetype="text/csv", as_attachment=True, download_name=name, max_age=0)
