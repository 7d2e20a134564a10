"""What is not recognised of an invoice."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class DisallowanceState(State):
    """A cut waits for the supplier's word; an objection is decided by another officer."""

    PROPOSED = "proposed", N_("소명 대기"), "warning"
    ACCEPTED = "accepted", N_("공급기업이 받아들임"), "done"
    OBJECTED = "objected", N_("이의 제기됨"), "danger"
    LAPSED = "lapsed", N_("기한이 지나 확정"), "done"
    UPHELD = "upheld", N_("불인정 확정"), "done"
    OVERTURNED = "overturned", N_("인정으로 바뀜"), "success"
    WITHDRAWN = "withdrawn", N_("불인정 취소"), "neutral"


STANDING = (
    DisallowanceState.PROPOSED,
    DisallowanceState.ACCEPTED,
    DisallowanceState.OBJECTED,
    DisallowanceState.LAPSED,
    DisallowanceState.UPHELD,
)
"""States in which the cut counts."""


class Disallowance(Base, Stateful):
    """A part of an invoice's line that is not recognised (불인정), by a code of the rule library."""

    __tablename__ = "disallowance"
    NEXT = {
        DisallowanceState.PROPOSED: frozenset(
            {
                DisallowanceState.ACCEPTED,
                DisallowanceState.OBJECTED,
                DisallowanceState.LAPSED,
                DisallowanceState.WITHDRAWN,
            }
        ),
        DisallowanceState.OBJECTED: frozenset({DisallowanceState.UPHELD, DisallowanceState.OVERTURNED}),
    }
    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("settlement_case.id"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("invoice_line.id"))
    code: Mapped[str]
    supply_minor: Mapped[Minor]
    reason: Mapped[str]
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[CreatedAt]
    reply_by: Mapped[date]
    state: Mapped[DisallowanceState] = mapped_column(
        state_type(DisallowanceState), default=DisallowanceState.PROPOSED, server_default="proposed"
    )
    reply: Mapped[str | None]
    replied_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    replied_at: Mapped[datetime | None]
    objection_reason: Mapped[str | None]
    objection_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    objection_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("code ~ '^D(0[1-9]|1[0-7])$'", name="code"),
        CheckConstraint("supply_minor > 0", name="amount"),
        CheckConstraint("objection_by <> decided_by", name="two_persons"),
        CheckConstraint("state not in ('upheld','overturned') or objection_by is not null", name="decided"),
        Index("ix_disallowance_open", "reply_by", postgresql_where=text("state in ('proposed','objected')")),
    )


refuse_by_constraint(
    "ck_disallowance_two_persons",
    N_("불인정을 정한 사람은 그 이의신청을 결정할 수 없습니다. 다른 담당자가 결정해야 합니다."),
)
