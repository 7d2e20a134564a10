"""The wheel's programs, run under the server's account, and what is made with them and around them once."""

from __future__ import annotations

import json
import os
import random
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from marketplace.core.cluster.account import account_of, binaries, prefix
from marketplace.core.cluster.errors import ClusterError
from marketplace.core.cluster.preparing import APP_ROLE, OWNER_ROLE

SUPERUSER = "postgres"
# With LC_CTYPE=C, pg_trgm finds nothing in common between any two Korean texts.
LOCALE = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--lc-ctype=C.UTF-8"]
OPTIONS = ["--username", SUPERUSER, "--encoding=UTF8", "--auth=scram-sha-256", "--data-checksums", *LOCALE]
# Below the range the kernel takes outgoing ports from, so that the port is still ours after a restart.
PORTS = range(20_000, 32_000)


def run_program(data: Path, words: list[str]) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs as the account that owns `data`, away from this process's environment."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    return subprocess.run(
        [*prefix(data), str(binaries() / words[0]), *words[1:]],
        cwd="/", env=environment, umask=0o077, check=False, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def write_private(path: Path, text: str) -> None:
    """Write a small file whole or not at all, readable for this account only."""
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, path)


def read_secrets(folder: Path) -> dict[str, str]:
    """The passwords of this server's roles."""
    try:
        return dict(json.loads((folder / "secrets").read_text()))
    except (OSError, ValueError) as fault:
        raise ClusterError(f"The passwords in {folder / 'secrets'} cannot be read.") from fault


def make_data(folder: Path) -> None:
    """Make `folder/data` aside and move it into place when whole, so that a kill half-way leaves nothing in its way."""
    if not (folder / "secrets").exists():
        passwords = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, OWNER_ROLE, APP_ROLE)}
        write_private(folder / "secrets", json.dumps(passwords, indent=2) + "\n")
    fresh = folder / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    user, group = account_of(fresh)
    fresh.mkdir(mode=0o700)
    os.chown(fresh, user, group)
    descriptor, name = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(read_secrets(folder)[SUPERUSER])
            os.fchown(file.fileno(), user, group)
        done = run_program(fresh, ["initdb", "-D", str(fresh), f"--pwfile={name}", *OPTIONS])
    finally:
        os.unlink(name)
    if done.returncode != 0:
        raise ClusterError(f"PostgreSQL could not be set up in {folder}:\n{done.stdout.strip()}")
    fresh.rename(folder / "data")


def free_port(folder: Path) -> int:
    """The port of last time, or another one, kept from now on, when somebody took it meanwhile."""
    path = folder / "port"
    kept = [int(path.read_text())] if path.exists() else []
    for port in [*kept, *random.sample(PORTS, 200)]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if [port] != kept:
            write_private(path, f"{port}\n")
        return port
    raise ClusterError("No free port was found for PostgreSQL on 127.0.0.1.")
