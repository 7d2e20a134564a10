"""Makers for the supplier pool: rows of a programme, and firms that the real operations designate."""

import itertools
from datetime import timedelta
from typing import Any

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.viewer import Viewer
from marketplace.programmes.models import Programme, ProgrammeState, Ruleset, RulesetState
from marketplace.suppliers.operations import (
    Declaration,
    Price,
    apply_for_designation,
    begin_review,
    designate,
    pass_documents,
)
from tests import factories
from tests.programmes.rulesets import document

_count = itertools.count(1)
ALL_KINDS = ("sale", "general_processing", "ai_processing")


def make_programme_row(year: int = 2020, **facts: Any) -> int:
    """A programme that runs, under the ruleset of that year; rows only, no money. Returns its id."""
    number = next(_count)
    with transaction():
        rules = Ruleset(
            code=f"DV-{year}-{number}",
            version=1,
            year=year,
            title=f"{year}년 데이터바우처",
            title_en=f"Data Voucher {year}",
            content=document(year),
            sha256=f"{number:064x}",
            state=RulesetState.PUBLISHED,
        )
        session.add(rules)
        session.flush()
        values: dict[str, Any] = {
            "code": f"P-{year}-{number}",
            "name": f"{year}년 데이터바우처",
            "name_en": f"Data Voucher {year}",
            "year": year,
            "budget_minor": 10_000_000_000,
            "ruleset_id": rules.id,
            "starts_on": clock.today() - timedelta(days=100),
            "ends_on": clock.today() + timedelta(days=200),
            "state": ProgrammeState.OPEN,
            **facts,
        }
        programme = Programme(**values)
        session.add(programme)
        session.flush()
        return programme.id


def declaration(**facts: Any) -> Declaration:
    """What a firm says of itself."""
    values: dict[str, Any] = {
        "kinds": ALL_KINDS,
        "profile": "상권과 유동 인구 데이터를 모으고 가공합니다.",
        "no_subcontract": True,
        "headcount": 12,
        "capacity_hundredths": 3_000,
        "prices": (Price("상권 데이터", "세트", 1_500_000, True, "누리집 가격표 https://example.com/prices"),),
        **facts,
    }
    return Declaration(**values)


def make_application(programme_id: int, supplier: Viewer | None = None, **facts: Any) -> tuple[Viewer, int]:
    """A firm that has asked to be designated; returns its signatory and the designation's id."""
    supplier = supplier or factories.make_supplier()
    with transaction():
        return supplier, apply_for_designation(programme_id, declaration(**facts), by=supplier).id


def pass_papers(designation_id: int, officer: Viewer | None = None) -> Viewer:
    """An officer finds the documents in order; returns that officer, who may not designate any more."""
    officer = officer or factories.make_officer()
    with transaction():
        begin_review(designation_id, by=officer)
        pass_documents(designation_id, by=officer)
    return officer


def take_in(designation_id: int, officer: Viewer | None = None) -> None:
    """The whole review, by two officers; the second is `officer`."""
    pass_papers(designation_id)
    officer = officer or factories.make_officer()
    with transaction():
        designate(designation_id, by=officer)


def make_designated_supplier(programme_id: int, officer: Viewer | None = None, **facts: Any) -> Viewer:
    """A designated firm's signatory. `facts` are of the firm."""
    supplier, designation_id = make_application(programme_id, factories.make_supplier(**facts))
    take_in(designation_id, officer)
    return supplier
