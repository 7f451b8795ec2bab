"""Whether the machine's clock goes steadily, as a clock that nobody can set tells."""

import sys
import time
from collections.abc import Callable
from typing import Final

import structlog

from app.clock import Clock

log = structlog.get_logger()

JUMP: Final = 2_000
"""Milliseconds by which the time may move between two looks without having jumped."""

STEADY: Final = 60_000
"""Milliseconds without another jump after which the new time is taken for right."""


def running_time() -> int:
    """Milliseconds since some moment, which nobody can set; on Linux they go on while the machine sleeps."""
    running = time.CLOCK_BOOTTIME if sys.platform == "linux" else time.CLOCK_MONOTONIC
    return time.clock_gettime_ns(running) // 1_000_000


class Steadiness:
    """Compares a clock with the running time at each look; `trouble` says what the last look found, "" if nothing."""

    def __init__(self, clock: Clock, running: Callable[[], int] = running_time) -> None:
        self._clock = clock
        self.running: Final = running
        self._agreed = self._last = clock.now() - running()
        self._since = 0
        self.trouble = ""

    def look(self) -> str:
        """Look at both clocks and return the trouble."""
        running = self.running()
        ahead = self._clock.now() - running
        has_jumped = abs(ahead - self._last) > JUMP
        self._last = ahead
        if has_jumped:
            self._since = running
        is_over = abs(ahead - self._agreed) <= JUMP or running - self._since >= STEADY
        if not has_jumped and not self.trouble:
            self._agreed = ahead  # a clock that is set right little by little is followed
        elif is_over:
            self._agreed = ahead
            self._tell("")
        elif has_jumped:
            self._tell(_words(ahead - self._agreed))
        return self.trouble

    def _tell(self, trouble: str) -> None:
        if trouble:
            log.error(trouble)
        elif self.trouble:
            log.info("the clock is steady again")
        self.trouble = trouble


def _words(by: int) -> str:
    way = "forwards" if by > 0 else "backwards"
    return (
        f"the clock of this machine jumped {abs(by) / 1000:.1f} s {way}: "
        f"this process signs nothing until it is set back, or has been steady for {STEADY // 1000} s"
    )
