"""Writing evidence. Old values are collected before each flush and drained by `record`, as a flush in between loses them."""

from typing import Any

from sqlalchemy import event, insert, inspect
from sqlalchemy.orm import Session

from marketplace.core.db import AppSession, Base, session
from marketplace.core.viewer import Viewer, origin
from marketplace.evidence.models import Event

UNWATCHED = frozenset({"event", "once_token", "notice", "sign_in_attempt"})
_INSERT = insert(inspect(Event).local_table).inline()  # type: ignore[arg-type]
"""On the plain table, without asking for the new id: every deed writes one, and the mapper's way costs three times that."""


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str | list | dict) else str(value)


@event.listens_for(AppSession, "before_flush")
def _collect_changes(writing: Session, context: object, instances: object) -> None:
    changes: dict[str, dict[str, list[Any]]] = writing.info.setdefault("changes", {})
    for row in writing.dirty:
        if not isinstance(row, Base) or row.__tablename__ in UNWATCHED:
            continue
        state = inspect(row)
        for key in tuple(state.committed_state):  # only what was set since it was read; most columns were not
            attribute = state.mapper.column_attrs.get(key)
            history = state.attrs[key].history
            if attribute is None or not history.has_changes():
                continue
            if attribute.columns[0].info.get("secret"):
                old, new = "…", "…"
            else:
                old = _plain(history.deleted[0] if history.deleted else None)
                new = _plain(history.added[0] if history.added else None)
            columns = changes.setdefault(row.subject, {})
            columns[attribute.key] = [columns[attribute.key][0] if attribute.key in columns else old, new]


def record(action: str, subject: Base | str, *, by: Viewer, **facts: Any) -> None:
    """Write down that `by` did `action` ('purchase_order:submitted') to `subject`, in the transaction at hand.

    `facts` are plain values worth keeping beside the changed columns. Secrets never appear: columns marked so are masked.
    """
    session.flush()
    current = session()
    if not current.info.get("transaction"):
        raise RuntimeError("evidence outside transaction()")
    where = origin.get()
    current.connection().execute(
        _INSERT,
        {
            "action": action,
            "subject": subject if isinstance(subject, str) else subject.subject,
            "actor_id": by.person_id,
            "organisation_id": by.organisation_id,
            "changes": current.info.pop("changes", {}),
            "facts": {name: _plain(value) for name, value in facts.items()},
            "request_id": where.request_id,
            "address": where.address,
        },
    )
