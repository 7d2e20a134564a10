"""Giving back a part of a voucher early: asked by the buyer, confirmed by an officer."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class ReturnState(State):
    """Nothing moves before an officer has confirmed it."""

    ASKED = "asked", N_("담당자 확인 대기"), "warning"
    CONFIRMED = "confirmed", N_("반납 완료"), "success"
    REFUSED = "refused", N_("반려"), "danger"
    WITHDRAWN = "withdrawn", N_("철회"), "neutral"


class VoucherReturn(Base, Stateful):
    """So much of what a voucher can buy is given back; the three parts are written down when it is confirmed."""

    __tablename__ = "voucher_return"
    NEXT = {ReturnState.ASKED: frozenset({ReturnState.CONFIRMED, ReturnState.REFUSED, ReturnState.WITHDRAWN})}
    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    supply_minor: Mapped[Minor]
    """By how much less can be bought, without VAT."""
    reason: Mapped[str]
    state: Mapped[ReturnState] = mapped_column(
        state_type(ReturnState), default=ReturnState.ASKED, server_default="asked"
    )
    support_minor: Mapped[int | None]
    """The support that lapsed to the programme."""
    deposit_minor: Mapped[int | None]
    """The own share and VAT that became a refund due to the firm."""
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[CreatedAt]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("supply_minor > 0 and support_minor >= 0 and deposit_minor >= 0", name="amounts"),
        CheckConstraint(
            "(state = 'confirmed') = (support_minor is not null and deposit_minor is not null)", name="confirmed"
        ),
        CheckConstraint("asked_by <> decided_by or state = 'withdrawn'", name="two_persons"),
        Index("uq_voucher_return_open", "voucher_id", unique=True, postgresql_where=text("state = 'asked'")),
    )


refuse_by_constraint("uq_voucher_return_open", N_("이 바우처에는 확인을 기다리는 반납이 있습니다."))
refuse_by_constraint("ck_voucher_return_two_persons", N_("신청한 사람이 스스로 결정할 수 없습니다."))
