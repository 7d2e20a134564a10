"""A ruleset: the rules of one programme year in one version, read once and never changed."""

# ruff: noqa: RUF009 - section() and items() only declare a field; they are dataclasses.field under another name.

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any, TypeVar

from marketplace.programmes.rules import other_sections as others
from marketplace.programmes.rules import sections as parts
from marketplace.programmes.rules.sourced import (
    Place,
    Section,
    Sourced,
    items,
    optional_items,
    optional_section,
    section,
)
from marketplace.programmes.rules.split import Split, SplitTerms, split
from marketplace.programmes.rules.words import N_, Text

Coded = TypeVar("Coded", parts.Kind, parts.ClassTerms, parts.Criterion, others.Role, others.Tier, others.Stage)

BUYS = {
    "PURCHASE": frozenset({"dataset"}),
    "GENERAL_PROCESSING": frozenset({"general_processing"}),
    "AI_PROCESSING": frozenset({"ai_processing"}),
    "INTEGRATED": frozenset({"dataset", "general_processing", "ai_processing"}),
}
"""What the vouchers of the data voucher buy; the kinds of other programmes say it themselves (`kinds.<code>.buys`)."""


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Typed access: `ruleset.kind("PURCHASE").cap.value`, `ruleset.order.advance_max.source`."""

    code: str
    version: int
    title: Text
    year: int
    unit: str
    programme: parts.Programme = section(N_("사업 개요"), parts.Programme)
    kinds: tuple[parts.Kind, ...] = items(N_("지원 유형"), parts.Kind)
    ratio: tuple[parts.ClassTerms, ...] = items(N_("지원 비율"), parts.ClassTerms, words=parts.SIZE_CLASSES)
    quotas: parts.Quotas = section(N_("배정 비율"), parts.Quotas)
    bonus: parts.Bonus = section(N_("가점"), parts.Bonus)
    eligibility: parts.Eligibility = section(N_("신청 자격"), parts.Eligibility)
    criteria: tuple[parts.Criterion, ...] = items(N_("평가 항목"), parts.Criterion)
    evaluation: parts.Evaluation = section(N_("평가 방법"), parts.Evaluation)
    order: parts.Order = section(N_("견적과 발주"), parts.Order)
    delivery: parts.Delivery = section(N_("납품과 검수"), parts.Delivery)
    invoice: parts.Invoice = section(N_("세금계산서 규칙"), parts.Invoice)
    vat: parts.Vat = section(N_("부가가치세 규칙"), parts.Vat)
    voucher: parts.Voucher = section(N_("바우처 규칙"), parts.Voucher)
    own_money: parts.OwnMoney = section(N_("기업 부담금"), parts.OwnMoney)
    settlement: parts.Settlement = section(N_("정산 규칙"), parts.Settlement)
    supplier: parts.Supplier = section(N_("공급기업 한도"), parts.Supplier)
    relations: parts.Relations = section(N_("특수관계"), parts.Relations)
    changes: parts.Changes = section(N_("협약 변경과 포기"), parts.Changes)
    sanctions: parts.Sanctions = section(N_("제재와 환수"), parts.Sanctions)
    intake: others.Intake | None = optional_section(N_("모집과 결정 방식"), others.Intake)
    roles: tuple[others.Role, ...] = optional_items(N_("참여 기관의 역할"), others.Role)
    topics: others.Topics | None = optional_section(N_("공모 주제"), others.Topics)
    quality: tuple[others.QualityTarget, ...] = optional_items(N_("품질 목표"), others.QualityTarget)
    crowdwork: others.Crowdwork | None = optional_section(N_("크라우드소싱"), others.Crowdwork)
    tiers: tuple[others.Tier, ...] = optional_items(N_("자원 구간"), others.Tier)
    team: others.Team | None = optional_section(N_("참가 팀"), others.Team)
    stages: tuple[others.Stage, ...] = optional_items(N_("대회 단계"), others.Stage)
    prizes: tuple[others.Prize, ...] = optional_items(N_("시상"), others.Prize)
    milestones: tuple[others.Milestone, ...] = optional_items(N_("단계별 지급"), others.Milestone)
    costs: others.Costs | None = optional_section(N_("인정하지 않는 비용"), others.Costs)

    retention: others.Retention | None = optional_section(N_("유보금"), others.Retention)

    @property
    def edition(self) -> str:
        """How a refusal names this ruleset: "DV-2023 v1"."""
        return f"{self.code} v{self.version}"

    def rule(self, path: str) -> str:
        """How a refusal names one rule of it: "DV-2023 v1 kinds.PURCHASE.cap"."""
        return f"{self.edition} {path}"

    def kind(self, code: str) -> parts.Kind:
        """The kind of support with this code. Raises KeyError where the year has none."""
        return _by_code(self.kinds, code)

    def class_terms(self, size_class: str) -> parts.ClassTerms:
        """The ratios of a size class. Raises KeyError where the class is not supported."""
        return _by_code(self.ratio, size_class)

    def role(self, code: str) -> others.Role:
        """The role of a party with this code. Raises KeyError where there is none."""
        return _by_code(self.roles, code)

    def tier(self, code: str) -> others.Tier:
        """The tier of capacity with this code. Raises KeyError where there is none."""
        return _by_code(self.tiers, code)

    @property
    def outcome(self) -> str:
        """What an award becomes: VOUCHER where the rules do not say otherwise."""
        return self.intake.outcome.value if self.intake else "VOUCHER"

    @property
    def names_supplier(self) -> bool:
        """Whether an application names the supplier from whom is bought: a grant or a prize has none."""
        return self.outcome in ("VOUCHER", "CAPACITY")

    @property
    def rolling(self) -> bool:
        """Whether is decided while the call is open, application by application."""
        return self.intake is not None and self.intake.decision.value == "ROLLING"

    def leader_of(self, kind: str) -> str:
        """Who leads an application of this kind: BUYER where the rules do not say otherwise."""
        lead = self.kind(kind).lead
        return lead.value if lead else "BUYER"

    def buys(self, kind: str) -> frozenset[str]:
        """The kinds of listing that a voucher of this kind buys."""
        said = self.kind(kind).buys
        return frozenset(said.value) if said else BUYS.get(kind, frozenset())

    def split_terms(self, size_class: str, youth: bool, kind: str | None = None) -> SplitTerms:
        """What the split needs to know of a firm; a youth firm's least own cash may be waived, and in some divisions
        everybody's own share is."""
        terms = self.class_terms(size_class)
        waived = self.kind(kind).own_share_waived if kind else None
        usual = SplitTerms(
            gov_rate=terms.gov_rate.value,
            cash_min_rate=terms.cash_min_rate.value * (0 if youth and terms.youth_cash_waived.value else 1),
            in_kind_allowed=terms.in_kind_allowed.value,
            vat_mode=self.vat.mode.value,
            vat_rate=self.vat.rate.value,
        )
        if waived is not None and waived.value:
            return replace(usual, gov_rate=Fraction(1), cash_min_rate=Fraction(0))
        return usual

    def split(self, total_minor: int, *, kind: str, size_class: str, youth: bool, in_kind_minor: int = 0) -> Split:
        """A total cut by these rules. Raises SplitRefused, or KeyError for a kind or class that is not supported."""
        return split(
            total_minor,
            self.kind(kind).cap.value,
            self.split_terms(size_class, youth, kind),
            in_kind_minor,
            unit_minor=self.own_money.support_unit.value,
            unit=self.unit,
        )

    def facts(self) -> Iterator[tuple[str, Place, Sourced[Any]]]:
        """Every value with its path and its place, in the order of the file."""
        for name, part, group in self.parts():
            for each in group:
                prefix = f"{name}.{each.code}" if part.item else name
                for field, place in places(part.holds):
                    sourced = getattr(each, field)
                    if sourced is not None:
                        yield f"{prefix}.{field}", place, sourced

    def parts(self) -> Iterator[tuple[str, Section, tuple[Any, ...]]]:
        """Every section with its name and what it holds; a plain section holds one group."""
        for name, part in all_sections():
            group = getattr(self, name)
            if group is not None:
                yield name, part, group if part.item else (group,)


def all_sections() -> Iterator[tuple[str, Section]]:
    """Name and declaration of each section, in order."""
    for each in fields(Ruleset):
        if "section" in each.metadata:
            yield each.name, each.metadata["section"]


def places(holds: type) -> Iterator[tuple[str, Place]]:
    """Name and declaration of each place of a section's dataclass, in order."""
    for each in fields(holds):
        if "place" in each.metadata:
            yield each.name, each.metadata["place"]


def _by_code(group: tuple[Coded, ...], code: str) -> Coded:
    for each in group:
        if each.code == code:
            return each
    raise KeyError(code)
