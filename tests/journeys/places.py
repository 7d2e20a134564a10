"""`@begins("accepted")`: a test that begins where the way has come to by then."""

from typing import Any

import pytest


def begins(place: str) -> Any:
    """Let the test's `walk` begin there: called, awarded, active, accepted or inspected."""
    return pytest.mark.parametrize("place", [place], indirect=True)
