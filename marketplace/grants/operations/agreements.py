"""Three-party agreements: drafted from an award, signed by three over the same bytes, then a voucher."""

from datetime import date
from typing import Any

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.grants import policies, queries
from marketplace.grants.models import Agreement, AgreementSignature, AgreementState, Application, Award, Party
from marketplace.grants.operations.parties import refuse_own_case
from marketplace.grants.rules import add_months, sha256_of
from marketplace.notices.operations import notify
from marketplace.papers.operations import next_number
from marketplace.papers.operations import void as void_paper
from marketplace.programmes import queries as programmes
from marketplace.suppliers import queries as suppliers
from marketplace.vouchers import operations as vouchers


def draft_agreement(application_id: int, *, starts_on: date, ends_on: date, by: Viewer) -> Agreement:
    """Write the agreement of an award. Its content is frozen here; the three sign its hash, in whatever order."""
    application = locked(Application, application_id)
    if not policies.may_draft_agreement(by, application):
        raise NotYours(_("사업 담당자만 협약을 만들 수 있습니다."))
    refuse_own_case(by, application.organisation_id, application.supplier_id)
    award = queries.find_award_of(application.id)
    if award is None or award.cancelled_at is not None:
        raise Refused(_("선정된 신청만 협약할 수 있습니다."))
    if application.supplier_id is None:
        raise Refused(
            _("이 사업의 선정은 바우처가 아니어서 다자간 협약을 맺지 않습니다."),
            rule=queries.ruleset_of(application).rule("intake.outcome"),
        )
    if queries.find_agreement_of_award(award.id) is not None:
        raise Refused(_("이 선정의 협약이 이미 있습니다. 협약 목록에서 확인하세요."))
    call = queries.get_call(application.call_id)
    _check_days(award, call.performs_until, starts_on, ends_on)
    _check_parties(application, call.programme_id)
    programme = programmes.get_programme(call.programme_id)
    number = f"AG-{programme.year}-{next_number(f'agreement-{programme.year}'):06d}"
    content = queries.agreement_content(number, award, application, call, starts_on, ends_on)
    agreement = Agreement(
        number=number,
        award_id=award.id,
        programme_id=call.programme_id,
        ruleset_id=call.ruleset_id,
        organisation_id=application.organisation_id,
        supplier_id=application.supplier_id,
        content=content,
        content_sha256=sha256_of(content),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    session.add(agreement)
    session.flush()
    record("agreement:drafted", agreement, by=by, number=number, content_sha256=agreement.content_sha256)
    facts: dict[str, Any] = {"number": number, "title": application.title, "starts_on": starts_on.isoformat()}
    notify("agreement_to_sign", about=agreement.subject, organisation_id=agreement.organisation_id, **facts)
    notify("agreement_to_sign", about=agreement.subject, organisation_id=agreement.supplier_id, **facts)
    notify("agreement_to_sign", about=agreement.subject, role=Role.PROGRAMME_OFFICER, **facts)
    return agreement


def sign_agreement(agreement_id: int, *, seen_sha256: str, by: Viewer) -> Agreement:
    """Sign for the party that the viewer may bind. The third signature makes the agreement and issues its voucher.

    `seen_sha256` names the bytes that the signer was shown; other bytes are not signed.
    """
    agreement = locked(Agreement, agreement_id)
    party = policies.party_of(by, agreement)
    if party is None:
        raise NotYours(_("서명권자나 사업 담당자만 서명할 수 있습니다."))
    if party == Party.AGENCY:
        refuse_own_case(by, agreement.organisation_id, agreement.supplier_id)
    if agreement.state != AgreementState.SIGNING:
        raise Refused(_("서명을 받는 협약이 아닙니다(%(state)s).", state=agreement.state.label))
    if seen_sha256 != agreement.content_sha256 or sha256_of(agreement.content) != agreement.content_sha256:
        raise Refused(_("보신 내용과 협약 내용이 다릅니다. 화면을 새로 고쳐 내용을 다시 확인한 뒤 서명하세요."))
    if agreement.ends_on < clock.today():
        raise Refused(_("협약 기간이 이미 끝나 서명할 수 없습니다. 전담기관에 문의하세요."))
    session.add(
        AgreementSignature(
            agreement_id=agreement.id, party=party, person_id=by.person_id, content_sha256=agreement.content_sha256
        )
    )
    session.flush()
    record("agreement:signed_by_party", agreement, by=by, party=party.value, content_sha256=seen_sha256)
    if queries.signed_parties(agreement.id) == set(Party):
        _conclude(agreement, by)
    return agreement


def terminate_agreement(agreement_id: int, *, reason: str, by: Viewer) -> Agreement:
    """End an agreement before its voucher is active. The award is cancelled and its budget is free again."""
    award_id = queries.get_agreement(agreement_id).award_id
    agreement = locked(Agreement, agreement_id)
    if not policies.may_terminate_agreement(by, agreement):
        raise NotYours(_("사업 담당자만 협약을 해약할 수 있습니다."))
    refuse_own_case(by, agreement.organisation_id, agreement.supplier_id)
    if not reason.strip():
        raise Refused(_("해약 사유를 적으세요. 두 기업에 그대로 보입니다."), field="reason")
    if agreement.voucher_id is not None:
        # Refused by the voucher's own states once it is active: money on it has to be settled first.
        vouchers.cancel_issued(agreement.voucher_id, reason.strip(), by=by)
    agreement.advance(to=AgreementState.TERMINATED)
    agreement.terminated_at = clock.now()
    agreement.termination_reason = reason.strip()
    locked(Award, award_id).cancelled_at = clock.now()
    record("agreement:terminated", agreement, by=by, reason=reason.strip())
    for paper_id in queries.genuine_papers(agreement.subject, f"application:{_application_id(award_id)}"):
        void_paper(paper_id, reason.strip(), by=by)
    facts: dict[str, Any] = {"number": agreement.number, "reason": reason.strip()}
    for organisation_id in (agreement.organisation_id, agreement.supplier_id):
        notify("agreement_terminated", about=agreement.subject, organisation_id=organisation_id, **facts)
    return agreement


def _application_id(award_id: int) -> int:
    return session.get_one(Award, award_id).application_id


def _conclude(agreement: Agreement, by: Viewer) -> None:
    """All three have signed: issue the voucher in this very transaction and tell everybody."""
    award = session.get_one(Award, agreement.award_id)
    voucher = vouchers.issue_voucher(
        programme_id=agreement.programme_id,
        ruleset_id=agreement.ruleset_id,
        organisation_id=agreement.organisation_id,
        kind=agreement.content["project"]["kind"],
        support_minor=award.support_minor,
        own_cash_minor=award.own_cash_minor,
        vat_minor=award.vat_minor,
        valid_from=agreement.starts_on,
        expires_on=_last_day(agreement),
        by=by,
    )
    agreement.voucher_id = voucher.id
    agreement.signed_at = clock.now()
    agreement.advance(to=AgreementState.SIGNED)
    record("agreement:signed", agreement, by=by, voucher_id=voucher.id, content_sha256=agreement.content_sha256)
    facts: dict[str, Any] = {
        "number": agreement.number,
        "voucher_number": voucher.number,
        "ends_on": agreement.ends_on.isoformat(),
    }
    notify("agreement_signed", about=agreement.subject, organisation_id=agreement.organisation_id, **facts)
    notify("agreement_signed", about=agreement.subject, organisation_id=agreement.supplier_id, **facts)
    notify("agreement_signed", about=agreement.subject, role=Role.PROGRAMME_OFFICER, **facts)


def _last_day(agreement: Agreement) -> date:
    """The voucher's last day: the agreement's, or some months from now where the ruleset says so, but never later."""
    terms = programmes.get_ruleset(agreement.ruleset_id).voucher
    if terms.expiry.value == "AGREEMENT_END":
        return agreement.ends_on
    return max(agreement.starts_on, min(agreement.ends_on, add_months(clock.today(), terms.months.value)))


def _check_days(award: Award, performs_until: date, starts_on: date, ends_on: date) -> None:
    earliest = award.awarded_at.astimezone(clock.SEOUL).date()
    if starts_on < earliest:
        raise Refused(
            _("협약은 선정일(%(day)s)보다 앞서 시작할 수 없습니다.", day=earliest.isoformat()), field="starts_on"
        )
    if ends_on < starts_on:
        raise Refused(_("협약 종료일은 시작일 이후여야 합니다."), field="ends_on")
    if ends_on > performs_until:
        raise Refused(
            _("협약 종료일은 공고의 수행 종료일(%(day)s)을 넘을 수 없습니다.", day=performs_until.isoformat()),
            field="ends_on",
        )
    if ends_on < clock.today():
        raise Refused(_("협약 종료일이 이미 지났습니다."), field="ends_on")


def _check_parties(application: Application, programme_id: int) -> None:
    """What was judged at application is looked at again before anybody is bound."""
    firm_id, supplier_id = application.organisation_id, application.supplier_id or 0
    if accounts.is_barred(firm_id) or accounts.is_barred(supplier_id):
        raise Refused(_("참여가 제한된 기업이 있어 협약할 수 없습니다."), rule="eligibility.bar_blocks")
    if not suppliers.is_designated(supplier_id, programme_id):
        raise Refused(_("공급기업의 지정이 유효하지 않아 협약할 수 없습니다."), rule="supplier.designated_only")
    if accounts.are_related(firm_id, supplier_id):
        raise Refused(_("두 기업이 특수관계에 있어 협약할 수 없습니다."), rule="relations.related_blocks")
