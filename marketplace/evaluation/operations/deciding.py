"""The decision of a call: drafted by one officer from frozen inputs, confirmed by another."""

import time
from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.names import same_name
from marketplace.core.viewer import Role, Viewer
from marketplace.evaluation import queries, rules
from marketplace.evaluation.models import (
    BudgetAdjustment,
    Decision,
    DecisionLine,
    DecisionState,
    Evaluation,
    EvaluationState,
)
from marketplace.evaluation.operations.opening import require_officer
from marketplace.evidence.operations import record
from marketplace.grants import queries as grants
from marketplace.grants.models import ApplicationState
from marketplace.notices.operations import notify
from marketplace.programmes import queries as programmes


def adjust_budget(evaluation_id: int, application_id: int, *, total_minor: int, reason: str, by: Viewer) -> int:
    """Cut a project's total before the decision; the ruleset splits it. Returns the new support in won."""
    require_officer(by)
    evaluation = locked(Evaluation, evaluation_id)
    application = grants.get_application(application_id)
    if application.call_id != evaluation.call_id or application.state != ApplicationState.ELIGIBLE:
        raise Refused(_("이 평가의 적격 신청만 사업비를 조정할 수 있습니다."))
    if queries.standing_decision(evaluation.id) is not None:
        raise Refused(_("선정안이 있는 동안에는 사업비를 조정할 수 없습니다. 선정안을 먼저 반려하세요."))
    if not reason.strip():
        raise Refused(_("조정 사유를 적으세요."), field="reason")
    if not 0 < total_minor <= application.total_minor:
        raise Refused(_("신청한 총액 안에서 줄이세요."), field="total")
    cut = grants.split_or_reason(
        grants.get_call(application.call_id),
        kind=application.kind,
        total_minor=total_minor,
        in_kind_minor=min(application.in_kind_minor, total_minor),
        size_class=application.size_class,
        youth=application.youth,
    )
    if cut.split is None:
        raise Refused(cut.reason, field="total", rule=cut.rule)
    made = BudgetAdjustment(
        evaluation_id=evaluation.id,
        application_id=application.id,
        total_minor=total_minor,
        support_minor=cut.split.support,
        reason=reason.strip(),
        adjusted_by=by.person_id or 0,
    )
    session.add(made)
    record("application:adjusted", application, by=by, total_minor=total_minor, support_minor=cut.split.support)
    return cut.split.support


def draft_decision(evaluation_id: int, *, by: Viewer) -> Decision:
    """Rank every eligible application and choose, from what is there now; all of it is frozen with its hash."""
    require_officer(by)
    evaluation = locked(Evaluation, evaluation_id)
    heard = evaluation.documents_share < rules.HUNDRED
    ready = EvaluationState.PRESENTATION if heard else EvaluationState.DOCUMENTS
    if evaluation.state != ready:
        raise Refused(_("평가가 끝난 뒤에 선정안을 만들 수 있습니다(지금: %(state)s).", state=evaluation.state.label))
    began = time.perf_counter()
    every, book = queries.facts_to_decide(evaluation), queries.current_book(evaluation)
    try:
        decided = rules.decide(every, book)
    except rules.Unfinished as unfinished:
        raise Refused(
            _(
                "평가표가 모자란 신청이 %(count)s건 있습니다(건마다 %(least)s부 필요). 분과 화면에서 확인하세요.",
                count=len(unfinished.args[0]),
                least=book.least,
            ),
            rule=f"{book.edition} evaluation.panel_min",
        ) from unfinished
    if not decided.order:
        raise Refused(_("평가할 신청이 없습니다."))
    made = Decision(
        evaluation_id=evaluation.id,
        call_id=evaluation.call_id,
        ruleset_id=evaluation.ruleset_id,
        number=queries.decision_count(evaluation.id) + 1,
        terms=book.written(),
        figures=figures_of(decided, book),
        input_sha256=rules.input_hash(every, book),
        result_sha256=decided.sha256,
        milliseconds=0,
        steps=len(decided.order),
        drafted_by=by.person_id or 0,
    )
    made.milliseconds = round((time.perf_counter() - began) * 1000)
    session.add(made)
    session.flush()
    session.execute(insert(DecisionLine), rows_of(made.id, every, decided))
    record("decision:drafted", made, by=by, input_sha256=made.input_sha256, result_sha256=made.result_sha256)
    return made


def figures_of(decided: rules.Decided, book: rules.Book) -> dict[str, Any]:
    """What a decision comes to, for its page: how many of each, how much, each quota, and what stays short."""
    counts = Counter(line.outcome for line in decided.outcome.lines)
    pairs = zip(decided.order, decided.outcome.lines, strict=True)
    terms = book.terms
    return {
        **{name: counts.get(name, 0) for name in (rules.ADMITTED, rules.RESERVE, rules.REFUSED)},
        "support_minor": sum(each.support_minor for each, line in pairs if line.outcome == rules.ADMITTED),
        "quotas": {code: [terms.minimum(share), decided.outcome.reached[code]] for code, share in book.quotas},
        "shortfalls": [[each.quota, each.wanted, each.reached, each.reason] for each in decided.outcome.shortfalls],
    }


def rows_of(decision_id: int, every: list[rules.Facts], decided: rules.Decided) -> list[dict[str, Any]]:
    """The lines as rows."""
    facts = {each.application_id: each for each in every}
    rows = []
    for each, line in zip(decided.order, decided.outcome.lines, strict=True):
        known = facts[each.application_id]
        rows.append(
            {
                "decision_id": decision_id,
                "application_id": each.application_id,
                "rank": line.rank,
                "documents": each.documents,
                "presentation": each.presentation,
                "base": each.base,
                "bonus": each.bonus,
                "minus": each.minus,
                "score": each.score,
                "by_criterion": list(each.by_criterion),
                "outcome": line.outcome,
                "rule": line.rule,
                "reserve_place": line.reserve_place,
                "support_minor": each.support_minor,
                "facts": {
                    "receipt": each.receipt,
                    "kind": each.kind,
                    "claims": sorted(each.claims),
                    "total_minor": known.total_minor,
                    "content_sha256": known.content_sha256,
                    "underused": known.underused,
                    "heard": known.heard,
                    **({"grade": known.grade} if known.grade else {}),
                    **({"supplier": each.supplier, "bought_minor": each.bought_minor} if each.supplier else {}),
                },
                "sheets_sha256": known.sheets_sha256,
            }
        )
    return rows


def propose_decision(decision_id: int, *, by: Viewer) -> Decision:
    """Hand a draft to the second officer."""
    require_officer(by)
    decision = locked(Decision, decision_id)
    decision.advance(to=DecisionState.PROPOSED)
    decision.proposed_at = clock.now()
    record("decision:proposed", decision, by=by, result_sha256=decision.result_sha256)
    title = grants.get_call(decision.call_id).title
    notify("decision_proposed", about=decision.subject, role=Role.PROGRAMME_OFFICER, title=title)
    return decision


def return_decision(decision_id: int, *, reason: str, by: Viewer) -> Decision:
    """Send a decision back: what it rested on may be mended, and another be drafted."""
    require_officer(by)
    decision = locked(Decision, decision_id)
    if not reason.strip():
        raise Refused(_("반려 사유를 적으세요."), field="reason")
    decision.return_reason = reason.strip()
    decision.advance(to=DecisionState.RETURNED)
    record("decision:returned", decision, by=by, reason=reason.strip())
    return decision


def confirm_decision(decision_id: int, *, seen_sha256: str, by: Viewer) -> Decision:
    """The second officer confirms exactly the list that the page showed; the job awards, refuses and writes to all."""
    require_officer(by)
    decision = locked(Decision, decision_id)
    if decision.state == DecisionState.PROPOSED:
        _refuse_unfit(decision, by)
    if seen_sha256 != decision.result_sha256:
        raise Refused(_("화면을 연 뒤 선정안이 바뀌었습니다. 바뀐 내용을 다시 확인하고 확정하세요."))
    evaluation = locked(Evaluation, decision.evaluation_id)
    limits = "suppliers" in decision.terms
    book = queries.current_book(evaluation, limits=limits)
    if rules.input_hash(queries.facts_to_decide(evaluation, limits=limits), book) != decision.input_sha256:
        raise Refused(_("선정안을 만든 뒤 평가표나 신청이 바뀌었습니다. 이 선정안을 반려하고 다시 만드세요."))
    days = programmes.get_ruleset(decision.ruleset_id).evaluation.objection_days.value
    decision.confirmed_by, decision.confirmed_at = by.person_id, clock.now()
    decision.objections_until = clock.today() + timedelta(days=days)
    decision.advance(to=DecisionState.CONFIRMED)
    evaluation.advance(to=EvaluationState.DECIDED)
    record("decision:confirmed", decision, by=by, result_sha256=seen_sha256)
    return decision


def _refuse_unfit(decision: Decision, by: Viewer) -> None:
    """Not the one who drafted it, nor one of that name; and neither of the two belongs to a firm on the list."""
    if decision.drafted_by == by.person_id:
        raise Refused(_("선정안을 만든 사람은 확정할 수 없습니다. 다른 담당자가 확정해야 합니다."))
    names = accounts.people_names({decision.drafted_by, by.person_id or 0})
    if same_name(names[decision.drafted_by], names[by.person_id or 0]):
        raise Refused(_("선정안을 만든 사람과 이름이 같습니다. 다른 사람이 확정해야 합니다."))
    for person in (decision.drafted_by, by.person_id or 0):
        own = {firm.id for firm, _role in accounts.organisations_of(person)}
        if own and own & queries.firms_of_decision(decision.id):
            raise NotYours(_("본인이 속한 기업의 건은 결정할 수 없습니다. 다른 담당자에게 넘기세요."))
    if queries.judged_by(decision.evaluation_id, by.person_id or 0):
        raise NotYours(_("이 평가의 평가위원은 선정안을 확정할 수 없습니다."))
