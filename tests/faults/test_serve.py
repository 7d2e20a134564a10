"""`flask serve` keeps its parts running, and takes all of them with it when it goes, however it goes."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace.core.cluster import Cluster, watch

pytestmark = pytest.mark.faults
ROOT = Path(__file__).resolve().parents[2]

TINY = """
import os
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getppid()).encode()]
"""
WORKER = "import os, pathlib, time; pathlib.Path('worker.pid').write_text(str(os.getpid())); time.sleep(600)"
PROGRAM = """
import sys
from pathlib import Path
from config import Config
from marketplace.core.cluster import Cluster
from marketplace.core import serve as module
from marketplace.core.serve import Part, serve, web_command
folder, port, worker = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
module.LONGEST_PAUSE_SECONDS, module.PORT_SECONDS = 0.5, 1.0  # the product is more patient
cluster = Cluster(folder / "postgres") if sys.argv[4] == "database" else None
config = Config(root=folder, port=port, database_url="postgresql://elsewhere/none")
parts = [Part("web server", web_command(port, application="tiny:app")), Part("worker", [sys.executable, "-c", worker])]
sys.exit(serve(config, cluster, parts))
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Running:
    """A supervisor in a process of its own, with a page that answers with the number of the gunicorn master."""

    def __init__(self, folder: Path, worker: str = WORKER, database: str = "") -> None:
        (folder / "tiny.py").write_text(TINY)
        self.folder, self.port = folder, free_port()
        self.output = folder / "output"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, str(folder), str(self.port), worker, database],
                cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def master(self) -> int:
        """The gunicorn master that answers; 0 when none does."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=2) as answer:
                return int(answer.read())
        except OSError:
            return 0

    def worker(self) -> int:
        path = self.folder / "worker.pid"
        return int(path.read_text() or 0) if path.exists() else 0

    def said(self) -> str:
        return self.output.read_text()

    def wait_for_start(self) -> None:
        assert eventually(lambda: "is running at" in self.said() and self.worker() > 0), self.said()


def eventually(done, seconds: float = 30.0) -> bool:
    return watch.wait_until(done, seconds, 0.05)


def is_alive(process: int) -> bool:
    return watch.condition(process, Path("/nowhere")) not in (watch.GONE, watch.DEAD)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[type[Running]]:
    running: list[Running] = []

    def begin(**options: str) -> Running:
        running.append(Running(tmp_path, **options))
        return running[-1]

    yield begin  # type: ignore[misc]
    for one in running:
        one.process.kill()
        one.process.wait()
    Cluster(tmp_path / "postgres").stop()


@pytest.mark.parametrize("order", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_within_seconds(start, order):
    running = start()
    running.wait_for_start()
    parts = [running.master(), running.worker()]
    running.process.send_signal(order)
    assert running.process.wait(timeout=10) == 0
    assert not any(is_alive(part) for part in parts)
    assert running.said().rstrip().endswith("Stopped.")


def test_parts_die_with_a_killed_supervisor(start):
    running = start()
    running.wait_for_start()
    parts = [running.master(), running.worker()]
    running.process.kill()
    assert eventually(lambda: not any(is_alive(part) for part in parts))
    assert eventually(lambda: running.master() == 0)


def test_a_killed_part_is_started_again(start):
    running = start()
    running.wait_for_start()
    for part in (running.master, running.worker):
        before = part()
        os.kill(before, signal.SIGKILL)
        assert eventually(lambda old=before, now=part: now() not in (0, old)), running.said()
    assert "was ended by SIGKILL; starting it again" in running.said()


def test_a_part_that_cannot_live_ends_the_whole_with_a_sentence(start):
    running = start(worker="raise SystemExit(3)")
    status = running.process.wait(timeout=90)
    assert status == 1
    assert "The worker died 8 times" in running.said()
    assert running.master() == 0


def test_a_taken_port_is_named_with_the_way_out(start, tmp_path):
    first = start()
    first.wait_for_start()
    second = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), str(first.port), WORKER, ""],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert second.returncode == 1
    assert f"PORT={first.port + 1} make serve" in second.stdout


def test_a_killed_database_is_started_again_and_stops_with_the_rest(start):
    running = start(database="database")
    running.wait_for_start()
    cluster = Cluster(running.folder / "postgres")
    dead = watch.living_postmaster(cluster.data)
    assert dead is not None
    os.kill(dead, signal.SIGKILL)
    assert eventually(lambda: cluster.is_running() and watch.living_postmaster(cluster.data) != dead), running.said()
    running.process.terminate()
    assert running.process.wait(timeout=20) == 0
    assert not cluster.is_running()


def test_a_second_signal_ends_the_waiting(start):
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + WORKER
    running = start(worker=stubborn)
    running.wait_for_start()
    running.process.terminate()
    time.sleep(1)
    assert running.process.poll() is None
    running.process.terminate()
    assert running.process.wait(timeout=5) == 0
    assert eventually(lambda: not is_alive(running.worker()))
