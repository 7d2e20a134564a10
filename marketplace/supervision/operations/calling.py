"""Calling users back: drawn by lot, asked by an officer, unseen by every firm. No notice goes to a firm from here."""

import secrets

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.programmes.models import Programme
from marketplace.programmes.queries import get_ruleset
from marketplace.supervision import policies, queries
from marketplace.supervision.models import Callback, CallbackDraw, CallbackState, CallbackTry
from marketplace.supervision.rules import NO, YES, draw, population_sha256, sample_size, terms


def draw_callbacks(programme_id: int, *, seed: str | None = None, by: Viewer) -> CallbackDraw:
    """Draw users of a programme with accepted work who were not drawn before. The seed and the population are kept."""
    if not policies.may_work(by):
        raise NotYours(_("사업 담당자만 통화 대상을 추첨할 수 있습니다."))
    programme = locked(Programme, programme_id)
    population = queries.users_to_draw(programme.id)
    if not population:
        raise Refused(_("검수를 통과한 납품이 있고 아직 뽑히지 않은 바우처가 없습니다."))
    rate = get_ruleset(programme.ruleset_id).delivery.agency_sample_rate.value
    row = CallbackDraw(
        programme_id=programme.id,
        seed=seed or secrets.token_hex(16),
        population=population,
        population_sha256=population_sha256(population),
        size=sample_size(len(population), rate, terms().callback_least),
        drawn_by=by.person_id,
    )
    session.add(row)
    session.flush()
    drawn = draw(population, row.size, row.seed)
    session.add_all(
        Callback(draw_id=row.id, position=position, voucher_id=voucher) for position, voucher in enumerate(drawn, 1)
    )
    record("callback_draw:drawn", row, by=by, seed=row.seed, population_sha256=row.population_sha256, drawn=drawn)
    return row


def note_answers(callback_id: int, answers: dict[str, str], said: str, *, by: Viewer) -> Callback:
    """Write down what a user said. An answer that must be followed up is told to all officers."""
    call = _call(callback_id, by)
    questions = {each.code: each for each in terms().questions}
    if set(answers) != set(questions) or not set(answers.values()) <= {YES, NO}:
        raise Refused(_("모든 물음에 예나 아니요로 답을 적으세요."))
    call.advance(to=CallbackState.ANSWERED)
    call.answers, call.said = answers, said
    call.alarming = any(each.alarm and answers[code] == each.alarm for code, each in questions.items())
    call.called_by, call.called_at = by.person_id, clock.now()
    record("callback:answered", call, by=by, alarming=call.alarming)
    if call.alarming:
        notify("callback_alarming", about=call.subject, role=Role.PROGRAMME_OFFICER)
    return call


def note_no_answer(callback_id: int, note: str, *, by: Viewer) -> Callback:
    """Nobody took the call; after so many tries as the terms say it is given up."""
    call = _call(callback_id, by)
    if call.state != CallbackState.WAITING:
        raise Refused(_("이미 끝난 통화입니다(현재 %(state)s).", state=call.state.label))
    session.add(CallbackTry(callback_id=call.id, note=note, tried_by=by.person_id))
    session.flush()
    tries = len(queries.tries_of(call.id))
    if tries >= terms().callback_tries:
        call.advance(to=CallbackState.UNREACHED)
        call.called_by, call.called_at = by.person_id, clock.now()
    record("callback:tried", call, by=by, tries=tries)
    return call


def _call(callback_id: int, by: Viewer) -> Callback:
    if not policies.may_work(by):
        raise NotYours(_("사업 담당자만 통화를 기록할 수 있습니다."))
    return locked(Callback, callback_id)
