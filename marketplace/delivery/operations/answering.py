"""What a buyer says of a delivery it accepted: facts, once."""

from collections.abc import Mapping

from marketplace.core.db import locked
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.delivery import policies
from marketplace.delivery.models import ANSWERED_STATES, Delivery
from marketplace.orders.queries import get_order
from marketplace.suppliers.operations import note_answers


def answer(delivery_id: int, answers: Mapping[str, str], words: str = "", *, by: Viewer) -> None:
    """Answer the five questions about a delivery of which something was accepted. Feeds the supplier's figures."""
    delivery = locked(Delivery, delivery_id)
    order = get_order(delivery.order_id)
    if not policies.may_inspect(by, order):
        raise NotYours(_("발주한 수요기업의 구성원만 답할 수 있습니다."))
    if delivery.state not in ANSWERED_STATES:
        raise Refused(_("합격한 것이 있는 납품에만 답할 수 있습니다. 먼저 검수하세요."))
    note_answers(
        delivery.subject,
        programme_id=order.programme_id,
        organisation_id=order.supplier_id,
        buyer_id=order.organisation_id,
        answers=answers,
        words=words,
        by=by,
    )
