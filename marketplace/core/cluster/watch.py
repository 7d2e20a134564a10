"""What the kernel knows of one PostgreSQL server, and the keeper that stops it when nobody uses it any more.

Standard library only, because the keeper runs this very file as a script (`python -I -S watch.py FOLDER`): it must
start in milliseconds and must not depend on the virtual environment, which may be replaced under it.

The files in `FOLDER/locks/` and what a lock on each of them means:

    start    exclusive, for moments: somebody starts or stops the server, or begins or ends to use it
    users    shared, for as long as a process uses the server; the kernel drops it even on kill -9
    wake     shared beside `users`; the keeper sleeps on it, so that it never stands in the way of the test on `users`
    keeper   exclusive: a keeper is on duty
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

GONE, DEAD, STRANGER, SERVER = "gone", "dead", "stranger", "server"
FAST_SHUTDOWN_SECONDS = 60.0
IMMEDIATE_SHUTDOWN_SECONDS = 15.0


def lock_file(folder: Path, name: str) -> Path:
    """The path of one of the four lock files."""
    return folder / "locks" / name


def open_lock(path: Path) -> int:
    """Open a lock file for locking; children that run another program do not inherit it."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Wait until nobody holds a lock on the file, and hold it alone meanwhile."""
    descriptor = open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def try_exclusive(path: Path) -> int | None:
    """An open descriptor that holds the file alone, or None when anybody else holds it."""
    descriptor = open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def is_free(path: Path) -> bool:
    """Whether nobody holds a lock on the file. Only true for longer than a moment under the `start` lock."""
    descriptor = try_exclusive(path)
    if descriptor is None:
        return False
    os.close(descriptor)
    return True


def recorded_lines(data: Path) -> list[str]:
    """The lines of postmaster.pid: process, folder, start, port, socket, address, shared memory, state."""
    try:
        return (data / "postmaster.pid").read_text(errors="replace").splitlines()
    except OSError:
        return []


def recorded_process(data: Path) -> int | None:
    """The process that postmaster.pid names, alive or not."""
    lines = recorded_lines(data)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def command_line(process: int) -> bytes:
    """The words of a process, readable for every account (its working folder is not, without SYS_PTRACE)."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def condition(process: int, data: Path) -> str:
    """What a process is to this server: GONE, DEAD (a zombie nobody buried yet), a STRANGER, or the SERVER itself."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return GONE
    if state in "ZX":
        return DEAD
    words = command_line(process).split(b"\0")
    named = os.fsencode(data)
    return SERVER if any(word == named or word == b"-D" + named for word in words) else STRANGER


def living_postmaster(data: Path) -> int | None:
    """The process of the running server, or None."""
    process = recorded_process(data)
    return process if process is not None and condition(process, data) == SERVER else None


def orphans(cluster_name: str) -> list[int]:
    """Server processes that outlived their postmaster: they bear the cluster's name in their title."""
    title = f"postgres: {cluster_name}: ".encode()
    found = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [process for process in found if command_line(process).startswith(title)]


def wait_until(done: Callable[[], bool], seconds: float, every: float = 0.02) -> bool:
    """Look again and again until `done()` or the time is over; says whether it came true."""
    limit = time.monotonic() + seconds
    while not done():
        if time.monotonic() > limit:
            return False
        time.sleep(every)
    return True


def stop_server(data: Path) -> bool:
    """Stop the server with a checkpoint, or without one when that takes too long; says whether it is down."""
    process = living_postmaster(data)
    if process is None:
        return True
    for order, patience in ((signal.SIGINT, FAST_SHUTDOWN_SECONDS), (signal.SIGQUIT, IMMEDIATE_SHUTDOWN_SECONDS)):
        try:
            os.kill(process, order)
        except ProcessLookupError:
            return True
        if wait_until(lambda: condition(process, data) != SERVER, patience):
            return True
    return False


def keep(folder: Path) -> None:
    """Wait until the last user has gone, however it went, then stop the server; a temporary cluster is removed."""
    duty = try_exclusive(lock_file(folder, "keeper"))
    if duty is None:
        return
    while True:
        with exclusive(lock_file(folder, "wake")):
            pass
        with exclusive(lock_file(folder, "start")):
            if is_free(lock_file(folder, "users")):
                stop_server(folder / "data")
                if (folder / "temporary").exists():
                    shutil.rmtree(folder, ignore_errors=True)
                os.close(duty)
                return
        time.sleep(0.01)


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
