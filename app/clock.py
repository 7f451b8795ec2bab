"""Where the program gets its time from: Unix milliseconds, UTC."""

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> int:
        """The time in Unix milliseconds."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> int:
        """The machine's time in Unix milliseconds."""
        return time.time_ns() // 1_000_000


class SetClock:
    """A clock that stands still until it is set or advanced, for demonstrations and tests."""

    def __init__(self, at: int) -> None:
        self._at = at

    def now(self) -> int:
        """The time it was last set to, in Unix milliseconds."""
        return self._at

    def set(self, at: int) -> None:
        """Set the time, forwards or backwards."""
        self._at = at

    def advance(self, by: int) -> int:
        """Move on by `by` milliseconds and return the new time."""
        self._at += by
        return self._at
