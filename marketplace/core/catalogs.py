"""Compile translations/en/*.po into the one catalogue that Babel reads. `python -m marketplace.core.catalogs`."""

import os
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2] / "translations"


def merged(folder: Path = ROOT / "en", *, strict: bool = False) -> Catalog:
    """One catalogue out of the files of all areas, the first file in the alphabet winning. `strict`: raises ValueError
    where two areas translate one text differently."""
    whole = Catalog(locale="en")
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                if not message.id or not message.string:
                    continue
                known = whole.get(message.id)
                if known is not None and known.string == message.string:
                    continue
                if known is not None and strict:
                    raise ValueError(
                        f"{path.name}: {message.id!r} is already {known.string!r}, here {message.string!r}"
                    )
                if known is None:
                    whole.add(message.id, message.string, flags=message.flags)
    return whole


def compile_catalogs(root: Path = ROOT) -> bool:
    """Write messages.mo where a .po is newer. Returns whether anything was written."""
    target = root / "en" / "LC_MESSAGES" / "messages.mo"
    sources = [path.stat().st_mtime for path in (root / "en").glob("*.po")]
    if target.exists() and (not sources or target.stat().st_mtime >= max(sources)):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    # A name of this process: two that start at once would otherwise take the draft away from each other.
    draft = target.with_suffix(f".{os.getpid()}.new")
    with draft.open("wb") as file:
        write_mo(file, merged(root / "en"))
    draft.replace(target)
    return True


if __name__ == "__main__":
    compile_catalogs()
    sys.exit(0)
