"""T1: the times that entries bear, held against when somebody saw the ledger without them, and with them."""

from collections.abc import Iterable

from msgspec import Struct

TOLERANCE = 60_000
"""How far, in ms, an entry's time may lie outside: what two clocks differ by, and what signing takes."""


class Sighting(Struct, frozen=True):
    """That somebody saw a checkpoint of `size` entries; times are Unix ms of that somebody's clock.

    `first` is when it had come for the first time, `last` when it was asked for at the last time that it came.
    """

    size: int
    first: int
    last: int


class Sightings:
    """Holds entries, in their order, against what was seen; one sighting before and one after are kept."""

    def __init__(self, seen: Iterable[Sighting], tolerance: int = TOLERANCE) -> None:
        """`seen` in the order of size, which is that of time as well."""
        self._seen = iter(seen)
        self._tolerance = tolerance
        self._without: Sighting | None = None
        self._with = next(self._seen, None)

    def wrong(self, index: int, at: int) -> str:
        """What is wrong with the time (Unix ms) of entry `index`, empty where nothing is."""
        while self._with is not None and self._with.size <= index:
            self._without, self._with = self._with, next(self._seen, None)
        without, present = self._without, self._with
        if without is not None and at + self._tolerance < without.last:
            early = (without.last - at) // 1000
            return f"dated {early} s before a checkpoint of {without.size} entries was seen, which lacks it"
        if present is not None and at > present.first + self._tolerance:
            late = (at - present.first) // 1000
            return f"dated {late} s after it was seen, under a checkpoint of {present.size} entries"
        return ""
