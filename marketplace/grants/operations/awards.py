"""Awards: support within the budget, or a rejection with its reason."""

from marketplace.accounts.models import Organisation
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.grants import policies, queries
from marketplace.grants.models import Application, ApplicationState, Award, Call, CallState
from marketplace.grants.operations.particulars import cut_milestones
from marketplace.grants.operations.parties import refuse_own_case
from marketplace.grants.operations.readiness import check_load, written
from marketplace.notices.operations import notify
from marketplace.programmes.rules import Ruleset, Split


def award_application(
    application_id: int, *, total_minor: int | None = None, in_kind_minor: int | None = None, by: Viewer
) -> Award:
    """Grant what was asked for, or less: a smaller total is cut again by the call's ruleset.

    The call is locked first, so that awards made at the same moment see each other and never exceed its budget.
    """
    call = locked(Call, queries.get_application(application_id).call_id)
    application = _judged(application_id, call, by)
    asked = application.total_minor if total_minor is None else total_minor
    ruleset = queries.ruleset_of(application)
    split = split_of_award(
        application, call, ruleset, asked, application.in_kind_minor if in_kind_minor is None else in_kind_minor
    )
    left = call.budget_minor - queries.awarded_minor(call.id)
    if split.support > left:
        raise Refused(
            _(
                "공고 예산에서 남은 금액은 %(left)s이어서 %(support)s을 선정할 수 없습니다.",
                left=written(max(left, 0), ruleset),
                support=written(split.support, ruleset),
            ),
            field="total",
            rule=queries.budget_rule(call),
        )
    if application.supplier_id is not None:  # awards of different calls to one supplier see each other, too
        locked(Organisation, application.supplier_id)
    check_load(application, call, ruleset, split.support + split.own_cash)
    return give_award(application, ruleset, split, awarded_by=by.person_id or 0, by=by)


def reject_application(application_id: int, *, reason: str, by: Viewer) -> Application:
    """Not chosen; the reason is shown to the firm."""
    call = locked(Call, queries.get_application(application_id).call_id)
    application = _judged(application_id, call, by)
    if not reason.strip():
        raise Refused(_("미선정 사유를 적으세요. 신청 기업에 그대로 보입니다."), field="reason")
    application.advance(to=ApplicationState.REJECTED)
    application.decision_reason = reason.strip()
    record("application:rejected", application, by=by, reason=reason.strip())
    notify(
        "application_rejected",
        about=application.subject,
        organisation_id=application.organisation_id,
        title=application.title,
        receipt_number=application.receipt_number,
        reason=reason.strip(),
    )
    return application


def _judged(application_id: int, call: Call, by: Viewer) -> Application:
    """The application under its lock, after the deadline, for an officer who has nothing to do with its firms."""
    application = locked(Application, application_id)
    if not policies.may_judge_application(by, application):
        raise NotYours(_("이 신청을 심사할 권한이 없습니다."))
    refuse_own_case(by, application.organisation_id, application.supplier_id)
    if call.state != CallState.CLOSED and not (call.rolling and call.state == CallState.PUBLISHED):
        raise Refused(_("접수를 마감한 뒤에 선정할 수 있습니다."), rule=queries.window_rule(call))
    return application


def split_of_award(application: Application, call: Call, ruleset: Ruleset, total: int, in_kind: int) -> Split:
    """How an award of `total` is cut, at most what was asked for; a prize is what the place in the last stage brings."""
    if total > application.total_minor:
        raise Refused(_("신청한 총액보다 많이 선정할 수 없습니다."), field="total")
    cut = queries.split_or_reason(
        call,
        kind=application.kind,
        total_minor=total,
        in_kind_minor=in_kind,
        size_class=application.size_class,
        youth=application.youth,
    )
    if cut.split is None:
        raise Refused(cut.reason, field=cut.field, rule=cut.rule)
    if ruleset.outcome == "PRIZE" and total != queries.prize_won(application.id):
        raise Refused(
            _("상금은 마지막 단계의 순위에 따라 정해집니다. 단계의 결과를 확정하면 선정됩니다."),
            rule=ruleset.rule("prizes"),
        )
    return cut.split


def give_award(application: Application, ruleset: Ruleset, split: Split, *, awarded_by: int, by: Viewer) -> Award:
    """The award itself, its milestones, the event and the notice: one way for a single one and for a whole decision.

    The budget and whoever may award have been looked at before, under the call's lock.
    """
    application.advance(to=ApplicationState.AWARDED)
    award = Award(
        application_id=application.id,
        call_id=application.call_id,
        total_minor=split.total,
        support_minor=split.support,
        own_cash_minor=split.own_cash,
        in_kind_minor=split.own_in_kind,
        vat_minor=split.vat_deposit,
        awarded_by=awarded_by,
    )
    session.add(award)
    session.flush()
    cut_milestones(application, award, ruleset)
    record("application:awarded", application, by=by, award_id=award.id, support_minor=award.support_minor)
    notify(
        "application_awarded",
        about=application.subject,
        organisation_id=application.organisation_id,
        title=application.title,
        receipt_number=application.receipt_number,
        support_minor=award.support_minor,
        own_cash_minor=award.own_cash_minor,
        vat_minor=award.vat_minor,
        unit=ruleset.unit,
    )
    return award
