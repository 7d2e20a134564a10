"""Agreements: drafted from an award with their parties and their paper, drawn up anew, ended."""

from collections.abc import Sequence
from datetime import date

from marketplace.accounts.operations import ask_registry
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.grants import policies, queries
from marketplace.grants.documents import AgreementText
from marketplace.grants.models import Agreement, AgreementParty, AgreementState, Application, Award, Party
from marketplace.grants.operations.conditions import check_parties
from marketplace.grants.operations.parties import refuse_own_case
from marketplace.grants.operations.signing import tell_parties
from marketplace.grants.rules import sha256_of
from marketplace.papers.operations import issue, next_number
from marketplace.papers.operations import void as void_paper
from marketplace.programmes import queries as programmes
from marketplace.vouchers import operations as vouchers


def draft_agreement(
    application_id: int, *, starts_on: date, ends_on: date, members: Sequence[int] | None = None, by: Viewer
) -> Agreement:
    """Write the agreement of an award and issue its paper: the worker draws the PDF, then signing opens.

    Its parties are buyer, supplier, the firms of the consortium (`members`; those of the application where none are
    given) and the agency; those of a grant its leader, the other bodies and the agency. They sign in whatever order.
    """
    application = locked(Application, application_id)
    if not policies.may_draft_agreement(by, application):
        raise NotYours(_("사업 담당자만 협약을 만들 수 있습니다."))
    refuse_own_case(by, application.organisation_id, application.supplier_id)
    award = queries.find_award_of(application.id)
    if award is None or award.cancelled_at is not None:
        raise Refused(_("선정된 신청만 협약할 수 있습니다."))
    ruleset = queries.ruleset_of(application)
    if application.supplier_id is None and ruleset.outcome != "GRANT":
        raise Refused(
            _("이 사업의 선정은 바우처가 아니어서 다자간 협약을 맺지 않습니다."), rule=ruleset.rule("intake.outcome")
        )
    if queries.find_agreement_of_award(award.id) is not None:
        raise Refused(_("이 선정의 협약이 이미 있습니다. 협약 목록에서 확인하세요."))
    call = queries.get_call(application.call_id)
    _check_days(award, call.performs_until, starts_on, ends_on)
    others = queries.consortium_of(application.id) if members is None else list(members)
    supplier_id = application.supplier_id
    check_parties(application.organisation_id, supplier_id, call.programme_id, others)
    ask_registry(application.organisation_id, *([] if supplier_id is None else [supplier_id]), *others, why="agreement")
    programme = programmes.get_programme(call.programme_id)
    number = f"AG-{programme.year}-{next_number(f'agreement-{programme.year}'):06d}"
    content = queries.agreement_content(number, award, application, call, starts_on, ends_on, others)
    agreement = Agreement(
        number=number,
        award_id=award.id,
        programme_id=call.programme_id,
        ruleset_id=call.ruleset_id,
        organisation_id=application.organisation_id,
        supplier_id=application.organisation_id if supplier_id is None else supplier_id,
        voucherless=supplier_id is None,
        content=content,
        content_sha256=sha256_of(content),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    session.add(agreement)
    session.flush()
    _seat(agreement, others)
    _issue_text(agreement, by)
    record("agreement:drafted", agreement, by=by, number=number, content_sha256=agreement.content_sha256)
    tell_parties(
        "agreement_to_sign", agreement, number=number, title=application.title, starts_on=starts_on.isoformat()
    )
    return agreement


def reissue_agreement(agreement_id: int, *, reason: str, by: Viewer) -> Agreement:
    """Draw an unsigned or half signed agreement up anew from what is true today (a new name, a new representative).

    It becomes the next version with a paper of its own; who has signed the one before signs again.
    """
    agreement = locked(Agreement, agreement_id)
    if not policies.may_terminate_agreement(by, agreement):
        raise NotYours(_("사업 담당자만 협약서를 다시 만들 수 있습니다."))
    refuse_own_case(by, agreement.organisation_id, agreement.supplier_id)
    if not reason.strip():
        raise Refused(_("협약서를 다시 만드는 사유를 적으세요. 당사자들에게 그대로 보입니다."), field="reason")
    if agreement.state != AgreementState.SIGNING:
        raise Refused(
            _("서명 중인 협약서만 다시 만들 수 있습니다. 체결된 뒤에는 변경을 신청하세요."), rule="agreement.reissue"
        )
    award = session.get_one(Award, agreement.award_id)
    application = session.get_one(Application, award.application_id)
    others = sorted(queries.member_ids(agreement.id))
    content = queries.agreement_content(
        agreement.number,
        award,
        application,
        queries.get_call(award.call_id),
        agreement.starts_on,
        agreement.ends_on,
        others,
    )
    agreement.version += 1
    agreement.content = content | {"version": agreement.version}
    agreement.content_sha256 = sha256_of(agreement.content)
    _issue_text(agreement, by)
    record("agreement:reissued", agreement, by=by, reason=reason.strip(), version=agreement.version)
    tell_parties("agreement_reissued", agreement, number=agreement.number, reason=reason.strip())
    return agreement


def _seat(agreement: Agreement, members: Sequence[int]) -> None:
    """Give everybody a place: the two firms, the others of the consortium, the agency last. Whoever leads and supplies has
    one."""
    firms = [(Party.SME, agreement.organisation_id)]
    if agreement.supplier_id != agreement.organisation_id:
        firms.append((Party.SUPPLIER, agreement.supplier_id))
    seats: list[tuple[Party, int | None]] = [*firms, *((Party.MEMBER, each) for each in members), (Party.AGENCY, None)]
    session.add_all(
        AgreementParty(agreement_id=agreement.id, role=role, organisation_id=firm, position=position)
        for position, (role, firm) in enumerate(seats, 1)
    )
    session.flush()


def _issue_text(agreement: Agreement, by: Viewer) -> None:
    """The paper that is signed. Its facts are fixed here, its bytes are drawn by the worker and never again."""
    text = AgreementText(
        number=agreement.number,
        version=agreement.version,
        content=agreement.content,
        content_sha256=agreement.content_sha256,
    )
    readers = [each.organisation_id for each in queries.places_of(agreement.id) if each.organisation_id is not None]
    agreement.paper_id = issue(
        "agreement",
        agreement.subject,
        text.facts(),
        title=f"다자간 협약서 {agreement.number}",
        prefix="AP",
        readers=readers,
        by=by,
    ).id


def terminate_agreement(agreement_id: int, *, reason: str, by: Viewer) -> Agreement:
    """End an agreement before its voucher is active. The award is cancelled and its budget is free again."""
    award_id = queries.get_agreement(agreement_id).award_id
    agreement = locked(Agreement, agreement_id)
    if not policies.may_terminate_agreement(by, agreement):
        raise NotYours(_("사업 담당자만 협약을 해약할 수 있습니다."))
    refuse_own_case(by, agreement.organisation_id, agreement.supplier_id)
    if not reason.strip():
        raise Refused(_("해약 사유를 적으세요. 두 기업에 그대로 보입니다."), field="reason")
    if queries.has_approved_grant(award_id):
        raise Refused(_("이미 지급을 승인한 단계가 있어 해약할 수 없습니다. 돌려받을 돈은 환수로 처리하세요."))
    if agreement.voucher_id is not None:
        # Refused by the voucher's own states once it is active: money on it has to be settled first.
        vouchers.cancel_issued(agreement.voucher_id, reason.strip(), by=by)
    agreement.advance(to=AgreementState.TERMINATED)
    agreement.terminated_at = clock.now()
    agreement.termination_reason = reason.strip()
    locked(Award, award_id).cancelled_at = clock.now()
    record("agreement:terminated", agreement, by=by, reason=reason.strip())
    for paper_id in queries.genuine_papers(agreement.subject, f"application:{_application_id(award_id)}"):
        void_paper(paper_id, reason.strip(), by=by)
    tell_parties("agreement_terminated", agreement, number=agreement.number, reason=reason.strip())
    return agreement


def _application_id(award_id: int) -> int:
    return session.get_one(Award, award_id).application_id


def _check_days(award: Award, performs_until: date, starts_on: date, ends_on: date) -> None:
    earliest = award.awarded_at.astimezone(clock.SEOUL).date()
    if starts_on < earliest:
        raise Refused(
            _("협약은 선정일(%(day)s)보다 앞서 시작할 수 없습니다.", day=earliest.isoformat()), field="starts_on"
        )
    if ends_on < starts_on:
        raise Refused(_("협약 종료일은 시작일 이후여야 합니다."), field="ends_on")
    if ends_on > performs_until:
        raise Refused(
            _("협약 종료일은 공고의 수행 종료일(%(day)s)을 넘을 수 없습니다.", day=performs_until.isoformat()),
            field="ends_on",
        )
    if ends_on < clock.today():
        raise Refused(_("협약 종료일이 이미 지났습니다."), field="ends_on")
