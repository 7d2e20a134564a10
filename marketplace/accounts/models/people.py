"""People and the roles of the agency's own."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class Person(Base):
    """A human being who signs in. Addresses are kept in lower case."""

    __tablename__ = "person"
    id: Mapped[Id]
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str | None]
    password_hash: Mapped[str] = mapped_column(info={"secret": True})
    email_confirmed_at: Mapped[datetime | None]
    totp_secret: Mapped[str | None] = mapped_column(info={"secret": True})
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None] = mapped_column(info={"secret": True})
    """The last 30-second step whose code was used: a code works once."""
    locale: Mapped[str] = mapped_column(default="ko", server_default="ko")
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)


class GrantState(State):
    """A staff role is asked for by one person and confirmed by another."""

    REQUESTED = "requested", N_("승인 대기"), "warning"
    ACTIVE = "active", N_("유효"), "success"
    REFUSED = "refused", N_("거절됨"), "neutral"
    REVOKED = "revoked", N_("회수됨"), "danger"


class StaffRole(Base, Stateful):
    """A role of the agency's own people."""

    __tablename__ = "staff_role"
    NEXT = {
        GrantState.REQUESTED: frozenset({GrantState.ACTIVE, GrantState.REFUSED}),
        GrantState.ACTIVE: frozenset({GrantState.REVOKED}),
    }
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str]
    state: Mapped[GrantState] = mapped_column(
        state_type(GrantState), default=GrantState.REQUESTED, server_default="requested"
    )
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None only for the first administrators, who are invited from the command line of the machine."""
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("confirmed_by <> requested_by and confirmed_by <> person_id", name="two_persons"),
        CheckConstraint(
            "role in ('evaluator','programme_officer','settlement_officer','auditor','administrator')",
            name="staff_role",
        ),
        CheckConstraint(
            "state <> 'active' or confirmed_by is not null or requested_by is null", name="active_is_confirmed"
        ),
        Index(
            "uq_staff_role_current",
            "person_id",
            "role",
            unique=True,
            postgresql_where=text("state in ('requested','active')"),
        ),
    )


refuse_by_constraint(
    "uq_person_email", N_("이미 쓰이고 있는 주소입니다. 로그인하거나 비밀번호를 재설정하세요."), "email"
)
refuse_by_constraint("uq_staff_role_current", N_("이미 요청되었거나 부여된 역할입니다."), "role")
refuse_by_constraint(
    "ck_staff_role_two_persons", N_("요청한 사람과 받는 사람은 승인할 수 없습니다. 다른 사람이 승인해야 합니다.")
)
refuse_by_constraint("pk_once_token", N_("이미 처리된 요청입니다. 목록에서 결과를 확인하세요."))
