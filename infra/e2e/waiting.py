"""Waits for what comes about by itself."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
DEADLINE_SECONDS = 120
PAUSE_SECONDS = 0.5


class Missing(Exception):
    """What was waited for did not come about, or something else did."""


def eventually(what: str, look: Callable[[], Found | None]) -> Found:
    """The first answer of `look` that counts as true."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(PAUSE_SECONDS)
    raise Missing(f"not within {DEADLINE_SECONDS} s: {what}")
