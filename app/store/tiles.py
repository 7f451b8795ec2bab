"""Tiles and bundles of every log that a square serves: the ledger, and the box, openings and marks of each vote.

Any width up to that of the tile now is served, whether or not a checkpoint had it: so what one checkpoint had is there
for ever, and nothing has to be kept for it. Only what lies under the latest checkpoint, or the last seal, is served.
"""

from array import array
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Literal

from msgspec import Struct

from app.shelf import Shelf
from app.store import boxes, ledger
from app.store.engines import Tx
from app.store.governed import value_of
from governance.boxes import mark_line, opening_line
from governance.votes import Vote
from ledger.merkle import HASH_SIZE, hash_leaf, nodes_for_inclusion, prove_inclusion
from ledger.tiles import (
    TILE_WIDTH,
    Bundle,
    Tile,
    encode_bundle,
    has_bundle,
    has_tile,
    node_reader,
    tile_root,
    tile_width,
    tiles_holding,
)

Part = Literal["box", "openings", "marks"]

RowName = tuple[str, int, int]
"""A log and the level and number of a tile in it."""


class Sealed(Struct, frozen=True):
    """The last seal of a box: the entry of the ledger that says it, and how many ballots it covers."""

    entry: int
    size: int


async def signed_size(tx: Tx) -> int:
    """How many entries lie under a signed checkpoint."""
    latest = await ledger.latest_checkpoint(tx)
    return latest.size if latest else 0


async def ledger_tile(tx: Tx, tile: Tile, rows: Shelf[RowName]) -> bytes | None:
    """A tile of the ledger, None where no signed checkpoint has it; `rows` are those computed before."""
    size = await signed_size(tx)
    if not has_tile(tile, size):
        return None
    return await _cut(tile, size, partial(ledger.read_tile, tx), rows, "ledger")


async def ledger_bundle(tx: Tx, bundle: Bundle) -> bytes | None:
    """A bundle of entries, None where no signed checkpoint has it."""
    if not has_bundle(bundle, await signed_size(tx)):
        return None
    first = bundle.n * TILE_WIDTH
    return encode_bundle(await ledger.read_bodies(tx, first, first + bundle.width))


async def part_size(tx: Tx, vote: int, part: Part) -> int:
    """How long a log of a vote is: the box as last sealed, openings and marks once the vote is closed."""
    value = await value_of(tx, Vote, vote)
    if value is None or (part != "box" and value.status == "open"):
        return 0
    return value.sealed_size + (value.late if part == "marks" else 0)


async def part_tile(tx: Tx, vote: int, part: Part, tile: Tile, rows: Shelf[RowName]) -> bytes | None:
    """A tile of a log of a vote, None where it has none such; `rows` are those computed before."""
    size = await part_size(tx, vote, part)
    if not has_tile(tile, size):
        return None
    read = partial(boxes.read_box_tile, tx, vote) if part == "box" else partial(_computed, tx, vote, part, rows)
    return await _cut(tile, size, read, rows, f"{part} {vote}")


async def part_bundle(tx: Tx, vote: int, part: Part, bundle: Bundle, rows: Shelf[RowName]) -> bytes | None:
    """A bundle of a log of a vote, None where it has none such; `rows` are what was computed of it before."""
    if not has_bundle(bundle, await part_size(tx, vote, part)):
        return None
    return encode_bundle(await _lines(tx, vote, part, bundle.n, bundle.width, rows))


async def last_seal(tx: Tx, vote: int) -> Sealed | None:
    """The last seal of a vote's box, None where there is no such vote or nothing in its box was sealed."""
    value = await value_of(tx, Vote, vote)
    return Sealed(value.sealed, value.sealed_size) if value is not None and value.sealed_size else None


async def box_inclusion(tx: Tx, vote: int, place: int, size: int) -> list[bytes]:
    """The hashes that prove a place under the box's root at `size`, from the leaf up."""
    wanted = tiles_holding(nodes_for_inclusion(place, size), size)
    held = {tile: await boxes.read_box_tile(tx, vote, tile) for tile in wanted}
    return prove_inclusion(place, size, node_reader(size, lambda asked: [held[tile] for tile in asked]))


async def _cut(
    tile: Tile, size: int, read: Callable[[Tile], Awaitable[bytes]], rows: Shelf[RowName], log: str
) -> bytes:
    """A tile of a log of `size`: cut from the full one, or computed.

    Above level 0 each hash is computed from a whole tile below, so a row goes on from where it was computed before.
    """
    if tile_width(tile.level, tile.n, size) == TILE_WIDTH:
        return (await read(tile._replace(width=TILE_WIDTH)))[: tile.width * HASH_SIZE]
    if tile.level == 0:
        return await read(tile)
    name, first = (log, tile.level, tile.n), tile.n * TILE_WIDTH
    row = rows.find(name) or b""
    if len(row) < tile.width * HASH_SIZE:
        for n in range(first + len(row) // HASH_SIZE, first + tile.width):
            row += tile_root(await read(Tile(tile.level - 1, n, TILE_WIDTH)))
        rows.keep(name, row)
    return row[: tile.width * HASH_SIZE]


async def _lines(tx: Tx, vote: int, part: Part, n: int, width: int, rows: Shelf[RowName]) -> list[bytes]:
    first, last = n * TILE_WIDTH, n * TILE_WIDTH + width
    if part == "box":
        return await boxes.read_commitments(tx, vote, first, last)
    if part == "openings":
        return [
            opening_line(ballot.choice, ballot.place, ballot.token)
            for ballot in await boxes.read_cast(tx, vote, first, last)
        ]
    member = await _first_marked(tx, vote, n, rows)
    return [mark_line(one) for one in await boxes.marks_from(tx, vote, member, width)]


async def _first_marked(tx: Tx, vote: int, n: int, rows: Shelf[RowName]) -> int:
    """The member with whom a bundle of marks begins: marks have no places, so all bundles are looked up together."""
    name = (f"first marked {vote}", 0, 0)
    held = rows.find(name)
    if held is None:
        held = array("q", await boxes.every_mark(tx, vote, TILE_WIDTH)).tobytes()
        rows.keep(name, held)
    return array("q", held[8 * n : 8 * n + 8])[0]


async def _computed(tx: Tx, vote: int, part: Part, rows: Shelf[RowName], tile: Tile) -> bytes:
    """A tile of a log that is not stored: it is read seldom, and only after the close.

    Full ones above level 0 are kept at hand, so that the level above does not compute them all again.
    """
    if tile.level == 0:
        return b"".join([hash_leaf(line) for line in await _lines(tx, vote, part, tile.n, tile.width, rows)])
    name = (f"{part} {vote}", tile.level, tile.n)
    held = rows.find(name) or b""
    if len(held) < tile.width * HASH_SIZE:
        first, last = tile.n * TILE_WIDTH, tile.n * TILE_WIDTH + tile.width
        below = [Tile(tile.level - 1, n, TILE_WIDTH) for n in range(first, last)]
        held = b"".join([tile_root(await _computed(tx, vote, part, rows, one)) for one in below])
        rows.keep(name, held)
    return held[: tile.width * HASH_SIZE]
