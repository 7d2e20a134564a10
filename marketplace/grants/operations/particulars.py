"""What some programmes ask of an application besides project and money: topic, tier, team, crowdwork, milestones."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import delete, select

from marketplace.core.db import session
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.grants import queries
from marketplace.grants.models import (
    Application,
    ApplicationMilestone,
    ApplicationParticulars,
    Award,
    Call,
)
from marketplace.grants.operations.consortium import held_to, own_draft
from marketplace.programmes.rules import (
    Ruleset,
    check_tier,
    milestone_amounts,
    top_prize,
)


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What a firm writes, as far as its programme asks. `quality` is in hundredths of a percent by the code of the
    target, `milestones` what is delivered and when, by the code of the milestone."""

    topic_id: int | None = None
    free_topic: str = ""
    need_power: int | None = None
    tier: str | None = None
    team_name: str = ""
    team_members: tuple[str, ...] = ()
    workers: int | None = None
    hourly_minor: int | None = None
    training_hours: int | None = None
    crowd_note: str = ""
    quality: dict[str, int] = field(default_factory=dict)
    milestones: dict[str, tuple[str, date]] = field(default_factory=dict)


def write_particulars(application_id: int, written: Particulars, *, by: Viewer) -> Application:
    """Put them down, in whatever state of completeness; what decides the sum (a tier, a prize) sets it."""
    application = own_draft(application_id, by)
    call, ruleset = queries.get_call(application.call_id), queries.ruleset_of(application)
    if written.topic_id is not None and queries.find_topic(call.id, written.topic_id) is None:
        raise Refused(_("이 공고에 있는 주제를 고르세요."), field="topic_id", rule=ruleset.rule("topics"))
    if written.tier is not None:
        if written.need_power is None:
            raise Refused(_("필요한 성능을 먼저 적으세요."), field="need_power", rule=ruleset.rule("tiers"))
        held_to(ruleset, "tier", lambda: check_tier(ruleset, written.tier or "", written.need_power or 0))
    row = queries.find_particulars(application.id) or ApplicationParticulars(application_id=application.id)
    row.topic_id, row.free_topic = written.topic_id, written.free_topic or None
    row.need_power, row.tier = written.need_power, written.tier
    row.team_name, row.team_members = written.team_name or None, list(written.team_members)
    row.workers, row.hourly_minor = written.workers, written.hourly_minor
    row.training_hours, row.crowd_note = written.training_hours, written.crowd_note or None
    row.quality = dict(written.quality)
    session.add(row)
    _plan_milestones(application, ruleset, written)
    total = fixed_total(application, ruleset, row.tier)
    if total is not None:
        _cut_again(application, call, total)
    session.flush()
    record("application:particulars_written", application, by=by)
    return application


def fixed_total(application: Application, ruleset: Ruleset, tier: str | None = None) -> int | None:
    """The total where the rules fix it: the chosen tier of capacity, the top prize of a challenge; else None."""
    if ruleset.outcome == "CAPACITY":
        if tier is None and application.id is not None:
            known = queries.find_particulars(application.id)
            tier = known.tier if known else None
        return ruleset.tier(tier).amount if tier else 0
    return top_prize(ruleset) if ruleset.outcome == "PRIZE" else None


def _cut_again(application: Application, call: Call, total: int) -> None:
    cut = queries.split_or_reason(
        call,
        kind=application.kind,
        total_minor=total,
        in_kind_minor=0,
        size_class=application.size_class,
        youth=application.youth,
    )
    with session.no_autoflush:
        application.total_minor, application.in_kind_minor = total, 0
        application.support_minor = cut.split.support if cut.split else 0
        application.own_cash_minor = cut.split.own_cash if cut.split else total
        application.vat_minor = cut.split.vat_deposit if cut.split else 0


def _plan_milestones(application: Application, ruleset: Ruleset, written: Particulars) -> None:
    """A draft's milestones are written anew as a whole, in the order of the ruleset."""
    session.execute(delete(ApplicationMilestone).where(ApplicationMilestone.application_id == application.id))
    for position, each in enumerate(ruleset.milestones, 1):
        if each.code in written.milestones:
            deliverable, due_on = written.milestones[each.code]
            session.add(
                ApplicationMilestone(
                    application_id=application.id,
                    code=each.code,
                    position=position,
                    deliverable=deliverable,
                    due_on=due_on,
                )
            )


def cut_milestones(application: Application, award: Award, ruleset: Ruleset) -> None:
    """Give every milestone its part of the support that was awarded; the parts add up to it."""
    amounts = dict(
        zip((each.code for each in ruleset.milestones), milestone_amounts(ruleset, award.support_minor), strict=True)
    )
    if amounts:
        planned = select(ApplicationMilestone).where(ApplicationMilestone.application_id == application.id)
        for row in session.scalars(planned.order_by(ApplicationMilestone.position)):
            row.amount_minor = amounts[row.code]
