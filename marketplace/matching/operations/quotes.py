"""Suppliers answer with prices, sealed until the deadline, and all are opened at once."""

import secrets
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from marketplace.accounts.queries import are_related, is_barred
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.forms import MAXIMUM
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record
from marketplace.matching import queries
from marketplace.matching.models import Need, NeedState, Quote, QuoteLine, QuoteState, TaxKind
from marketplace.matching.operations.ending import tell
from marketplace.matching.policies import may_quote, may_withdraw_quote
from marketplace.matching.rules.quotes import sha256_of, vat_of_line
from marketplace.notices.operations import notify
from marketplace.suppliers.operations import note_activity
from marketplace.suppliers.queries import is_designated_anywhere

LONGEST_VALIDITY = timedelta(days=365)
MOST_LINES = 30


@dataclass(frozen=True)
class OfferLine:
    """One position: `quantity` x `unit_price_minor` won, without VAT."""

    description: str
    unit_label: str
    quantity: int
    unit_price_minor: int
    tax_kind: TaxKind = TaxKind.TAXABLE

    @property
    def supply_minor(self) -> int:
        return self.quantity * self.unit_price_minor


@dataclass(frozen=True)
class Offer:
    """What a supplier offers, good to the end of `valid_until`. `person_months`: work of processing, in hundredths."""

    description: str
    lines: tuple[OfferLine, ...]
    lead_days: int
    valid_until: date
    no_subcontract: bool
    rights: tuple[str, ...] = ()
    acceptance_criteria: str = ""
    sample_url: str = ""
    person_months: int = 0

    @property
    def supply_minor(self) -> int:
        return sum(line.supply_minor for line in self.lines)

    def vat_at(self, rate: Fraction) -> int:
        """The VAT of all lines, each rounded by itself."""
        return sum(vat_of_line(line.supply_minor, line.tax_kind.value, rate) for line in self.lines)


def send_quote(need_id: int, offer: Offer, *, replacing: bool = False, by: Viewer) -> Quote:
    """Answer an open need with a price that binds to the end of its validity. `replacing`: instead of the own one before.

    Until the deadline nobody else can read it; evidence and notice name its hash, and neither sums nor sender.
    """
    need = locked(Need, need_id)
    _check_right(need, by)
    _check(offer)
    supplier_id = by.organisation_id or 0
    if replacing and (earlier := queries.find_own_quote(by, need.id)) is not None:
        _withdraw(locked(Quote, earlier.id), by)
        session.flush()
    nonce, rate = secrets.token_hex(16), queries.vat_rate_of(need.organisation_id)
    terms = {name: value for name, value in vars(offer).items() if name not in ("lines", "rights")}
    quote = Quote(
        need_id=need.id,
        organisation_id=supplier_id,
        sent_by=by.person_id,
        nonce=nonce,
        content_sha256=sha256_of(sealed_content(need.id, supplier_id, offer, nonce)),
        rights=list(offer.rights),
        vat_rate=str(rate),
        **terms,
    )
    if not need.is_sealed:
        quote.supply_minor, quote.vat_minor, quote.opened_at = offer.supply_minor, offer.vat_at(rate), clock.now()
    session.add(quote)
    session.flush()
    for position, line in enumerate(offer.lines, 1):
        vat = vat_of_line(line.supply_minor, line.tax_kind.value, rate)
        sums = {"supply_minor": line.supply_minor, "vat_minor": vat}
        session.add(QuoteLine(quote_id=quote.id, position=position, **vars(line), **sums))
    record("quote:sent", quote, by=by, content_sha256=quote.content_sha256)
    note_activity(supplier_id, clock.today(), by=by)
    _tell_sent(need, quote, by)
    return quote


def withdraw_quote(quote_id: int, *, by: Viewer) -> Quote:
    """Take a quote back: a sealed one until the deadline, another before the buyer has decided."""
    quote, need = both(quote_id)
    if quote.organisation_id != by.organisation_id or not by.is_supplier:
        raise NotYours(_("자기 기업의 견적만 철회할 수 있습니다."))
    if quote.state == QuoteState.SENT and not may_withdraw_quote(by, quote, need, clock.now()):
        raise Refused(_("견적 마감이 지나 철회할 수 없습니다. 유효기간이 끝날 때까지 지켜야 합니다."))
    _withdraw(quote, by)
    if not need.is_sealed:
        tell("quote_withdrawn", quote, need, need.organisation_id, supplier=by.organisation_name)
    return quote


def open_quotes(need_id: int, *, by: Viewer = SYSTEM) -> Need:
    """Break the seal, once the deadline has passed: all quotes are read at one moment. Without any it was unsuccessful."""
    need = locked(Need, need_id)
    if not need.is_sealed or need.quotes_until is None or clock.now() < need.quotes_until:
        raise Refused(_("견적 마감이 지난 뒤에 엽니다."))
    waiting = queries.sent_quotes(need.id)
    need.advance(to=NeedState.OPENED if waiting else NeedState.UNSUCCESSFUL)
    need.opened_at = clock.now()
    if not waiting:
        need.closed_at = need.opened_at
    lines, broken = queries.lines_of(waiting), []
    for quote_id in waiting:
        quote = locked(Quote, quote_id)
        quote.supply_minor = sum(line.supply_minor for line in lines[quote_id])
        quote.vat_minor = sum(line.vat_minor for line in lines[quote_id])
        quote.opened_at = need.opened_at
        if not is_intact(quote, lines[quote_id]):
            broken.append(quote_id)
    record("need:opened", need, by=by, quotes=waiting, broken=broken)
    kind = "quotes_opened" if waiting else "need_unanswered"
    notify(kind, about=need.subject, organisation_id=need.organisation_id, title=need.title, count=len(waiting))
    return need


def is_intact(quote: Quote, lines: list[QuoteLine]) -> bool:
    """Whether a quote says what its hash was made of when it was sent; one from before there were hashes does."""
    names = list(OfferLine.__dataclass_fields__)
    told = tuple(OfferLine(**{name: getattr(line, name) for name in names}) for line in lines)
    names = [name for name in Offer.__dataclass_fields__ if name not in ("lines", "rights")]
    offer = Offer(lines=told, rights=tuple(quote.rights), **{name: getattr(quote, name) for name in names})
    content = sealed_content(quote.need_id, quote.organisation_id, offer, quote.nonce)
    return not quote.content_sha256 or sha256_of(content) == quote.content_sha256


def sealed_content(need_id: int, supplier_id: int, offer: Offer, nonce: str) -> dict[str, Any]:
    """What the hash of a quote is made of; the nonce keeps anybody from trying prices until one fits.

    A taxable line does not say so: quotes from before lines had a tax keep their hash.
    """
    lines = []
    for line in offer.lines:
        told = vars(line) | {"tax_kind": line.tax_kind.value}
        if line.tax_kind == TaxKind.TAXABLE:
            del told["tax_kind"]
        lines.append(told)
    said = {**asdict(offer), "lines": lines, "rights": list(offer.rights), "valid_until": offer.valid_until.isoformat()}
    return {"need": need_id, "supplier": supplier_id, "nonce": nonce, **said}


def both(quote_id: int) -> tuple[Quote, Need]:
    """The need is locked before its quotes, by everybody, so that nobody waits in a circle."""
    known = session.get(Quote, quote_id)
    need = locked(Need, known.need_id if known else 0)
    return locked(Quote, quote_id), need


def _withdraw(quote: Quote, by: Viewer) -> None:
    quote.advance(to=QuoteState.WITHDRAWN)
    quote.decided_at = clock.now()
    record("quote:withdrawn", quote, by=by)


def _tell_sent(need: Need, quote: Quote, by: Viewer) -> None:
    """The firm hears that a quote came; of a sealed one not from whom, and never for how much."""
    if need.is_sealed:
        notify("quote_sealed", about=need.subject, organisation_id=need.organisation_id, title=need.title)
        return
    notify(
        "quote_sent",
        about=need.subject,
        organisation_id=need.organisation_id,
        supplier=by.organisation_name,
        title=need.title,
        supply_minor=quote.supply_minor,
        valid_until=quote.valid_until.isoformat(),
    )


def _check_right(need: Need, by: Viewer) -> None:
    if not is_designated_anywhere(by.organisation_id):
        raise NotYours(_("지정 공급기업만 견적을 낼 수 있습니다. 먼저 공급기업 지정을 신청하세요."))
    if need.state != NeedState.OPEN:
        raise Refused(_("이미 마감된 요청입니다. 다른 요청을 찾아보세요."))
    if need.quotes_until is not None and clock.now() >= need.quotes_until:
        raise Refused(_("견적 마감이 지났습니다. 마감 뒤에는 견적을 내거나 고치거나 철회할 수 없습니다."))
    if not may_quote(by, need, designated=True, invited=queries.is_invited(need.id, by.organisation_id)):
        raise NotYours(_("우리 기업에 온 요청에만 견적을 낼 수 있습니다."))
    supplier_id = by.organisation_id or 0
    if are_related(supplier_id, need.organisation_id):
        raise Refused(_("특수관계에 있는 기업의 요청에는 견적을 낼 수 없습니다."))
    if is_barred(supplier_id):
        raise Refused(_("참여가 제한된 동안에는 견적을 낼 수 없습니다. 제한 기간이 끝난 뒤 내세요."))


def _check(offer: Offer) -> None:
    if not offer.no_subcontract:
        raise Refused(_("재위탁 금지에 서약해야 견적을 낼 수 있습니다."), field="no_subcontract")
    if not 0 < len(offer.lines) <= MOST_LINES:
        raise Refused(_("품목을 한 줄 이상 %(most)s줄까지 적으세요.", most=MOST_LINES), field="lines")
    if any(line.quantity < 1 or line.unit_price_minor < 1 for line in offer.lines) or offer.lead_days < 0:
        raise Refused(_("수량과 단가는 1 이상이어야 합니다."), field="lines")
    if offer.supply_minor > MAXIMUM:
        raise Refused(_("수량과 단가를 곱한 금액이 너무 큽니다. 다시 확인하세요."), field="lines")
    if offer.valid_until < clock.today():
        raise Refused(_("유효기간은 오늘이거나 그 뒤여야 합니다."), field="valid_until")
    if offer.valid_until > clock.today() + LONGEST_VALIDITY:
        raise Refused(_("유효기간은 1년을 넘을 수 없습니다."), field="valid_until")
