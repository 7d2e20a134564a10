"""Verbs of the applying firm: write, submit, withdraw."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import N_, _
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.grants import policies, queries
from marketplace.grants.models import Application, ApplicationState, Call, CallState
from marketplace.grants.operations.particulars import fixed_total
from marketplace.grants.operations.readiness import check_ready
from marketplace.grants.rules import receipt_of, sha256_of
from marketplace.matching.queries import signed_pre_agreements
from marketplace.notices.operations import notify
from marketplace.programmes import queries as programmes
from marketplace.suppliers import queries as suppliers

NOT_YOURS = N_("이 신청서를 쓰거나 낼 권한이 없습니다. 제출과 철회는 서명권자가 합니다.")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a firm writes. The shares are not asked for: the ruleset makes them of the total."""

    title: str
    plan: str
    kind: str
    supplier_id: int | None
    total_minor: int
    in_kind_minor: int
    pre_agreement_id: int | None = None
    """Of the firm and this supplier, signed by both and still valid."""


def save_application(call_id: int, draft: Draft, *, by: Viewer) -> Application:
    """Begin the firm's application to a call, as a draft."""
    _require(policies.may_apply(by))
    call = queries.get_call(call_id)
    _refuse_outside_window(call)
    application = Application(call_id=call.id, organisation_id=by.organisation_id, state=ApplicationState.DRAFT)
    _write(application, call, draft)
    session.add(application)
    session.flush()
    record("application:drafted", application, by=by, call_id=call.id)
    return application


def change_application(application_id: int, draft: Draft, *, by: Viewer) -> Application:
    """Write a draft anew."""
    application = locked(Application, application_id)
    _require(policies.may_edit_application(by, application))
    if application.state != ApplicationState.DRAFT:
        raise Refused(_("낸 신청서는 고칠 수 없습니다. 철회한 뒤 마감 전에 새로 신청하세요."))
    call = queries.get_call(application.call_id)
    _refuse_outside_window(call)
    _write(application, call, draft)
    record("application:changed", application, by=by)
    return application


def submit_application(application_id: int, *, seen_sha256: str, tax_clear: bool | None, by: Viewer) -> Application:
    """Sign and submit before the deadline. `seen_sha256` names the content that the signatory was shown, `tax_clear` is
    the declaration (None: not known, an officer will look).

    The call is held by a share lock, which all submissions may hold at once and which closing waits for; then the
    database's business time decides whether the deadline has come. Call before application, as awards do.
    """
    call = session.scalars(
        select(Call)
        .join(Application, Application.call_id == Call.id)
        .where(Application.id == application_id)
        .with_for_update(read=True, of=Call)
        .execution_options(populate_existing=True)
    ).one_or_none()
    application = locked(Application, application_id)
    if call is None or not policies.may_submit_application(by, application):
        raise NotYours(_(NOT_YOURS))
    moment = _refuse_outside_window(call)
    if application.state == ApplicationState.DRAFT:
        _refresh(application, call, seen_sha256)
    application.advance(to=ApplicationState.SUBMITTED)
    application.submitted_at = moment
    application.submitted_by = by.person_id
    application.tax_clear = tax_clear
    application.receipt_number = str(receipt_of(application.id, moment))
    application.content_sha256 = sha256_of(queries.content_of(application))
    facts: dict[str, Any] = {"receipt_number": application.receipt_number, "content_sha256": application.content_sha256}
    record("application:submitted", application, by=by, **facts)
    notify(
        "application_submitted",
        about=application.subject,
        organisation_id=application.organisation_id,
        title=application.title,
        call=call.title,
        support_minor=application.support_minor,
        unit=queries.ruleset_of(application).unit,
        **facts,
    )
    return application


def withdraw_application(application_id: int, *, reason: str = "", by: Viewer) -> Application:
    """Take an application back while nothing has been decided; before the deadline a new one may be written."""
    application = locked(Application, application_id)
    _require(policies.may_withdraw_application(by, application))
    was_draft = application.state == ApplicationState.DRAFT
    application.advance(to=ApplicationState.WITHDRAWN)
    application.decision_reason = reason or None
    record("application:withdrawn", application, by=by, reason=reason)
    if not was_draft:
        told: dict[str, Any] = {
            "title": application.title,
            "receipt_number": application.receipt_number,
            "reason": reason,
        }
        notify("application_withdrawn", about=application.subject, organisation_id=application.organisation_id, **told)
        notify("application_withdrawn", about=application.subject, role=Role.PROGRAMME_OFFICER, **told)
    return application


def _require(may: bool) -> None:
    if not may:
        raise NotYours(_(NOT_YOURS))


def _refuse_outside_window(call: Call) -> datetime:
    """The database's business time, if the call takes applications at it; else Refused with the rule."""
    moment = queries.database_now()
    written = {"moment": f"{call.closes_at.astimezone(clock.SEOUL):%Y-%m-%d %H:%M}"}
    rule = queries.window_rule(call)
    if moment >= call.closes_at or call.state in (CallState.CLOSED, CallState.DECIDED):
        raise Refused(
            _(
                "접수가 %(moment)s에 마감되어 신청서를 받을 수 없습니다. 공고 목록에서 다른 공고를 찾아보세요.",
                **written,
            ),
            rule=rule,
        )
    if call.state != CallState.PUBLISHED or moment < call.opens_at:
        opens = f"{call.opens_at.astimezone(clock.SEOUL):%Y-%m-%d %H:%M}"
        raise Refused(_("아직 접수를 시작하지 않았습니다. %(moment)s부터 신청할 수 있습니다.", moment=opens), rule=rule)
    return moment


def _write(application: Application, call: Call, draft: Draft) -> None:
    """Put what was written into the row. A draft whose money cannot be cut yet keeps it all as own cash, no support."""
    ruleset = programmes.get_ruleset(call.ruleset_id)
    if draft.kind not in call.kinds:
        raise Refused(_("이 공고에 있는 지원 유형을 고르세요."), field="kind", rule=ruleset.rule("kinds"))
    if draft.in_kind_minor > draft.total_minor:
        raise Refused(_("현물 부담은 과제 총액을 넘을 수 없습니다."), field="in_kind")
    if not ruleset.names_supplier:
        draft = replace(draft, supplier_id=None, pre_agreement_id=None)
    if draft.supplier_id is not None and not suppliers.is_designated(draft.supplier_id, call.programme_id):
        raise Refused(
            _("지정된 공급기업이 아닙니다. 목록에서 다른 공급기업을 고르세요."),
            field="supplier_id",
            rule=ruleset.rule("supplier.designated_only"),
        )
    _check_pre_agreement(application, draft)
    total = fixed_total(application, ruleset)
    if total is not None:
        draft = replace(draft, total_minor=total, in_kind_minor=0)
    firm = accounts.get_organisation(application.organisation_id)
    youth = firm.is_youth(clock.today())
    cut = queries.split_or_reason(
        call,
        kind=draft.kind,
        total_minor=draft.total_minor,
        in_kind_minor=draft.in_kind_minor,
        size_class=firm.size_class,
        youth=youth,
    )
    # Everything is known before anything is written: a query in between would flush a sum that does not add up yet.
    application.kind, application.title, application.plan = draft.kind, draft.title, draft.plan
    application.supplier_id, application.pre_agreement_id = draft.supplier_id, draft.pre_agreement_id
    application.total_minor, application.in_kind_minor = draft.total_minor, draft.in_kind_minor
    application.size_class, application.youth, application.regional = firm.size_class, youth, queries.is_regional(firm)
    application.support_minor = cut.split.support if cut.split else 0
    application.own_cash_minor = cut.split.own_cash if cut.split else draft.total_minor - draft.in_kind_minor
    application.vat_minor = cut.split.vat_deposit if cut.split else 0


def _check_pre_agreement(application: Application, draft: Draft) -> None:
    """A pre-agreement is the firm's own, in force, and with the supplier that was chosen."""
    if draft.pre_agreement_id is None:
        return
    signed = {row.id: row for row, _title, _name in signed_pre_agreements(application.organisation_id)}
    if draft.pre_agreement_id not in signed:
        raise Refused(_("두 기업이 서명했고 유효기간이 남은 사전협의서만 붙일 수 있습니다."), field="pre_agreement_id")
    if signed[draft.pre_agreement_id].supplier_id != draft.supplier_id:
        raise Refused(_("사전협의서를 맺은 공급기업과 고른 공급기업이 다릅니다."), field="supplier_id")


def _refresh(application: Application, call: Call, seen_sha256: str) -> None:
    """Cut the money again by today's facts and see that the signatory was shown exactly this."""
    if not application.plan.strip():
        raise Refused(_("과제 내용을 적어야 제출할 수 있습니다. 신청서를 열어 채우세요."))
    if application.supplier_id is None and programmes.get_ruleset(call.ruleset_id).names_supplier:
        raise Refused(_("공급기업을 골라야 제출할 수 있습니다. 신청서를 열어 고르세요."))
    check_ready(application, call)
    firm = accounts.get_organisation(application.organisation_id)
    youth = firm.is_youth(clock.today())
    cut = queries.split_or_reason(
        call,
        kind=application.kind,
        total_minor=application.total_minor,
        in_kind_minor=application.in_kind_minor,
        size_class=firm.size_class,
        youth=youth,
    )
    if cut.split is None:
        raise Refused(cut.reason, rule=cut.rule)
    application.size_class, application.youth, application.regional = firm.size_class, youth, queries.is_regional(firm)
    application.support_minor, application.own_cash_minor = cut.split.support, cut.split.own_cash
    application.vat_minor = cut.split.vat_deposit
    if sha256_of(queries.content_of(application)) != seen_sha256:
        raise Refused(
            _("화면을 연 뒤 신청 내용이나 기업 정보가 바뀌었습니다. 신청서를 다시 저장하고 확인한 뒤 제출하세요.")
        )
