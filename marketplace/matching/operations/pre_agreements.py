"""Pre-agreements: drawn from an accepted quote, signed by both firms over the same bytes, and a paper."""

from dataclasses import asdict
from typing import Any

from marketplace.accounts.models import Organisation
from marketplace.accounts.queries import are_related, get_organisation
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record
from marketplace.matching import queries
from marketplace.matching.documents import SignedPreAgreement
from marketplace.matching.models import (
    Need,
    PreAgreement,
    PreAgreementSignature,
    PreAgreementState,
    Quote,
    QuoteState,
    Side,
)
from marketplace.matching.operations.quotes import both
from marketplace.matching.policies import may_end, owns_need, side_of
from marketplace.matching.rules.clauses import clauses
from marketplace.matching.rules.quotes import sha256_of
from marketplace.notices.operations import notify
from marketplace.papers.models import Paper
from marketplace.papers.operations import issue, next_number
from marketplace.suppliers.queries import is_designated_anywhere


def draft_pre_agreement(quote_id: int, *, by: Viewer) -> PreAgreement:
    """Write the pre-agreement of an accepted quote. Its content is frozen here; both firms sign its hash."""
    quote, need = both(quote_id)
    if not owns_need(by, need):
        raise NotYours(_("요청을 올린 기업만 사전협의서를 만들 수 있습니다."))
    if quote.state != QuoteState.ACCEPTED:
        raise Refused(_("채택한 견적으로만 사전협의서를 만들 수 있습니다."))
    if quote.valid_until < clock.today():
        raise Refused(_("유효기간이 지난 견적입니다. 공급기업에 새 견적을 요청하세요."))
    _check_parties(need.organisation_id, quote.organisation_id)
    year = clock.today().year
    number = f"PA-{year}-{next_number(f'pre-agreement-{year}'):06d}"
    content = _content(number, need, quote)
    agreement = PreAgreement(
        number=number,
        need_id=need.id,
        quote_id=quote.id,
        organisation_id=need.organisation_id,
        supplier_id=quote.organisation_id,
        content=content,
        content_sha256=sha256_of(content),
        valid_until=quote.valid_until,
        created_by=by.person_id,
    )
    session.add(agreement)
    record("pre_agreement:drafted", agreement, by=by, number=number, content_sha256=agreement.content_sha256)
    _tell("pre_agreement_to_sign", agreement, title=need.title)
    return agreement


def sign_pre_agreement(pre_agreement_id: int, *, seen_sha256: str, by: Viewer) -> PreAgreement:
    """Sign for the viewer's firm. The second signature concludes it. Other bytes than those shown are not signed."""
    agreement = locked(PreAgreement, pre_agreement_id)
    side = side_of(by, agreement)
    if side is None:
        raise NotYours(_("두 기업의 서명권자만 서명할 수 있습니다."))
    if agreement.state != PreAgreementState.SIGNING:
        raise Refused(_("서명을 받는 사전협의서가 아닙니다(%(state)s).", state=agreement.state.label))
    if seen_sha256 != agreement.content_sha256 or sha256_of(agreement.content) != agreement.content_sha256:
        raise Refused(_("보신 내용과 사전협의서 내용이 다릅니다. 화면을 새로 고쳐 다시 확인한 뒤 서명하세요."))
    if agreement.valid_until < clock.today():
        raise Refused(_("유효기간이 지나 서명할 수 없습니다. 새 견적으로 다시 협의하세요."))
    _check_parties(agreement.organisation_id, agreement.supplier_id)
    signature = PreAgreementSignature(
        pre_agreement_id=agreement.id, side=side, person_id=by.person_id, content_sha256=seen_sha256
    )
    session.add(signature)
    session.flush()
    record("pre_agreement:signed_by_side", agreement, by=by, side=side.value, content_sha256=seen_sha256)
    if queries.signed_sides(agreement.id) == set(Side):
        agreement.signed_at = clock.now()
        agreement.advance(to=PreAgreementState.SIGNED)
        record("pre_agreement:signed", agreement, by=by, content_sha256=seen_sha256)
        _tell("pre_agreement_signed", agreement, title=agreement.content["title"])
    return agreement


def end_pre_agreement(pre_agreement_id: int, *, reason: str, by: Viewer) -> PreAgreement:
    """Either firm ends it, saying why. An application that refers to it keeps its number."""
    agreement = locked(PreAgreement, pre_agreement_id)
    if not may_end(by, agreement):
        raise NotYours(_("두 기업의 서명권자만 사전협의서를 끝낼 수 있습니다."))
    if not reason.strip():
        raise Refused(_("끝내는 까닭을 적으세요. 상대 기업에 그대로 전달됩니다."), field="reason")
    agreement.advance(to=PreAgreementState.ENDED)
    agreement.ended_at, agreement.reason = clock.now(), reason.strip()
    record("pre_agreement:ended", agreement, by=by, reason=agreement.reason)
    _tell("pre_agreement_ended", agreement, title=agreement.content["title"], reason=agreement.reason)
    return agreement


def issue_pre_agreement_paper(pre_agreement_id: int, *, by: Viewer = SYSTEM) -> Paper:
    """The signed pre-agreement as a document for both firms."""
    agreement = locked(PreAgreement, pre_agreement_id)
    if agreement.state != PreAgreementState.SIGNED or agreement.paper_id is not None:
        raise Refused(_("두 기업이 서명한 사전협의서만 문서로 발급합니다."))
    document = SignedPreAgreement(
        number=agreement.number,
        content=agreement.content,
        content_sha256=agreement.content_sha256,
        signatures=[
            {
                "side": signed.side.word,
                "organisation": signed.organisation,
                "person": signed.name or "",
                "signed_at": f"{signed.signed_at.astimezone(clock.SEOUL):%Y-%m-%d %H:%M:%S}",
            }
            for signed in queries.signatures_of(agreement)
            if signed.signed_at is not None
        ],
    )
    paper = issue(
        "pre_agreement",
        agreement.subject,
        asdict(document),
        title=f"사전협의서 {agreement.number}",
        prefix="PP",
        readers=[agreement.organisation_id, agreement.supplier_id],
        by=by,
    )
    agreement.paper_id = paper.id
    return paper


def _content(number: str, need: Need, quote: Quote) -> dict[str, Any]:
    """Everything the two sign, as JSON values: amounts in won, days as ISO text."""
    lines = queries.lines_of([quote.id])[quote.id]
    names = ("description", "unit_label", "quantity", "unit_price_minor", "supply_minor", "vat_minor")
    return {
        "format": 1,
        "number": number,
        "title": need.title,
        "need": need.id,
        "quote": {"id": quote.id, "content_sha256": quote.content_sha256},
        "parties": {
            Side.BUYER.value: _firm(get_organisation(need.organisation_id)),
            Side.SUPPLIER.value: _firm(get_organisation(quote.organisation_id)),
        },
        "purposes": list(need.purposes),
        "description": quote.description,
        "lines": [{name: getattr(line, name) for name in names} | {"tax_kind": line.tax_kind.value} for line in lines],
        "amounts": {"supply": quote.supply_minor, "vat": quote.vat_minor},
        "lead_days": quote.lead_days,
        "rights": list(quote.rights),
        "acceptance_criteria": quote.acceptance_criteria,
        "person_months": quote.person_months,
        "valid_until": quote.valid_until.isoformat(),
        "clauses": clauses(),
    }


def _firm(firm: Organisation) -> dict[str, Any]:
    names = ("id", "name", "name_en", "business_number", "representative", "address")
    return {name: getattr(firm, name) for name in names}


def _check_parties(buyer_id: int, supplier_id: int) -> None:
    if are_related(buyer_id, supplier_id):
        raise Refused(_("두 기업이 특수관계에 있어 사전협의서를 맺을 수 없습니다."))
    if not is_designated_anywhere(supplier_id):
        raise Refused(_("공급기업의 지정이 유효하지 않아 사전협의서를 맺을 수 없습니다."))


def _tell(kind: str, agreement: PreAgreement, **facts: Any) -> None:
    for organisation_id in (agreement.organisation_id, agreement.supplier_id):
        notify(kind, about=agreement.subject, organisation_id=organisation_id, number=agreement.number, **facts)
