"""`flask serve`: the web server, the job worker, the search indexer and the renderers of papers under one roof, with the
database beside them.

Every part is a child process in a session of its own, so that Ctrl-C reaches this process alone and it decides the
order. A part that dies is started again; when this process is killed, even with -9, the kernel tells the parts.
"""

from __future__ import annotations

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from config import Config
from marketplace.core.cluster import EMBEDDED, Cluster, ClusterError

LOOK_SECONDS = 0.25
GRACE_SECONDS = 15.0
PORT_SECONDS = 15.0
QUICK_DEATH_SECONDS = 10.0
QUICK_DEATHS = 8
LONGEST_PAUSE_SECONDS = 15.0
WORKERS, THREADS = 2, 4
MOST_RENDERERS = 4
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass
class Part:
    """One program to keep running, and how its last lives went."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    quick_deaths: int = 0
    not_before: float = field(default=0.0)


def web_command(port: int, host: str = "127.0.0.1", application: str = "wsgi:app") -> list[str]:
    """The words that start gunicorn. Its control socket stays off: nothing here may be steered from outside."""
    return [
        sys.executable, "-m", "gunicorn", "--no-control-socket", "--worker-class", "marketplace.core.polite.PoliteWorker",
        "--workers", str(WORKERS), "--threads", str(THREADS), "--bind", f"{host}:{port}",
        # What is large and never changes is loaded once, before the fork, and shared.
        "--preload", "--env", "SEARCH_WARM=yes",
        "--graceful-timeout", "8", "--timeout", "60", "--log-level", "warning", application,
    ]  # fmt: skip


def worker_command() -> list[str]:
    """The words that start the job worker; papers are drawn by processes of their own."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run", "--but", "papers.render"]


def renderer_command() -> list[str]:
    """The words that start a process that draws papers."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", "papers", "draw"]


def renderers() -> int:
    """How many of them: a core each, as far as the memory of a small machine goes."""
    return min(len(os.sched_getaffinity(0)), MOST_RENDERERS)


def indexer_command() -> list[str]:
    """The words that start the one process that writes the search index."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", "search", "follow"]


def _tie_to(parent: int) -> Callable[[], None]:
    """What a child does before it runs its program: ask the kernel for SIGTERM when its parent dies."""

    def tie() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it died before the kernel could know
            os._exit(1)

    return tie


class Supervisor:
    """Keeps parts running in `folder` until SIGINT or SIGTERM, and the embedded cluster, if any, beside them."""

    def __init__(
        self, parts: Sequence[Part], folder: Path, cluster: Cluster | None = None, say: Callable[[str], None] = print
    ) -> None:
        self.parts = list(parts)
        self.folder = folder
        self.cluster = cluster
        self.say = say
        self._signals = 0
        self._end = threading.Event()
        self._database_port = cluster.port() if cluster else 0
        self._database_pause = 0.0

    def run(self, when_started: Callable[[], None] = lambda: None) -> int:
        """Run until told to stop (0) or until a part cannot be kept alive (1). `when_started` must not take long."""
        wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._on_signal) for number in wanted}
        failed = False
        try:
            for part in self.parts:
                self._start(part)
            threading.Thread(target=when_started, daemon=True).start()
            while not failed and not self._end.wait(LOOK_SECONDS):
                self._look_after_database()
                healthy = [self._look_after(part) for part in self.parts]
                failed = not all(healthy)
        finally:
            self._stop_all()
            for number, handler in before.items():
                signal.signal(number, handler)
        return 1 if failed else 0

    @property
    def ending(self) -> bool:
        """Whether somebody asked to stop."""
        return self._end.is_set()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1
        self._end.set()

    def _start(self, part: Part) -> None:
        part.started = time.monotonic()
        part.process = subprocess.Popen(
            list(part.command), cwd=self.folder, stdin=subprocess.DEVNULL,
            start_new_session=True, preexec_fn=_tie_to(os.getpid()),
        )  # fmt: skip

    def _look_after(self, part: Part) -> bool:
        """Start a part again when it died; False when it died too often too quickly."""
        now = time.monotonic()
        if part.process is None:
            if now >= part.not_before:
                self._start(part)
            return True
        status = part.process.poll()
        if status is None:
            if now - part.started > QUICK_DEATH_SECONDS:
                part.quick_deaths = 0
            return True
        _kill_group(part.process)  # what is left of it holds the port and knows no parent
        part.process = None
        part.quick_deaths += 1
        if part.quick_deaths >= QUICK_DEATHS:
            self.say(f"The {part.name} died {QUICK_DEATHS} times within seconds of its start; see the lines above.")
            return False
        pause = 0.0 if part.quick_deaths == 1 else min(0.25 * 2**part.quick_deaths, LONGEST_PAUSE_SECONDS)
        part.not_before = now + pause
        self.say(f"The {part.name} {_last_words(status)}; starting it again.")
        return True

    def _look_after_database(self) -> None:
        """Start the embedded server again when it died; a new port means new parts, because they keep the old one."""
        if self.cluster is None or time.monotonic() < self._database_pause or self.cluster.is_running():
            return
        self.say("PostgreSQL stopped; starting it again.")
        try:
            self.cluster.start()
        except ClusterError as fault:
            self.say(f"{fault}\nTrying again in {LONGEST_PAUSE_SECONDS:.0f} seconds.")
            self._database_pause = time.monotonic() + LONGEST_PAUSE_SECONDS
            return
        if self.cluster.port() != self._database_port:
            self._database_port = self.cluster.port()
            for part in self.parts:
                if part.process is not None:
                    part.process.terminate()

    def _stop_all(self) -> None:
        """Ask all parts at once, wait, then insist. A second Ctrl-C ends the waiting."""
        living = [part.process for part in self.parts if part.process is not None]
        for process in living:
            process.terminate()
        limit, signals = time.monotonic() + GRACE_SECONDS, self._signals
        for process in living:
            while process.poll() is None and time.monotonic() < limit and self._signals == signals:
                time.sleep(0.02)
            _kill_group(process)
            process.wait()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """End what is left of a part and its own children."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _last_words(status: int) -> str:
    return f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"


def _port_is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _wait_for_port(host: str, port: int, say: Callable[[str], None]) -> bool:
    """Wait for a predecessor that is still closing; says so, and False when the port stays taken."""
    limit = time.monotonic() + PORT_SECONDS
    if not _port_is_free(host, port):
        say(f"Port {port} is in use; waiting a moment for it.")
        while not _port_is_free(host, port):
            if time.monotonic() > limit:
                say(f"Port {port} is used by another program. Stop it, or take another one: PORT={port + 1} make serve")
                return False
            time.sleep(0.1)
    return True


def _announce(host: str, port: int, supervisor: Supervisor, say: Callable[[str], None], address: str) -> None:
    """Print the address once a page was answered, whatever the answer; a listening socket alone proves little."""
    while not supervisor.ending:
        connection = http.client.HTTPConnection(host, port, timeout=30)
        try:
            connection.request("HEAD", "/")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)
            continue
        finally:
            connection.close()
        say(f"Data Voucher Marketplace is running at {address} (Ctrl-C stops it)")
        return


def say_at_once(line: str) -> None:
    """Print a line that reaches a pipe at once."""
    print(line, flush=True)


def serve(config: Config, cluster: Cluster | None = None, parts: Sequence[Part] | None = None) -> int:
    """Run web, worker and indexer until told to stop; returns the exit status.

    Without a DATABASE_URL the embedded server (or `cluster`, for tests) is held for as long as the parts run, and
    started again should it die. `parts` replaces web and worker, for tests.
    """
    host, say = "127.0.0.1", say_at_once
    if cluster is None and not config.database_url:
        cluster = Cluster(config.var / EMBEDDED)
    if not _wait_for_port(host, config.port, say):
        return 1
    if cluster is not None:
        cluster.hold()
    if parts is None:
        parts = [
            Part("web server", web_command(config.port, host)),
            Part("job worker", worker_command()),
            Part("search indexer", indexer_command()),
            *(Part(f"paper renderer {number + 1}", renderer_command()) for number in range(renderers())),
        ]
    supervisor = Supervisor(parts, config.root, cluster, say)
    address = config.public_url or f"http://{host}:{config.port}"
    status = supervisor.run(lambda: _announce(host, config.port, supervisor, say, address))
    if cluster is not None:
        cluster.release()
    say("Stopped." if status == 0 else "Stopped, because a part could not be kept running.")
    return status
