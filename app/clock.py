"""Where the program gets its time from: Unix milliseconds, UTC."""

import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, Protocol

LAST: Final = 253_370_764_800_000
"""The year 9999, whose end no calendar of the program's survives in every zone (Unix ms)."""


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


@lru_cache(maxsize=8_192)
def iso(at: int) -> str:
    """A moment (Unix ms) for programs: 2026-11-02T09:43:00.000Z."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_of(text: str) -> int | None:
    """The moment (Unix ms) that an ISO 8601 text names, in UTC where it names no zone; None where it names none."""
    try:
        at = datetime.fromisoformat(text)
        moment = int((at if at.tzinfo is not None else at.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
    return moment if moment < LAST else None
