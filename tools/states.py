"""Draws docs/states.md from the code: `python -m tools.states > docs/states.md`. A test fails when the two differ."""

import importlib
from importlib.util import find_spec
from typing import Any

from marketplace import ROOMS
from marketplace.core.catalogs import merged
from marketplace.core.db import Base
from marketplace.core.states import Stateful

HEAD = """# States

Drawn from the code (`python -m tools.states > docs/states.md`). A record moves only along these arrows, by `advance`, under
its row's lock; the Korean word is what people see.
"""


def drawing() -> str:
    """The whole page."""
    for room in ROOMS:
        if find_spec(f"marketplace.{room}.models") is not None:
            importlib.import_module(f"marketplace.{room}.models")
    english = {message.id: message.string for message in merged() if message.id}
    models: list[Any] = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Stateful)]
    parts = [HEAD]
    for model in sorted(models, key=lambda each: (ROOMS.index(each.__module__.split(".")[1]), each.__tablename__)):
        kind: Any = type(next(iter(model.NEXT)))
        parts.append(f"## {model.__tablename__}\n\n{(model.__doc__ or '').strip().splitlines()[0]}\n")
        parts.append("| state | 말 | word |\n| --- | --- | --- |")
        parts.extend(f"| `{state.value}` | {state.word} | {english.get(state.word, '')} |" for state in kind)
        parts.append("\n```mermaid\nstateDiagram-v2")
        for start, ends in model.NEXT.items():
            parts.extend(f"    {start.value} --> {end.value}" for end in sorted(ends, key=list(kind).index))
        parts.append("```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    print(drawing(), end="")
