"""Pure decisions of deliveries."""

from marketplace.delivery.rules.parts import (
    FILES_LIMIT,
    PATH_LIMIT,
    BadPath,
    KeptFile,
    OpenLine,
    accepted_amount,
    manifest_hash,
    manifest_of,
    part_amount,
    safe_path,
)

__all__ = [
    "FILES_LIMIT",
    "PATH_LIMIT",
    "BadPath",
    "KeptFile",
    "OpenLine",
    "accepted_amount",
    "manifest_hash",
    "manifest_of",
    "part_amount",
    "safe_path",
]
