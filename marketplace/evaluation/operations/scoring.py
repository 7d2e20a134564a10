"""What evaluators do: declare, score, lock; and the minutes of whoever presides."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Role, Viewer
from marketplace.evaluation import policies, queries, rules
from marketplace.evaluation.models import (
    ConflictDeclaration,
    Evaluation,
    Panel,
    ScoreSheet,
    SessionMinutes,
    SheetState,
)
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.programmes import queries as programmes

MOST_OPINION = 4_000


def _own(sheet_id: int, by: Viewer) -> ScoreSheet:
    """The sheet under its lock, for nobody but its evaluator."""
    sheet = locked(ScoreSheet, sheet_id)
    if not policies.is_theirs(by, sheet):
        raise NotYours(_("평가표는 배정된 평가위원 본인만 쓸 수 있습니다."))
    if sheet.state != SheetState.OPEN:
        raise Refused(_("이미 끝난 평가표입니다(%(state)s). 고칠 수 없습니다.", state=sheet.state.label))
    return sheet


def declare(sheet_id: int, *, conflict: bool, reason: str = "", by: Viewer) -> ScoreSheet:
    """Say, before the case is opened, whether one has to do with it. With a conflict the sheet passes to another."""
    sheet = _own(sheet_id, by)
    if conflict and not reason.strip():
        raise Refused(_("어떤 관계인지 적으세요. 담당자만 봅니다."), field="reason")
    session.add(
        ConflictDeclaration(
            sheet_id=sheet.id, person_id=sheet.person_id, conflict=conflict, reason=reason.strip() if conflict else ""
        )
    )
    if conflict:
        sheet.advance(to=SheetState.RECUSED)
    record("score_sheet:declared", sheet, by=by, conflict=conflict)
    if conflict:
        substitute(sheet, by)
    return sheet


def substitute(sheet: ScoreSheet, by: Viewer) -> ScoreSheet | None:
    """Another evaluator for the case, by lot; None, and a word to the officers, where nobody is free of conflicts."""
    evaluation = session.get_one(Evaluation, sheet.evaluation_id)
    panel, terms = session.get_one(Panel, sheet.panel_id), programmes.get_ruleset(evaluation.ruleset_id)
    taken = set(queries.judges_of(sheet.assignment_id))
    able = [each for each in queries.experts() if panel.field in each.fields and each.person_id not in taken]
    firms = queries.firms_of_case(sheet.application_id)
    near = queries.conflicts_of([each.person_id for each in able], terms.relations.former_officer_years.value)
    free = [each.person_id for each in able if not near.get(each.person_id, set()) & firms]
    if not free:
        notify("evaluation_short", about=panel.subject, role=Role.PROGRAMME_OFFICER, number=panel.number)
        return None
    chosen = min(free, key=lambda person: (rules.lot(evaluation.seed, sheet.subject, person), person))
    made = ScoreSheet(
        evaluation_id=sheet.evaluation_id,
        stage=sheet.stage,
        panel_id=sheet.panel_id,
        assignment_id=sheet.assignment_id,
        application_id=sheet.application_id,
        person_id=chosen,
        points={},
    )
    session.add(made)
    record("score_sheet:passed_on", made, by=by, instead_of=sheet.id)
    notify("evaluation_drawn", about=panel.subject, person_id=chosen, number=panel.number, cases=1)
    return made


def save_sheet(sheet_id: int, *, points: Mapping[str, int], opinion: str, by: Viewer) -> ScoreSheet:
    """Keep what has been filled in so far, in hundredths of a point by criterion; some may still be missing."""
    sheet = _own(sheet_id, by)
    _require_declared(sheet)
    _check(sheet, points)
    sheet.points, sheet.opinion, sheet.saved_at = dict(points), opinion.strip()[:MOST_OPINION], clock.now()
    record("score_sheet:saved", sheet, by=by)
    return sheet


def lock_sheet(sheet_id: int, *, points: Mapping[str, int], opinion: str, by: Viewer) -> ScoreSheet:
    """Submit for good: every criterion and an opinion; from then on the sheet has a hash and nobody changes it."""
    sheet = _own(sheet_id, by)
    _require_declared(sheet)
    criteria = _check(sheet, points)
    missing = [name for code, (name, _weight) in criteria.items() if code not in points]
    if missing:
        raise Refused(_("점수를 주지 않은 항목이 있습니다: %(names)s", names=", ".join(missing)), field="points")
    if not opinion.strip():
        raise Refused(_("평가 의견을 적으세요. 이름 없이 신청 기업에 전달됩니다."), field="opinion")
    moment = clock.now()
    sheet.points, sheet.opinion = dict(points), opinion.strip()[:MOST_OPINION]
    sheet.saved_at = sheet.locked_at = moment
    sheet.sha256 = rules.sheet_hash(
        sheet_id=sheet.id,
        application_id=sheet.application_id,
        stage=sheet.stage.value,
        person_id=sheet.person_id,
        points=dict(points),
        opinion=sheet.opinion,
    )
    sheet.advance(to=SheetState.LOCKED)
    record("score_sheet:locked", sheet, by=by, sha256=sheet.sha256)
    return sheet


def void_sheet(sheet_id: int, *, reason: str, by: Viewer) -> ScoreSheet:
    """A conflict came to light: the sheet stays as it was and counts no more; another evaluator takes the case."""
    if not policies.may_run(by):
        raise NotYours(_("사업 담당자만 할 수 있습니다."))
    sheet = locked(ScoreSheet, sheet_id)
    if not reason.strip():
        raise Refused(_("무효로 하는 사유를 적으세요."), field="reason")
    if queries.standing_decision(sheet.evaluation_id) is not None:
        raise Refused(_("선정안이 있는 동안에는 평가표를 무효로 할 수 없습니다. 선정안을 먼저 반려하세요."))
    sheet.void_reason = reason.strip()
    sheet.advance(to=SheetState.VOID)
    record("score_sheet:voided", sheet, by=by, reason=reason.strip())
    substitute(sheet, by)
    return sheet


def write_minutes(panel_id: int, *, body: str, present: Sequence[int], by: Viewer) -> SessionMinutes:
    """The minutes of a session, by whoever presides. They are added to and never changed."""
    panel = session.get_one(Panel, panel_id)
    if not queries.presides(panel.id, by.person_id):
        raise NotYours(_("회의록은 위원장이 씁니다."))
    if not body.strip():
        raise Refused(_("회의 내용을 적으세요."), field="body")
    members = queries.members_of(panel.id)
    made = SessionMinutes(
        panel_id=panel.id,
        body=body.strip(),
        present=[name for person, name, _presides in members if person in set(present)],
        written_by=by.person_id or 0,
    )
    session.add(made)
    record("panel:minuted", panel, by=by, present=made.present)
    return made


def _require_declared(sheet: ScoreSheet) -> None:
    said = session.scalars(
        select(ConflictDeclaration.conflict).where(ConflictDeclaration.sheet_id == sheet.id)
    ).one_or_none()
    if said is not False:
        raise Refused(_("먼저 이 건과 이해충돌이 없음을 신고하세요."))


def _check(sheet: ScoreSheet, points: Mapping[str, int]) -> dict[str, tuple[str, int]]:
    """The criteria as code -> (name, points at most), once every number lies within them."""
    evaluation = session.get_one(Evaluation, sheet.evaluation_id)
    ruleset = programmes.get_ruleset(evaluation.ruleset_id)
    criteria = {each.code: (each.name.ko, each.weight.value) for each in ruleset.criteria}
    for code, given in points.items():
        if code not in criteria:
            raise Refused(_("규정에 없는 평가 항목입니다."), field="points")
        name, weight = criteria[code]
        if not 0 <= given <= weight * rules.HUNDRED:
            raise Refused(
                _("‘%(name)s’은(는) 0점에서 %(weight)s점까지 줄 수 있습니다.", name=name, weight=weight),
                field=f"points-{code}",
                rule=ruleset.rule(f"criteria.{code}.weight"),
            )
    return criteria
