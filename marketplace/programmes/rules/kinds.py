"""What programmes beyond the data voucher cut and count: shares of parties, tiers by need, prizes, milestones. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from marketplace.core.money import Money, shares
from marketplace.programmes.rules.other_sections import Role, Tier
from marketplace.programmes.rules.ruleset import Ruleset
from marketplace.programmes.rules.words import N_, Phrase


class RuleBroken(Exception):
    """What was written breaks a rule: `path` names it, `phrase` is the sentence for the reader."""

    def __init__(self, path: str, msgid: str, **params: object) -> None:
        self.path = path
        self.phrase = Phrase(msgid, params)
        super().__init__(f"{path}: {self.phrase}")


@dataclass(frozen=True, slots=True)
class PartyShare:
    """A body besides the leader: its role and its share of the project's total, in smallest steps."""

    role: str
    share: int


def leader_share(total: int, parties: Sequence[PartyShare]) -> int:
    """What the others leave: the leader's share absorbs every remainder, so that all shares add up to the total."""
    return total - sum(each.share for each in parties)


def leading_role(ruleset: Ruleset) -> Role | None:
    """The role of whoever applies, or None where the programme knows no roles."""
    return next((role for role in ruleset.roles if role.leads.value), None)


def check_parties(ruleset: Ruleset, total: int, parties: Sequence[PartyShare], kind: str) -> None:
    """Refuse too few or too many bodies of a role, and shares outside what the role may have. Raises RuleBroken."""
    rest = leader_share(total, parties)
    if rest < 0:
        over = Money(-rest, ruleset.unit)
        raise RuleBroken(
            "roles", N_("참여 기관의 몫을 더하면 과제 총액보다 %(over)s 많습니다. 몫을 줄이세요."), over=over
        )
    for role in ruleset.roles:
        if role.leads.value:
            _check_share(ruleset, role, rest, total)
            continue
        taken = [each.share for each in parties if each.role == role.code]
        least = role.least.value if role_applies(ruleset, role, kind) else 0
        if len(taken) < least:
            sentence = N_("%(role)s은(는) %(least)s곳 이상이어야 합니다. 지금은 %(count)s곳입니다.")
            path = f"roles.{role.code}.least"
            raise RuleBroken(path, sentence, role=role.name, least=least, count=len(taken))
        if role.most.value is not None and len(taken) > role.most.value:
            sentence = N_("%(role)s은(는) %(most)s곳까지 참여할 수 있습니다. 지금은 %(count)s곳입니다.")
            path = f"roles.{role.code}.most"
            raise RuleBroken(path, sentence, role=role.name, most=role.most.value, count=len(taken))
        for share in taken:
            _check_share(ruleset, role, share, total)


def role_applies(ruleset: Ruleset, role: Role, kind: str) -> bool:
    """Whether the least number of a role is asked of an application of this kind: gathered by a supplier, or always."""
    if role.only_led_by is None:
        return True
    return ruleset.leader_of(kind) == role.only_led_by.value


def _check_share(ruleset: Ruleset, role: Role, share: int, total: int) -> None:
    """A share of the total against the bounds of its role, as exact fractions."""
    low, high = role.share_min, role.share_max
    words = {"role": role.name, "share": Money(share, ruleset.unit)}
    if low is not None and share < total * low.value:
        least = Money(-int(-total * low.value // 1), ruleset.unit)
        sentence = N_("%(role)s의 몫 %(share)s은 최소 %(least)s 이상이어야 합니다.")
        raise RuleBroken(f"roles.{role.code}.share_min", sentence, **words, least=least)
    if high is not None and share > total * high.value:
        most = Money(int(total * high.value // 1), ruleset.unit)
        sentence = N_("%(role)s의 몫 %(share)s은 최대 %(most)s을 넘을 수 없습니다.")
        raise RuleBroken(f"roles.{role.code}.share_max", sentence, **words, most=most)


def tier_by_need(ruleset: Ruleset, power: int) -> Tier:
    """The smallest tier that covers a need of `power` TFLOPS. Raises RuleBroken where none does."""
    fitting = [tier for tier in ruleset.tiers if tier.power.value >= power]
    if not fitting:
        most = max(tier.power.value for tier in ruleset.tiers)
        raise RuleBroken(
            "tiers",
            N_("필요한 성능 %(power)s TFLOPS는 가장 큰 구간 %(most)s TFLOPS를 넘습니다."),
            power=power,
            most=most,
        )
    return min(fitting, key=lambda tier: tier.power.value)


def check_tier(ruleset: Ruleset, code: str, power: int) -> Tier:
    """The chosen tier, if it is not larger than what the need calls for. Raises RuleBroken, KeyError."""
    chosen, needed = ruleset.tier(code), tier_by_need(ruleset, power)
    if chosen.power.value > needed.power.value:
        sentence = N_("필요한 성능 %(power)s TFLOPS에는 ‘%(needed)s’ 구간까지 신청할 수 있습니다.")
        raise RuleBroken(f"tiers.{code}.power", sentence, power=power, needed=needed.name)
    return chosen


def prize_of(ruleset: Ruleset, rank: int) -> int:
    """The prize of a rank in smallest steps; 0 where it wins nothing."""
    return next((each.amount.value for each in ruleset.prizes if each.first.value <= rank <= each.last.value), 0)


def top_prize(ruleset: Ruleset) -> int:
    """What the winner gets: what a team asks for, until it is known how far it comes."""
    return max((each.amount.value for each in ruleset.prizes), default=0)


def prizes_total(ruleset: Ruleset) -> int:
    """All prizes together."""
    return sum(each.amount.value * (each.last.value - each.first.value + 1) for each in ruleset.prizes)


def milestone_amounts(ruleset: Ruleset, support: int) -> list[int]:
    """The support cut into its milestones, in their order; the last one absorbs the remainder, so they add up."""
    if not ruleset.milestones:
        return []
    parts = [each.share.value for each in ruleset.milestones]
    whole = lcm(*(part.denominator for part in parts))
    return shares(support, [int(part * whole) for part in parts])


def ranked(scores: Sequence[tuple[int, int, str]]) -> list[int]:
    """Ids in order of their places: (id, score in hundredths, receipt number); the earlier receipt decides a tie."""
    return [identity for identity, _score, _receipt in sorted(scores, key=lambda each: (-each[1], each[2], each[0]))]


@dataclass(frozen=True, slots=True)
class SupplierLoad:
    """What a supplier already has in a programme year: projects in all and in the kind asked for, and their amount."""

    projects: int
    projects_of_kind: int
    amount: int


def check_supplier_load(ruleset: Ruleset, kind: str, load: SupplierLoad, amount: int, budget: int) -> None:
    """Refuse a project of `amount` more for a supplier with this load. Raises RuleBroken with the limit that is met.

    `amount` is what would be bought from it, `budget` the programme's, both without VAT in smallest steps; the amount
    counts against max_amount and against max_share of the budget.
    """
    limits = ruleset.supplier
    most = limits.max_matches.value
    if most is not None and load.projects >= most:
        sentence = N_("이 공급기업은 이미 %(count)s건을 맡아 한도 %(most)s건에 이르렀습니다. 다른 공급기업을 고르세요.")
        raise RuleBroken("supplier.max_matches", sentence, count=load.projects, most=most)
    each = ruleset.kind(kind).supplier_max
    if each is not None and load.projects_of_kind >= each.value:
        sentence = N_(
            "이 공급기업은 이 유형에서 이미 %(count)s건을 맡아 한도 %(most)s건에 이르렀습니다. 다른 공급기업을 고르세요."
        )
        raise RuleBroken(f"kinds.{kind}.supplier_max", sentence, count=load.projects_of_kind, most=each.value)
    check_supplier_amount(ruleset, load.amount, amount, budget)


def check_supplier_amount(ruleset: Ruleset, held: int, amount: int, budget: int) -> None:
    """Refuse `amount` more for a supplier that holds `held`, by max_amount and max_share. Raises RuleBroken.

    The share is a limit on how much of a programme one supplier gathers: in a small programme it may be less than a single
    project, and the first one is never refused for it.
    """
    limits = ruleset.supplier
    ceilings: list[tuple[str, int | Fraction]] = []
    if limits.max_amount.value is not None:
        ceilings.append(("supplier.max_amount", limits.max_amount.value))
    if limits.max_share.value is not None and held:
        ceilings.append(("supplier.max_share", budget * limits.max_share.value))
    for path, ceiling in ceilings:
        if held + amount > ceiling:
            sentence = N_(
                "이 공급기업의 금액이 한도 %(most)s을 넘습니다(이미 %(held)s, 이번 %(asked)s). 다른 공급기업을 고르세요."
            )
            most, before, asked = (Money(int(each), ruleset.unit) for each in (ceiling, held, amount))
            raise RuleBroken(path, sentence, most=most, held=before, asked=asked)
