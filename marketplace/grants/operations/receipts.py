"""The receipt as a paper: number and hash are given at once, the sealed PDF follows by a job."""

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.grants import queries
from marketplace.grants.documents import ApplicationReceipt
from marketplace.grants.models import Application, Call
from marketplace.papers.models import Paper
from marketplace.papers.operations import issue
from marketplace.programmes import queries as programmes


def issue_receipt(application_id: int, *, by: Viewer = SYSTEM) -> Paper:
    """The receipt of a submitted application, with every signature over it. One that was signed again is superseded."""
    application = locked(Application, application_id)
    if application.receipt_number is None or application.submitted_at is None:
        raise Refused(_("접수된 신청서만 접수증을 발급합니다."))
    call = session.get_one(Call, application.call_id)
    firms = queries.firms_of(application)
    ruleset = programmes.get_ruleset(call.ruleset_id)
    signed = queries.signatures_of_application(application.id)
    names = accounts.people_names({each.person_id for each in signed} | {application.submitted_by or 0})
    receipt = ApplicationReceipt(
        programme=programmes.get_programme(call.programme_id).name,
        call=call.title,
        call_version=application.call_version or 0,
        ruleset=ruleset.edition,
        firm=firms.buyer.name,
        business_number=firms.buyer.business_number,
        supplier=firms.supplier.name if firms.supplier else "",
        receipt_number=application.receipt_number,
        received_at=f"{application.submitted_at.astimezone(clock.SEOUL):%Y-%m-%d %H:%M:%S}",
        project=application.title,
        kind=ruleset.kind(application.kind).name.ko,
        total_minor=application.total_minor,
        support_minor=application.support_minor,
        own_cash_minor=application.own_cash_minor,
        in_kind_minor=application.in_kind_minor,
        content_sha256=application.content_sha256 or "",
        files=[
            {"name": file["name"], "sha256": file["sha256"]}
            for file in (signed[-1].content.get("files", []) if signed else [])
        ],
        signatures=[
            {
                "person": names.get(each.person_id, ""),
                "signed_at": f"{each.signed_at.astimezone(clock.SEOUL):%Y-%m-%d %H:%M:%S}",
                "content_sha256": each.content_sha256,
            }
            for each in signed
        ],
    )
    return issue(
        "application_receipt",
        application.subject,
        receipt.facts(),
        title=f"신청서 접수증 {application.receipt_number}",
        prefix="RC",
        readers=[application.organisation_id],
        by=by,
        bulk=True,
    )
