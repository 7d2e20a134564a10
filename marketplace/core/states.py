"""States of records: a word and a colour for each, and one way from one to the next."""

from enum import Enum
from typing import ClassVar, Self

from sqlalchemy import Enum as EnumType

from marketplace.core.errors import Refused
from marketplace.core.i18n import _

COLOURS = frozenset({"neutral", "info", "success", "warning", "danger", "done"})


class State(str, Enum):
    """A state as stored, with its Korean word (a message id) and its colour: `DRAFT = "draft", N_("작성 중"), "neutral"`."""

    word: str
    colour: str

    def __new__(cls, value: str, word: str = "", colour: str = "neutral") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.word = word
        member.colour = colour
        return member

    def __str__(self) -> str:
        return str(self.value)

    @property
    def label(self) -> str:
        """The word in the reader's language."""
        return str(_(self.word))


def state_type(states: type[State]) -> EnumType:
    """The column type of a state: text with a CHECK, so that new states are a migration and not a type change."""
    return EnumType(
        states,
        native_enum=False,
        create_constraint=True,
        name=states.__name__.lower(),
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


class Stateful:
    """A record with a `state` that only moves along `NEXT`, by `advance`, under the row's lock."""

    NEXT: ClassVar[dict[State, frozenset[State]]]
    state: State

    def may_become(self, to: State) -> bool:
        """Whether the way from here to `to` exists. Says nothing about rights."""
        return to in self.NEXT.get(self.state, frozenset())

    def advance(self, *, to: State) -> None:
        """Move to `to`, or refuse with a sentence that names both states."""
        if not self.may_become(to):
            raise Refused(
                _(
                    "지금 상태(%(now)s)에서는 ‘%(next)s’(으)로 바꿀 수 없습니다. 화면을 새로 고쳐 현재 상태를 확인하세요.",
                    now=self.state.label,
                    next=to.label,
                )
            )
        self.state = to
