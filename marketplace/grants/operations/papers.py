"""Papers of this room, issued by jobs: their gapless numbers are nothing that a decision should wait for."""

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.grants import queries
from marketplace.grants.documents import AwardLetter, SignatureRecord
from marketplace.grants.models import Agreement, AgreementState, Application, Award, Call
from marketplace.papers.models import Paper
from marketplace.papers.operations import issue
from marketplace.papers.queries import get_paper
from marketplace.programmes import queries as programmes
from marketplace.vouchers import queries as vouchers


def issue_award_letter(award_id: int, *, by: Viewer = SYSTEM) -> Paper:
    """The letter of award, about the application, for the firm."""
    award = locked(Award, award_id)
    if award.cancelled_at is not None:
        raise Refused(_("취소된 선정입니다."))
    application = session.get_one(Application, award.application_id)
    call = session.get_one(Call, award.call_id)
    firms = queries.firms_of(application)
    ruleset = programmes.get_ruleset(call.ruleset_id)
    letter = AwardLetter(
        programme=programmes.get_programme(call.programme_id).name,
        call=call.title,
        ruleset=ruleset.edition,
        firm=firms.buyer.name,
        business_number=firms.buyer.business_number,
        representative=firms.buyer.representative,
        receipt_number=application.receipt_number or "",
        project=application.title,
        kind=ruleset.kind(application.kind).name.ko,
        supplier=firms.supplier.name if firms.supplier else "",
        total_minor=award.total_minor,
        support_minor=award.support_minor,
        own_cash_minor=award.own_cash_minor,
        in_kind_minor=award.in_kind_minor,
        vat_minor=award.vat_minor,
        unit=ruleset.unit,
        deposit_minor=award.own_cash_minor + award.vat_minor,
        awarded_on=award.awarded_at.astimezone(clock.SEOUL).date().isoformat(),
        performs_until=call.performs_until.isoformat(),
    )
    return issue(
        "award_letter",
        application.subject,
        letter.facts(),
        title=f"선정 통지서 – {application.title}",
        prefix="AW",
        readers=[application.organisation_id],
        by=by,
        bulk=True,
    )


def issue_signature_record(agreement_id: int, *, by: Viewer = SYSTEM) -> Paper:
    """Who signed the agreement, when and how proved, for all its firms."""
    agreement = locked(Agreement, agreement_id)
    if agreement.state != AgreementState.SIGNED or agreement.signed_at is None:
        raise Refused(_("체결된 협약만 서명 확인서를 발급합니다."))
    text = get_paper(agreement.paper_id or 0)
    document = SignatureRecord(
        number=agreement.number,
        version=agreement.version,
        project=agreement.content["project"]["title"],
        content_sha256=agreement.content_sha256,
        paper_number=text.number,
        paper_code=text.code,
        paper_sha256=text.sha256,
        signatures=[
            {
                "party_name": signed.party.word,
                "organisation": signed.organisation,
                "person": signed.name,
                "signed_at": f"{signed.signed_at.astimezone(clock.SEOUL):%Y-%m-%d %H:%M:%S}",
                "factor": signed.factor,
            }
            for signed in queries.signatures_of(agreement.id)
            if signed.signed_at is not None
        ],
        signed_on=agreement.signed_at.astimezone(clock.SEOUL).date().isoformat(),
        voucher_number=vouchers.get_voucher(agreement.voucher_id).number if agreement.voucher_id else "",
    )
    return issue(
        "agreement_record",
        agreement.subject,
        document.facts(),
        title=f"협약 서명 확인서 {agreement.number}",
        prefix="AR",
        readers=text.readers,
        by=by,
    )
