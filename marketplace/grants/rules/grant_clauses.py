"""The clauses of an agreement on a grant, which goes to those who do the work themselves."""

from datetime import date

from marketplace.core.money import Money
from marketplace.grants.rules.clauses import Clause, clause, common_ending
from marketplace.programmes.rules import Ruleset, Split


def grant_clauses_of(ruleset: Ruleset, split: Split, starts_on: date, ends_on: date) -> list[Clause]:
    """The numbered clauses with their amounts and days filled in."""
    parts = [
        _purpose(ruleset),
        _money(ruleset, split),
        _shares(),
        _milestones(ruleset, split),
        _time(starts_on, ends_on),
        _settlement(ruleset),
        *common_ending(ruleset),
    ]
    return [{"number": str(number), **each} for number, each in enumerate(parts, 1)]


def _purpose(ruleset: Ruleset) -> Clause:
    return clause(
        "목적",
        "Purpose",
        f"이 협약은 {ruleset.title.ko}에 따라 주관기관과 참여기관이 과제를 수행하는 데 필요한 사항을 정한다. 규정 "
        f"{ruleset.edition}이 적용된다.",
        f"This agreement governs how the leader and the other bodies carry out the project under the {ruleset.title.en}. "
        f"Ruleset {ruleset.edition} applies.",
    )


def _money(ruleset: Ruleset, split: Split) -> Clause:
    amounts = [Money(part, ruleset.unit) for part in (split.total, split.support, split.own_cash, split.own_in_kind)]
    ko, en = [each.text("ko") for each in amounts], [each.text("en") for each in amounts]
    return clause(
        "출연금과 부담금",
        "Grant and own share",
        f"과제 총액은 {ko[0]}(부가가치세 별도)이며 출연금 {ko[1]}, 현금 부담금 {ko[2]}, 현물 부담금 {ko[3]}으로 이루어진다.",
        f"The project total is {en[0]} without VAT: a grant of {en[1]}, a cash share of {en[2]} and an in-kind share of "
        f"{en[3]}.",
    )


def _shares() -> Clause:
    return clause(
        "기관별 몫과 일",
        "Shares and work",
        "각 기관은 이 협약에 적힌 몫만큼 과제를 맡는다. 몫의 합은 과제 총액과 같다. 각 기관은 맡은 일에 책임을 진다.",
        "Each body takes part with the share that stands in this agreement; the shares add up to the total. Each answers "
        "for its own work.",
    )


def _milestones(ruleset: Ruleset, split: Split) -> Clause:
    support = Money(split.support, ruleset.unit)
    many = len(ruleset.milestones)
    return clause(
        "단계별 지급",
        "Payment by milestones",
        f"출연금 {support.text('ko')}은 선정할 때 정한 {many}개 단계의 결과를 확인한 뒤 단계마다 지급한다.",
        f"The grant of {support.text('en')} is paid in {many} milestones, each after its result was looked at, as set with "
        "the award.",
    )


def _time(starts_on: date, ends_on: date) -> Clause:
    return clause(
        "기간",
        "Time",
        f"협약 기간은 {starts_on.isoformat()}부터 {ends_on.isoformat()}까지이다. 이 기간 밖에 쓴 비용은 인정하지 않는다.",
        f"The agreement runs from {starts_on.isoformat()} to {ends_on.isoformat()}. Costs outside this time are not "
        "recognised.",
    )


def _settlement(ruleset: Ruleset) -> Clause:
    days = ruleset.settlement.report_days.value
    return clause(
        "정산",
        "Settlement",
        f"주관기관은 종료일부터 {days}일 안에 모든 기관의 결과와 비용을 모아 보고한다. 인정되지 않는 비용은 돌려준다.",
        f"The leader reports the results and costs of all bodies within {days} days of the end. Costs that are not recognised "
        "are paid back.",
    )
