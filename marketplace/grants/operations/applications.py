"""Verbs of the certifier: sign and submit, replace before the deadline, withdraw."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from marketplace.accounts import queries as accounts
from marketplace.accounts.operations import ask_registry
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.grants import policies, queries
from marketplace.grants.models import Application, ApplicationSignature, ApplicationState, Call
from marketplace.grants.operations.answers import copy_answers
from marketplace.grants.operations.drafting import NOT_YOURS, draft_of, require_right, write
from marketplace.grants.operations.readiness import check_ready
from marketplace.grants.operations.window import refuse_outside_window as _refuse_outside_window
from marketplace.grants.rules import missing, receipt_of, sha256_of
from marketplace.matching.queries import signed_pre_agreements
from marketplace.notices.operations import notify
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules import declarations_asked


def submit_application(
    application_id: int,
    *,
    seen_sha256: str,
    tax_clear: bool | None,
    declared: Mapping[str, str] | None = None,
    by: Viewer,
) -> Application:
    """Sign and submit before the deadline. `seen_sha256` names the content that the signatory was shown, `tax_clear` is
    the declaration (None: not known, an officer will look), `declared` what else the ruleset asks; what it does not ask
    is not kept.

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
        _replace_earlier(application)
    application.advance(to=ApplicationState.SUBMITTED)
    application.submitted_at = moment
    application.submitted_by = by.person_id
    asked = declarations_asked(programmes.get_ruleset(call.ruleset_id))
    application.tax_clear = tax_clear
    application.declared = {name: said[:20] for name, said in (declared or {}).items() if name in asked}
    application.receipt_number = str(receipt_of(application.id, moment))
    application.call_version = call.version or None
    sign_content(application, by)
    ask_registry(application.organisation_id, application.supplier_id or 0, why="application")
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


def sign_content(application: Application, by: Viewer) -> None:
    """Keep the whole content with its hash under the certifier's name, and the hash as the application's own."""
    content = queries.content_of(application)
    application.content_sha256 = sha256_of(content)
    session.add(
        ApplicationSignature(
            application_id=application.id,
            number=len(queries.signatures_of_application(application.id)) + 1,
            content=content,
            content_sha256=application.content_sha256,
            person_id=by.person_id,
        )
    )


def _replace_earlier(application: Application) -> None:
    """The submission that this one takes the place of ends in the same transaction: never two, never none."""
    if application.replaces_id is None:
        return
    earlier = locked(Application, application.replaces_id)
    if earlier.state == ApplicationState.WITHDRAWN:
        return
    earlier.advance(to=ApplicationState.REPLACED)
    session.flush()  # before the new one counts, or for a moment the firm would have two


def replace_application(application_id: int, *, by: Viewer) -> Application:
    """Begin a new application with all that was submitted, to be changed and submitted in its place before the deadline.
    Until then the earlier one stands; when it is submitted the earlier one ends and a new receipt is given."""
    earlier = locked(Application, application_id)
    require_right(policies.may_submit_application(by, earlier))
    call = queries.get_call(earlier.call_id)
    _refuse_outside_window(call)
    if not earlier.may_become(ApplicationState.REPLACED):
        raise Refused(_("접수된 신청서만 고쳐서 다시 낼 수 있습니다."))
    application = Application(call_id=earlier.call_id, organisation_id=earlier.organisation_id, replaces_id=earlier.id)
    old = draft_of(earlier)
    agreed = {row.id for row, _title, _name in signed_pre_agreements(earlier.organisation_id)}
    write(application, call, old if old.pre_agreement_id in agreed else replace(old, pre_agreement_id=None))
    session.add(application)
    session.flush()
    copy_answers(earlier, application, by)
    record("application:replacement_begun", application, by=by, replaces=earlier.id)
    return application


def withdraw_application(application_id: int, *, reason: str = "", by: Viewer) -> Application:
    """Take an application back while nothing has been decided; before the deadline a new one may be written."""
    application = locked(Application, application_id)
    require_right(policies.may_withdraw_application(by, application))
    was_draft = application.state == ApplicationState.DRAFT
    application.advance(to=ApplicationState.WITHDRAWN)
    application.decision_reason = reason or None
    record("application:withdrawn", application, by=by, reason=reason)
    begun = queries.find_replacement_of(application.id)
    if begun is not None:
        locked(Application, begun.id).advance(to=ApplicationState.WITHDRAWN)
    if not was_draft:
        told: dict[str, Any] = {
            "title": application.title,
            "receipt_number": application.receipt_number,
            "reason": reason,
        }
        notify("application_withdrawn", about=application.subject, organisation_id=application.organisation_id, **told)
        notify("application_withdrawn", about=application.subject, role=Role.PROGRAMME_OFFICER, **told)
    return application


def _refresh(application: Application, call: Call, seen_sha256: str) -> None:
    """Cut the money again by today's facts and see that the signatory was shown exactly this."""
    if not application.plan.strip():
        raise Refused(_("과제 내용을 적어야 제출할 수 있습니다. 신청서를 열어 채우세요."))
    if application.supplier_id is None and programmes.get_ruleset(call.ruleset_id).names_supplier:
        raise Refused(_("공급기업을 골라야 제출할 수 있습니다. 신청서를 열어 고르세요."))
    refuse_missing(application, call)
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


def refuse_missing(application: Application, call: Call) -> None:
    """Refused while a question of the call is not answered as it must be; names the first few."""
    form = queries.form_of(call, application.call_version)
    files = queries.file_counts(queries.files_of(application.id))
    lacks = missing(form, queries.answers_of(application.id), files)
    if lacks:
        labels = [question.label for question in form.questions() if question.code in lacks]
        more = len(labels) - 3
        raise Refused(
            _("아직 답하지 않았거나 고쳐야 할 문항이 있습니다: %(labels)s", labels=", ".join(labels[:3]))
            + (_(" 외 %(count)s개", count=more) if more > 0 else "")
        )
