"""Whether two signed checkpoints can be of one ledger, and what is kept where they cannot."""

from pathlib import Path

from app.auditor.files import put
from app.auditor.reading import LEDGER
from app.auditor.views import Signed
from ledger.client import LogReader
from ledger.verify import read_root

EVIDENCE = "evidence"


class TwoViews(Exception):
    """Two checkpoints, both signed, that contradict each other."""

    def __init__(self, first: Signed, second: Signed) -> None:
        super().__init__(f"{first.name} and {second.name} contradict each other")
        self.first = first
        self.second = second


def check_one_ledger(reader: LogReader, first: Signed, second: Signed) -> None:
    """Shows that the ledger of one checkpoint begins with that of the other; the tiles of the longer one tell.

    Raises TwoViews where it does not, LogInvalid where the tiles are not what the longer one signs, Unavailable.
    """
    older, newer = sorted((first, second), key=lambda one: one.checkpoint.size)
    old, new = older.checkpoint, newer.checkpoint
    if old.size and read_root(reader, new.size, new.root, old.size, prefix=LEDGER) != old.root:
        raise TwoViews(first, second)


def keep_evidence(folder: Path, first: Signed, second: Signed, why: str) -> Path:
    """Keep both notes and the reason in a folder of their own; the same pair is kept once. Raises OSError."""
    names = [f"{one.checkpoint.size}-{one.checkpoint.root.hex()[:16]}" for one in (first, second)]
    where = folder / EVIDENCE / "-and-".join(names)
    put(where / "first.note", first.note)
    put(where / "second.note", second.note)
    put(where / "why.txt", f"{why}\nfirst.note: {first.name}\nsecond.note: {second.name}\n".encode())
    return where
