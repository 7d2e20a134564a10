"""One PostgreSQL server of our own: made on first use, started when needed, stopped by its last user."""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from marketplace.core.cluster import watch
from marketplace.core.cluster.errors import ClusterError
from marketplace.core.cluster.making import SUPERUSER, free_port, make_data, read_secrets, run_program
from marketplace.core.cluster.preparing import OWNER_ROLE, ensure_roles, grant_database

EMBEDDED = "postgres"
"""The folder under var/ with the server that the program uses when no DATABASE_URL is given."""
START_SECONDS = 300
RETRY_SECONDS = 30.0
LOG_BYTES = 10_000_000


class Cluster:
    """A PostgreSQL server whose data, port, passwords and locks live in one folder.

    The folder holds `data/` (PostgreSQL's), `server.log` inside it, `port`, `secrets` (0600) and `locks/`.
    `settings` are further server settings, for benches and fault tests; they count from the next start on.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.settings = dict(settings or {})
        self.name = "marketplace-" + hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        self._held: tuple[int, int, int] | None = None

    # --- running -----------------------------------------------------------------------------------------------

    def is_running(self) -> bool:
        """Whether the server runs and takes connections; costs two small reads."""
        lines = watch.recorded_lines(self.data)
        ready = len(lines) > 7 and lines[7].strip() == "ready"
        return ready and watch.living_postmaster(self.data) is not None

    def start(self) -> None:
        """Make the server on first use and start it; nothing happens when it runs already."""
        if self.is_running():
            return
        self._make_folder()
        with watch.exclusive(self._lock("start")):
            self._start()

    def stop(self) -> None:
        """Stop the server, whoever uses it."""
        if not self.folder.exists():
            return
        with watch.exclusive(self._lock("start")):
            self._stop()

    def url(self, role: str, database: str) -> str:
        """The address of a database for a role: `postgres`, `marketplace_owner` or `marketplace_app`."""
        passwords = read_secrets(self.folder)
        if role not in passwords:
            raise ClusterError(f"This server knows no role {role}; it knows {', '.join(sorted(passwords))}.")
        return f"postgresql://{role}:{passwords[role]}@127.0.0.1:{self.port()}/{quote(database, safe='')}"

    def port(self) -> int:
        """The port kept for this server."""
        try:
            return int((self.folder / "port").read_text())
        except (OSError, ValueError) as fault:
            raise ClusterError(f"The server in {self.folder} was never started.") from fault

    # --- using -------------------------------------------------------------------------------------------------

    def hold(self) -> None:
        """Use the server for the life of this process, starting it when needed; the last user to go stops it."""
        self._make_folder()
        with watch.exclusive(self._lock("start")):
            if self._held is None or self._held[0] != os.getpid():
                users, wake = (watch.open_lock(self._lock(name)) for name in ("users", "wake"))
                fcntl.flock(users, fcntl.LOCK_SH)
                fcntl.flock(wake, fcntl.LOCK_SH)
                self._held = (os.getpid(), users, wake)
                atexit.register(self.release)
            self._start()
            if watch.is_free(self._lock("keeper")):
                self._send_keeper()

    def release(self) -> None:
        """End the use that `hold` began; stops the server when nobody else uses it. Runs by itself at exit."""
        if self._held is None or self._held[0] != os.getpid():
            return
        atexit.unregister(self.release)
        _, users, wake = self._held
        self._held = None
        with watch.exclusive(self._lock("start")):
            # Closed, never unlocked: a forked child shares the lock and goes on using the server.
            os.close(wake)
            os.close(users)
            if watch.is_free(self._lock("users")):
                self._stop()

    # --- databases for tests -------------------------------------------------------------------------------------

    def clone(self, template: str, name: str) -> None:
        """Make a database that equals `template`, rights included, in about a tenth of a second.

        Waits while somebody is connected to the template. WAL_LOG because it needs no checkpoint; see docs/running.md.
        """
        command = sql.SQL("create database {} template {} owner {} strategy wal_log").format(
            sql.Identifier(name), sql.Identifier(template), sql.Identifier(OWNER_ROLE)
        )
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            for attempt in range(100):
                try:
                    connection.execute(command)
                    break
                except psycopg.errors.ObjectInUse:
                    if attempt == 99:
                        raise
                    time.sleep(0.05)
            grant_database(connection, name)

    def drop(self, name: str) -> None:
        """Remove a database at once, even while somebody is connected to it; nothing happens when there is none."""
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    # --- inside: always under the `start` lock --------------------------------------------------------------------

    def _lock(self, name: str) -> Path:
        return watch.lock_file(self.folder, name)

    def _make_folder(self) -> None:
        """The folder lets the server's account pass but not look; what is secret in it is closed by itself."""
        if not self.folder.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            self.folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        (self.folder / "locks").mkdir(mode=0o700, exist_ok=True)

    def _start(self) -> None:
        if self.is_running():
            return
        if not self.data.exists():
            make_data(self.folder)
        self._bury()
        log = self.data / "server.log"
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        limit = time.monotonic() + RETRY_SECONDS
        while not self._launch(log):
            reason = _last_lines(log)
            if time.monotonic() > limit or not _passes_by_itself(reason):
                raise ClusterError(f"PostgreSQL did not start in {self.folder}. Its log ends with:\n{reason}")
            time.sleep(0.1)
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            ensure_roles(connection, read_secrets(self.folder))

    def _stop(self) -> None:
        if not watch.stop_server(self.data):
            raise ClusterError(f"PostgreSQL in {self.folder} does not stop; its log is {self.data / 'server.log'}.")

    def _bury(self) -> None:
        """Wait for the rest of a server that was killed; PostgreSQL will not start beside it.

        The record of a dead process is left to PostgreSQL, which looks for shared memory still in use. Only a zombie
        and a stranger that got the same number stop it for ever; then, with no orphan left, the record is removed.
        """
        process = watch.recorded_process(self.data)
        if process is None:
            return
        state = watch.condition(process, self.data)
        if state == watch.SERVER:
            # Starting up or shutting down: let it come to an end of either.
            watch.wait_until(lambda: self.is_running() or watch.living_postmaster(self.data) is None, RETRY_SECONDS)
            return
        if not watch.wait_until(lambda: not watch.orphans(self.name), RETRY_SECONDS):
            for orphan in watch.orphans(self.name):
                os.kill(orphan, signal.SIGKILL)
            watch.wait_until(lambda: not watch.orphans(self.name), RETRY_SECONDS)
        if state in (watch.DEAD, watch.STRANGER):
            watch.wait_until(lambda: watch.condition(process, self.data) == watch.GONE, 1.0)
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _launch(self, log: Path) -> bool:
        """Start the server once; says whether it runs."""
        if self.is_running():
            return True
        port = free_port(self.folder)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "shared_preload_libraries": "pg_stat_statements",
            "cluster_name": self.name,
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **self.settings,
        }
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
        words = ["pg_ctl", "-D", str(self.data), "-w", "-t", str(START_SECONDS), "-l", str(log), "-o", options, "start"]
        return run_program(self.data, words).returncode == 0 and self.is_running()

    def _send_keeper(self) -> None:
        """Leave somebody behind who stops the server even when its last user is killed."""
        keeper = [sys.executable, "-I", "-S", watch.__file__, str(self.folder)]
        subprocess.run(
            ["setsid", "--fork", *keeper], cwd="/", check=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


def _last_lines(log: Path, count: int = 8) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return "(there is no log)"


def _passes_by_itself(reason: str) -> bool:
    """Whether the server may start in a moment: a predecessor is still going, or the port was taken meanwhile."""
    return any(words in reason for words in ("shared memory block", "already exists", "Address already in use"))
