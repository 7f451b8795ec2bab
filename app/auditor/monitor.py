"""`isegoria monitor`: looks at a ledger again and again, and holds what it sees against all that it saw."""

from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from app.auditor.files import Busy, alone_in
from app.auditor.memory import Memory, Remembered, WrongTime, time_of
from app.auditor.others import seen_by_others
from app.auditor.reading import LEDGER, Source
from app.auditor.relation import TwoViews, check_one_ledger, keep_evidence
from app.auditor.report import Exit, Progress, View, gravest, verdict_of
from app.auditor.rotation import key_after
from app.auditor.times import time_in
from app.auditor.views import Signed, Stopped, open_signed, read_checkpoint
from app.clock import Clock
from governance.audit import TOLERANCE, Sighting, Sightings
from ledger.errors import LogInvalid, Malformed, Unavailable, Unreachable
from ledger.note import VerifierKey
from ledger.verify import verify_sublog

KEPT = 1_000
"""How many entries with a wrong time are kept of one look; beyond it they are counted."""


class Watch(Struct, frozen=True):
    """What is watched: an address or a folder, what is remembered of it, and what somebody else saw of it.

    `key` is the verifier key to believe, None for the one that is remembered; `compare` are checkpoints, memories of
    other monitors, or copies; `tolerance` is in ms.
    """

    where: str
    memory: Path
    key: VerifierKey | None = None
    compare: tuple[Path, ...] = ()
    tolerance: int = TOLERANCE


class Look(Struct, frozen=True):
    """What one look came to. Times are Unix ms, `root` is hex, `new` counts the entries since the look before.

    `words` say what was seen; `unreachable` that nobody answered, which may be over the next time. `wrong_times` are
    entries of check T1, `two_views` pairs of checkpoints that contradict each other, `evidence` where notes are kept.
    """

    where: str
    memory: str
    at: int
    exit: int
    verdict: str
    origin: str
    size: int
    root: str
    new: int
    unreachable: bool
    words: tuple[str, ...]
    wrong_times: tuple[WrongTime, ...]
    two_views: tuple[tuple[View, View], ...]
    evidence: tuple[str, ...]


def look(watch: Watch, clock: Clock, tell: Progress) -> Look:
    """Look once; whatever goes wrong is in the answer. Raises OSError where the memory cannot be written."""
    looking = _Looking(watch, clock, tell)
    watch.memory.mkdir(parents=True, exist_ok=True)
    try:
        with alone_in(watch.memory), Source(watch.where) as source:
            looking.look(source, Memory(watch.memory))
    except (Busy, Stopped, Malformed) as error:
        looking.say(Exit.UNVERIFIED, str(error))
    return looking.told()


class _Looking:
    def __init__(self, watch: Watch, clock: Clock, tell: Progress) -> None:
        self._watch = watch
        self._clock = clock
        self._tell = tell
        self._at = clock.now()
        self._exit = Exit.HOLDS
        self._words: list[str] = []
        self._wrong: list[WrongTime] = []
        self._two_views: list[tuple[View, View]] = []
        self._evidence: list[str] = []
        self._served: Signed | None = None
        self._new = 0
        self._wrong_count = 0
        self._unreachable = False

    def say(self, code: Exit, words: str) -> None:
        """Take down what was seen."""
        self._exit = gravest(self._exit, code)
        self._words.append(words)

    def look(self, source: Source, memory: Memory) -> None:
        signer = self._signer(memory)
        asked = self._clock.now()
        try:
            served = self._served = read_checkpoint(source, signer)
            self._take_in(source, memory, served, signer, Sighting(served.checkpoint.size, self._clock.now(), asked))
            self._compare(source, memory, served)
        except TwoViews as views:
            self._contradicted(memory, views.first, views.second)
        except Unavailable as error:
            self._unreachable = isinstance(error, Unreachable)
            self.say(Exit.UNVERIFIED, f"the ledger could not be read: {error}")
        except Stopped as error:
            self._unreachable = isinstance(error.__cause__, Unreachable)
            raise

    def _signer(self, memory: Memory) -> VerifierKey:
        given = self._watch.key
        if given is None and not memory.keys:
            raise Stopped("the memory is empty: give the ledger's key with --key; it is remembered from then on")
        if given is None or given in memory.keys:
            return memory.keys[-1]
        if memory.keys and memory.keys[-1].name != given.name:
            kept = memory.keys[-1].format()
            raise Stopped(f"this memory is of another ledger: its key is {kept}, and --key is {given.format()}")
        return given

    def _take_in(self, source: Source, memory: Memory, served: Signed, signer: VerifierKey, seen: Sighting) -> None:
        """Hold what is served against what is remembered, and remember it where it goes on from there."""
        latest = memory.latest
        known = None if latest is None else memory.signed(latest)
        if latest is not None and known is not None:
            if served.checkpoint.size < latest.size:
                self._went_back(source, memory, latest, known, served)
            if served.checkpoint.size == latest.size:
                check_one_ledger(source.reader, known, served)
        before = [] if latest is None else [latest.sighting()]
        try:
            current = self._read_new(source, memory, known, served, Sightings([*before, seen], self._watch.tolerance))
        except LogInvalid as error:
            self._broken(source, memory, known, served, error)
            return
        current = current or signer
        if current != signer:
            open_signed(served.name, served.note, [current])
        memory.believe(current)
        memory.doubt(self._wrong)
        memory.see(served, seen.last, seen.first)
        words = "seen for the first time" if known is None else f"{self._new} of them new, after all that was seen"
        self.say(Exit.HOLDS, f"{served.checkpoint.size} entries, {words}")
        if self._wrong:
            first, more = self._wrong[0], f", and {self._wrong_count - 1} more" if self._wrong_count > 1 else ""
            self.say(Exit.VIOLATION, f"T1: entry {first.entry} is {first.why}{more}: kept in {memory.folder}")

    def _read_new(
        self, source: Source, memory: Memory, known: Signed | None, served: Signed, times: Sightings
    ) -> VerifierKey | None:
        """Verify what is new, look at its times, and give the key that must sign at its end."""
        start = None if known is None else (known.checkpoint.size, known.checkpoint.root)
        key = memory.keys[-1] if memory.keys else self._watch.key
        size, root = served.checkpoint.size, served.checkpoint.root
        entries = verify_sublog(
            source.reader, LEDGER, size, root, start=start, progress=lambda *done: self._tell("entries", *done)
        )
        for index, body in entries:
            self._new += 1
            key = None if key is None else key_after(key, body)
            self._date(index, body, times)
        return key

    def _date(self, index: int, body: bytes, times: Sightings) -> None:
        at = time_in(body)
        why = "no entry: it bears no time" if at is None else times.wrong(index, at)
        if why:
            self._wrong_count += 1
            if len(self._wrong) < KEPT:
                self._wrong.append(WrongTime(index, at or 0, why, time_of(self._at)))

    def _went_back(self, source: Source, memory: Memory, latest: Remembered, known: Signed, served: Signed) -> None:
        """What is served is shorter than what was seen. Raises TwoViews or Stopped, which says what it is."""
        size, was = served.checkpoint.size, f"{latest.size} were seen on {latest.first:%Y-%m-%d %H:%M:%S} UTC"
        below = memory.newest_below(size)
        with suppress(Unavailable, LogInvalid):
            if below is not None:
                check_one_ledger(source.reader, memory.signed(below), served)
        try:
            check_one_ledger(source.reader, known, served)
        except (Unavailable, LogInvalid) as error:
            why = f"THE LOG SHRANK: it shows {size} entries, and {was}. What came after is gone ({error})"
        else:
            why = f"AN OLDER CHECKPOINT IS SERVED, of {size} entries, and {was}; their tiles are there still"
        raise Stopped(f"{why}. The latest checkpoint that was seen is in {memory.folder}")

    def _broken(self, source: Source, memory: Memory, known: Signed | None, served: Signed, error: LogInvalid) -> None:
        """The ledger is not what it signs, or does not go on from what was seen: the tiles can tell which."""
        if known is not None:
            with suppress(LogInvalid, Unavailable):
                check_one_ledger(source.reader, known, served)
            kept = keep_evidence(memory.folder, known, served, f"The log between these two does not hold: {error}")
            self._evidence.append(str(kept))
        self.say(Exit.VIOLATION, f"the ledger is not what its checkpoint signs: {error}")

    def _compare(self, source: Source, memory: Memory, served: Signed) -> None:
        """Hold what is served against what somebody else was shown."""
        size = served.checkpoint.size
        for path in self._watch.compare:
            longer = 0
            for theirs in seen_by_others(path, memory.keys, size):
                if theirs.checkpoint.size <= size:
                    check_one_ledger(source.reader, theirs, served)
                    continue
                longer = theirs.checkpoint.size
                with suppress(Unavailable, LogInvalid):
                    check_one_ledger(source.reader, theirs, served)
            if longer:
                why = f"{path} shows {longer} entries, and this ledger shows {size}: others are shown more"
                self.say(Exit.UNVERIFIED, why)
            else:
                self.say(Exit.HOLDS, f"{path} was shown the same ledger")

    def _contradicted(self, memory: Memory, first: Signed, second: Signed) -> None:
        why = "TWO VIEWS OF ONE LEDGER: both notes are signed, and no ledger begins with both."
        self._two_views.append((first.view(), second.view()))
        self._evidence.append(str(keep_evidence(memory.folder, first, second, why)))
        self.say(Exit.TWO_VIEWS, f"{why} They are the proof, and are kept in {self._evidence[-1]}")

    def told(self) -> Look:
        served = None if self._served is None else self._served.checkpoint
        return Look(
            where=self._watch.where,
            memory=str(self._watch.memory),
            at=self._at,
            exit=int(self._exit),
            verdict=verdict_of(self._exit),
            origin="" if served is None else served.origin,
            size=0 if served is None else served.size,
            root="" if served is None else served.root.hex(),
            new=self._new,
            unreachable=self._unreachable,
            words=tuple(self._words),
            wrong_times=tuple(self._wrong),
            two_views=tuple(self._two_views),
            evidence=tuple(self._evidence),
        )
