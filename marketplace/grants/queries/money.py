"""The cut of a project's total by the ruleset of its call, or the reason why it cannot be cut."""

from dataclasses import dataclass

from marketplace.accounts.models import SizeClass
from marketplace.core.i18n import _, language
from marketplace.grants.models import Call
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules import Split, SplitRefused


@dataclass(frozen=True)
class Cut:
    """The split, or a sentence in the reader's language with the form field and the rule it belongs to."""

    split: Split | None = None
    reason: str = ""
    field: str = "total"
    rule: str = ""
    cap_minor: int = 0


def split_or_reason(
    call: Call, *, kind: str, total_minor: int, in_kind_minor: int, size_class: SizeClass, youth: bool
) -> Cut:
    """Cut `total_minor` (won, without VAT) for a firm of this size class. Never raises for what a person may type."""
    ruleset = programmes.get_ruleset(call.ruleset_id)
    if kind not in {each.code for each in ruleset.kinds}:
        return Cut(reason=_("이 공고에 있는 지원 유형을 고르세요."), field="kind", rule=ruleset.rule("kinds"))
    cap = ruleset.kind(kind).cap.value
    if size_class.value not in {terms.code for terms in ruleset.ratio}:
        sentence = _("%(size)s은(는) 이 사업의 지원 대상이 아닙니다.", size=size_class.label)
        return Cut(reason=sentence, rule=ruleset.rule("eligibility.allowed_classes"), cap_minor=cap)
    try:
        split = ruleset.split(
            total_minor, kind=kind, size_class=size_class.value, youth=youth, in_kind_minor=in_kind_minor
        )
    except SplitRefused as refused:
        return Cut(
            reason=refused.phrase.say(_, language()),
            field="in_kind" if refused.rule.startswith("in_kind") else "total",
            rule=ruleset.rule(f"ratio.{size_class.value}"),
            cap_minor=cap,
        )
    return Cut(split=split, cap_minor=cap)
