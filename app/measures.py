"""What a process counts of itself while it runs: commits, how long they took, and what the law refused."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Final, Protocol

BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds up to which commits are counted together; whatever took longer is beyond all of them."""


class Queue(Protocol):
    """A queue that tells how much waits in it, and what it has committed."""

    @property
    def commits(self) -> "Commits":
        """Its commits."""
        ...

    def __len__(self) -> int:
        """How much waits."""
        ...


class Commits:
    """The commits of one queue since the process began: how many, of how many items, and how long each took."""

    def __init__(self) -> None:
        self.items = 0
        self.seconds = 0.0
        self._by_bound: Counter[float] = Counter()

    @property
    def number(self) -> int:
        """How many commits there were, those that failed among them."""
        return self._by_bound.total()

    @contextmanager
    def of(self, items: int) -> Iterator[None]:
        """While this lasts, so many items are committed."""
        begun = perf_counter()
        try:
            yield
        finally:
            took = perf_counter() - begun
            self.items += items
            self.seconds += took
            self._by_bound[next((bound for bound in BOUNDS if took <= bound), float("inf"))] += 1

    def up_to(self) -> Iterator[tuple[float, int]]:
        """For each bound and for infinity, how many commits took no longer."""
        number = 0
        for bound in (*BOUNDS, float("inf")):
            number += self._by_bound[bound]
            yield bound, number
