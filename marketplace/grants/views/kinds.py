"""What pages of applications and calls show of the other programmes: parties, topics, tiers, teams, stages."""

from dataclasses import dataclass
from typing import Any

from marketplace.core.i18n import language
from marketplace.core.web import viewer
from marketplace.grants import policies, queries
from marketplace.grants.kind_forms import PartyForm, TopicsForm, particulars_form
from marketplace.grants.models import Application, ApplicationParticulars, Call, CallState
from marketplace.grants.queries import MilestoneRow, PartyRow, ResultRow, TopicRow
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules import PartyShare, Ruleset, leader_share, leading_role


@dataclass(frozen=True)
class ApplicationKinds:
    """Everything that an application's page shows of its programme beyond project and money."""

    ruleset: Ruleset
    parties: list[PartyRow]
    leader: str
    leader_minor: int
    particulars: ApplicationParticulars | None
    topic: TopicRow | None
    milestones: list[MilestoneRow]
    results: list[ResultRow]
    names: dict[str, str]
    """Code -> name in the reader's language, of roles, tiers, quality targets, milestones and stages."""
    party_form: Any
    particulars_form: Any
    may_edit: bool


def kinds_of_application(row: Application, call: Call, may_edit: bool, **refused: Any) -> ApplicationKinds | None:
    """None for a programme that knows nothing of the kind, so that its page costs no statement more."""
    ruleset = programmes.get_ruleset(call.ruleset_id)
    if not queries.asks_more(ruleset):
        return None
    parties = queries.parties_of(row.id) if ruleset.roles else []
    present = [PartyShare(each.role, each.share_minor) for each in parties if each.state in queries.PRESENT]
    topics = queries.topics_of(call.id) if ruleset.topics else []
    known = queries.find_particulars(row.id)
    planned = queries.milestones_of(row.id) if ruleset.milestones else []
    leader = leading_role(ruleset)
    return ApplicationKinds(
        ruleset=ruleset,
        parties=parties,
        leader=leader.name.say(language=language()) if leader else "",
        leader_minor=leader_share(row.total_minor, present),
        particulars=known,
        topic=next((each for each in topics if known is not None and each.id == known.topic_id), None),
        milestones=planned,
        results=queries.results_of(call.id, row.id) if ruleset.stages else [],
        names=names_of(ruleset),
        party_form=refused.get("party_form") or party_form(ruleset, fresh=True),
        particulars_form=refused.get("particulars_form") or particulars_form(ruleset, topics, known, planned),
        may_edit=may_edit,
    )


def names_of(ruleset: Ruleset) -> dict[str, str]:
    """What the codes of a ruleset are called; codes of different sections do not meet in one place of a page."""
    groups: tuple[Any, ...] = (
        *(ruleset.roles, ruleset.tiers, ruleset.quality, ruleset.milestones, ruleset.stages, ruleset.prizes),
    )
    return {each.code: each.name.say(language=language()) for group in groups for each in group}


def party_form(ruleset: Ruleset, *, fresh: bool = False) -> PartyForm:
    """The form that invites a body; `fresh` leaves what was sent alone."""
    form = PartyForm(formdata=None, prefix="party-") if fresh else PartyForm(prefix="party-")
    form.role.choices = [
        (role.code, role.name.say(language=language())) for role in ruleset.roles if not role.leads.value
    ]
    return form


@dataclass(frozen=True)
class CallKinds:
    """Everything that a call's page shows of its programme beyond kinds and caps."""

    ruleset: Ruleset
    topics: list[TopicRow]
    stage: str | None
    results: list[ResultRow]
    names: dict[str, str]
    left_minor: int | None
    """What is left of a rolling call's budget; None where all is decided together."""
    topics_form: Any
    may_set_topics: bool
    may_record: bool


def kinds_of_call(call: Call, **refused: Any) -> CallKinds | None:
    """None for a programme that knows nothing of the kind."""
    ruleset = programmes.get_ruleset(call.ruleset_id)
    if not queries.asks_more(ruleset):
        return None
    manages = policies.may_manage_calls(viewer())
    topics = queries.topics_of(call.id) if ruleset.topics else []
    form = refused.get("topics_form") or TopicsForm(formdata=None, prefix="topics-")
    if "topics_form" not in refused:
        form.titles.data = "\n".join(each.title for each in topics if each.designated)
        form.free.data = next((each.title for each in topics if not each.designated), "")
    stage = queries.current_stage(call.id, ruleset)
    return CallKinds(
        ruleset=ruleset,
        topics=topics,
        stage=stage,
        results=queries.results_of(call.id) if ruleset.stages and viewer().sees_everything else [],
        names=names_of(ruleset),
        left_minor=call.budget_minor - queries.awarded_minor(call.id) if call.rolling else None,
        topics_form=form,
        may_set_topics=manages and call.state == CallState.DRAFT and ruleset.topics is not None,
        may_record=manages and call.state == CallState.CLOSED and stage is not None,
    )
