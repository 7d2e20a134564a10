"""Verbs of calls with topics and of challenges: the topics of a draft, and the results of a stage."""

from collections.abc import Mapping

from sqlalchemy import delete, select

from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _, language
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.grants import policies, queries
from marketplace.grants.models import Application, Call, CallState, CallTopic, StageResult
from marketplace.grants.operations.awards import award_application, reject_application
from marketplace.grants.operations.parties import refuse_own_case
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules import Ruleset, prize_of, ranked

MOST_TOPICS = 200


def set_topics(call_id: int, titles: list[str], *, free: str = "", by: Viewer) -> Call:
    """Write the topics of a draft anew: the designated ones in their order, and a free one where `free` names it."""
    if not policies.may_manage_calls(by):
        raise NotYours(_("사업 담당자만 할 수 있습니다."))
    call = locked(Call, call_id)
    ruleset = programmes.get_ruleset(call.ruleset_id)
    if call.state != CallState.DRAFT:
        raise Refused(_("공고한 뒤에는 주제를 고칠 수 없습니다. 새 공고를 내세요."))
    if ruleset.topics is None:
        raise Refused(_("이 사업은 주제를 정해 공모하지 않습니다."), rule=ruleset.rule("topics"))
    if len(set(titles)) != len(titles) or len(titles) > MOST_TOPICS:
        raise Refused(_("같은 주제가 두 번 있거나 주제가 너무 많습니다."), field="titles")
    most = ruleset.topics.designated.value
    if most is not None and len(titles) > most:
        raise Refused(
            _("지정 주제는 %(most)s개까지 낼 수 있습니다.", most=most),
            field="titles",
            rule=ruleset.rule("topics.designated"),
        )
    if free and ruleset.topics.free.value == 0:
        raise Refused(_("이 사업에는 자유 주제가 없습니다."), field="free", rule=ruleset.rule("topics.free"))
    session.execute(delete(CallTopic).where(CallTopic.call_id == call.id))
    topics = [(title, True) for title in titles] + ([(free, False)] if free else [])
    for position, (title, designated) in enumerate(topics, 1):
        session.add(CallTopic(call_id=call.id, position=position, title=title, designated=designated))
    session.flush()
    record("call:topics_set", call, by=by, topics=len(topics))
    return call


def record_stage(call_id: int, stage: str, scores: Mapping[int, int], *, by: Viewer) -> list[StageResult]:
    """End a stage: place all its teams by score (hundredths of a point; the earlier receipt decides a tie), let the
    best go on and reject the others. After the last stage the places win their prizes, which are awards.

    Every team that is in the stage has to have a score, and nobody else may; the call is locked, so a stage ends once.
    """
    call = locked(Call, call_id)
    ruleset = programmes.get_ruleset(call.ruleset_id)
    if not policies.may_manage_calls(by):
        raise NotYours(_("사업 담당자만 할 수 있습니다."))
    if call.state != CallState.CLOSED:
        raise Refused(_("접수를 마감한 뒤에 단계의 결과를 적을 수 있습니다."), rule=queries.window_rule(call))
    if stage != queries.current_stage(call.id, ruleset):
        raise Refused(_("지금 결과를 적을 단계가 아닙니다."), rule=ruleset.rule(f"stages.{stage}"))
    teams = queries.teams_in_stage(call.id)
    if not teams or set(scores) != {team.application_id for team in teams}:
        raise Refused(_("이 단계의 모든 팀에 점수를 적으세요."), field="scores", rule=ruleset.rule(f"stages.{stage}"))
    if not all(0 <= score <= 10_000 for score in scores.values()):
        raise Refused(_("점수는 0점부터 100점까지입니다."), field="scores")
    rows = session.scalars(select(Application).where(Application.id.in_(scores)).order_by(Application.id)).all()
    refuse_own_case(by, *(row.organisation_id for row in rows))
    order = ranked([(team.application_id, scores[team.application_id], team.receipt_number) for team in teams])
    results = [_placed(call, ruleset, stage, identity, place, scores, by) for place, identity in enumerate(order, 1)]
    session.add_all(results)
    session.flush()
    record(
        "call:stage_ended", call, by=by, stage=stage, teams=len(results), scores={str(k): v for k, v in scores.items()}
    )
    for result in results:
        _follow(result, ruleset, by)
    return results


def _placed(
    call: Call, ruleset: Ruleset, stage: str, identity: int, place: int, scores: Mapping[int, int], by: Viewer
) -> StageResult:
    last = stage == ruleset.stages[-1].code
    prize = prize_of(ruleset, place) if last else 0
    most = next(each.advance.value for each in ruleset.stages if each.code == stage)
    return StageResult(
        call_id=call.id,
        application_id=identity,
        stage=stage,
        score_hundredths=scores[identity],
        place=place,
        advances=place <= most and (prize > 0 or not last),
        prize_minor=prize if place <= most else 0,
        decided_by=by.person_id,
    )


def _follow(result: StageResult, ruleset: Ruleset, by: Viewer) -> None:
    """What a place means: a prize, the next stage, or the end."""
    name = next(each.name for each in ruleset.stages if each.code == result.stage).say(_, language())
    if result.prize_minor:
        award_application(result.application_id, total_minor=result.prize_minor, by=by)
    elif not result.advances:
        score = f"{result.score_hundredths / 100:.2f}"
        reason = _(
            "%(stage)s %(place)s위(%(score)s점)로 통과하지 못했습니다.", stage=name, place=result.place, score=score
        )
        reject_application(result.application_id, reason=reason, by=by)
