"""`python -m bench [--only p2 p3] [--quick]`: run what stands here, one after the other."""

import argparse
import runpy
import sys
from pathlib import Path


def main() -> int:
    """Run every `bench/p*.py` or the ones asked for. 1 where a figure misses its goal."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure, one line a figure.")
    parser.add_argument("--only", nargs="+", metavar="ID", help="such as: p2 p3")
    wanted = parser.parse_args().only
    known = {path.stem.split("_")[0]: path.stem for path in sorted(Path(__file__).parent.glob("[a-z][0-9]*_*.py"))}
    unknown = set(wanted or ()) - set(known)
    if unknown:
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    missed = 0
    for identity in wanted or sorted(known, key=lambda name: (name[0], int(name[1:]))):
        try:
            runpy.run_module(f"bench.{known[identity]}", run_name="__main__")
        except SystemExit as end:
            missed += bool(end.code)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
