"""Saying something about an order, a delivery or an invoice."""

import re
from collections.abc import Sequence

from marketplace.core.db import session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.delivery import policies
from marketplace.delivery.models import Audience, Message, MessageFile
from marketplace.delivery.rules import KeptFile
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders.queries import get_order

MOST_FILES = 10
ABOUT = re.compile(r"(purchase_order|delivery|tax_invoice):[0-9]{1,18}")


def write_message(
    order_id: int, body: str, *, about: str = "", audience: Audience, files: Sequence[KeptFile] = (), by: Viewer
) -> Message:
    """Write a message that nobody can change. The firms that may read it are told; officers find it on the page."""
    order = get_order(order_id)
    if not policies.may_talk(by, order):
        raise NotYours(_("이 발주의 두 기업과 운영기관 담당자만 대화에 쓸 수 있습니다."))
    if audience == Audience.OFFICERS and not policies.is_agency(by):
        raise NotYours(_("운영기관끼리의 말은 담당자만 남깁니다."))
    if len(files) > MOST_FILES:
        raise Refused(_("한 번에 %(limit)s개까지 붙일 수 있습니다.", limit=MOST_FILES), field="files")
    message = Message(
        order_id=order.id,
        about=about if ABOUT.fullmatch(about) else order.subject,
        audience=audience,
        body=body,
        author_id=by.person_id,
        organisation_id=by.organisation_id,
    )
    session.add(message)
    session.flush()
    session.add_all(
        MessageFile(message_id=message.id, name=file.path, bytes=file.bytes, sha256=file.sha256) for file in files
    )
    record("message:written", message, by=by, order=order.number, about=message.about, audience=str(audience))
    if audience == Audience.PARTIES:
        for firm in {order.organisation_id, order.supplier_id} - {by.organisation_id}:
            notify(
                "message_written",
                about=order.subject,
                organisation_id=firm,
                order=order.number,
                title=order.title,
                writer=by.organisation_name or by.name,
            )
    return message
