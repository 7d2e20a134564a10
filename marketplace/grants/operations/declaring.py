"""A firm's word on itself after the award, and the look at it before an order is placed or paid."""

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _, language
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.grants import policies, queries
from marketplace.grants.models import Application, ApplicationState, Declaration
from marketplace.notices.operations import notify
from marketplace.programmes import queries as programmes
from marketplace.programmes import rules
from marketplace.programmes.rules import Finding, Phrase, Ruleset

STANDING = ("tax_arrears", "capital_impairment", "insolvency", "excluded_industry", "same_support")
"""The rules about what a firm says of itself. The registry, bars and relations are asked by whoever binds the firm."""


def declare_again(application_id: int, *, tax_clear: bool | None, declared: dict[str, str], by: Viewer) -> Declaration:
    """A signatory says anew how the firm stands. A word that breaks a rule is kept all the same, and the agency told: from
    then on nothing is ordered or paid."""
    application = locked(Application, application_id)
    if not policies.may_submit_application(by, application):
        raise NotYours(_("자격은 기업의 서명권자만 신고할 수 있습니다."))
    if application.state != ApplicationState.AWARDED:
        raise Refused(_("선정된 신청만 자격을 다시 신고합니다."))
    said = Declaration(application_id=application.id, tax_clear=tax_clear, declared=declared, declared_by=by.person_id)
    session.add(said)
    session.flush()
    call = queries.get_call(application.call_id)
    broken = _broken(application, programmes.get_ruleset(call.ruleset_id))
    record("application:declared_again", application, by=by, broken=[each.rule_code for each in broken])
    if broken:
        reason = Phrase(broken[0].reason, dict(broken[0].params)).say(_, language())
        notify("declared_badly", about=application.subject, role=Role.PROGRAMME_OFFICER, title=application.title,
               reason=reason)  # fmt: skip
    return said


def check_standing(voucher_id: int, ruleset: Ruleset) -> None:
    """Before an order is placed and before it is paid: the last word of the firm whose voucher it is, judged again under
    the rules of its agreement. Certificates that are verified and valid need no word. Raises Refused with rule, fact and
    clause. Costs nothing where the ruleset asks for no declarations."""
    if not rules.declarations_asked(ruleset):
        return
    application = queries.find_application_of_voucher(voucher_id)
    if application is None:
        return
    for finding in _broken(application, ruleset):
        said = Phrase(finding.reason, dict(finding.params)).say(_, language())
        raise Refused(
            _("지금 다시 확인하니 지원 조건을 갖추지 못해 진행할 수 없습니다: %(reason)s", reason=said),
            rule=ruleset.rule(finding.path),
        )
    said_last = queries.last_said(application, ruleset)
    if queries.is_stale(said_last, ruleset, queries.proofs_of(application.organisation_id, clock.today())):
        raise Refused(
            _(
                "수요기업이 자격을 신고한 지 %(days)s일이 지났습니다. 서명권자가 협약 화면에서 다시 신고한 뒤 진행하세요.",
                days=ruleset.eligibility.declared_days.value if ruleset.eligibility.declared_days else 0,
            ),
            rule=ruleset.rule("eligibility.declared_days"),
        )


def _broken(application: Application, ruleset: Ruleset) -> list[Finding]:
    """The rules about declared facts that fail now."""
    facts = queries.facts_of(application, queries.get_call(application.call_id))
    findings = rules.judge(facts, ruleset)
    return [each for each in findings if each.rule_code in STANDING and each.verdict.value == "fail"]
