"""How a call is judged: opened, panels drawn by lot, the shortlist heard by a timetable."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import insert, select

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evaluation import policies, queries, rules
from marketplace.evaluation.models import (
    Assignment,
    Evaluation,
    EvaluationState,
    EvaluatorProfile,
    Panel,
    PanelMember,
    ScoreSheet,
    Stage,
)
from marketplace.evidence.operations import record
from marketplace.grants.models import CallState
from marketplace.grants.queries import get_call
from marketplace.notices.operations import notify
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules import Ruleset


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an officer settles before anything is judged. Points are whole, shares percent."""

    names_hidden: bool = True
    documents_share: int = 100
    shortlist: int | None = None
    places: int | None = None
    reserve: int | None = None
    minus_points: int = 0


def require_officer(by: Viewer) -> None:
    """Raises NotYours for everybody but a programme officer."""
    if not policies.may_run(by):
        raise NotYours(_("사업 담당자만 할 수 있습니다."))


def save_profile(
    person_id: int,
    *,
    fields: Sequence[str],
    institution: str,
    organisation_id: int | None = None,
    available: bool = True,
    by: Viewer,
) -> EvaluatorProfile:
    """What an evaluator knows and where they work."""
    require_officer(by)
    if not queries.is_evaluator(person_id):
        raise Refused(_("평가위원 역할이 있는 사람만 등록할 수 있습니다."), field="person_id")
    if not fields:
        raise Refused(_("전문 분야를 하나 이상 고르세요."), field="fields")
    profile = session.scalars(
        select(EvaluatorProfile).where(EvaluatorProfile.person_id == person_id).with_for_update()
    ).one_or_none()
    if profile is None:
        profile = EvaluatorProfile(person_id=person_id, fields=[], institution="", created_by=by.person_id)
        session.add(profile)
    profile.fields, profile.institution = sorted(set(fields)), institution.strip()
    profile.organisation_id, profile.available = organisation_id, available
    record("evaluator_profile:saved", profile, by=by)
    return profile


def ruled(plan: Plan, ruleset: Ruleset) -> Plan:
    """The plan with what the ruleset says in place of what was typed: whether names are hidden, and the minus points."""
    hidden, minus = ruleset.evaluation.names_hidden, ruleset.evaluation.underuse_minus
    return replace(
        plan,
        names_hidden=plan.names_hidden if hidden is None else hidden.value,
        minus_points=plan.minus_points if minus is None else minus.value,
    )


def open_evaluation(call_id: int, plan: Plan, *, by: Viewer) -> Evaluation:
    """Begin to judge a closed call under its ruleset and this plan, which stays as it is."""
    require_officer(by)
    call = get_call(call_id)
    if call.state != CallState.CLOSED:
        raise Refused(_("접수를 마감한 공고만 평가할 수 있습니다."))
    plan = ruled(plan, programmes.get_ruleset(call.ruleset_id))
    made = Evaluation(
        call_id=call.id,
        ruleset_id=call.ruleset_id,
        names_hidden=plan.names_hidden,
        documents_share=plan.documents_share,
        shortlist=plan.shortlist,
        places=plan.places,
        reserve=plan.reserve,
        minus_points=plan.minus_points,
        seed=secrets.token_hex(16),
        opened_by=by.person_id,
    )
    session.add(made)
    record("evaluation:opened", made, by=by, call_id=call.id, seed=made.seed)
    return made


def draw_panels(evaluation_id: int, *, size: int, cases_each: int, by: Viewer) -> list[Panel]:
    """Draw the panels of the documents stage for all eligible applications; conflicts are left out beforehand."""
    require_officer(by)
    evaluation = locked(Evaluation, evaluation_id)
    if queries.unjudged_count(evaluation.call_id):
        raise Refused(_("자격 검토가 끝나지 않은 신청이 있습니다. 검토를 마친 뒤 추첨하세요."))
    evaluation.advance(to=EvaluationState.DOCUMENTS)
    cases = queries.eligible_cases(evaluation.call_id)
    return _draw(evaluation, Stage.DOCUMENTS, cases, size=size, cases_each=cases_each, by=by)


def open_presentation(evaluation_id: int, *, size: int, cases_each: int, by: Viewer) -> list[Panel]:
    """Close the documents stage: the best go on, and panels are drawn for them."""
    require_officer(by)
    evaluation = locked(Evaluation, evaluation_id)
    if evaluation.documents_share == rules.HUNDRED:
        raise Refused(_("이 평가는 서류만으로 합니다."))
    evaluation.advance(to=EvaluationState.PRESENTATION)
    every, book = queries.facts_to_decide(evaluation), queries.current_book(evaluation)
    try:
        chosen = set(rules.shortlisted(every, book))
    except rules.TooFew as few:
        raise Refused(_("아직 제출하지 않은 서류 평가표가 있습니다.")) from few
    if not chosen:
        raise Refused(_("발표 평가에 올릴 신청이 없습니다. 서류 평가만으로 선정안을 만드세요."))
    cases = [case for case in queries.eligible_cases(evaluation.call_id) if case.application_id in chosen]
    return _draw(evaluation, Stage.PRESENTATION, cases, size=size, cases_each=cases_each, by=by)


def _draw(
    evaluation: Evaluation, stage: Stage, cases: Sequence[rules.Case], *, size: int, cases_each: int, by: Viewer
) -> list[Panel]:
    ruleset = programmes.get_ruleset(evaluation.ruleset_id)
    least, most = ruleset.evaluation.panel_min.value, ruleset.evaluation.panel_max.value
    if not least <= size <= most:
        raise Refused(
            _("분과는 %(least)s명에서 %(most)s명으로 하세요.", least=least, most=most),
            field="size",
            rule=ruleset.rule("evaluation.panel_min"),
        )
    if not cases:
        raise Refused(_("평가할 신청이 없습니다."))
    experts = queries.experts()
    conflicts = queries.conflicts_of([each.person_id for each in experts], ruleset.relations.former_officer_years.value)
    seed = f"{evaluation.seed}:{stage.value}"
    try:
        drawn = rules.draw(experts, cases, conflicts, size=size, least=least, cases_each=cases_each, seed=seed)
    except rules.Impossible as too_few:
        field, there, wanted = too_few.args
        raise Refused(
            _(
                "‘%(field)s’ 분야에서 이해충돌이 없는 평가위원이 %(there)s명뿐입니다(%(wanted)s명 필요). "
                "평가위원을 더 등록하세요.",
                field=field,
                there=there,
                wanted=wanted,
            ),
            rule=ruleset.rule("evaluation.panel_min"),
        ) from too_few
    panels = [_panel(evaluation, stage, number, each, by) for number, each in enumerate(drawn, 1)]
    _cases(evaluation, stage, panels, drawn)
    record("evaluation:drawn", evaluation, by=by, stage=stage.value, panels=len(panels), seed=seed)
    return panels


def _panel(evaluation: Evaluation, stage: Stage, number: int, drawn: rules.Drawn, by: Viewer) -> Panel:
    panel = Panel(
        evaluation_id=evaluation.id, stage=stage, number=number, field=drawn.field, drawn_by=by.person_id or 0
    )
    session.add(panel)
    session.flush()
    for place, person in enumerate(drawn.members):
        session.add(PanelMember(panel_id=panel.id, person_id=person, presides=place == 0))
        notify("evaluation_drawn", about=panel.subject, person_id=person, number=number, cases=len(drawn.cases))
    record("panel:drawn", panel, by=by, members=list(drawn.members), cases=len(drawn.cases))
    return panel


def _cases(evaluation: Evaluation, stage: Stage, panels: Sequence[Panel], drawn: Sequence[rules.Drawn]) -> None:
    """Assignments numbered by lot, so that a number tells nobody who came first; then a sheet for each judge."""
    placed = [(panel, case, judges) for panel, each in zip(panels, drawn, strict=True) for case, judges in each.cases]
    common = {"evaluation_id": evaluation.id, "stage": stage}
    rows = [
        {**common, "panel_id": panel.id, "application_id": case, "number": number}
        for number, (panel, case, _judges) in enumerate(placed, 1)
    ]
    session.execute(insert(Assignment), rows)
    wanted = (Assignment.evaluation_id == evaluation.id, Assignment.stage == stage)
    rows_there = session.execute(select(Assignment.application_id, Assignment.id).where(*wanted)).all()
    ids = {row[0]: row[1] for row in rows_there}
    sheets = [
        {
            **common,
            "panel_id": panel.id,
            "assignment_id": ids[case],
            "application_id": case,
            "person_id": person,
            "points": {},
        }
        for panel, case, judges in placed
        for person in judges
    ]
    session.execute(insert(ScoreSheet), sheets)


def set_timetable(panel_id: int, *, first_at: datetime, minutes: int, by: Viewer) -> int:
    """Say when each case of a panel is heard, one after the other, and tell the firms. Returns how many."""
    require_officer(by)
    panel = session.get_one(Panel, panel_id)
    if panel.stage != Stage.PRESENTATION:
        raise Refused(_("발표 평가의 분과만 시간표가 있습니다."))
    if first_at <= clock.now():
        raise Refused(_("시작 시각은 지금보다 뒤여야 합니다."), field="first_at")
    if not 5 <= minutes <= 240:
        raise Refused(_("한 건에 5분에서 240분으로 정하세요."), field="minutes")
    heard = session.scalars(
        select(Assignment).where(Assignment.panel_id == panel.id).order_by(Assignment.number).with_for_update()
    ).all()
    owners = queries.owners_of([each.application_id for each in heard])
    for place, each in enumerate(heard):
        each.presents_at = first_at + timedelta(minutes=minutes * place)
        written = f"{each.presents_at.astimezone(clock.SEOUL):%Y-%m-%d %H:%M}"
        firm, title, about = owners[each.application_id]
        notify("presentation_scheduled", about=about, organisation_id=firm, title=title, presents_at=written)
    record("panel:scheduled", panel, by=by, first_at=first_at, minutes=minutes, cases=len(heard))
    return len(heard)
