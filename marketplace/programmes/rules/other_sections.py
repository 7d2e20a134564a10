"""Sections that some programmes have and others do not: parties, topics, quality, tiers, stages, prizes, milestones.

A file leaves out what its programme does not know. Items bring their own names, because they differ from year to year.
"""

# ruff: noqa: RUF009 - fact() only declares a field; it is dataclasses.field under another name.

from dataclasses import dataclass
from fractions import Fraction

from marketplace.programmes.rules.sections import DAYS, LEADS, MONTHS, PEOPLE
from marketplace.programmes.rules.shapes import Amount, Choice, Count, Flag, Rate
from marketplace.programmes.rules.sourced import Sourced, extra, fact
from marketplace.programmes.rules.words import N_, Text

DECISIONS = {
    "AFTER_DEADLINE": N_("접수를 마감한 뒤 함께 결정"),
    "ROLLING": N_("상시 접수하고 들어오는 대로 결정(예산 소진까지)"),
}
OUTCOMES = {
    "VOUCHER": N_("바우처"),
    "CAPACITY": N_("연산 자원 바우처"),
    "GRANT": N_("수행기관에 단계별 지급"),
    "PRIZE": N_("순위에 따른 상금"),
}
BODIES, TOPICS_, TEAMS, PROJECTS = N_("%(n)s곳"), N_("%(n)s개 주제"), N_("%(n)s팀"), N_("%(n)s건")
POWER, HOURS, RANK = N_("%(n)s테라플롭스(TFLOPS)"), N_("%(n)s시간"), N_("%(n)s위")
ALLOWED = Flag(N_("인정"), N_("인정하지 않음"))


@dataclass(frozen=True, slots=True)
class Intake:
    decision: Sourced[str] = fact(Choice(DECISIONS), N_("결정 시점"))
    outcome: Sourced[str] = fact(Choice(OUTCOMES), N_("선정되면 받는 것"))


@dataclass(frozen=True, slots=True)
class Role:
    """What a body may be in an application. The leader applies; its share is what the others leave."""

    code: str
    name: Text
    least: Sourced[int] = fact(Count(BODIES), N_("최소 참여 수"))
    most: Sourced[int | None] = fact(Count(BODIES, low=1), N_("최대 참여 수"), optional=True)
    leads: Sourced[bool] = fact(Flag(N_("이 역할이 신청"), N_("초대받아 참여")), N_("신청"))
    share_min: Sourced[Fraction] | None = extra(Rate(), N_("과제 총액 중 최소 몫"))
    share_max: Sourced[Fraction] | None = extra(Rate(), N_("과제 총액 중 최대 몫"))
    projects_max: Sourced[int] | None = extra(Count(PROJECTS, low=1), N_("한 해에 맡을 수 있는 과제 수"))
    only_led_by: Sourced[str] | None = extra(Choice(LEADS), N_("이 쪽이 이끄는 신청에만 최소 수 적용"))


@dataclass(frozen=True, slots=True)
class Topics:
    designated: Sourced[int | None] = fact(Count(TOPICS_), N_("지정 주제 수"), optional=True)
    free: Sourced[int | None] = fact(Count(TOPICS_), N_("자유 주제 수"), optional=True)
    per_leader: Sourced[int] = fact(Count(PROJECTS, low=1), N_("주제마다 한 기관이 낼 수 있는 신청"))


@dataclass(frozen=True, slots=True)
class QualityTarget:
    code: str
    name: Text
    least: Sourced[Fraction] = fact(Rate(), N_("최소 목표"))


@dataclass(frozen=True, slots=True)
class Crowdwork:
    required: Sourced[bool] = fact(Flag(N_("수행계획 필요"), N_("선택")), N_("크라우드소싱 계획"))
    least_workers: Sourced[int] = fact(Count(PEOPLE), N_("최소 작업자 수"))
    hourly_min: Sourced[int] = fact(Amount(), N_("시간당 최저 보수"))
    training_hours: Sourced[int] = fact(Count(HOURS), N_("작업자 1인당 최소 교육 시간"))


@dataclass(frozen=True, slots=True)
class Tier:
    """A size of machine: `power` for `hours` makes the amount in TFLOPS-hours."""

    code: str
    name: Text
    power: Sourced[int] = fact(Count(POWER, low=1), N_("연산 성능"))
    hours: Sourced[int] = fact(Count(HOURS, low=1), N_("사용 시간"))

    @property
    def amount(self) -> int:
        """TFLOPS-hours in all."""
        return self.power.value * self.hours.value


@dataclass(frozen=True, slots=True)
class Team:
    least: Sourced[int] = fact(Count(PEOPLE, low=1), N_("팀 최소 인원"))
    most: Sourced[int] = fact(Count(PEOPLE, low=1), N_("팀 최대 인원"))


@dataclass(frozen=True, slots=True)
class Stage:
    """A round of a challenge; the best `advance` teams go on, of the last one they win."""

    code: str
    name: Text
    advance: Sourced[int] = fact(Count(TEAMS, low=1), N_("통과하는 팀"))


@dataclass(frozen=True, slots=True)
class Prize:
    code: str
    name: Text
    first: Sourced[int] = fact(Count(RANK, low=1), N_("첫 순위"))
    last: Sourced[int] = fact(Count(RANK, low=1), N_("끝 순위"))
    amount: Sourced[int] = fact(Amount(low=1), N_("한 팀의 상금"))


@dataclass(frozen=True, slots=True)
class Milestone:
    code: str
    name: Text
    share: Sourced[Fraction] = fact(Rate(), N_("지원금 중 몫"))
    month: Sourced[int] = fact(Count(MONTHS, low=1), N_("협약 시작 뒤"))


@dataclass(frozen=True, slots=True)
class Retention:
    """Kept back of each settlement until the warranty that runs from the last acceptance of an order is over."""

    share: Sourced[Fraction] = fact(Rate(), N_("정산 때 유보하는 몫"))
    warranty_days: Sourced[int] = fact(Count(DAYS), N_("최종 검수 뒤 하자 보증 기간"))


@dataclass(frozen=True, slots=True)
class Costs:
    data: Sourced[bool] = fact(ALLOWED, N_("데이터 구입비"))
    training: Sourced[bool] = fact(ALLOWED, N_("교육비"))
    advisory: Sourced[bool] = fact(ALLOWED, N_("자문비"))
