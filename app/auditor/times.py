"""T1: holds a ledger's times against the memory of a monitor, entry by entry, beside the replay."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from app.auditor.memory import Memory
from app.auditor.views import Signed, Stopped
from governance.acts.words import Time
from governance.audit import Findings, Sightings
from governance.audit.checks import T1
from ledger.checkpoint import Checkpoint


class _Dated(Struct):
    at: Time


_dated = msgspec.json.Decoder(_Dated)


def time_in(body: bytes) -> int | None:
    """The time of an entry (Unix ms), None where it bears none."""
    try:
        return _dated.decode(body).at
    except (msgspec.DecodeError, UnicodeError):
        return None


class Times:
    """The times that a monitor remembers of the ledger that is audited; `latest` is its newest checkpoint."""

    def __init__(self, folder: Path, head: Checkpoint) -> None:
        """Raises Stopped where the folder is no memory of the ledger with this checkpoint."""
        self._memory = Memory(folder)
        if self._memory.latest is None:
            raise Stopped(f"{folder} is no memory of a monitor, or an empty one: run `isegoria monitor` first")
        self.latest: Signed = self._memory.signed(self._memory.latest)
        origin = self.latest.checkpoint.origin
        if origin != head.origin:
            raise Stopped(f"{folder} is the memory of another ledger: it saw {origin}, and this is {head.origin}")

    def hold(self, leaves: Iterable[tuple[int, bytes]], findings: Findings) -> Iterator[tuple[int, bytes]]:
        """The same entries, each held against what was seen."""
        seen = Sightings(one.sighting() for one in self._memory.seen())
        for index, body in leaves:
            if index >= findings.since:
                findings.judged(T1)
            at = time_in(body)
            why = "" if at is None else seen.wrong(index, at)
            if why:
                findings.add(T1, "violation", index, why)
            yield index, body
