"""The parts of a copy: the ledger and its boxes, verified while they are fetched; the openings; the charter."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from app.auditor.copied import CopiedBox
from app.auditor.files import put
from app.auditor.reading import LEDGER, Source, openings_in
from app.auditor.report import Progress
from app.auditor.rotation import key_after
from app.auditor.staging import Staging
from app.auditor.views import Signed
from governance.acts.members import Found
from governance.acts.votes import CloseVote, SealBox
from governance.entry import decode
from ledger.errors import LogInvalid, Malformed, NotFound, Unavailable
from ledger.note import VerifierKey
from ledger.tiles import Bundle, Tile, last_width
from ledger.verify import verify_sublog

CHARTER = "charter.md"
_OF_BOXES = (b'"type":"seal_box"', b'"type":"close_vote"')
_CHUNK = 1 << 20


class Walk:
    """What the entries say that a copy must know: the key, the charter, and the boxes of votes."""

    def __init__(self, key: VerifierKey) -> None:
        self.key = key
        self.charter = ""
        self.root_before = b""
        self.sealed: dict[int, tuple[int, str]] = {}
        self.closed: dict[int, CloseVote] = {}

    def take(self, index: int, body: bytes) -> None:
        """Take down what one entry says; what is no entry says nothing, which an audit finds."""
        self.key = key_after(self.key, body)
        if index and not any(kind in body for kind in _OF_BOXES):
            return
        try:
            act = decode(body).act
        except Malformed:
            return
        match act:
            case Found(charter=charter):
                self.charter = charter
            case SealBox(vote=vote, size=size, root=root) if size >= self.sealed.get(vote, (0, ""))[0]:
                self.sealed[vote] = (size, root)
            case CloseVote(vote=vote):
                self.closed[vote] = act
            case _:
                pass


def copy_ledger(staging: Staging, served: Signed, kept: Signed | None, key: VerifierKey, tell: Progress) -> Walk:
    """Fetch and verify what comes after the kept checkpoint, or all. Raises LogInvalid, Unavailable, OSError."""
    while True:
        walk = Walk(key)
        start = None if kept is None else (kept.checkpoint.size, kept.checkpoint.root)
        size, root = served.checkpoint.size, served.checkpoint.root
        entries = verify_sublog(staging, LEDGER, size, root, start=start, progress=lambda *done: tell("entries", *done))
        try:
            for index, body in entries:
                walk.take(index, body)
        except LogInvalid:
            # A file that was there before may be damaged: only what the square itself serves counts against it.
            if not staging.distrust():
                raise
        else:
            return walk


def copy_boxes(staging: Staging, walk: Walk, held: dict[int, CopiedBox], tell: Progress) -> dict[int, CopiedBox]:
    """Fetch and verify every box as far as it is sealed, and what was published of those that are closed."""
    boxes = dict(held)
    for number, vote in enumerate(sorted(walk.sealed.keys() | walk.closed.keys()), 1):
        old = boxes.get(vote, CopiedBox(0, ""))
        size, root = walk.sealed.get(vote, (old.size, old.root))
        if size > old.size:
            start = (old.size, bytes.fromhex(old.root)) if old.size else None
            _fetch(staging, f"votes/{vote}/box/", size, root, start)
        act = walk.closed.get(vote)
        if act is not None:
            _fetch(staging, f"votes/{vote}/openings/", act.size, act.openings_root)
            _fetch(staging, f"votes/{vote}/marks/", act.size + act.late, act.marks_root)
        boxes[vote] = CopiedBox(size, root, old.published or act is not None)
        tell("boxes", number, len(walk.sealed))
    return boxes


def _fetch(staging: Staging, prefix: str, size: int, root: str, start: tuple[int, bytes] | None = None) -> None:
    while True:
        try:
            for _ in verify_sublog(staging, prefix, size, bytes.fromhex(root), start=start):
                pass
        except LogInvalid:
            if not staging.distrust():
                raise
        else:
            return


def fetch_openings(source: Source, folder: Path, tell: Progress) -> Path:
    """Fetch the public openings to a file beside the copy, and look whether they can be read to their end.

    Raises Malformed, Unavailable, OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / "openings.jsonl"
    with source.open_openings() as file, beside.open("wb") as target:
        while chunk := file.read(_CHUNK):
            target.write(chunk)
    with beside.open("rb") as file:
        for number, _ in enumerate(openings_in(file), 1):
            if number % 1_000 == 0:
                tell("openings", number, 0)
    return beside


def copy_charter(source: Source, folder: Path, digest: str) -> str:
    """Copy the charter that the ledger was founded under, unless it is there; says why that cannot be done, or ""."""
    place = folder / CHARTER
    if place.exists() and sha256(place.read_bytes()).hexdigest() == digest:
        return ""
    try:
        text = _charter_of(source)
    except (Unavailable, Malformed) as error:
        return f"the charter was not copied: {error}"
    if sha256(text).hexdigest() != digest:
        return "the charter that is shown is not the one that entry 0 names, and was not copied"
    put(place, text)
    return ""


class _CharterPage(Struct):
    text: str


def _charter_of(source: Source) -> bytes:
    """The text, from the file of a copy or from the page of a square. Raises Malformed, Unavailable."""
    try:
        return source.reader.read(CHARTER)
    except NotFound:
        if source.web is None:
            raise
    try:
        return msgspec.json.decode(source.web.read_json("charter/founding"), type=_CharterPage).text.encode()
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Malformed(f"its page is not in its format: {error}") from error


def drop_partials(folder: Path, logs: Iterable[tuple[str, int]]) -> None:
    """Remove partial tiles and bundles that logs of these prefixes and sizes have no more. Raises OSError."""
    for prefix, size in logs:
        width = last_width(0, size)
        kept = {Bundle(size >> 8, width).path} if width else set()
        for level in range(8):
            if last_width(level, size):
                kept.add(Tile(level, size >> 8 * (level + 1), last_width(level, size)).path)
        for partial in (folder / prefix).glob("tile/**/*.p"):
            for file in partial.iterdir():
                if file.relative_to(folder / prefix).as_posix() not in kept:
                    file.unlink()
            if not any(partial.iterdir()):
                partial.rmdir()
