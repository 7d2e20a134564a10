"""Writing evidence. Old values are collected before each flush and drained by `record`, as a flush in between loses them."""

import json
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import LoaderCallableStatus, Session

from marketplace.core.db import AppSession, Base, session, write
from marketplace.core.viewer import Viewer, origin

PLAIN = (bool, int, str, list, dict)
UNWATCHED = frozenset({"event", "once_token", "notice", "sign_in_attempt"})
_INSERT = (
    "insert into event (action, subject, actor_id, organisation_id, changes, facts, request_id, address) "
    "values (%s, %s, %s::bigint, %s::bigint, %s::jsonb, %s::jsonb, %s, %s::inet)"
)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, PLAIN):
        return value
    return None if isinstance(value, LoaderCallableStatus) else str(value)  # a column that was never read


@event.listens_for(AppSession, "before_flush")
def _collect_changes(writing: Session, context: object, instances: object) -> None:
    changes: dict[str, dict[str, list[Any]]] = writing.info.setdefault("changes", {})
    for row in writing.dirty:
        if not isinstance(row, Base) or row.__tablename__ in UNWATCHED:
            continue
        state = inspect(row)
        known = state.mapper.column_attrs
        for key, old in tuple(state.committed_state.items()):  # only what was set since it was read; most was not
            new = state.dict.get(key)
            if key not in known or known[key].columns[0].type.compare_values(old, new) is True:
                continue
            secret = known[key].columns[0].info.get("secret")
            was, now = ("…", "…") if secret else (_plain(old), _plain(new))
            columns = changes.setdefault(row.subject, {})
            columns[key] = [columns[key][0] if key in columns else was, now]


def record(action: str, subject: Base | str, *, by: Viewer, **facts: Any) -> None:
    """Write down that `by` did `action` ('purchase_order:submitted') to `subject`, in the transaction at hand.

    `facts` are plain values worth keeping beside the changed columns. Secrets never appear: columns marked so are masked.
    """
    current = session()
    current.flush()
    where = origin.get()
    write(
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
