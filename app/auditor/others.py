"""What somebody else was shown of a ledger: a checkpoint, the memory of another monitor, a copy."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from app.auditor.memory import LATEST, Memory
from app.auditor.reading import LEDGER
from app.auditor.views import Signed, Stopped, open_signed
from ledger.note import MAX_NOTE, VerifierKey


def seen_by_others(path: Path, known: Sequence[VerifierKey], size: int) -> Iterator[Signed]:
    """What they have: of a memory the longest checkpoint of at most `size` entries, and their latest.

    Raises Stopped where it is nothing of this ledger.
    """
    if not path.is_dir():
        yield _read(path, known)
    elif (path / LATEST).exists():
        memory = Memory(path)
        found = [one for one in (memory.newest_below(size), memory.latest) if one is not None]
        for one in dict.fromkeys(found):
            yield open_signed(f"{path}, {one.size} entries", one.note.encode(), known)
    elif (path / LEDGER / "checkpoint").exists():
        yield _read(path / LEDGER / "checkpoint", known)
    else:
        raise Stopped(f"{path} is neither a checkpoint, nor the memory of a monitor, nor a copy of a ledger")


def _read(path: Path, known: Sequence[VerifierKey]) -> Signed:
    try:
        with path.open("rb") as file:
            return open_signed(str(path), file.read(MAX_NOTE + 1), known)
    except OSError as error:
        raise Stopped(f"{path} cannot be read: {error.strerror}") from error
