"""Faults are tried on a server that waits for its disk, as the program's own does."""

from collections.abc import Iterator

import pytest

from marketplace.core.cluster import Cluster
from tests.databases import write_through


@pytest.fixture(scope="module", autouse=True)
def durable(cluster: Cluster) -> Iterator[None]:
    """Every commit on the disk before it is acknowledged."""
    write_through(cluster, True)
    yield
    write_through(cluster, False)
