"""What a monitor remembers, in a folder of files that a person can read: every checkpoint, and when it was seen."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from app.auditor.files import append, put
from app.auditor.views import Signed, Stopped, open_signed
from governance.audit import Sighting
from ledger.errors import Malformed
from ledger.note import VerifierKey

KEYS = "keys"
LATEST = "latest.json"
SEEN = "seen.jsonl"
FINDINGS = "findings.jsonl"
README = "README.txt"

_WORDS = b"""What a monitor of a ledger has seen. Times are those of this machine's clock, in UTC.

keys            the keys of the ledger, oldest first; the last one must sign
latest.json     the newest checkpoint: its note, when it came first, when it was asked for last
seen.jsonl      every checkpoint before it, one a line, oldest first
findings.jsonl  entries whose time cannot be right (check T1), one a line
evidence/       pairs of signed notes that contradict each other, or whose log does

isegoria audit URL --memory THIS-FOLDER holds the whole ledger against these times.
"""


class Remembered(Struct, frozen=True):
    """A checkpoint that was seen: when it had come first, and when it was asked for last; the root is in hex."""

    size: int
    root: str
    first: datetime
    last: datetime
    note: str

    def sighting(self) -> Sighting:
        """The same for check T1."""
        return Sighting(self.size, ms_of(self.first), ms_of(self.last))


class WrongTime(Struct, frozen=True):
    """An entry whose time cannot be right."""

    entry: int
    at: int
    why: str
    found: datetime


_remembered = msgspec.json.Decoder(Remembered)


class Memory:
    """The memory in a folder; whoever writes to it is alone in it. What is wrong with its files raises Stopped."""

    def __init__(self, folder: Path) -> None:
        """Reads what is there; an empty folder, or none, is an empty memory."""
        self.folder = folder
        self.keys: tuple[VerifierKey, ...] = self._read_keys()
        self.latest = self._read_latest()

    def believe(self, key: VerifierKey) -> None:
        """Remember the key that must sign from now on; it comes behind those before it. Raises OSError."""
        if not self.keys:
            put(self.folder / README, _WORDS)
        if key not in self.keys:
            self.keys = (*self.keys, key)
            put(self.folder / KEYS, "".join(f"{one.format()}\n" for one in self.keys).encode())

    def see(self, served: Signed, asked: int, came: int) -> None:
        """Remember a checkpoint that goes on from the latest, asked for and come at these times. Raises OSError."""
        first = came
        old = self.latest
        if old is not None and old.size != served.checkpoint.size:
            # A crash between these two leaves the old one in both places; reading passes over the second.
            append(self.folder / SEEN, [msgspec.json.encode(old) + b"\n"])
        elif old is not None:
            first = ms_of(old.first)
        new = Remembered(
            size=served.checkpoint.size,
            root=served.checkpoint.root.hex(),
            first=time_of(first),
            last=time_of(max(asked, ms_of(old.last) if old is not None else asked)),
            note=served.note.decode(),
        )
        put(self.folder / LATEST, msgspec.json.format(msgspec.json.encode(new), indent=2) + b"\n")
        self.latest = new

    def doubt(self, wrong: list[WrongTime]) -> None:
        """Keep entries whose time cannot be right. Raises OSError."""
        if wrong:
            append(self.folder / FINDINGS, [msgspec.json.encode(one) + b"\n" for one in wrong])

    def signed(self, seen: Remembered) -> Signed:
        """A remembered checkpoint, its signature looked at again."""
        return open_signed(
            f"{self.folder}, {seen.size} entries, {seen.first:%Y-%m-%dT%H:%M:%SZ}", seen.note.encode(), self.keys
        )

    def seen(self) -> Iterator[Remembered]:
        """Every checkpoint that was seen, oldest first."""
        size = -1
        for line in self._lines():
            try:
                one = _remembered.decode(line)
            except msgspec.DecodeError as error:
                raise self._damaged(SEEN, str(error)) from error
            if one.size > size and (self.latest is None or one.size < self.latest.size):
                size = one.size
                yield one
        if self.latest is not None:
            yield self.latest

    def newest_below(self, size: int) -> Remembered | None:
        """The longest remembered checkpoint of at most this size."""
        found = None
        for one in self.seen():
            if one.size > size:
                break
            found = one
        return found

    def _lines(self) -> Iterator[bytes]:
        """The whole lines; half a line at the end is what a crash leaves, and stands in the latest."""
        path = self.folder / SEEN
        if not path.exists():
            return
        with path.open("rb") as file:
            yield from (line for line in file if line.endswith(b"\n"))

    def _read_keys(self) -> tuple[VerifierKey, ...]:
        path = self.folder / KEYS
        if not path.exists():
            return ()
        try:
            keys = tuple(VerifierKey.parse(line) for line in path.read_text(encoding="utf-8").splitlines())
        except (Malformed, UnicodeDecodeError) as error:
            raise self._damaged(KEYS, str(error)) from error
        if not keys:
            raise self._damaged(KEYS, "no key stands in it")
        return keys

    def _read_latest(self) -> Remembered | None:
        path = self.folder / LATEST
        if not path.exists():
            return None
        try:
            latest = _remembered.decode(path.read_bytes())
        except (msgspec.DecodeError, UnicodeError) as error:
            raise self._damaged(LATEST, str(error)) from error
        checkpoint = self.signed(latest).checkpoint
        if (checkpoint.size, checkpoint.root.hex()) != (latest.size, latest.root):
            raise self._damaged(LATEST, "it does not say what its note says")
        return latest

    def _damaged(self, name: str, why: str) -> Stopped:
        return Stopped(f"the memory in {self.folder} is damaged, nothing was changed: {name}: {why}")


def time_of(at: int) -> datetime:
    """A time in Unix ms as people read it."""
    return datetime.fromtimestamp(at / 1000, UTC)


def ms_of(moment: datetime) -> int:
    """A moment in Unix ms."""
    return round(moment.timestamp() * 1000)
