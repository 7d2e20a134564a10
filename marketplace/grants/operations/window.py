"""When may be written: a draft while its call takes applications, a submission where the agency asked for a fix."""

from datetime import datetime

from marketplace.core import clock
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.grants import queries
from marketplace.grants.models import Application, ApplicationState, Call, CallState


def refuse_outside_window(call: Call) -> datetime:
    """The database's business time, if the call takes applications at it; else Refused with the rule."""
    moment = queries.database_now()
    written = {"moment": f"{call.closes_at.astimezone(clock.SEOUL):%Y-%m-%d %H:%M}"}
    rule = queries.window_rule(call)
    if moment >= call.closes_at or call.state in (CallState.CLOSED, CallState.DECIDED):
        raise Refused(
            _(
                "접수가 %(moment)s에 마감되어 신청서를 받을 수 없습니다. 공고 목록에서 다른 공고를 찾아보세요.",
                **written,
            ),
            rule=rule,
        )
    if call.state != CallState.PUBLISHED or moment < call.opens_at:
        opens = f"{call.opens_at.astimezone(clock.SEOUL):%Y-%m-%d %H:%M}"
        raise Refused(_("아직 접수를 시작하지 않았습니다. %(moment)s부터 신청할 수 있습니다.", moment=opens), rule=rule)
    return moment


def refuse_unless_open(application: Application, call: Call, section: str) -> None:
    """Refused where this section is not to be written now."""
    if application.state == ApplicationState.DRAFT:
        refuse_outside_window(call)
        return
    fix = queries.find_open_fix(application.id)
    if fix is None or section not in {item.section for item in queries.fix_items(fix.id)}:
        raise Refused(_("낸 신청서는 고칠 수 없습니다. 마감 전에는 ‘고쳐서 다시 내기’로 새로 낼 수 있습니다."))
    if fix.due_on < clock.today():
        raise Refused(_("보완 기한(%(day)s)이 지나 고칠 수 없습니다.", day=fix.due_on.isoformat()))
