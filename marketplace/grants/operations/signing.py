"""Signing: each party over the same bytes, known again at that moment; the last signature makes the agreement."""

from datetime import date
from typing import Any

from marketplace.accounts.operations import Proof, ask_registry, require_step_up
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.grants import policies, queries
from marketplace.grants.models import (
    Agreement,
    AgreementParty,
    AgreementSignature,
    AgreementState,
    Application,
    Award,
    Call,
    Party,
)
from marketplace.grants.operations.conditions import check_again
from marketplace.grants.operations.parties import refuse_own_case
from marketplace.grants.rules import add_months, sha256_of
from marketplace.notices.operations import notify
from marketplace.papers.operations import ask_seal
from marketplace.programmes import queries as programmes
from marketplace.vouchers import operations as vouchers
from marketplace.vouchers.models import Voucher


def sign_agreement(
    agreement_id: int, *, seen_sha256: str, seen_paper_sha256: str | None = None, by: Viewer
) -> Agreement:
    """Sign for the party that the viewer may bind. The last required signature makes the agreement and issues its voucher.

    `seen_sha256` names the content and `seen_paper_sha256` the PDF that the signer was shown; others are not signed.
    The signer has shown again who they are (`accounts.operations.require_step_up`), and every condition is looked at
    once more: eligibility, bars, designation, related parties. A refusal names the rule.
    """
    agreement = locked(Agreement, agreement_id)
    parties = queries.places_of(agreement.id)
    place = policies.place_of(by, parties)
    if place is None:
        raise NotYours(_("서명권자나 사업 담당자만 서명할 수 있습니다."))
    firms = [each.organisation_id for each in parties]
    if place.role == Party.AGENCY:
        refuse_own_case(by, *firms)
    if agreement.state != AgreementState.SIGNING:
        raise Refused(_("서명을 받는 협약이 아닙니다(%(state)s).", state=agreement.state.label))
    if seen_sha256 != agreement.content_sha256 or sha256_of(agreement.content) != agreement.content_sha256:
        raise Refused(_("보신 내용과 협약 내용이 다릅니다. 화면을 새로 고쳐 내용을 다시 확인한 뒤 서명하세요."))
    if agreement.ends_on < clock.today():
        raise Refused(_("협약 기간이 이미 끝나 서명할 수 없습니다. 전담기관에 문의하세요."))
    proof = require_step_up(by)
    paper_sha256 = _bytes_seen(agreement, seen_paper_sha256, by)
    _check_conditions(agreement, parties)
    _keep(agreement, place, proof, paper_sha256, by)
    if not queries.unsigned_places(agreement):
        _conclude(agreement, by)
    return agreement


def _bytes_seen(agreement: Agreement, seen: str | None, by: Viewer) -> str | None:
    """The PDF's hash, where it is the one that the signer was shown; only then is anything signed."""
    drawn = queries.paper_bytes_of(agreement)
    if by.session_id is None and seen is None:
        return drawn  # nobody without a browser gets here but a demo's invented people: require_step_up has seen to it
    if drawn is None:
        raise Refused(
            _("서명할 PDF를 만드는 중입니다. 잠시 뒤 화면을 새로 고쳐 PDF를 확인하고 서명하세요."), rule="signing.bytes"
        )
    if seen != drawn:
        raise Refused(
            _("보신 PDF와 서명할 PDF가 다릅니다. 화면을 새로 고쳐 PDF를 다시 확인한 뒤 서명하세요."),
            rule="signing.bytes",
        )
    return drawn


def _check_conditions(agreement: Agreement, parties: Any) -> None:
    others = [each.organisation_id for each in parties if each.role == Party.MEMBER]
    award = session.get_one(Award, agreement.award_id)
    application, call = session.get_one(Application, award.application_id), session.get_one(Call, award.call_id)
    check_again(application, call, [each for each in others if each is not None])
    ask_registry(*(each.organisation_id or 0 for each in parties), why="agreement")


def _keep(agreement: Agreement, place: AgreementParty, proof: Proof, paper_sha256: str | None, by: Viewer) -> None:
    session.add(
        AgreementSignature(
            agreement_id=agreement.id,
            party=place.role,
            party_id=place.id,
            version=agreement.version,
            person_id=by.person_id,
            content_sha256=agreement.content_sha256,
            paper_sha256=paper_sha256,
            factor=proof.factor,
            address=proof.address,
        )
    )
    session.flush()
    record(
        "agreement:signed_by_party",
        agreement,
        by=by,
        party=place.role.value,
        content_sha256=agreement.content_sha256,
        paper_sha256=paper_sha256,
        factor=proof.factor,
    )


def _issue_voucher(agreement: Agreement, by: Viewer) -> Voucher:
    award = session.get_one(Award, agreement.award_id)
    return vouchers.issue_voucher(
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


def _conclude(agreement: Agreement, by: Viewer) -> None:
    """All have signed: issue the voucher in this very transaction, unless it is a grant, have the copy sealed, and tell
    everybody."""
    voucher = None if agreement.voucherless else _issue_voucher(agreement, by)
    agreement.voucher_id = voucher.id if voucher else None
    agreement.signed_at = clock.now()
    agreement.advance(to=AgreementState.SIGNED)
    record(
        "agreement:signed", agreement, by=by, voucher_id=agreement.voucher_id, content_sha256=agreement.content_sha256
    )
    if agreement.paper_id is not None:
        enclosed = {"agreement": agreement.number, "version": agreement.version, "content": agreement.content}
        ask_seal(agreement.paper_id, enclosed | {"signatures": queries.record_of_signatures(agreement)}, by=by)
    facts: dict[str, Any] = {
        "number": agreement.number,
        "voucher_number": voucher.number if voucher else "",
        "ends_on": agreement.ends_on.isoformat(),
    }
    tell_parties("agreement_signed", agreement, **facts)


def tell_parties(kind: str, agreement: Agreement, **facts: Any) -> None:
    """One notice for every firm at the table, and one for the officers."""
    for place in queries.places_of(agreement.id):
        if place.organisation_id is None:
            notify(kind, about=agreement.subject, role=Role.PROGRAMME_OFFICER, **facts)
        else:
            notify(kind, about=agreement.subject, organisation_id=place.organisation_id, **facts)


def _last_day(agreement: Agreement) -> date:
    """The voucher's last day: the agreement's, or some months from now where the ruleset says so, but never later."""
    terms = programmes.get_ruleset(agreement.ruleset_id).voucher
    if terms.expiry.value == "AGREEMENT_END":
        return agreement.ends_on
    return max(agreement.starts_on, min(agreement.ends_on, add_months(clock.today(), terms.months.value)))
