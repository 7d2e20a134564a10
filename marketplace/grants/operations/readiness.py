"""Whether an application has all that its programme asks for when it is signed and submitted."""

from marketplace.accounts import queries as accounts
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, language
from marketplace.core.money import Money
from marketplace.grants import queries
from marketplace.grants.models import Application, ApplicationParticulars, Call, PartyState
from marketplace.grants.operations.consortium import held_to
from marketplace.grants.queries import PartyRow
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules import PartyShare, Ruleset, check_parties, check_supplier_load, check_tier


def check_ready(application: Application, call: Call) -> None:
    """Refuse what the programme asks for and is not there, each with its rule. Asked when it is signed and submitted."""
    ruleset = queries.ruleset_of(application)
    _check_leader(application, ruleset)
    if ruleset.roles:
        _check_consortium(application, call, ruleset)
    if queries.asks_particulars(ruleset):
        row = queries.find_particulars(application.id) or ApplicationParticulars(team_members=[], quality={})
        _check_topic(application, call, ruleset, row)
        _check_tier(application, ruleset, row)
        _check_team(ruleset, row)
        _check_crowdwork(ruleset, row)
    _check_milestones(application, call, ruleset)
    if call.rolling:
        left = call.budget_minor - queries.awarded_minor(call.id)
        if application.support_minor > left:
            raise Refused(
                _("남은 예산은 %(left)s입니다. 이 신청은 더 받을 수 없습니다.", left=written(max(left, 0), ruleset)),
                rule=queries.budget_rule(call),
            )
    check_load(application, call, ruleset, application.support_minor + application.own_cash_minor)


def check_load(application: Application, call: Call, ruleset: Ruleset, amount: int) -> None:
    """Refuse one project of `amount` more for a supplier that has reached a limit of the ruleset. What stands is what
    was awarded; whoever awards holds the supplier's row, so that two awards see each other."""
    if application.supplier_id is None:
        return
    programme = programmes.get_programme(call.programme_id)
    load = queries.load_of_supplier(application.supplier_id, programme.id, application.kind)
    held_to(
        ruleset,
        "supplier_id",
        lambda: check_supplier_load(ruleset, application.kind, load, amount, programme.budget_minor),
    )


def _check_leader(application: Application, ruleset: Ruleset) -> None:
    """A supplier that leads files for itself: it is the supplier of its own application."""
    if ruleset.leader_of(application.kind) == "SUPPLIER" and application.supplier_id != application.organisation_id:
        raise Refused(
            _("이 유형은 공급기업이 이끌어 신청합니다. 지정된 공급기업이 자신을 공급기업으로 골라 신청하세요."),
            field="supplier_id",
            rule=ruleset.rule(f"kinds.{application.kind}.lead"),
        )


def _check_consortium(application: Application, call: Call, ruleset: Ruleset) -> None:
    parties = queries.present_parties(application.id)
    shares = [PartyShare(row.role, row.share_minor) for row in parties]
    held_to(ruleset, None, lambda: check_parties(ruleset, application.total_minor, shares, application.kind))
    for row in parties:
        role = ruleset.role(row.role)
        if row.state != PartyState.CONFIRMED:
            raise Refused(
                _("%(firm)s의 서명권자가 아직 참여를 확인하지 않았습니다. 확인을 받은 뒤 제출하세요.", firm=row.name),
                rule=ruleset.rule(f"roles.{row.role}"),
            )
        if accounts.is_barred(row.organisation_id):
            sentence = _("%(firm)s은(는) 참여가 제한되어 있습니다. 제외한 뒤 제출하세요.", firm=row.name)
            raise Refused(sentence, rule=ruleset.rule("eligibility.bar_blocks"))
        if role.projects_max is not None:
            _check_projects(application, call, ruleset, row, role.projects_max.value)
    _check_supplier_joined(application, ruleset, parties)


def _check_projects(application: Application, call: Call, ruleset: Ruleset, row: PartyRow, most: int) -> None:
    held = queries.projects_in_role(application, call.programme_id, row.organisation_id, row.role)
    if held >= most:
        role = ruleset.role(row.role).name.say(_, language())
        raise Refused(
            _(
                "%(firm)s은(는) 이미 %(role)s(으)로 %(count)s개 과제에 참여해 한도 %(most)s개에 이르렀습니다.",
                firm=row.name,
                role=role,
                count=held,
                most=most,
            ),
            rule=ruleset.rule(f"roles.{row.role}.projects_max"),
        )


def _check_supplier_joined(application: Application, ruleset: Ruleset, parties: list[PartyRow]) -> None:
    """Whoever joins as supplier is the one that the application names."""
    joined = {row.organisation_id for row in parties if row.role == "SUPPLIER"}
    if joined - {application.supplier_id}:
        raise Refused(
            _("참여를 확인한 공급기업과 신청서에서 고른 공급기업이 다릅니다. 하나로 맞추세요."),
            field="supplier_id",
            rule=ruleset.rule("roles.SUPPLIER"),
        )


def _check_topic(application: Application, call: Call, ruleset: Ruleset, row: ApplicationParticulars) -> None:
    if ruleset.topics is None or not queries.topics_of(call.id):
        return
    topic = queries.find_topic(call.id, row.topic_id)
    if topic is None:
        raise Refused(_("주제를 골라야 제출할 수 있습니다."), rule=ruleset.rule("topics"))
    if not topic.designated and not row.free_topic:
        raise Refused(_("자유 주제의 이름을 적어야 제출할 수 있습니다."), rule=ruleset.rule("topics.free"))
    most = ruleset.topics.per_leader.value
    if queries.others_on_topic(application, topic.id) >= most:
        raise Refused(
            _("한 주제에는 %(most)s건까지만 신청할 수 있습니다. 이미 낸 신청이 있습니다.", most=most),
            rule=ruleset.rule("topics.per_leader"),
        )


def _check_tier(application: Application, ruleset: Ruleset, row: ApplicationParticulars) -> None:
    if not ruleset.tiers:
        return
    if row.tier is None or row.need_power is None:
        raise Refused(_("필요한 성능을 적고 자원 구간을 골라야 제출할 수 있습니다."), rule=ruleset.rule("tiers"))
    chosen = held_to(ruleset, None, lambda: check_tier(ruleset, row.tier or "", row.need_power or 0))
    if application.total_minor != chosen.amount:
        raise Refused(
            _(
                "신청한 양이 고른 구간(%(amount)s)과 다릅니다. 구간을 다시 고르세요.",
                amount=written(chosen.amount, ruleset),
            ),
            rule=ruleset.rule(f"tiers.{chosen.code}"),
        )


def _check_team(ruleset: Ruleset, row: ApplicationParticulars) -> None:
    if ruleset.team is None:
        return
    least, most = ruleset.team.least.value, ruleset.team.most.value
    if not row.team_name or not least <= len(row.team_members) <= most:
        raise Refused(
            _("팀 이름과 팀원 %(least)s명 이상 %(most)s명 이하를 적어야 제출할 수 있습니다.", least=least, most=most),
            rule=ruleset.rule("team"),
        )


def _check_crowdwork(ruleset: Ruleset, row: ApplicationParticulars) -> None:
    for each in ruleset.quality:
        promised = (row.quality or {}).get(each.code)
        if promised is None or promised < each.least.value * 10_000:
            raise Refused(
                _(
                    "품질 목표 ‘%(name)s’은(는) %(least)s%% 이상으로 정해야 합니다.",
                    name=each.name.say(_, language()),
                    least=f"{float(each.least.value * 100):g}",
                ),
                rule=ruleset.rule(f"quality.{each.code}.least"),
            )
    plan = ruleset.crowdwork
    if plan is None or not plan.required.value:
        return
    asked = (
        ("least_workers", row.workers, plan.least_workers.value, _("작업자 수")),
        ("hourly_min", row.hourly_minor, plan.hourly_min.value, _("시간당 보수(원)")),
        ("training_hours", row.training_hours, plan.training_hours.value, _("1인당 교육 시간")),
    )
    for path, planned, least, label in asked:
        if planned is None or planned < least:
            raise Refused(
                _("크라우드소싱 계획의 %(label)s은(는) %(least)s 이상이어야 합니다.", label=label, least=f"{least:,}"),
                rule=ruleset.rule(f"crowdwork.{path}"),
            )


def _check_milestones(application: Application, call: Call, ruleset: Ruleset) -> None:
    if not ruleset.milestones:
        return
    planned = queries.milestones_of(application.id)
    missing = {each.code for each in ruleset.milestones} - {row.code for row in planned}
    if missing:
        raise Refused(_("단계마다 결과물과 기한을 적어야 제출할 수 있습니다."), rule=ruleset.rule("milestones"))
    days = [row.due_on for row in planned]
    if days != sorted(set(days)) or days[-1] > call.performs_until:
        raise Refused(
            _(
                "단계의 기한은 차례로 늘어나고 수행 종료일(%(day)s)을 넘지 않아야 합니다.",
                day=call.performs_until.isoformat(),
            ),
            rule=ruleset.rule("milestones"),
        )


def written(amount: int, ruleset: Ruleset) -> str:
    """An amount in the ruleset's unit, in a sentence."""
    return Money(amount, ruleset.unit).text(language())
