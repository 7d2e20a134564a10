"""Faults are tried on a server that waits for its disk, as the program's own does."""

import pytest


@pytest.fixture(scope="module", autouse=True)
def _durable(durable: None) -> None:
    """Every commit on the disk before it is acknowledged."""
