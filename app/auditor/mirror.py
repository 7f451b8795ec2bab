"""`isegoria mirror`: a copy of a ledger as files, verified before it is shown, that any web server can serve."""

import time
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from app.auditor.copied import COPIED, Copied, decode_copied, encode_copied
from app.auditor.copying import CHARTER, Walk, copy_boxes, copy_charter, copy_ledger, drop_partials, fetch_openings
from app.auditor.files import LOCK, Busy, alone_in, flush_folders, put
from app.auditor.reading import KEY, LEDGER, OPENINGS, Source
from app.auditor.relation import EVIDENCE, TwoViews, check_one_ledger, keep_evidence
from app.auditor.report import Exit, Progress, View, verdict_of
from app.auditor.staging import INCOMING, Staging
from app.auditor.views import Signed, Stopped, open_signed, read_checkpoint, shown_key
from ledger.client import FolderReader
from ledger.errors import LogInvalid, Malformed, Unavailable
from ledger.note import VerifierKey

NO_KEY = (
    "THE KEY WAS NOT GIVEN: the one that the square itself shows is believed, and is kept with the copy. Compare it "
    "with the key published elsewhere."
)


class Request(Struct, frozen=True):
    """What is to be copied, and where to; `key` is the key to believe, None for the one of the copy, or the shown one.

    With `whole` the copy that is there is read again from its first byte, and what is damaged is fetched anew.
    """

    where: str
    folder: Path
    key: VerifierKey | None = None
    whole: bool = False


class Mirrored(Struct, frozen=True):
    """What became of a copy. `size` and `root` (hex) are what it has now; `served` is the size that the square signs.

    `new` counts entries, `files` and `bytes` what was fetched of logs, `boxes` the ballot boxes it has; `words` say
    what was done, `two_views` are checkpoints that contradict each other, `evidence` where they are kept.
    """

    where: str
    folder: str
    exit: int
    verdict: str
    origin: str
    size: int
    root: str
    served: int
    new: int
    files: int
    bytes: int
    boxes: int
    words: tuple[str, ...]
    two_views: tuple[tuple[View, View], ...]
    evidence: tuple[str, ...]
    seconds: float


def mirror(request: Request, tell: Progress) -> Mirrored:
    """Copy what is new; whatever goes wrong is in the answer. Raises OSError where the folder cannot be written."""
    run = _Mirroring(request, tell)
    request.folder.mkdir(parents=True, exist_ok=True)
    try:
        with alone_in(request.folder), Source(request.where) as source:
            run.run(source)
    except TwoViews as views:
        run.contradicted(views)
    except LogInvalid as error:
        run.end(Exit.VIOLATION, f"the ledger is not what its checkpoint signs, and was not copied: {error}")
    except Unavailable as error:
        run.end(Exit.UNVERIFIED, f"the ledger cannot be read to its end: {error}. What was fetched is kept for later")
    except (Busy, Stopped, Malformed) as error:
        run.end(Exit.UNVERIFIED, str(error))
    return run.told()


class _Mirroring:
    def __init__(self, request: Request, tell: Progress) -> None:
        self._request = request
        self._folder = request.folder
        self._tell = tell
        self._began = time.monotonic()
        self._exit = Exit.HOLDS
        self._words: list[str] = []
        self._views: tuple[tuple[View, View], ...] = ()
        self._evidence: tuple[str, ...] = ()
        self._staging: Staging | None = None
        self._kept: Signed | None = None
        self._copied: Copied | None = None
        self._served: Signed | None = None
        self._new = 0

    def end(self, code: Exit, words: str) -> None:
        """Take down how it ended; what proved wrong is not kept."""
        self._exit = code
        self._words.append(words)
        if self._staging is not None and code in (Exit.VIOLATION, Exit.TWO_VIEWS):
            self._staging.forget()

    def contradicted(self, views: TwoViews) -> None:
        """Keep both notes; the copy stays as it is."""
        why = "TWO VIEWS OF ONE LEDGER: both notes are signed, and no ledger begins with both."
        kept = keep_evidence(self._folder, views.first, views.second, why)
        self._views, self._evidence = ((views.first.view(), views.second.view()),), (str(kept),)
        self.end(Exit.TWO_VIEWS, f"{why} They are the proof, and are kept in {kept}. The copy stays as it is")

    def run(self, source: Source) -> None:
        signer, own = self._keys(source)
        kept = self._kept = self._read_kept(own)
        held = self._copied = self._read_copied(kept)
        served = self._served = read_checkpoint(source, signer)
        if kept is not None and served.checkpoint.size <= kept.checkpoint.size:
            self._check_old(kept, served)
        staging = self._staging = Staging(source.reader, self._folder)
        start = None if self._request.whole or held is None else kept
        try:
            walk = copy_ledger(staging, served, start, own, self._tell)
        except LogInvalid:
            if kept is not None:
                with suppress(LogInvalid, Unavailable):
                    check_one_ledger(source.reader, kept, served)
            raise
        if kept is not None and start is None:
            check_one_ledger(staging, kept, served)
        open_signed(served.name, served.note, [walk.key])
        boxes = copy_boxes(staging, walk, {} if start is None or held is None else held.boxes, self._tell)
        charter = walk.charter or (held.charter if held is not None else "")
        checkpoint = served.checkpoint
        copied = Copied(source.where, checkpoint.origin, checkpoint.size, checkpoint.root.hex(), charter, boxes)
        self._show(source, staging, copied, walk, served)

    def _show(self, source: Source, staging: Staging, copied: Copied, walk: Walk, served: Signed) -> None:
        """Put everything in its place. The checkpoint comes last: with it, and not before, the copy is the new one."""
        openings = fetch_openings(source, self._folder / INCOMING, self._tell)
        problem = copy_charter(source, self._folder, copied.charter)
        place = self._folder / OPENINGS
        place.parent.mkdir(exist_ok=True)
        openings = openings.replace(place.with_name(".openings.jsonl.new"))
        staging.settle()
        openings.replace(place)
        put(self._folder / KEY, walk.key.format().encode() + b"\n")
        put(self._folder / COPIED, encode_copied(copied))
        flush_folders([place.parent])
        put(self._folder / LEDGER / "checkpoint", served.note)
        self._new = copied.size - (0 if self._kept is None else self._kept.checkpoint.size)
        self._kept, self._copied = served, copied
        boxes = [(f"votes/{vote}/box/", copied.boxes[vote].size) for vote in walk.sealed]
        drop_partials(self._folder, [(LEDGER, copied.size), *boxes])
        self._words += [problem] if problem else []
        self._words.append(f"{copied.size} entries, {self._new} of them new, {len(copied.boxes)} ballot boxes")

    def _keys(self, source: Source) -> tuple[VerifierKey, VerifierKey]:
        """The key that must have signed what is served, and the one that signed the copy. Raises Stopped."""
        given = self._request.key
        if not (self._folder / KEY).exists():
            if given is None:
                self._words.append(NO_KEY)
                given = shown_key(source)
            return given, given
        with Source(str(self._folder)) as copy:
            own = shown_key(copy)
        if given is not None and given.name != own.name:
            why = f"its key is {own.format()}, and --key is {given.format()}"
            raise Stopped(f"{self._folder} is a copy of another ledger: {why}")
        return given or own, own

    def _read_kept(self, key: VerifierKey) -> Signed | None:
        """The checkpoint of the copy, None where there is none yet. Raises Stopped where something else lies there."""
        path = self._folder / LEDGER / "checkpoint"
        if path.exists():
            return open_signed(str(path), path.read_bytes(), [key])
        known = {LOCK, INCOMING, EVIDENCE, "ledger", "votes", "data", CHARTER, COPIED}
        strange = sorted(one.name for one in self._folder.iterdir() if one.name not in known)
        if strange:
            raise Stopped(f"{self._folder} is not empty, and no copy of a ledger: {', '.join(strange[:3])} lie in it")
        return None

    def _read_copied(self, kept: Signed | None) -> Copied | None:
        """What the copy says of itself, None where it says nothing that can be used: then all of it is read again."""
        path = self._folder / COPIED
        if kept is None or not path.exists():
            return None
        try:
            return decode_copied(path.read_bytes())
        except Malformed:
            return None

    def _check_old(self, kept: Signed, served: Signed) -> None:
        """What is served is no longer than the copy, whose own tiles tell. Raises TwoViews, Stopped, LogInvalid."""
        check_one_ledger(FolderReader(self._folder), kept, served)
        size, was = served.checkpoint.size, kept.checkpoint.size
        if size < was:
            why = f"THE LOG WENT BACK: it shows {size} entries, and the copy has {was}, which begin with these"
            raise Stopped(f"{why}. The copy stays as it is: it is what others need now")

    def told(self) -> Mirrored:
        kept = None if self._kept is None else self._kept.checkpoint
        served = 0 if self._served is None else self._served.checkpoint.size
        staging = self._staging
        return Mirrored(
            where=self._request.where,
            folder=str(self._folder),
            exit=int(self._exit),
            verdict=verdict_of(self._exit),
            origin="" if kept is None else kept.origin,
            size=0 if kept is None else kept.size,
            root="" if kept is None else kept.root.hex(),
            served=served,
            new=self._new,
            files=0 if staging is None else staging.fetched,
            bytes=0 if staging is None else staging.bytes,
            boxes=0 if self._copied is None else len(self._copied.boxes),
            words=tuple(self._words),
            two_views=self._views,
            evidence=self._evidence,
            seconds=round(time.monotonic() - self._began, 3),
        )
