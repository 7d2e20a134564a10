"""Processes of a test, forked from one that has imported the whole program: importing it takes each five seconds."""

import multiprocessing
from collections.abc import Callable
from importlib.util import find_spec
from multiprocessing.process import BaseProcess
from typing import Any

from marketplace import PARTS, ROOMS

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [name for room in ROOMS for part in PARTS if find_spec(name := f"marketplace.{room}.{part}")]
)


def begin(target: Callable[..., None], *values: Any) -> BaseProcess:
    """A process that does `target(*values)`, begun."""
    process = _CONTEXT.Process(target=target, args=values, daemon=True)
    process.start()
    return process
