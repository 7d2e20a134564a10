"""What stands around a delivery on its page: the test, what has to be done again, disputes."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from marketplace.catalogue.models import ColumnType
from marketplace.catalogue.rules.persons import KINDS as PERSONAL
from marketplace.core import clock
from marketplace.core.i18n import _
from marketplace.core.web import viewer
from marketplace.delivery import forms, policies, queries
from marketplace.delivery.models import RETURNED_STATES, Delivery, DeliveryState, Dispute, DisputeState, Side
from marketplace.delivery.queries import DeliveredLine
from marketplace.delivery.rules.criteria import percent
from marketplace.delivery.rules.measuring import KINDS
from marketplace.orders.models import OrderState, PurchaseOrder


def says(row: Mapping[str, Any]) -> str:
    """A stored sentence in the reader's language."""
    words, values = row.get("words", ""), row.get("values", {})
    return str(_(words, **values)) if words else ""


def say_type(_name: str, value: Any) -> str:
    """The word for the type of a column."""
    return ColumnType(value).label if value in list(ColumnType) else str(value)


def tested(delivery: Delivery, order: PurchaseOrder) -> dict[str, Any]:
    """The acceptance test and its samples of labels."""
    test = queries.find_test(delivery.id)
    return {
        "test": test,
        "samples": queries.label_samples_of(delivery.id) if test and test.terms["label"] else [],
        "here": url_for("delivery.show", delivery_id=delivery.id),
        "kinds": {kind: _(words) for kind, words in KINDS.items()},
        "says": says,
        "say": say_type,
        "hidden_kinds": {kind: _(words) for kind, words in PERSONAL.items()},
        "percent": percent,
        "may_draw": policies.may_judge_labels(viewer(), order),
    }


def disputed(
    delivery: Delivery, order: PurchaseOrder, lines: Sequence[DeliveredLine], typed: Mapping[str, Any]
) -> dict[str, Any]:
    """What has to be done again, what was said, and the forms of whoever may say or decide something now."""
    disputes = queries.disputes_of(delivery.id)
    open_ = next((each for each in disputes if each.state == DisputeState.RAISED), None)
    return {
        "items": queries.items_to_redo(delivery.id),
        "redone": queries.items_answered_in(delivery.id),
        "disputes": disputes,
        "dispute": open_,
        "statements": {each.id: queries.statements_of(each.id) for each in disputes},
        "raising": typed.get("raising") or (forms.DisputeForm() if _may_raise(delivery, order) else None),
        "extending": typed.get("extending") or (forms.ExtendForm() if _may_extend(delivery, order) else None),
        **_speaking(order, open_, lines, typed),
    }


def _speaking(
    order: PurchaseOrder, dispute: Dispute | None, lines: Sequence[DeliveredLine], typed: Mapping[str, Any]
) -> dict[str, Any]:
    if dispute is None:
        return {"speaking": None, "deciding": None, "heard": False, "may_withdraw": False}
    heard = queries.is_heard(dispute)
    decides = policies.may_decide(viewer()) and viewer().person_id != dispute.raised_by
    return {
        "speaking": typed.get("speaking") or (forms.StatementForm() if policies.may_speak(viewer(), order) else None),
        "deciding": typed.get("deciding") or (forms.decision_form(lines) if decides and heard else None),
        "heard": heard,
        "may_withdraw": policies.side_of(viewer(), order) == dispute.side,
    }


def _may_raise(delivery: Delivery, order: PurchaseOrder) -> bool:
    """Whether a dispute could be raised now; the operation asks again, under the lock."""
    side = policies.side_of(viewer(), order)
    if side is None or order.state != OrderState.ACCEPTED:
        return False
    if delivery.state == DeliveryState.HANDED_OVER:
        return side == Side.BUYER or delivery.inspect_by < clock.today()
    if delivery.state not in RETURNED_STATES or not queries.is_returned_part_open(delivery):
        return False
    return side != Side.AGENCY or delivery.rework_by is None or delivery.rework_by < clock.today()


def _may_extend(delivery: Delivery, order: PurchaseOrder) -> bool:
    waits = delivery.state in RETURNED_STATES and delivery.rework_by is not None and order.state == OrderState.ACCEPTED
    return waits and policies.may_extend(viewer(), order)
