"""The ledger for people: what it is now, and each entry in plain words with its bytes and its proof."""

import json

from litestar import Response, get
from litestar.exceptions import NotFoundException
from msgspec import Struct

from app.beside import BesideEntry, beside
from app.freezing import moved_to
from app.keyring import shown_keys
from app.openings import openings_seen
from app.publishing import Watched
from app.square import Square
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.ledger import OpeningRow, read_bodies, read_head
from app.web.answers import Answer, answer
from app.web.logfiles import OPEN
from app.web.requests import PageRequest
from app.web.sentences import Sentence
from app.web.tiles import inclusion_of
from app.web.visits import Visit
from app.web.words import leads_to, sentence_of
from governance import members
from governance.entry import decode, type_of
from ledger.checkpoint import Checkpoint
from ledger.merkle import Edge, hash_children, hash_leaf
from ledger.note import Note

MOST_IN_A_PAGE = 50


class Line(Struct, frozen=True):
    """An entry in a list; `at` is Unix ms."""

    entry: int
    at: int
    by: str
    type: str
    sentence: Sentence


class LedgerPage(Struct, frozen=True):
    """The ledger now: `size` entries, of which `signed` lie under the checkpoint; newest `items` first.

    The checkpoint was signed at `signed_at` (Unix ms, 0 before the first). `old_key` signs beside `key` while one
    follows the other. `watched` are the witnesses, where there are some. `frozen` says why nothing is recorded, and
    `moved_to` where the square goes on; `continues` is the last checkpoint of the ledger before.
    """

    url: str
    origin: str
    key: str
    old_key: str
    size: int
    signed: int
    signed_at: int
    root: str
    checkpoint: str
    frozen: str
    moved_to: str
    continues: str
    items: tuple[Line, ...]
    next: str | None
    watched: Watched | None


class Climb(Struct, frozen=True):
    """A step from the leaf to the root: the hash that is joined on this side, and what that gives."""

    side: str
    hash: str
    result: str


class Signed(Struct, frozen=True):
    """The checkpoint that covers an entry, and the way up to its root."""

    size: int
    root: str
    signers: tuple[str, ...]
    steps: tuple[Climb, ...]


class Link(Struct, frozen=True):
    """A page that an entry is about."""

    words: Sentence
    url: str


class EntryPage(Struct, frozen=True):
    """An entry: in words, as fields, as the bytes that are hashed (`body`), its proof once it is signed."""

    entry: int
    at: int
    by: str
    type: str
    sentence: Sentence
    links: tuple[Link, ...]
    fields: dict[str, str]
    body: str
    leaf_hash: str
    signed: Signed | None
    openings: tuple[OpeningRow, ...]
    beside: BesideEntry
    last: int


@get("/ledger", tags=["ledger"])
async def show_ledger(request: PageRequest, square: Square, before: int | None = None) -> Answer[LedgerPage]:
    """What the ledger is now, and its entries, newest first."""

    async def load(tx: Tx) -> LedgerPage:
        head, latest = await read_head(tx), await square.publishing.latest(tx)
        keys = await shown_keys(tx, square.config.home, square.clock.now())
        founded = await value_of(tx, members.Square, members.SQUARE)
        top = head.size if before is None else max(0, min(before, head.size))
        first = max(0, top - MOST_IN_A_PAGE)
        bodies = await read_bodies(tx, first, top)
        lines = [_line(index, body) for index, body in enumerate(bodies, first)]
        return LedgerPage(
            url=square.config.public_url or str(request.base_url).rstrip("/"),
            origin=keys[0].name,
            key=keys[0].format(),
            old_key=keys[1].format() if len(keys) > 1 else "",
            size=head.size,
            signed=latest.size if latest else 0,
            signed_at=latest.at if latest else 0,
            root=Edge.from_bytes(head.edge).root().hex(),
            checkpoint=latest.note if latest else "",
            frozen=head.frozen,
            moved_to=moved_to(head.frozen),
            continues=founded.continues if founded else "",
            items=tuple(reversed(lines)),
            next=f"/ledger?before={first}" if first else None,
            watched=await square.publishing.watched(tx),
        )

    return answer(request, "ledger/ledger.html", await square.database.read(load))


@get("/ledger/{index:int}", tags=["ledger"])
async def show_entry(request: PageRequest, square: Square, visit: Visit, index: int) -> Answer[EntryPage]:
    """An entry in plain words, with its bytes and its proof."""

    async def load(tx: Tx) -> EntryPage | None:
        bodies = await read_bodies(tx, index, index + 1)
        if not bodies:
            return None
        head = await read_head(tx)
        now = square.clock.now()
        seen = await openings_seen(tx, [index], visit.account, now)
        told = await beside(tx, index, visit.account, now)
        return _page(index, bodies[0], await _signed(tx, square, index, bodies[0]), head.size - 1, seen, told)

    page = await square.database.read(load)
    if page is None:
        raise NotFoundException
    return answer(request, "ledger/entry.html", page)


@get("/ledger/{index:int}/bytes", tags=["ledger"], media_type="application/octet-stream", opt={"public": True})
async def send_bytes(square: Square, index: int) -> Response[bytes]:
    """The bytes of an entry, exactly as they are hashed."""
    bodies = await square.database.read(lambda tx: read_bodies(tx, index, index + 1))
    if not bodies:
        raise NotFoundException
    headers = {**OPEN, "Content-Disposition": f'attachment; filename="entry-{index}.json"', "Cache-Control": "no-cache"}
    return Response(bodies[0], media_type="application/octet-stream", headers=headers)


def _line(index: int, body: bytes) -> Line:
    entry = decode(body)
    return Line(index, entry.at, entry.by, type_of(entry.act), sentence_of(index, entry))


def _page(
    index: int,
    body: bytes,
    signed: Signed | None,
    last: int,
    openings: tuple[OpeningRow, ...],
    told: BesideEntry,
) -> EntryPage:
    entry = decode(body)
    act = json.loads(body)["act"]
    return EntryPage(
        entry=index,
        at=entry.at,
        by=entry.by,
        type=type_of(entry.act),
        sentence=sentence_of(index, entry),
        links=tuple(Link(words, url) for words, url in leads_to(index, entry)),
        fields={name: _plain(value) for name, value in act.items() if name != "type" and not _is_nested(value)},
        body=body.decode(),
        leaf_hash=hash_leaf(body).hex(),
        signed=signed,
        openings=openings,
        beside=told,
        last=last,
    )


def _is_nested(value: object) -> bool:
    """Whether a field is better read in the bytes."""
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict | list) for one in value))


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


async def _signed(tx: Tx, square: Square, index: int, body: bytes) -> Signed | None:
    latest = await square.publishing.latest(tx)
    if latest is None or index >= latest.size:
        return None
    hashes = await inclusion_of(tx, index, latest.size)
    note = Note.parse(latest.note.encode())
    signers = tuple(signature.name for signature in note.signatures)
    root = Checkpoint.parse(note.text).root.hex()
    return Signed(latest.size, root, signers, tuple(climb(index, latest.size, hash_leaf(body), hashes)))


def climb(index: int, size: int, leaf_hash: bytes, hashes: list[bytes]) -> list[Climb]:
    """The steps of an inclusion proof, each with what it gives (RFC 9162 §2.1.3.2)."""
    steps: list[Climb] = []
    node, place, last = leaf_hash, index, size - 1
    for sibling in hashes:
        if place & 1 or place == last:
            node, side = hash_children(sibling, node), "left"
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            node, side = hash_children(node, sibling), "right"
        steps.append(Climb(side, sibling.hex(), node.hex()))
        place, last = place >> 1, last >> 1
    return steps


routes = [show_ledger, show_entry, send_bytes]
