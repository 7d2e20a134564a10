"""Change orders: what both firms agree to change in an accepted order, and their signatures."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class ChangeOrderKind(State):
    """Other quantities, other prices or another day; no more than has come; nothing at all."""

    TERMS = "terms", N_("수량·단가·납기 변경"), "info"
    SHORT = "short", N_("미납분 종결"), "warning"
    CANCEL = "cancel", N_("합의 취소"), "danger"


class ChangeOrderReason(State):
    """Why an order changes; counted by auditors."""

    NEED = "need", N_("필요한 양이 달라짐"), "neutral"
    SPECIFICATION = "specification", N_("요구 사항이 달라짐"), "neutral"
    SCHEDULE = "schedule", N_("일정이 달라짐"), "neutral"
    SUPPLY = "supply", N_("공급기업이 공급할 수 없음"), "neutral"
    PRICE = "price", N_("단가를 다시 정함"), "neutral"
    SLIP = "slip", N_("잘못 적은 것을 고침"), "neutral"
    PROJECT = "project", N_("과제가 끝나거나 중단됨"), "neutral"


class ChangeOrderState(State):
    """Nothing changes before both have signed."""

    SIGNING = "signing", N_("서명 진행 중"), "warning"
    APPLIED = "applied", N_("반영 완료"), "success"
    REFUSED = "refused", N_("거절"), "danger"
    WITHDRAWN = "withdrawn", N_("철회"), "neutral"


class OrderChange(Base, Stateful):
    """One change order. `plan` is what it does, as both sign it; its hash is compared before it is done."""

    __tablename__ = "order_change"
    NEXT = {
        ChangeOrderState.SIGNING: frozenset(
            {ChangeOrderState.APPLIED, ChangeOrderState.REFUSED, ChangeOrderState.WITHDRAWN}
        )
    }
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"), index=True)
    number: Mapped[str] = mapped_column(unique=True)
    """The order's number, -C and how many-th it is."""
    kind: Mapped[ChangeOrderKind] = mapped_column(state_type(ChangeOrderKind))
    reason_code: Mapped[ChangeOrderReason] = mapped_column(state_type(ChangeOrderReason))
    reason: Mapped[str]
    wanted: Mapped[dict[str, Any]]
    """{"quantities": {line id: quantity}, "prices": {line id: won}, "deliver_by": day or null}; no prices: as they are."""
    plan: Mapped[dict[str, Any]]
    plan_sha256: Mapped[str]
    state: Mapped[ChangeOrderState] = mapped_column(
        state_type(ChangeOrderState), default=ChangeOrderState.SIGNING, server_default="signing"
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    """The firm that proposes it."""
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[CreatedAt]
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    """Why it was refused."""
    __table_args__ = (
        CheckConstraint("(state = 'signing') = (ended_at is null)", name="ended"),
        CheckConstraint("state <> 'refused' or answer is not null", name="answer"),
        Index("uq_order_change_open", "order_id", unique=True, postgresql_where=text("state = 'signing'")),
    )


class OrderChangeSignature(Base):
    """A firm's signature over the change order's PDF."""

    __tablename__ = "order_change_signature"
    id: Mapped[Id]
    change_id: Mapped[int] = mapped_column(ForeignKey("order_change.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    paper_sha256: Mapped[str | None]
    plan_sha256: Mapped[str]
    factor: Mapped[str]
    address: Mapped[str | None] = mapped_column(INET)
    signed_at: Mapped[CreatedAt]
    __table_args__ = (
        UniqueConstraint("change_id", "organisation_id"),
        UniqueConstraint("change_id", "person_id"),
    )


refuse_by_constraint(
    "uq_order_change_open", N_("이 발주에는 서명을 기다리는 변경이 있습니다. 그 변경이 끝난 뒤 다시 제안하세요.")
)
refuse_by_constraint("uq_order_change_signature_change_id_organisation_id", N_("이미 서명했습니다."))
refuse_by_constraint(
    "uq_order_change_signature_change_id_person_id", N_("한 사람이 두 당사자를 대신해 서명할 수 없습니다.")
)
