"""Judging applications: by rule, and by an officer where a rule cannot tell."""

from typing import Any

from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Role, Viewer
from marketplace.evidence.operations import record
from marketplace.grants import policies, queries
from marketplace.grants.models import Application, ApplicationState, EligibilityFinding, Verdict
from marketplace.grants.operations.parties import refuse_own_case
from marketplace.grants.rules import packed
from marketplace.notices.operations import notify
from marketplace.programmes import queries as programmes
from marketplace.programmes import rules

OUTCOMES = {
    Verdict.PASS: (ApplicationState.ELIGIBLE, "application_eligible"),
    Verdict.FAIL: (ApplicationState.INELIGIBLE, "application_ineligible"),
    Verdict.REFER: (ApplicationState.REFERRED, "application_referred"),
}


def judge_application(application_id: int, *, by: Viewer = SYSTEM) -> Application:
    """Ask every rule of the call's ruleset, keep each word, and move the application accordingly."""
    application = locked(Application, application_id)
    if not (by.system or policies.may_judge_application(by, application)):
        raise NotYours(_("이 신청을 심사할 권한이 없습니다."))
    call = queries.get_call(application.call_id)
    ruleset = programmes.get_ruleset(call.ruleset_id)
    findings = rules.judge(queries.facts_of(application, call), ruleset)
    application.advance(to=OUTCOMES[Verdict(rules.overall(findings).value)][0])
    session.add_all(
        EligibilityFinding(
            application_id=application.id,
            rule=finding.rule_code,
            verdict=Verdict(finding.verdict.value),
            reason=finding.reason,
            facts={name: packed(value) for name, value in finding.params.items()},
            basis=ruleset.rule(finding.path),
        )
        for finding in findings
    )
    words = {finding.rule_code: finding.verdict.value for finding in findings if finding.verdict.value != "pass"}
    record("application:judged", application, by=by, words=words)
    _tell(application)
    return application


def decide_finding(finding_id: int, *, verdict: Verdict, reason: str, by: Viewer) -> Application:
    """An officer's word on what a rule left open. The last one decides the application."""
    finding = queries.get_finding(finding_id)
    application = locked(Application, finding.application_id)
    if not policies.may_judge_application(by, application):
        raise NotYours(_("이 신청을 심사할 권한이 없습니다."))
    refuse_own_case(by, application.organisation_id, application.supplier_id)
    finding = locked(EligibilityFinding, finding_id)
    if application.state != ApplicationState.REFERRED or finding.verdict != Verdict.REFER:
        raise Refused(_("이미 판단한 항목입니다. 화면을 새로 고쳐 확인하세요."))
    if verdict not in (Verdict.PASS, Verdict.FAIL) or not reason.strip():
        raise Refused(_("적합 또는 부적합을 고르고 판단 이유를 적으세요."), field="reason")
    finding.verdict = verdict
    finding.decided_by = by.person_id
    finding.decided_reason = reason.strip()
    record("eligibility_finding:decided", finding, by=by, application_id=application.id, rule=finding.rule)
    words = queries.verdicts_of(application.id)
    if Verdict.REFER not in words:
        application.advance(to=OUTCOMES[Verdict.FAIL if Verdict.FAIL in words else Verdict.PASS][0])
        record("application:judged", application, by=by)
        _tell(application)
    return application


def _tell(application: Application) -> None:
    kind = next(kind for state, kind in OUTCOMES.values() if state == application.state)
    facts: dict[str, Any] = {"title": application.title, "receipt_number": application.receipt_number}
    notify(kind, about=application.subject, organisation_id=application.organisation_id, **facts)
    if application.state == ApplicationState.REFERRED:
        notify(kind, about=application.subject, role=Role.PROGRAMME_OFFICER, **facts)
