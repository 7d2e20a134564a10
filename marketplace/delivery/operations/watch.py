"""What follows a delivery: its certificate, the reminder when nobody inspects, and who took which file."""

from marketplace.core import clock
from marketplace.core.db import locked
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Role, Viewer
from marketplace.delivery.documents import facts_of
from marketplace.delivery.models import Acceptance, Delivery, DeliveryFile, DeliveryState
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders.queries import get_order
from marketplace.papers.operations import issue


def issue_certificate(acceptance_id: int, *, by: Viewer = SYSTEM) -> bool:
    """Issue the certificate of what was accepted, once. False where it stands already."""
    acceptance = locked(Acceptance, acceptance_id)
    if acceptance.paper_id is not None or not acceptance.accepted_minor:
        return False
    facts = facts_of(acceptance)
    order = get_order(locked(Delivery, acceptance.delivery_id).order_id)
    acceptance.paper_id = issue(
        "acceptance_certificate",
        f"delivery:{acceptance.delivery_id}",
        facts,
        title=_("검수확인서: %(title)s", title=order.title),
        prefix="AC",
        readers=[order.organisation_id, order.supplier_id],
        by=by,
    ).id
    return True


def escalate(delivery_id: int, *, by: Viewer = SYSTEM) -> bool:
    """Tell the buyer and the agency, once, that an inspection is overdue. Silence never becomes acceptance."""
    delivery = locked(Delivery, delivery_id)
    late = delivery.state == DeliveryState.HANDED_OVER and delivery.inspect_by < clock.today()
    if not late or delivery.escalated_at is not None:
        return False
    order = get_order(delivery.order_id)
    delivery.escalated_at = clock.now()
    record("delivery:escalated", delivery, by=by, inspect_by=delivery.inspect_by)
    for whom in ({"organisation_id": order.organisation_id}, {"role": Role.PROGRAMME_OFFICER}):
        notify(
            "inspection_overdue",
            about=delivery.subject,
            order=order.number,
            title=order.title,
            number=delivery.number,
            inspect_by=delivery.inspect_by.isoformat(),
            **whom,  # type: ignore[arg-type]
        )
    return True


def note_damage(delivery: str, file: DeliveryFile, *, by: Viewer) -> None:
    """Write down that storage no longer holds what was handed over, and tell those who look after the program."""
    record("delivery:file_damaged", delivery, by=by, path=file.path, sha256=file.sha256)
    notify("file_damaged", about=delivery, role=Role.ADMINISTRATOR, path=file.path, sha256=file.sha256)
