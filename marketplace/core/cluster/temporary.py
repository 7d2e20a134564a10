"""A server for one test or bench, gone afterwards even when the process that asked for it was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from marketplace.core.cluster.server import Cluster


@contextmanager
def temporary_cluster(settings: Mapping[str, str] | None = None, within: Path | None = None) -> Iterator[Cluster]:
    """A running server of its own in a folder of its own, under `within` or the system's temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="marketplace-", dir=within))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    (folder / "temporary").touch()
    cluster = Cluster(folder, settings)
    try:
        cluster.hold()
        yield cluster
    finally:
        cluster.release()
        shutil.rmtree(folder, ignore_errors=True)
