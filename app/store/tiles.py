"""Tiles and bundles of every log that a square serves: the ledger, and the box, openings and marks of each vote."""

from typing import Literal

from app.store import boxes, ledger
from app.store.engines import Tx
from app.store.governed import value_of
from governance.boxes import mark_line, opening_line
from governance.votes import Vote
from ledger.merkle import hash_leaf
from ledger.tiles import TILE_WIDTH, Bundle, Tile, encode_bundle, has_bundle, has_tile, tile_root

Part = Literal["box", "openings", "marks"]


async def signed_size(tx: Tx) -> int:
    """How many entries lie under a signed checkpoint."""
    latest = await ledger.latest_checkpoint(tx)
    return latest.size if latest else 0


async def ledger_tile(tx: Tx, tile: Tile) -> bytes | None:
    """A tile of the ledger, None where no signed checkpoint has it."""
    return await ledger.read_tile(tx, tile) if has_tile(tile, await signed_size(tx)) else None


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


async def part_tile(tx: Tx, vote: int, part: Part, tile: Tile) -> bytes | None:
    """A tile of a log of a vote, None where it has none such."""
    if not has_tile(tile, await part_size(tx, vote, part)):
        return None
    return await boxes.read_box_tile(tx, vote, tile) if part == "box" else await _computed(tx, vote, part, tile)


async def part_bundle(tx: Tx, vote: int, part: Part, bundle: Bundle) -> bytes | None:
    """A bundle of a log of a vote, None where it has none such."""
    if not has_bundle(bundle, await part_size(tx, vote, part)):
        return None
    first = bundle.n * TILE_WIDTH
    return encode_bundle(await _lines(tx, vote, part, first, first + bundle.width))


async def _lines(tx: Tx, vote: int, part: Part, first: int, last: int) -> list[bytes]:
    if part == "box":
        return await boxes.read_commitments(tx, vote, first, last)
    if part == "openings":
        return [
            opening_line(ballot.choice, ballot.place, ballot.token)
            for ballot in await boxes.read_cast(tx, vote, first, last)
        ]
    return [mark_line(member) for member in await boxes.read_marks(tx, vote, first, last)]


async def _computed(tx: Tx, vote: int, part: Part, tile: Tile) -> bytes:
    """A tile of a log that is not stored: it is read seldom, and only after the close."""
    first, last = tile.n * TILE_WIDTH, tile.n * TILE_WIDTH + tile.width
    if tile.level == 0:
        return b"".join([hash_leaf(line) for line in await _lines(tx, vote, part, first, last)])
    below = [Tile(tile.level - 1, n, TILE_WIDTH) for n in range(first, last)]
    return b"".join([tile_root(await _computed(tx, vote, part, one)) for one in below])
