"""Make this folder ready to run: `python3 tools/setup.py run`, or `test` for everything that the tests need besides.

Run by the system's Python, with its standard library only. Each step is skipped when it is done already, so that
a second run takes a moment; each step that does something prints one line with its seconds. A failure prints one
line that says what to do, and ends with status 1.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
PANGO = {"libpango-1.0.so.0": "libpango-1.0-0", "libpangoft2-1.0.so.0": "libpangoft2-1.0-0"}
"""Shared libraries that draw the papers, and the Debian packages they come in."""
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
"""The first is wanted: without windows to draw, the tests of pages take a third less of the processor. The others do too."""
REQUIREMENTS = {"run": ["requirements.txt"], "test": ["requirements.txt", "requirements-dev.txt"]}
OLDEST_PYTHON = (3, 11)


class Failed(Exception):
    """A step that could not be done; the message is one line that says what to do."""


@contextmanager
def step(name: str) -> Iterator[None]:
    """One line for a step: its name at once, its seconds when done."""
    print(f"{name} … ", end="", flush=True)
    start = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - start:.1f} s", flush=True)


def run(command: list[str], advice: str, **environment: str) -> str:
    """Run a command silently; when it fails, raise with the last thing it said and the advice."""
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, check=False, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if done.returncode:
        said = [line.strip() for line in done.stdout.splitlines() if line.strip()]
        errors = [line for line in said if line.lower().startswith(("error", "e:"))]
        raise Failed(f"{advice} ({(errors or said or ['no message'])[-1]})")
    return done.stdout


@contextmanager
def alone() -> Iterator[None]:
    """Two set-ups at once would spoil each other's environment; the second waits."""
    folder = ROOT / "var"
    folder.mkdir(exist_ok=True)
    with (folder / "setup.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def install_python(mode: str) -> None:
    """The virtual environment, and in it exactly what the requirement files name."""
    place = f"{VENV} {sys.version}".encode()  # an environment that was moved, or made by another Python, is made anew
    wanted = {name: hashlib.sha256(place + (ROOT / name).read_bytes()).hexdigest() for name in REQUIREMENTS[mode]}
    done = _stamp()
    if all(done.get(name) == value for name, value in wanted.items()) and PYTHON.exists():
        return
    if not _environment_works():
        with step("virtual environment"):
            try:
                venv.create(VENV, clear=True, with_pip=True)
            except (subprocess.CalledProcessError, OSError) as fault:
                raise Failed(f"Python's venv is incomplete; apt-get install python3-venv ({fault})") from fault
        done = {}
    with step("Python packages"):
        files = [word for name in REQUIREMENTS[mode] for word in ("-r", name)]
        pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", *files]
        run(pip, "The Python packages could not be installed; is the network there?", PIP_ROOT_USER_ACTION="ignore")
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps({**done, **wanted}))
    fresh.replace(STAMP)


def _stamp() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def _environment_works() -> bool:
    """Whether the environment is whole, in its place and of this very Python."""
    try:
        in_place = str(VENV / "bin") in (VENV / "bin" / "pip").read_text()
        question = "import pip, sys; print(*sys.version_info[:2])"
        done = subprocess.run([str(PYTHON), "-c", question], check=False, capture_output=True, text=True)
    except OSError:
        return False
    return in_place and done.stdout.split() == [str(number) for number in sys.version_info[:2]]


def _apt(packages: list[str]) -> None:
    """Install Debian packages, fetching the lists first where they are missing or too old. Raises Failed."""
    advice = f"These Debian packages could not be installed: {' '.join(packages)}"
    options = ["-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]
    install = ["apt-get", "install", *options, *packages]
    try:
        run(install, advice, DEBIAN_FRONTEND="noninteractive")
    except Failed:
        run(["apt-get", "update", "-q"], advice)
        run(install, advice, DEBIAN_FRONTEND="noninteractive")


def _may_use_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _is_missing(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return True
    return False


def install_pango() -> None:
    """The two libraries that draw papers; they come from the system, and only root can put them there."""
    missing = [package for library, package in PANGO.items() if _is_missing(library)]
    if not missing:
        return
    if not _may_use_apt():
        raise Failed(f"Papers cannot be drawn without Pango. Run this first: sudo apt-get install {' '.join(missing)}")
    with step("Pango"):
        _apt(missing)


def install_browser() -> None:
    """A browser for the tests that look at pages; without one they are skipped, and this says so."""
    wanted, *others = BROWSERS
    if shutil.which(wanted):
        return
    enough = any(shutil.which(name) for name in others)
    if not _may_use_apt():
        if not enough:
            print(f"Browser tests are skipped: there is no Chromium (sudo apt-get install {wanted}).", flush=True)
        return
    try:
        with step("Chromium"):
            _apt([wanted])
    except Failed as fault:
        if not enough:
            print(f"Browser tests are skipped. {fault}", flush=True)


def install_frontend() -> None:
    """Styles, scripts and fonts, fetched from npm; the tool knows by itself what is there already."""
    if not (ROOT / "tools" / "frontend.py").exists():
        print("front end: skipped, tools/frontend.py does not exist", flush=True)
        return
    start = time.monotonic()
    advice = "The front-end packages could not be installed; is the network there?"
    said = run([str(PYTHON), "tools/frontend.py"], advice)
    if "already there" not in said:
        print(f"front end … {time.monotonic() - start:.1f} s", flush=True)


def compile_translations() -> None:
    """The English catalogue, where a translation is newer than it."""
    folder = ROOT / "translations" / "en"
    compiled = folder / "LC_MESSAGES" / "messages.mo"
    newest = max((path.stat().st_mtime for path in folder.glob("*.po")), default=0.0)
    if newest and (not compiled.exists() or compiled.stat().st_mtime < newest):
        with step("translations"):
            run([str(PYTHON), "-m", "marketplace.core.catalogs"], "The translations could not be compiled.")


def main(mode: str) -> int:
    """Do all steps of a mode; returns the exit status."""
    try:
        if sys.version_info < OLDEST_PYTHON:
            raise Failed("Python 3.11 or newer is needed.")
        with alone():
            install_python(mode)
            install_pango()
            if mode == "test":
                install_browser()
            install_frontend()
            compile_translations()
    except Failed as failure:
        print(f"Set-up: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in REQUIREMENTS:
        sys.exit("usage: tools/setup.py run|test")
    sys.exit(main(sys.argv[1]))
