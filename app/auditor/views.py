"""Signed checkpoints of one ledger, read and held against each other."""

from collections import deque
from collections.abc import Iterator, Sequence

from msgspec import Struct

from app.auditor.reading import KEY, LEDGER, Source
from app.auditor.report import View
from governance.audit import Findings
from governance.audit.checks import L1
from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.errors import LogInvalid, Malformed, ProofInvalid, RootInvalid, Unavailable
from ledger.note import Note, VerifierKey
from ledger.verify import verify_sublog


class Stopped(Exception):
    """The audit cannot go on; the text says why and what to do."""


class Signed(Struct, frozen=True):
    """A checkpoint that the believed key has signed, and its note as it was served."""

    name: str
    checkpoint: Checkpoint
    note: bytes

    def view(self) -> View:
        """The same for a report."""
        root = self.checkpoint.root.hex()
        return View(self.name, self.checkpoint.size, root, self.note.decode(errors="replace"))


def shown_key(source: Source) -> VerifierKey:
    """The key that a square shows of itself, or a copy of the square that it was made from; raises Stopped."""
    try:
        text = source.reader.read(KEY).decode()
        return VerifierKey.parse(text.removesuffix("\n"))
    except Unavailable as error:
        raise Stopped(f"no ledger is shown at {source.where}: {error}") from error
    except (Malformed, UnicodeDecodeError) as error:
        raise Stopped(f"the key that {source.where} shows cannot be read: {error}") from error


def read_checkpoint(source: Source, key: VerifierKey) -> Signed:
    """The checkpoint that is served now; raises Stopped."""
    path = f"{LEDGER}checkpoint"
    try:
        note = source.reader.read(path)
    except Unavailable as error:
        raise Stopped(f"no ledger is shown at {source.where}: {error}") from error
    return open_signed(f"{source.where}/{path}", note, [key])


def open_signed(name: str, note: bytes, known: Sequence[VerifierKey]) -> Signed:
    """A note as a checkpoint that one of these keys has signed; raises Stopped, which says what it is instead."""
    try:
        return Signed(name, open_checkpoint(note, known), note)
    except Malformed as error:
        raise Stopped(f"the checkpoint {name} cannot be read: {error}") from error
    except ProofInvalid as error:
        raise Stopped(f"the checkpoint {name} {_instead(note, known, error)}") from error


def _instead(note: bytes, known: Sequence[VerifierKey], error: ProofInvalid) -> str:
    """What a note is that does not hold under these keys."""
    try:
        origin = Checkpoint.parse(Note.parse(note).text).origin
    except Malformed as worse:
        return f"cannot be read: {worse}"
    names = {key.name for key in known}
    if origin not in names:
        return f"is of another ledger: its origin is {origin}, and the key is that of {' or '.join(sorted(names))}"
    keys = " or ".join(key.format() for key in known)
    return f"is not signed by the key {keys}: {error}. Either the ledger has another key, or this was changed"


def grown(source: Source, head: Signed, later: Signed) -> Iterator[tuple[int, bytes]]:
    """The entries that a ledger has gained since a checkpoint. Raises LogInvalid or Unavailable."""
    start = (head.checkpoint.size, head.checkpoint.root)
    return verify_sublog(source.reader, LEDGER, later.checkpoint.size, later.checkpoint.root, start=start)


class Held:
    """Holds later checkpoints against the one that was audited; pairs that contradict each other are in `two_views`."""

    def __init__(self, source: Source, head: Signed, findings: Findings) -> None:
        self.two_views: list[tuple[View, View]] = []
        self._source = source
        self._head = head
        self._findings = findings

    def seen(self, seen: Signed, root: bytes | None) -> None:
        """A checkpoint from before; `root` is the audited ledger's at its size, None where it is shorter."""
        if root is None:
            why = f"{seen.name} signs {seen.checkpoint.size} entries: this ledger has gone back, or is an old copy"
            self._findings.keep(L1, "unverified", -1, why)
        elif root != seen.checkpoint.root:
            self.two_views.append((seen.view(), self._head.view()))

    def later(self, later: Signed) -> None:
        """A checkpoint that was served after the audit: it must begin with the audited one."""
        old, new = self._head.checkpoint, later.checkpoint
        if new.size < old.size:
            why = f"the ledger went back while it was audited, from {old.size} entries to {new.size}"
            self._findings.keep(L1, "unverified", -1, why)
        elif new.size == old.size and new.root != old.root:
            self.two_views.append((self._head.view(), later.view()))
        elif new.size > old.size:
            self._growth(later)

    def _growth(self, later: Signed) -> None:
        try:
            deque(grown(self._source, self._head, later), maxlen=0)
        except RootInvalid:
            self._contradiction(later)
        except LogInvalid as error:
            self._findings.keep(L1, "violation", -1 if error.index is None else error.index, str(error))
        except Unavailable as error:
            self._findings.note(L1, f"the ledger has grown meanwhile, and what came could not be read: {error}")

    def _contradiction(self, later: Signed) -> None:
        """Either the signed roots contradict each other, or the tiles do not make them: only the whole can tell."""
        old, new = self._head.checkpoint, later.checkpoint
        roots: dict[int, bytes] = {}
        leaves = verify_sublog(
            self._source.reader, LEDGER, new.size, new.root, roots_at=[old.size], on_root=roots.__setitem__
        )
        try:
            deque(leaves, maxlen=0)
        except (LogInvalid, Unavailable) as error:
            self._findings.keep(L1, "violation", -1, f"the ledger has changed while it was audited: {error}")
            return
        if roots[old.size] != old.root:
            self.two_views.append((self._head.view(), later.view()))
