"""Writing evidence. Old values are collected before each flush and drained by `record`, as a flush in between loses them."""

import json
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from marketplace.core.db import AppSession, Base, session
from marketplace.core.viewer import Viewer, origin

UNWATCHED = frozenset({"event", "once_token", "notice", "sign_in_attempt"})
# In the driver's own spelling: every deed writes one, and building an insert would cost more than running it.
_INSERT = (
    "insert into event (action, subject, actor_id, organisation_id, changes, facts, request_id, address) "
    "values (%s, %s, %s::bigint, %s::bigint, %s::jsonb, %s::jsonb, %s, %s::inet)"
)


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
    current.connection().exec_driver_sql(
        _INSERT,
        (
            action,
            subject if isinstance(subject, str) else subject.subject,
            by.person_id,
            by.organisation_id,
            json.dumps(current.info.pop("changes", {}), ensure_ascii=False),
            json.dumps({name: _plain(value) for name, value in facts.items()}, ensure_ascii=False),
            where.request_id,
            where.address,
        ),
    )
