"""The hall: what every room stands on, and which knows no room.

Owns      once_token, clock_offset
Door      db (transaction, locked, session), errors (Refused), money, clock, states, viewer, i18n, web, forms, pdf, mail,
          jobs, storage, korea, cluster, serve
Holds     only `db` commits; a write outside `transaction()` is refused; a GET never opens one
"""

import importlib
from types import ModuleType


class lazy:
    """A third-party module that is imported when it is first used, since importing it takes longer than 0.1 s."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._module: ModuleType | None = None

    def __getattr__(self, attribute: str) -> object:
        if self._module is None:
            self._module = importlib.import_module(self._name)
        return getattr(self._module, attribute)
