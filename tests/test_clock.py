"""Clocks."""

import time

from app.clock import SetClock, SystemClock


def test_the_systems_time() -> None:
    """The system's clock tells Unix milliseconds."""
    assert abs(SystemClock().now() - time.time() * 1000) < 1000


def test_a_clock_that_is_set() -> None:
    """A set clock stands still until it is moved."""
    clock = SetClock(5)
    assert (5, 12, 12) == (clock.now(), clock.advance(7), clock.now())
    clock.set(3)
    assert 3 == clock.now()
