"""What is known of an application when it is judged, and what was found."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Organisation, SizeClass
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import N_, _, language
from marketplace.core.korea import CAPITAL_REGION, normal_business_number
from marketplace.grants.models import (
    Application,
    ApplicationState,
    Award,
    Call,
    CertificateKind,
    EligibilityFinding,
    Verdict,
)
from marketplace.grants.queries.declarations import last_said
from marketplace.grants.queries.fixes import proofs_of
from marketplace.grants.queries.parties import present_parties
from marketplace.grants.rules import read_receipt, unpacked
from marketplace.programmes import queries as programmes
from marketplace.programmes.models import Programme
from marketplace.programmes.rules import EligibilityFacts, Phrase
from marketplace.suppliers import queries as suppliers

LIVE = (
    ApplicationState.SUBMITTED,
    ApplicationState.REFERRED,
    ApplicationState.ELIGIBLE,
    ApplicationState.AWARDED,
)
"""Applications that count against another one of the same firm; a rejected firm may try again in a later round."""

RULE_LABELS = {
    "size_class_allowed": N_("기업 규모"),
    "prefounder_proof": N_("예비창업자 증명"),
    "tax_arrears": N_("국세·지방세 체납"),
    "business_number": N_("사업자등록번호"),
    "open_business": N_("사업자 상태"),
    "participation_bar": N_("참여제한"),
    "one_application": N_("중복 신청"),
    "one_kind": N_("여러 유형 동시 신청"),
    "earlier_beneficiary": N_("이전 지원"),
    "kind_cap": N_("유형별 한도"),
    "total_bounds": N_("과제 총액"),
    "own_cash": N_("현금 부담"),
    "supplier_designated": N_("공급기업 지정"),
    "supplier_related": N_("공급기업과의 특수관계"),
    "capital_impairment": N_("완전자본잠식"),
    "insolvency": N_("부도·채무불이행"),
    "excluded_industry": N_("지원하지 않는 업종"),
    "same_support": N_("같은 과제의 다른 지원"),
    "poor_grade": N_("이전 최종평가"),
}
"""Rule code of programmes.rules -> its short name on a page."""


@dataclass(frozen=True)
class FindingRow:
    """One rule's word as its reader is shown it. `decided_by` is a name where an officer had to say it."""

    id: int
    label: str
    verdict: Verdict
    sentence: str
    basis: str
    decided_by: str
    decided_reason: str

    @property
    def is_open(self) -> bool:
        return self.verdict == Verdict.REFER


def is_regional(firm: Organisation) -> bool:
    """Whether the head office stands outside the capital region."""
    return firm.region not in CAPITAL_REGION


def facts_of(application: Application, call: Call) -> EligibilityFacts:
    """What is known of an application now. The firm's class is that of the day it applied, its standing is today's."""
    firm = accounts.get_organisation(application.organisation_id)
    supplier_id = application.supplier_id
    others = _other_live_applications(application, call)
    number = application.receipt_number
    proofs = proofs_of(firm.id, clock.today())
    said = last_said(application, programmes.get_ruleset(call.ruleset_id))
    return EligibilityFacts(
        kind=application.kind,
        size_class=application.size_class.value,
        youth=application.youth,
        prefounder_proof=_founding(application, proofs),
        business_number_valid=bool(normal_business_number(firm.business_number)) if firm.business_number else None,
        business_status=accounts.business_status_of(firm),
        tax_arrears=_arrears(said.tax_clear, proofs),
        barred=accounts.is_barred(firm.id),
        receipt=read_receipt(number) if number else None,
        other_receipts=tuple(read_receipt(receipt) for receipt, _kind in others),
        earlier_years=_earlier_years(firm.id),
        other_kinds=frozenset(kind for _receipt, kind in others),
        total_minor=application.total_minor,
        support_minor=application.support_minor,
        own_cash_minor=application.own_cash_minor,
        supplier_designated=None if supplier_id is None else suppliers.is_designated(supplier_id, call.programme_id),
        supplier_related=_is_related(application),
        capital_impaired=_impaired(said.declared, proofs),
        insolvency=said.declared.get("insolvency") or ("none" if CertificateKind.CREDIT in proofs else None),
        industry=said.declared.get("industry"),
        same_support=SUPPORTED.get(said.declared.get("same_support", "")),
        poor_years=_poor_years(firm.id, call),
    )


def _poor_years(organisation_id: int, call: Call) -> tuple[int, ...]:
    """The years whose final grade was the worst; looked up only where the call's rules ask."""
    if programmes.get_ruleset(call.ruleset_id).eligibility.poor_grade_years is None:
        return ()
    poor = accounts.poor_programmes_of(organisation_id)
    return tuple(sorted(programmes.years_of(poor).values())) if poor else ()


SUPPORTED = {"none": False, "other": True}


def _impaired(declared: dict[str, str], proofs: frozenset[CertificateKind]) -> bool | None:
    """A declared loss of all capital is one. Without a word, financial statements that were looked at say there is none."""
    if "capital" in declared:
        return declared["capital"] != "sound"
    return False if CertificateKind.FINANCIAL in proofs else None


def _arrears(tax_clear: bool | None, proofs: frozenset[CertificateKind]) -> bool | None:
    """A declared debt is one. Without a word, both tax certificates that were looked at say that there is none."""
    if tax_clear is not None:
        return not tax_clear
    return False if {CertificateKind.NATIONAL_TAX, CertificateKind.LOCAL_TAX} <= proofs else None


def _founding(application: Application, proofs: frozenset[CertificateKind]) -> bool | None:
    """Only a pre-founder needs the proof, and a certificate that was looked at is one."""
    if application.size_class != SizeClass.PRE_FOUNDER:
        return False
    return True if CertificateKind.FOUNDING in proofs else None


def _is_related(application: Application) -> bool | None:
    """Whether the supplier is related to the firm that files, or, where it leads, to a firm that it has gathered."""
    supplier_id = application.supplier_id
    if supplier_id is None:
        return None
    if supplier_id != application.organisation_id:
        return accounts.are_related(application.organisation_id, supplier_id)
    related = accounts.related_to(supplier_id)
    return any(row.organisation_id in related for row in present_parties(application.id))


def _other_live_applications(application: Application, call: Call) -> list[tuple[str, str]]:
    """Receipt and kind of what the firm has submitted to any call of the programme besides this one."""
    rows = session.execute(
        select(Application.receipt_number, Application.kind)
        .join(Call, Call.id == Application.call_id)
        .where(
            Application.organisation_id == application.organisation_id,
            Application.id != application.id,
            Application.state.in_(LIVE),
            Application.receipt_number.is_not(None),
            Call.programme_id == call.programme_id,
        )
        .order_by(Application.id)
    )
    return [(receipt, kind) for receipt, kind in rows if receipt is not None]


def _earlier_years(organisation_id: int) -> tuple[int, ...]:
    """The programme years in which the firm was awarded support that stands."""
    rows = session.scalars(
        select(Programme.year)
        .join(Call, Call.programme_id == Programme.id)
        .join(Award, Award.call_id == Call.id)
        .join(Application, Application.id == Award.application_id)
        .where(Application.organisation_id == organisation_id, Award.cancelled_at.is_(None))
        .distinct()
        .order_by(Programme.year)
    )
    return tuple(rows)


def get_finding(finding_id: int) -> EligibilityFinding:
    """A finding by its id, for operations. Raises NoResultFound."""
    return session.scalars(select(EligibilityFinding).where(EligibilityFinding.id == finding_id)).one()


def is_finding_of(finding_id: int, application_id: int) -> bool:
    """Whether the finding belongs to this application."""
    statement = select(EligibilityFinding.id).where(
        EligibilityFinding.id == finding_id, EligibilityFinding.application_id == application_id
    )
    return session.scalars(statement).one_or_none() is not None


def verdicts_of(application_id: int) -> set[Verdict]:
    """Which verdicts occur among an application's findings."""
    statement = select(EligibilityFinding.verdict).where(EligibilityFinding.application_id == application_id)
    return set(session.scalars(statement.distinct().order_by(EligibilityFinding.verdict)).all())


def findings_of(application_id: int) -> list[FindingRow]:
    """Every rule's word on an application in the order of the rules, in the reader's language."""
    rows: Sequence[EligibilityFinding] = session.scalars(
        select(EligibilityFinding)
        .where(EligibilityFinding.application_id == application_id)
        .order_by(EligibilityFinding.id)
    ).all()
    names = accounts.people_names({row.decided_by for row in rows if row.decided_by is not None})
    return [
        FindingRow(
            id=row.id,
            label=_(RULE_LABELS.get(row.rule, row.rule)),
            verdict=row.verdict,
            sentence=Phrase(row.reason, {name: unpacked(value) for name, value in row.facts.items()}).say(
                _, language()
            ),
            basis=row.basis,
            decided_by=names.get(row.decided_by or 0, ""),
            decided_reason=row.decided_reason or "",
        )
        for row in rows
    ]
