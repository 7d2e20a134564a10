"""What a reader finds to do on the demo's last day: a sheet for the evaluator to fill, and a draft in an open call of
another programme for the firm."""

from datetime import date
from functools import partial

from sqlalchemy import select

from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.demo.clockwork import Life
from marketplace.demo.evaluating import locking_others
from marketplace.demo.world import World, at
from marketplace.evaluation import operations as evaluation
from marketplace.evaluation.operations import Plan
from marketplace.grants import operations as grants
from marketplace.grants import queries as cases
from marketplace.grants.models import Application, ApplicationState
from marketplace.grants.operations import CallDraft, Draft
from marketplace.grants.rules import sha256_of
from marketplace.programmes import operations as programmes
from marketplace.programmes.models import Ruleset

AGAIN = 4
"""Firms that were not chosen and try again."""
PANEL = 6
"""All the evaluators there are: the one that a reader enters as is always among them."""
HOURS = 2_000_000
SHARE = 50
"""The urgent call has one part in fifty of the year's budget."""


def urgent(world: World) -> Life:
    """Firms that were not chosen apply again; on the last day the panel has scored, all but one evaluator."""
    yield at("2020-10-12", "09:00")
    officer = world.officers[0]
    draft = CallDraft(
        title="2020년 데이터바우처 긴급 과제 모집",
        title_en="Urgent projects of 2020",
        body="감염병 대응처럼 급한 과제를 지원합니다. 앞선 모집에서 선정되지 않은 기업도 다시 신청할 수 있습니다.",
        kinds=("PURCHASE", "GENERAL_PROCESSING", "AI_PROCESSING"),
        budget_minor=max(1, world.counted["won budgeted"] // SHARE // 1_000_000) * 1_000_000,
        opens_at=at("2020-10-13", "09:00"),
        closes_at=at("2020-10-30", "18:00"),
        performs_until=date(2020, 12, 31),
    )
    call_id = world.do("call drafted", lambda: grants.draft_call(world.programme_id, draft, by=officer).id)
    world.do("call published", lambda: grants.publish_call(call_id, by=officer))
    yield at("2020-10-26", "14:00")
    for application in _refused():
        world.attempt("application submitted", partial(_again, call_id, application, world))
    yield at("2020-11-09", "10:00")
    plan = Plan(places=2)
    opened = world.attempt("evaluation opened", lambda: evaluation.open_evaluation(call_id, plan, by=officer).id)
    if opened is None:
        return
    draw = partial(evaluation.draw_panels, opened, size=PANEL, cases_each=40, by=officer)
    if world.attempt("panels drawn", draw) is not None:
        yield at("2020-11-18", "15:00")
        locking_others(world, opened, call_id)


def _refused() -> list[Application]:
    """The first firms that were refused, once each, with the supplier they had chosen."""
    statement = (
        select(Application)
        .where(Application.state == ApplicationState.REJECTED, Application.supplier_id.is_not(None))
        .distinct(Application.organisation_id)
        .order_by(Application.organisation_id, Application.id)
        .limit(AGAIN)
    )
    found = list(session.scalars(statement))
    session.expunge_all()
    session.rollback()
    return found


def _again(call_id: int, before: Application, world: World) -> None:
    firm = world.buyers[before.organisation_id]
    draft = Draft(
        title=f"{before.title} (보완)",
        plan=f"{before.plan} 앞선 심사의 의견을 반영했습니다.",
        kind=before.kind,
        supplier_id=before.supplier_id,
        total_minor=before.total_minor,
        in_kind_minor=before.in_kind_minor,
    )
    row = grants.save_application(call_id, draft, by=firm)
    seen = sha256_of(cases.content_of(row))
    grants.submit_application(row.id, seen_sha256=seen, tax_clear=True, by=firm)


def computing(world: World) -> Life:
    """The programme of shared computing takes applications as they come; the firm a reader enters as has begun one."""
    yield at("2020-10-05", "09:00")
    officer = world.officers[0]
    ruleset = session.scalars(
        select(Ruleset.id).where(Ruleset.code == "HPC-2020").order_by(Ruleset.version.desc())
    ).first()
    session.rollback()
    if ruleset is None:
        return
    opened = partial(
        programmes.open_programme,
        ruleset,
        code="HPC-2020",
        budget_minor=HOURS,
        starts_on=date(2020, 10, 5),
        ends_on=date(2020, 12, 31),
        by=officer,
    )
    programme_id = world.do("programme opened", lambda: opened().id)
    draft = CallDraft(
        title="2020년 고성능 연산 자원 지원",
        title_en="Shared computing of 2020",
        body="모형 학습에 쓸 연산 자원을 시간으로 지원합니다. 필요한 성능을 적고 구간을 고르세요.",
        kinds=("COMPUTE",),
        budget_minor=HOURS,
        opens_at=at("2020-10-06", "09:00"),
        closes_at=at("2020-12-11", "18:00"),
        performs_until=date(2020, 12, 31),
    )
    call_id = world.do("call drafted", lambda: grants.draft_call(programme_id, draft, by=officer).id)
    world.do("call published", lambda: grants.publish_call(call_id, by=officer))
    yield at("2020-11-19", "16:00")
    if world.sme is not None:
        world.attempt("application drafted", partial(_begin, call_id, world.sme))


def _begin(call_id: int, firm: Viewer) -> int:
    draft = Draft(
        title="수요 예측 모형의 반복 학습",
        plan="구매한 데이터로 모형을 여러 번 학습해 예측 오차를 줄입니다.",
        kind="COMPUTE",
        supplier_id=None,
        total_minor=0,
        in_kind_minor=0,
    )
    return grants.save_application(call_id, draft, by=firm).id
