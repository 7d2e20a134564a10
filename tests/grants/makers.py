"""Makers of programmes, calls, applications, agreements and vouchers, by the real operations.

`make_voucher()` walks the whole way: programme, call, application, judgement, award, agreement with three signatures,
voucher, and (unless `active=False`) the own share. Nothing here moves the clock: a call's deadline is moved to now.
"""

import io
import itertools
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import text, update

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.storage import storage
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.grants import operations, queries
from marketplace.grants.models import Agreement, Application, ApplicationState, Call, CallState
from marketplace.grants.rules import sha256_of
from marketplace.papers import operations as papers
from marketplace.programmes import operations as programmes
from marketplace.programmes.models import RulesetState
from marketplace.vouchers import operations as vouchers
from tests import factories
from tests.programmes.rulesets import document
from tests.suppliers import makers as pool

_count = itertools.count(1)


class Issued(NamedTuple):
    """A voucher and the three who made it."""

    voucher_id: int
    sme: Viewer
    supplier: Viewer
    officer: Viewer


def make_programme(
    year: int = 2020,
    *,
    officer: Viewer | None = None,
    budget: int = 57_500_000_000,
    rules: dict[str, Any] | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> int:
    """An open programme under the year's ruleset (or `rules`, a ruleset document), running around today."""
    officer = officer or factories.make_officer()
    with transaction():
        ruleset = programmes.load_ruleset(rules or document(year), by=officer)
        if ruleset.state == RulesetState.DRAFT:
            programmes.publish_ruleset(ruleset.id, by=officer)
        return programmes.open_programme(
            ruleset.id,
            code=f"DV-{year}-{next(_count)}",
            budget_minor=budget,
            starts_on=starts_on or clock.today() - timedelta(days=30),
            ends_on=ends_on or clock.today() + timedelta(days=330),
            by=officer,
        ).id


def call_draft(**facts: Any) -> operations.CallDraft:
    """What an officer writes into a call; open since an hour, for a week."""
    values: dict[str, Any] = {
        "title": "하반기 수요기업 모집",
        "title_en": "Second call of the year",
        "body": "데이터 구매와 가공을 지원합니다.",
        "kinds": ("PURCHASE", "GENERAL_PROCESSING", "AI_PROCESSING"),
        "budget_minor": 1_000_000_000,
        "opens_at": clock.now() - timedelta(hours=1),
        "closes_at": clock.now() + timedelta(days=7),
        "performs_until": clock.today() + timedelta(days=180),
        **facts,
    }
    return operations.CallDraft(**values)


def make_call(
    programme_id: int | None = None, *, officer: Viewer | None = None, publish: bool = True, **facts: Any
) -> int:
    """A call, published unless told otherwise."""
    officer = officer or factories.make_officer()
    programme_id = programme_id or make_programme(officer=officer)
    with transaction():
        call = operations.draft_call(programme_id, call_draft(**facts), by=officer)
        if publish:
            operations.publish_call(call.id, by=officer)
        return call.id


def make_designated_supplier(programme_id: int, *, officer: Viewer | None = None, **facts: Any) -> Viewer:
    """A supplier in the programme's pool, and its signatory."""
    supplier = factories.make_supplier(**facts)
    designate(programme_id, supplier, officer=officer)
    return supplier


def designate(programme_id: int, supplier: Viewer, *, officer: Viewer | None = None) -> None:
    """Take an existing supplier into a programme's pool."""
    said = {"kinds": ["sale", "general_processing", "ai_processing"], "headcount": 50, "capacity_hundredths": 60_000}
    _supplier, designation_id = pool.make_application(programme_id, supplier, **said)
    pool.take_in(designation_id, officer)


def draft_of(supplier: Viewer | None, **facts: Any) -> operations.Draft:
    """What a firm writes into an application."""
    values: dict[str, Any] = {
        "title": "공정 이미지 불량 판독",
        "plan": "라인에서 모은 사진에 이름표를 붙여 불량을 가려낸다.",
        "kind": "AI_PROCESSING",
        "supplier_id": supplier.organisation_id if supplier else None,
        "total_minor": 40_000_000,
        "in_kind_minor": 0,
        **facts,
    }
    return operations.Draft(**values)


def make_application(
    call_id: int,
    *,
    sme: Viewer | None = None,
    supplier: Viewer | None = None,
    submit: bool = True,
    judge: bool = True,
    tax_clear: bool | None = True,
    **facts: Any,
) -> int:
    """An application to a call: a draft, or submitted and judged. Makes firm and supplier where none are given."""
    call = queries.get_call(call_id)
    programme_id = call.programme_id
    sme = sme or factories.make_sme()
    supplier = supplier or make_designated_supplier(programme_id)
    with transaction():
        application_id = operations.save_application(call_id, draft_of(supplier, **facts), by=sme).id
    if submit:
        submit_application(application_id, by=sme, tax_clear=tax_clear)
        if judge:
            with transaction():
                operations.judge_application(application_id)
    return application_id


def submit_application(
    application_id: int, *, by: Viewer, tax_clear: bool | None = True, declared: dict[str, str] | None = None
) -> None:
    """Sign exactly what stands there, and submit."""
    with transaction():
        seen = sha256_of(queries.content_of(queries.get_application(application_id)))
        operations.submit_application(application_id, seen_sha256=seen, tax_clear=tax_clear, declared=declared, by=by)


def pass_deadline(call_id: int, *, close: bool = True) -> None:
    """Let the deadline be now, and close the call as its job does."""
    with transaction():
        session.execute(update(Call).where(Call.id == call_id).values(closes_at=text("app_now()")))
    if close:
        with transaction():
            operations.close_call(call_id, by=SYSTEM)


def make_award(application_id: int, *, officer: Viewer | None = None, **facts: Any) -> int:
    """An award of an eligible application, its call closed first where it is still open. Returns the award's id."""
    call = queries.get_call(queries.get_application(application_id).call_id)
    if call.state == CallState.PUBLISHED:
        pass_deadline(call.id)
    officer = officer or factories.make_officer()
    with transaction():
        return operations.award_application(application_id, by=officer, **facts).id


def make_agreement(
    application_id: int,
    *,
    signers: tuple[Viewer, ...] = (),
    officer: Viewer | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> int:
    """The agreement of an application, awarded first where it is not yet, signed by `signers` in this order."""
    officer = officer or factories.make_officer()
    if queries.get_application(application_id).state != ApplicationState.AWARDED:
        make_award(application_id, officer=officer)
    with transaction():
        agreement_id = operations.draft_agreement(
            application_id,
            starts_on=starts_on or clock.today(),
            ends_on=ends_on or clock.today() + timedelta(days=120),
            by=officer,
        ).id
    for signer in signers:
        sign(agreement_id, signer)
    return agreement_id


def draw(agreement_id: int) -> str:
    """Give the agreement's paper bytes, as the worker does but without drawing. Returns their hash."""
    agreement = queries.get_agreement(agreement_id)
    data = f"%PDF-1.7 {agreement.number} {agreement.version}".encode()
    sha256, size = storage().put(io.BytesIO(data))
    with transaction():
        papers.note_bytes(agreement.paper_id or 0, sha256, size, by=SYSTEM)
    return sha256


def sign(agreement_id: int, by: Viewer) -> None:
    """Sign the bytes that stand there."""
    with transaction():
        seen = queries.get_agreement(agreement_id).content_sha256
        operations.sign_agreement(agreement_id, seen_sha256=seen, by=by)


def rules_for(support: int, own: int, year: int = 2020) -> dict[str, Any]:
    """The year's ruleset with ratio and caps such that `support` + `own` is cut exactly so."""
    rules = document(year)
    rules["version"] = 100 + next(_count)
    share = Fraction(support, support + own)
    for terms in rules["ratio"]:
        _say(terms, "gov_rate", str(share))
        _say(terms, "cash_min_rate", "0")
    for kind in rules["kinds"]:
        _say(kind, "cap", support)
    _say(rules["eligibility"], "total_min", 1)
    return rules


def _say(section: dict[str, Any], name: str, value: object) -> None:
    """Give a rule another value and leave its source as it is."""
    old = section[name]
    section[name] = {**old, "value": value} if isinstance(old, dict) else [value, *old[1:]]


def make_voucher(
    support: int = 30_000_000,
    own: int = 10_000_000,
    *,
    kind: str = "AI_PROCESSING",
    active: bool = True,
    programme_id: int | None = None,
    sme: Viewer | None = None,
    supplier: Viewer | None = None,
    officer: Viewer | None = None,
    year: int = 2020,
    ends_on: date | None = None,
) -> Issued:
    """A voucher of `support` and `own` cash (VAT on both comes on top), with its agreement; active by default.

    Without `programme_id` it gets a programme of its own whose rules fit the two amounts.
    """
    officer = officer or factories.make_officer()
    sme = sme or factories.make_sme()
    if programme_id is None:
        usual = own * 3 == support and kind == "AI_PROCESSING" and 1_000_000 <= support <= 70_000_000
        rules = None if usual and year == 2020 else rules_for(support, own, year)
        programme_id = make_programme(year, officer=officer, rules=rules, budget=max(57_500_000_000, support * 2))
    if supplier is None:
        supplier = make_designated_supplier(programme_id, officer=officer)
    call_id = make_call(programme_id, officer=officer, kinds=(kind,), budget_minor=support * 2)
    application_id = make_application(call_id, sme=sme, supplier=supplier, kind=kind, total_minor=support + own)
    agreement_id = make_agreement(application_id, officer=officer, signers=(sme, supplier, officer), ends_on=ends_on)
    voucher_id = queries.get_agreement(agreement_id).voucher_id
    assert voucher_id is not None
    if active:
        with transaction():
            vouchers.activate(voucher_id, by=SYSTEM)
    return Issued(voucher_id, sme, supplier, officer)


def state_of(model: type[Application] | type[Agreement] | type[Call], identity: int) -> str:
    """The state of a row as the database has it now."""
    session.rollback()
    return str(session.get_one(model, identity, populate_existing=True).state)


def moment(written: str) -> datetime:
    """'2020-08-31 18:00' in Seoul."""
    return datetime.fromisoformat(written).replace(tzinfo=clock.SEOUL)
