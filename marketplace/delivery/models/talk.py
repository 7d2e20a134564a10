"""What two firms and the agency say to each other about an order, its deliveries and its invoices: for ever."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.i18n import N_
from marketplace.core.states import State, state_type


class Audience(State):
    """Who reads a message."""

    PARTIES = "parties", N_("두 기업과 운영기관"), "info"
    OFFICERS = "officers", N_("운영기관만"), "warning"


class Message(Base):
    """One message in the conversation of an order. Append-only, with the right of nobody to change or remove it."""

    __tablename__ = "message"
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"))
    about: Mapped[str]
    """The order itself, one of its deliveries or invoices: 'delivery:42'."""
    audience: Mapped[Audience] = mapped_column(state_type(Audience))
    body: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    """The firm the author spoke for; None: the agency."""
    written_at: Mapped[CreatedAt]
    __table_args__ = (Index("ix_message_order_id_id", "order_id", "id"),)


class MessageFile(Base):
    """A file that came with a message, kept by storage under its SHA-256."""

    __tablename__ = "message_file"
    id: Mapped[Id]
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    name: Mapped[str]
    bytes: Mapped[int]
    sha256: Mapped[str]
