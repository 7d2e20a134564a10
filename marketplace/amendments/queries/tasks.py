"""What waits for whom in this room: decisions with their day, signatures, and refusals one may object to."""

from sqlalchemy import and_, or_, select

from marketplace.amendments.models import ChangeRequest, ChangeSignature, ChangeState
from marketplace.amendments.queries.reading import visible
from marketplace.core.db import session
from marketplace.core.i18n import _
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.grants.models import Agreement

LIMIT = 50


def waiting_for(viewer: Viewer) -> list[Task]:
    """Officers decide within the ruleset's working days; firms sign what was allowed."""
    tasks: list[Task] = []
    if viewer.has(Role.PROGRAMME_OFFICER):
        tasks += _decisions(viewer)
    if viewer.has(Role.SME_SIGNATORY, Role.SUPPLIER_SIGNATORY):
        tasks += _signatures(viewer)
    return tasks


def _decisions(viewer: Viewer) -> list[Task]:
    rows = session.execute(
        select(ChangeRequest.id, ChangeRequest.number, ChangeRequest.kind, ChangeRequest.due_on)
        .where(
            ChangeRequest.state.in_((ChangeState.ASKED, ChangeState.OBJECTED)),
            ChangeRequest.asked_by != viewer.person_id,
        )
        .order_by(ChangeRequest.due_on, ChangeRequest.id)
        .limit(LIMIT)
    )
    return [
        Task(
            _("협약 변경 신청을 결정하세요: %(number)s", number=number),
            "amendments.show",
            {"request_id": identity},
            kind.label,
            due_on,
            "change",
        )
        for identity, number, kind, due_on in rows
    ]


def _signatures(viewer: Viewer) -> list[Task]:
    own = viewer.organisation_id or 0
    signed = select(ChangeSignature.id).where(
        ChangeSignature.paper_id == ChangeRequest.paper_id, ChangeSignature.organisation_id == own
    )
    plan = ChangeRequest.plan
    comes = or_(plan["supplier_id"].as_integer() == own, plan["organisation_id"].as_integer() == own)
    stays = or_(
        and_(Agreement.supplier_id == own, plan["supplier_id"].as_integer() == 0),
        and_(Agreement.organisation_id == own, plan["organisation_id"].as_integer() == 0),
    )
    rows = session.execute(
        select(ChangeRequest.id, ChangeRequest.number, ChangeRequest.kind)
        .join(Agreement, Agreement.id == ChangeRequest.agreement_id)
        .where(ChangeRequest.state == ChangeState.SIGNING, or_(comes, stays), visible(viewer), ~signed.exists())
        .order_by(ChangeRequest.id)
        .limit(LIMIT)
    )
    return [
        Task(
            _("협약 변경서에 서명하세요: %(number)s", number=number),
            "amendments.show",
            {"request_id": identity},
            kind.label,
            kind="change",
        )
        for identity, number, kind in rows
    ]
