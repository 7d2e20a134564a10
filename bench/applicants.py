"""A closed call with many eligible applications, each with five locked sheets: what a decision is made of.

Written by SQL and COPY; scores are drawn from a seed, so that quotas, ties and the pass mark all matter.
"""

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from bench import common
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.viewer import Role, Viewer
from marketplace.evaluation.rules import sheet_hash
from marketplace.grants.models import Call
from marketplace.programmes.operations import load_ruleset, open_programme, publish_ruleset
from marketplace.programmes.queries import get_ruleset

RULES = Path(__file__).resolve().parents[1] / "marketplace" / "programmes" / "rulesets" / "data_voucher_2022.yaml"
QUOTAS = {"youth": "2/5", "regional": "2/5", "micro": "1/20"}
JUDGES = 5
PLACES = 0.256
"""As in 2022: 2,680 places for 10,466 applications."""


def people(count: int) -> list[Viewer]:
    """Officers."""
    rows = []
    for number in range(count):
        statement = (
            "insert into person (email, name, password_hash, email_confirmed_at) "
            f"values ('officer{number}@example.com', '담당자 {number}', '!', now()) returning id"
        )
        identity = session.connection().exec_driver_sql(statement).scalar_one()
        rows.append(Viewer(identity, name=f"담당자 {number}", roles=frozenset({Role.PROGRAMME_OFFICER})))
    return rows


def fill(applications: int) -> tuple[int, int, Viewer, Viewer]:
    """(call, evaluation, first officer, second officer)."""
    with transaction():
        first, second = people(2)
        rules = yaml.safe_load(RULES.read_text())
        # Of 2022 no quotas are known; those of 2025 are put in, so that they are measured.
        rules["quotas"] = {name: [share, "assumed", "default"] for name, share in QUOTAS.items()}
        ruleset = load_ruleset(rules, by=first)
        publish_ruleset(ruleset.id, by=first)
        today = clock.today()
        programme = open_programme(
            ruleset.id,
            code="DV-BENCH",
            budget_minor=10**13,
            starts_on=today - timedelta(days=30),
            ends_on=today + timedelta(days=300),
            by=first,
        )
        kind = get_ruleset(ruleset.id).kinds[0].code
        call_id = _call(programme.id, ruleset.id, kind, first)
        evaluation_id = _applications(call_id, ruleset.id, programme.id, kind, applications, first)
        _sheets(evaluation_id, ruleset.id)
    return call_id, evaluation_id, first, second


def _call(programme_id: int, ruleset_id: int, kind: str, by: Viewer) -> int:
    now = clock.now()
    call = Call(
        programme_id=programme_id,
        ruleset_id=ruleset_id,
        title="하반기 모집",
        body="모집",
        kinds=[kind],
        budget_minor=10**12,
        opens_at=now - timedelta(days=30),
        closes_at=now - timedelta(days=1),
        performs_until=clock.today() + timedelta(days=200),
        created_by=by.person_id,
    )
    session.add(call)
    session.flush()
    _run("update call set state = 'closed' where id = %s", call.id)
    return call.id


def _run(statement: str, *values: Any) -> Any:
    return session.connection().exec_driver_sql(statement, values or None)


def _applications(call_id: int, ruleset_id: int, programme_id: int, kind: str, many: int, by: Viewer) -> int:
    _run("insert into organisation (name, business_number, size_class, region, representative, sells) "
         "values ('공급기업', '9990000000', 'small', '11', '김공급', true)")  # fmt: skip
    supplier = _run("select max(id) from organisation").scalar_one()
    _run(
        "insert into organisation (name, business_number, size_class, business_state, region, representative, buys) "
        "select '기업 ' || n, (9980000000 + n)::text, case when n %% 3 = 0 then 'micro' else 'small' end, 'open', "
        "case when n %% 5 < 2 then '26' else '11' end, '김' || n, true from generate_series(1, %s) n",
        many,
    )
    _run(
        "insert into application (call_id, organisation_id, supplier_id, kind, title, plan, total_minor, in_kind_minor, "
        "support_minor, own_cash_minor, vat_minor, size_class, youth, regional, tax_clear, state, receipt_number, "
        "content_sha256, submitted_at) "
        "select %s, o.id, %s, %s, '과제 ' || o.id, '자료를 모아 판독한다.', 8000000, 0, 6000000, 2000000, 800000, "
        "o.size_class, o.id %% 4 = 0, o.region = '26', true, 'eligible', "
        "to_char(now(), 'YYMMDD-HH24MISS') || '-' || lpad(o.id::text, 6, '0'), repeat('a', 64), now() "
        "from organisation o where o.buys order by o.id",
        call_id, supplier, kind,
    )  # fmt: skip
    places = max(1, round(many * PLACES))
    _run(
        "insert into evaluation (call_id, ruleset_id, names_hidden, documents_share, places, reserve, seed, state, opened_by) "
        "values (%s, %s, true, 100, %s, %s, 'bench', 'documents', %s)",
        call_id, ruleset_id, places, places // 5, by.person_id,
    )  # fmt: skip
    evaluation_id: int = _run("select max(id) from evaluation").scalar_one()
    _run("insert into person (email, name, password_hash) select 'judge' || n || '@example.com', '위원 ' || n, '!' "
         "from generate_series(1, %s) n", JUDGES)  # fmt: skip
    _run("insert into panel (evaluation_id, stage, number, field, drawn_by) values (%s, 'documents', 1, %s, %s)",
         evaluation_id, kind, by.person_id)  # fmt: skip
    _run(
        "insert into assignment (panel_id, evaluation_id, stage, application_id, number) "
        "select (select max(id) from panel), %s, 'documents', id, row_number() over (order by id) from application",
        evaluation_id,
    )
    return evaluation_id


def _sheets(evaluation_id: int, ruleset_id: int) -> None:
    """Five locked sheets for each, hashed as the program hashes them."""
    chance = random.Random(common.SEED)
    weights = [(each.code, each.weight.value) for each in get_ruleset(ruleset_id).criteria]
    judges = [row[0] for row in _run("select id from person where email like 'judge%%' order by id")]
    panel = _run("select max(id) from panel").scalar_one()
    cases = _run("select id, application_id from assignment order by id").all()
    cursor = session.connection().connection.cursor()
    columns = (
        "id, evaluation_id, stage, panel_id, assignment_id, application_id, person_id, points, opinion, state, sha256, "
        "saved_at, locked_at"
    )
    sheet_id = 0
    now = clock.now()
    with cursor.copy(f"copy score_sheet ({columns}) from stdin") as copy:
        for assignment, application in cases:
            quality = chance.gauss(0.76, 0.08)
            for judge in judges:
                sheet_id += 1
                points = {
                    code: round(weight * 100 * min(1, max(0, chance.gauss(quality, 0.05))) / 50) * 50
                    for code, weight in weights
                }
                sha256 = sheet_hash(
                    sheet_id=sheet_id,
                    application_id=application,
                    stage="documents",
                    person_id=judge,
                    points=points,
                    opinion="평가 의견",
                )
                written = "{" + ", ".join(f'"{code}": {given}' for code, given in points.items()) + "}"
                facts = (sheet_id, evaluation_id, "documents", panel, assignment, application, judge, written)
                copy.write_row((*facts, "평가 의견", "locked", sha256, now, now))
