"""Why the embedded database, or an external one, cannot be used."""

from __future__ import annotations


class ClusterError(RuntimeError):
    """The database server cannot be started, stopped or used; the message says what to do next."""


class NotDurable(ClusterError):
    """The connection could lose what was acknowledged, or holds more rights than the program may have."""
