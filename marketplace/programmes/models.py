"""Programme years and rulesets."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class RulesetState(State):
    """Only a validated file becomes a row, so a draft is valid."""

    DRAFT = "draft", N_("초안"), "neutral"
    PUBLISHED = "published", N_("공표"), "success"
    RETIRED = "retired", N_("폐지"), "done"


class Ruleset(Base, Stateful):
    """One version of a programme year's rules, as the file said them."""

    __tablename__ = "ruleset"
    NEXT = {
        RulesetState.DRAFT: frozenset({RulesetState.PUBLISHED, RulesetState.RETIRED}),
        RulesetState.PUBLISHED: frozenset({RulesetState.RETIRED}),
    }
    id: Mapped[Id]
    code: Mapped[str]
    """'DV-2020'."""
    version: Mapped[int]
    year: Mapped[int]
    title: Mapped[str]
    title_en: Mapped[str]
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    state: Mapped[RulesetState] = mapped_column(
        state_type(RulesetState), default=RulesetState.DRAFT, server_default="draft"
    )
    created_at: Mapped[CreatedAt]
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (UniqueConstraint("code", "version"),)


class ProgrammeState(State):
    """A programme is prepared, runs, and is closed when its money is accounted for."""

    PREPARED = "prepared", N_("준비"), "neutral"
    OPEN = "open", N_("진행"), "success"
    CLOSED = "closed", N_("종료"), "done"


class Programme(Base, Stateful):
    """One programme year: its budget and the ruleset new cases are made under."""

    __tablename__ = "programme"
    NEXT = {
        ProgrammeState.PREPARED: frozenset({ProgrammeState.OPEN}),
        ProgrammeState.OPEN: frozenset({ProgrammeState.CLOSED}),
    }
    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str]
    year: Mapped[int]
    unit: Mapped[str] = mapped_column(default="KRW", server_default="KRW")
    budget_minor: Mapped[Minor]
    ruleset_id: Mapped[int] = mapped_column(ForeignKey("ruleset.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[ProgrammeState] = mapped_column(
        state_type(ProgrammeState), default=ProgrammeState.PREPARED, server_default="prepared"
    )
    created_at: Mapped[CreatedAt]
    __table_args__ = (
        CheckConstraint("budget_minor > 0", name="budget"),
        CheckConstraint("ends_on > starts_on", name="days"),
    )


refuse_by_constraint("uq_ruleset_code_version", N_("이 규정의 같은 버전이 이미 있습니다. 파일의 버전 번호를 올리세요."))
refuse_by_constraint("uq_programme_code", N_("이미 있는 사업 코드입니다."), "code")
