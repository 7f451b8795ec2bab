"""What an audit reports: one value, for the table and for JSON."""

from collections.abc import Callable
from enum import IntEnum

from msgspec import Struct

from governance.audit import Row, worst
from governance.figures import Figures

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it, and how much there is (0 while nobody knows)."""


class Exit(IntEnum):
    """The exit codes of an audit."""

    HOLDS = 0
    VIOLATION = 1
    UNVERIFIED = 2
    TWO_VIEWS = 3


class Seen(Struct, frozen=True):
    """A checkpoint that somebody has: its note, and where it was had from."""

    name: str
    note: bytes


class Limit(Struct, frozen=True):
    """Something that replay cannot find, and who finds it."""

    what: str
    found_by: str


class View(Struct, frozen=True):
    """One of two signed checkpoints that contradict each other, to be kept as evidence."""

    name: str
    size: int
    root: str
    note: str


class Report(Struct, frozen=True):
    """The whole of an audit. Times are Unix ms, `root` is hex, `acts` are the judged entries by type.

    `complete` is False where not everything could be read, `stopped` says why the audit could not even begin or go on,
    `two_views` are pairs of checkpoints that contradict each other. `figures` are of the whole history, None where it
    could not be read to its end.
    """

    where: str
    exit: int
    verdict: str
    origin: str
    size: int
    root: str
    key: str
    key_given: bool
    at: int
    since: int
    judged: int
    last_at: int
    complete: bool
    stopped: str
    warnings: tuple[str, ...]
    two_views: tuple[tuple[View, View], ...]
    acts: dict[str, int]
    checks: tuple[Row, ...]
    figures: Figures | None
    cannot_find: tuple[Limit, ...]
    seconds: float


_VERDICTS = {
    Exit.HOLDS: "holds",
    Exit.VIOLATION: "a violation was found",
    Exit.UNVERIFIED: "could not be verified",
    Exit.TWO_VIEWS: "two views of one ledger",
}


def verdict_of(code: Exit) -> str:
    """An exit code in words."""
    return _VERDICTS[code]


_GRAVITY = (Exit.HOLDS, Exit.UNVERIFIED, Exit.VIOLATION, Exit.TWO_VIEWS)


def gravest(first: Exit, second: Exit) -> Exit:
    """What two findings come to: a contradiction weighs most, then a violation, then what could not be verified."""
    return max(first, second, key=_GRAVITY.index)


def exit_of(rows: tuple[Row, ...], two_views: bool) -> Exit:
    """What follows from the rows; two views of one ledger come before everything."""
    if two_views:
        return Exit.TWO_VIEWS
    return {"holds": Exit.HOLDS, "violated": Exit.VIOLATION}.get(worst(rows), Exit.UNVERIFIED)
