"""Forms of the other programmes: who takes part, topics, tier, team, crowdwork, milestones, scores of a stage.

Which fields a form has follows from the ruleset, so a new programme needs no new form.
"""

from typing import Any

from wtforms import IntegerField, SelectField
from wtforms.validators import Length, NumberRange, Optional, Regexp

from marketplace.core.forms import (
    REQUIRED,
    AmountField,
    Form,
    HundredthsField,
    TextAreaField,
    TextField,
)
from marketplace.core.i18n import _, _l, language
from marketplace.grants.forms import DayField, IdField
from marketplace.grants.models import ApplicationParticulars
from marketplace.grants.queries import MilestoneRow, TeamRow, TopicRow
from marketplace.programmes.rules import Ruleset

MOST_PEOPLE = 1_000_000


class PartyForm(Form):
    """Whom a firm invites."""

    business_number = TextField(
        _l("사업자등록번호"),
        validators=[REQUIRED, Regexp(r"^[0-9]{3}-?[0-9]{2}-?[0-9]{5}$", message=_l("숫자 10자리를 입력하세요."))],
    )
    role = SelectField(_l("역할"), validators=[REQUIRED])
    share = AmountField(_l("과제 총액 가운데 이 기관의 몫"))
    work = TextField(_l("맡는 일"), validators=[REQUIRED, Length(max=500)])


class AnswerForm(Form):
    """The invited body's own word."""

    answer = SelectField(_l("답"), validators=[REQUIRED])
    reason = TextField(_l("참여하지 않는 이유"), validators=[Length(max=500)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answer.choices = [("confirm", _("참여합니다")), ("decline", _("참여하지 않습니다"))]


class TopicsForm(Form):
    """The topics of a draft call."""

    titles = TextAreaField(_l("지정 주제"), validators=[Length(max=20_000)])
    free = TextField(_l("자유 주제의 이름"), validators=[Length(max=120)])


class WholeField(IntegerField):
    """A whole number above 0 that a database can hold."""

    def __init__(self, label: Any, *, most: int = MOST_PEOPLE, **kwargs: Any) -> None:
        bounds = NumberRange(1, most, _l("1 이상의 알맞은 수를 입력하세요."))
        super().__init__(label, validators=[Optional(), bounds], **kwargs)


def particulars_form(
    ruleset: Ruleset,
    topics: list[TopicRow],
    known: ApplicationParticulars | None = None,
    planned: list[MilestoneRow] | None = None,
    *,
    sent: bool = False,
) -> Any:
    """The form of what this programme asks, filled with what is known, or with what was `sent`."""
    fields = _fields(ruleset, topics)
    made: Any = type("ParticularsForm", (Form,), fields)
    form = made(prefix="more-") if sent else made(formdata=None, prefix="more-")
    if "topic_id" in fields:
        form.topic_id.choices = [("", _("고르세요")), *((each.id, each.title) for each in topics)]
    if "tier" in fields:
        form.tier.choices = [("", _("고르세요"))] + [
            (tier.code, f"{tier.name.say(language=language())} · {tier.amount:,} TFLOPS·h") for tier in ruleset.tiers
        ]
    if not sent and known is not None:
        _fill(form, fields, known)
    if not sent:
        for each in planned or []:
            form[f"deliverable_{each.code}"].data, form[f"due_{each.code}"].data = each.deliverable, each.due_on
    return form


def _fields(ruleset: Ruleset, topics: list[TopicRow]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if ruleset.topics and topics:
        fields["topic_id"] = IdField(_l("주제"), validators=[Optional()])
        if any(not each.designated for each in topics):
            fields["free_topic"] = TextField(_l("자유 주제의 내용"), validators=[Length(max=200)])
    if ruleset.tiers:
        fields["need_power"] = WholeField(_l("필요한 성능(TFLOPS)"))
        fields["tier"] = SelectField(_l("자원 구간"), validators=[Optional()])
    if ruleset.team:
        fields["team_name"] = TextField(_l("팀 이름"), validators=[Length(max=80)])
        fields["team_members"] = TextAreaField(_l("팀원"), validators=[Length(max=2_000)])
    for each in ruleset.quality:
        fields[f"quality_{each.code}"] = HundredthsField(f"{each.name.say(language=language())} (%)")
    if ruleset.crowdwork:
        fields["workers"] = WholeField(_l("작업자 수"))
        fields["hourly"] = AmountField(_l("시간당 보수(원)"))
        fields["training_hours"] = WholeField(_l("1인당 교육 시간"), most=10_000)
        fields["crowd_note"] = TextAreaField(_l("공정한 대우와 성장 지원"), validators=[Length(max=2_000)])
    for milestone in ruleset.milestones:
        name = milestone.name.say(language=language())
        label = _("결과물: %(name)s", name=name)
        fields[f"deliverable_{milestone.code}"] = TextField(label, validators=[Length(max=300)])
        fields[f"due_{milestone.code}"] = DayField(_("기한: %(name)s", name=name), validators=[Optional()])
    return fields


def _fill(form: Any, fields: dict[str, Any], known: ApplicationParticulars) -> None:
    for name in (
        "topic_id",
        "free_topic",
        "need_power",
        "tier",
        "team_name",
        "workers",
        "training_hours",
        "crowd_note",
    ):
        if name in fields:
            form[name].data = getattr(known, name)
    if "team_members" in fields:
        form.team_members.data = "\n".join(known.team_members)
    if "hourly" in fields:
        form.hourly.data = known.hourly_minor
    for name in fields:
        if name.startswith("quality_"):
            form[name].data = known.quality.get(name.removeprefix("quality_"))


def scores_form(teams: list[TeamRow], *, sent: bool = False) -> Any:
    """A score for each team of a stage."""
    fields = {
        f"score_{team.application_id}": HundredthsField(f"{team.team_name or team.title} · {team.receipt_number}")
        for team in teams
    }
    made: Any = type("ScoresForm", (Form,), fields)
    return made(prefix="stage-") if sent else made(formdata=None, prefix="stage-")
