"""Everything that a decision rests on, read in a handful of statements however many applications there are."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import SizeClass
from marketplace.core.db import session
from marketplace.evaluation.models import (
    Assignment,
    BudgetAdjustment,
    Decision,
    Evaluation,
    ScoreSheet,
    SheetState,
    Stage,
)
from marketplace.evaluation.rules import Book, Facts, SupplierTerms
from marketplace.grants.models import Application, ApplicationState, Award, Call
from marketplace.grants.queries import awarded_minor, get_call, loads_of_suppliers
from marketplace.ledger import queries as ledger
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules import Ruleset
from marketplace.vouchers.models import Voucher, VoucherState

MOST_TRANSFERS = 100_000


class Sheet(NamedTuple):
    """A locked sheet, as its hash was made of it."""

    id: int
    application_id: int
    stage: Stage
    person_id: int
    points: dict[str, int]
    opinion: str
    sha256: str


def book_of(evaluation: Evaluation, ruleset: Ruleset, ruleset_sha256: str, *, limits: bool = True) -> Book:
    """What the ruleset, the call and the plan of the evaluation say, as of now. `limits`: with those of suppliers, which
    earlier decisions did not ask."""
    call = get_call(evaluation.call_id)
    minus = ruleset.evaluation.underuse_minus
    quotas = (("youth", ruleset.quotas.youth), ("regional", ruleset.quotas.regional), ("micro", ruleset.quotas.micro))
    return Book(
        edition=ruleset.edition,
        ruleset_sha256=ruleset_sha256,
        criteria=tuple((each.code, each.weight.value) for each in ruleset.criteria),
        pass_mark=ruleset.evaluation.pass_mark.value,
        trim=ruleset.evaluation.trim.value,
        panel_min=ruleset.evaluation.panel_min.value,
        quotas=tuple((code, rate.value) for code, rate in quotas if rate.value),
        bonus={"youth": ruleset.bonus.youth.value, "crowdsourcing": ruleset.bonus.crowdsourcing.value},
        bonus_cap=ruleset.bonus.max_total.value,
        documents_share=evaluation.documents_share,
        minus_points=evaluation.minus_points if minus is None else minus.value,
        budget_minor=max(0, call.budget_minor - awarded_minor(call.id)),
        places=evaluation.places,
        shortlist=evaluation.shortlist,
        reserve=evaluation.reserve,
        kind_places=_kind_places(call, ruleset),
        suppliers=_supplier_terms(call, ruleset) if limits and ruleset.names_supplier else None,
        grades=_grade_points(ruleset),
    )


def _grade_points(ruleset: Ruleset) -> tuple[int, int] | None:
    """What an excellent and a bad final grade of the year before bring, where the ruleset speaks of it."""
    more, less = ruleset.evaluation.grade_bonus, ruleset.evaluation.grade_minus
    return None if more is None and less is None else (more.value if more else 0, less.value if less else 0)


def current_book(evaluation: Evaluation, *, limits: bool = True) -> Book:
    """The book of the call's own ruleset."""
    row = programmes.get_ruleset_row(evaluation.ruleset_id)
    return book_of(evaluation, programmes.get_ruleset(row.id), row.sha256, limits=limits)


def _supplier_terms(call: Call, ruleset: Ruleset) -> SupplierTerms:
    """The limits of suppliers, and what each holds in the programme's year."""
    said, budget = ruleset.supplier, programmes.get_programme(call.programme_id).budget_minor
    held: dict[int, tuple[int, int]] = {}
    kinds: dict[tuple[int, str], int] = {}
    for supplier, kind, many, amount in loads_of_suppliers(call.programme_id):
        projects, before = held.get(supplier, (0, 0))
        held[supplier] = projects + many, before + amount
        kinds[supplier, kind] = many
    return SupplierTerms(
        most=said.max_matches.value,
        kind_most={kind.code: kind.supplier_max.value for kind in ruleset.kinds if kind.supplier_max is not None},
        amount_most=said.max_amount.value,
        share_most=None if said.max_share.value is None else int(budget * said.max_share.value),
        held=held,
        held_kinds=kinds,
    )


def _kind_places(call: Call, ruleset: Ruleset) -> dict[str, int]:
    """What is left of each kind's places in the programme's year."""
    limits = {kind.code: kind.places.value for kind in ruleset.kinds if kind.places.value is not None}
    statement = (
        select(Application.kind, func.count())
        .join(Award, Award.application_id == Application.id)
        .join(Call, Call.id == Application.call_id)
        .where(Call.programme_id == call.programme_id, Award.cancelled_at.is_(None))
        .group_by(Application.kind)
        .order_by(Application.kind)
    )
    given = {row[0]: row[1] for row in session.execute(statement)}
    return {code: max(0, places - given.get(code, 0)) for code, places in limits.items() if places is not None}


def facts_to_decide(evaluation: Evaluation, *, limits: bool = True) -> list[Facts]:
    """Every eligible application of the call, with its supplier where the limits of suppliers are asked."""
    eligible = and_(Application.call_id == evaluation.call_id, Application.state == ApplicationState.ELIGIBLE)
    return _facts(evaluation, eligible, None, limits=limits)


def facts_of_decision(
    evaluation: Evaluation, decision: Decision, recorded: Mapping[int, Mapping[str, Any]]
) -> list[Facts]:
    """The applications that were decided on, in whatever state they are by now. `recorded`: the facts of their lines, for
    what may have changed since: whether each had used too little of an earlier voucher, and its final grade."""
    decided = and_(Application.call_id == decision.call_id, Application.id.in_(list(recorded)))
    return _facts(evaluation, decided, recorded, until=decision, limits="suppliers" in decision.terms)


def _facts(
    evaluation: Evaluation,
    which: Any,
    recorded: Mapping[int, Mapping[str, Any]] | None,
    until: Decision | None = None,
    *,
    limits: bool,
) -> list[Facts]:
    columns = (
        *(Application.id, Application.receipt_number, Application.kind, Application.total_minor),
        *(Application.support_minor, Application.youth, Application.regional, Application.size_class),
        *(Application.content_sha256, Application.organisation_id, Application.supplier_id, Application.in_kind_minor),
    )
    rows = session.execute(select(*columns).where(which).order_by(Application.id)).all()
    sheets = sheets_by_case(evaluation.id)
    cut, heard = adjustments_of(evaluation.id, until), _heard(evaluation.id)
    past = recorded if recorded is not None else _past(evaluation, {row.id: row.organisation_id for row in rows})
    made = []
    for row in rows:
        total, support = cut.get(row.id, (row.total_minor, row.support_minor))
        documents, heard_sheets = (
            sheets.get((row.id, Stage.DOCUMENTS), []),
            sheets.get((row.id, Stage.PRESENTATION), []),
        )
        made.append(
            Facts(
                application_id=row.id,
                receipt=row.receipt_number or "",
                kind=row.kind,
                total_minor=total,
                support_minor=support,
                claims=claims_of(youth=row.youth, regional=row.regional, size_class=row.size_class),
                content_sha256=row.content_sha256 or "",
                underused=past[row.id]["underused"],
                documents=tuple(each.points for each in documents),
                presentation=tuple(each.points for each in heard_sheets),
                heard=row.id in heard,
                sheet_hashes=tuple(each.sha256 for each in (*documents, *heard_sheets)),
                supplier=row.supplier_id if limits else None,
                bought_minor=total - min(row.in_kind_minor, total) if limits and row.supplier_id else 0,
                grade=past[row.id].get("grade"),
            )
        )
    return made


def claims_of(*, youth: bool, regional: bool, size_class: SizeClass) -> frozenset[str]:
    """The quotas that an application counts for."""
    said = {"youth": youth, "regional": regional, "micro": size_class == SizeClass.MICRO}
    return frozenset(name for name, true in said.items() if true)


def sheets_by_case(evaluation_id: int) -> dict[tuple[int, Stage], list[Sheet]]:
    """The locked sheets of an evaluation by application and stage, by sheet id."""
    found: dict[tuple[int, Stage], list[Sheet]] = defaultdict(list)
    for sheet in locked_sheets(evaluation_id):
        found[sheet.application_id, sheet.stage].append(sheet)
    return found


def locked_sheets(evaluation_id: int) -> Sequence[Sheet]:
    """Every locked sheet of an evaluation, by id."""
    columns = (
        *(ScoreSheet.id, ScoreSheet.application_id, ScoreSheet.stage, ScoreSheet.person_id, ScoreSheet.points),
        *(ScoreSheet.opinion, ScoreSheet.sha256),
    )
    statement = select(*columns).where(ScoreSheet.evaluation_id == evaluation_id, ScoreSheet.state == SheetState.LOCKED)
    return [Sheet(*row) for row in session.execute(statement.order_by(ScoreSheet.id))]


def adjustments_of(evaluation_id: int, until: Decision | None = None) -> dict[int, tuple[int, int]]:
    """The newest cut of each application: (total, support) in won. With `until` those that this decision knew."""
    statement = select(
        BudgetAdjustment.application_id, BudgetAdjustment.total_minor, BudgetAdjustment.support_minor
    ).where(BudgetAdjustment.evaluation_id == evaluation_id)
    if until is not None:
        statement = statement.where(BudgetAdjustment.created_at <= until.created_at)
    rows = session.execute(statement.order_by(BudgetAdjustment.id))
    return {application: (total, support) for application, total, support in rows}


def _heard(evaluation_id: int) -> set[int]:
    """Who was asked to present."""
    statement = select(Assignment.application_id).where(
        Assignment.evaluation_id == evaluation_id, Assignment.stage == Stage.PRESENTATION
    )
    return set(session.scalars(statement))


def _past(evaluation: Evaluation, firms: Mapping[int, int]) -> dict[int, dict[str, Any]]:
    """What is known of the firm of each application from earlier years. Recorded even where no points depend on it: the
    same list may be looked at under rules that ask."""
    year = programmes.get_programme(get_call(evaluation.call_id).programme_id).year
    grades = accounts.final_grades(set(firms.values()), programmes.programmes_of_year(year - 1))
    used = _underused(set(firms.values()))
    return {
        case: {"underused": used.get(firm, False), **({"grade": grades[firm].value} if firm in grades else {})}
        for case, firm in firms.items()
    }


def _underused(firms: Collection[int]) -> dict[int, bool]:
    """The firms that used less of an ended voucher than its ruleset asks."""
    ended = (VoucherState.EXPIRED, VoucherState.CLOSED)
    vouchers = session.execute(
        select(Voucher.id, Voucher.organisation_id, Voucher.support_minor, Voucher.ruleset_id)
        .where(Voucher.organisation_id.in_(list(firms)), Voucher.state.in_(ended))
        .order_by(Voucher.id)
    ).all()
    pots = [("support_available", row.id) for row in vouchers]
    lapsed: dict[int, int] = defaultdict(int)
    for moved in ledger.transfers_of(*pots, limit=MOST_TRANSFERS) if pots else ():
        if moved.reason == "lapse":
            lapsed[moved.debit_owner] += moved.amount
    return {
        row.organisation_id: True
        for row in vouchers
        if row.support_minor - lapsed[row.id]
        < row.support_minor * programmes.get_ruleset(row.ruleset_id).voucher.min_use.value
    }
