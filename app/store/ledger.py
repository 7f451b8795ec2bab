"""The ledger's rows: the head, entries, tiles, checkpoints and openings."""

from collections.abc import Sequence

from msgspec import Struct

from app.store.engines import ColumnType, Tx
from governance.commitment import Opening
from ledger.merkle import Edge, hash_leaf
from ledger.tiles import TILE_WIDTH, Tile, new_full_tiles, tile_root

_ENTRY: dict[str, ColumnType] = {"id": "bigint", "leaf_hash": "bytea", "body": "bytea"}
_TILE: dict[str, ColumnType] = {"level": "int", "n": "bigint", "hashes": "bytea"}
_OPENING: dict[str, ColumnType] = {"entry": "bigint", "field": "text", "salt": "bytea", "value": "text"}
_REQUEST: dict[str, ColumnType] = {"id": "text", "fingerprint": "bytea", "entry": "bigint"}


class Head(Struct, frozen=True):
    """How far the ledger goes: `edge` as bytes of ledger.merkle.Edge, `at` the time of the last entry.

    `frozen` says why nothing may be appended or signed, "" while all is well.
    """

    size: int
    edge: bytes
    at: int
    frozen: str


class RequestRow(Struct, frozen=True):
    """What a request with this id did: the entry, and the fingerprint of what was asked."""

    id: str
    fingerprint: bytes
    entry: int


class _Hash(Struct, frozen=True):
    leaf_hash: bytes


class _Hashes(Struct, frozen=True):
    hashes: bytes


class _Body(Struct, frozen=True):
    body: bytes


class EntryRow(Struct, frozen=True):
    """A leaf as it is stored."""

    id: int
    leaf_hash: bytes
    body: bytes


class CheckpointRow(Struct, frozen=True):
    """A checkpoint that was signed, and when (Unix ms), of which the note says nothing."""

    size: int
    root: bytes
    at: int
    note: str


class RowsMissing(Exception):
    """Rows that the head counts are not there; the text says of what."""


class OpeningRow(Struct, frozen=True):
    """The opening of a commitment of an entry."""

    entry: int
    field: str
    salt: bytes
    value: str


EMPTY_HEAD = Head(0, Edge().to_bytes(), 0, "")


async def read_head(tx: Tx) -> Head:
    """The head, that of an empty ledger before the founding."""
    return await tx.one(Head, "select size, edge, at, frozen from ledger_head where id = 0") or EMPTY_HEAD


async def append(tx: Tx, head: Head, bodies: Sequence[bytes], at: int, leaf_hashes: Sequence[bytes] = ()) -> Head:
    """Append entries, write the tiles that became full, and move the head. Only app.record calls this.

    `leaf_hashes` are theirs, where they are known already.
    """
    leaf_hashes = leaf_hashes or [hash_leaf(body) for body in bodies]
    edge = Edge.from_bytes(head.edge).extend(leaf_hashes)
    rows = [
        (index, leaf_hash, body)
        for index, (leaf_hash, body) in enumerate(zip(leaf_hashes, bodies, strict=True), head.size)
    ]
    written = await tx.insert_new("ledger_entry", ("id",), _ENTRY, rows)
    assert len(written) == len(rows), "an entry stands at this index already"
    # One at a time: a tile may be made of those that became full just before it.
    for tile in new_full_tiles(head.size, edge.size):
        row = (tile.level, tile.n, await _hashes_of(tx, tile, head.size, leaf_hashes))
        await tx.insert_new("ledger_tile", ("level", "n"), _TILE, [row])
    new = Head(edge.size, edge.to_bytes(), at, "")
    await tx.run(
        "insert into ledger_head (id, size, edge, at, frozen) values (0, {}, {}, {}, '') on conflict (id) do update"
        " set size = excluded.size, edge = excluded.edge, at = excluded.at",
        new.size,
        new.edge,
        new.at,
    )
    return new


async def _hashes_of(tx: Tx, tile: Tile, size: int = 0, newest: Sequence[bytes] = ()) -> bytes:
    """The hashes of a tile: leaf hashes at level 0, above it the roots of the full tiles below.

    Those of the leaves from `size` on are known as `newest`.
    """
    first, last = tile.n * TILE_WIDTH, tile.n * TILE_WIDTH + tile.width
    if tile.level == 0:
        sql = "select leaf_hash from ledger_entry where id >= {} and id < {} order by id"
        stored = min(last, size) if newest else last
        hashes = [row.leaf_hash for row in await tx.all(_Hash, sql, first, stored)]
        hashes += newest[max(0, first - size) : max(0, last - size)]
    else:
        sql = "select hashes from ledger_tile where level = {} and n >= {} and n < {} order by n"
        below = await tx.all(_Hashes, sql, tile.level - 1, first, last)
        hashes = [tile_root(row.hashes) for row in below]
    if len(hashes) != tile.width:
        raise RowsMissing(f"rows of which {tile.path} is made are not there")
    return b"".join(hashes)


async def read_tile(tx: Tx, tile: Tile) -> bytes:
    """The bytes of a tile that the ledger has; full ones are stored, partial ones are computed."""
    if tile.width == TILE_WIDTH:
        sql = "select hashes from ledger_tile where level = {} and n = {}"
        row = await tx.one(_Hashes, sql, tile.level, tile.n)
        if row is not None:
            return row.hashes
    return await _hashes_of(tx, tile)


async def read_bodies(tx: Tx, first: int, last: int) -> list[bytes]:
    """The entries [first, last)."""
    sql = "select body from ledger_entry where id >= {} and id < {} order by id"
    return [row.body for row in await tx.all(_Body, sql, first, last)]


async def read_entries(tx: Tx, first: int, last: int) -> list[EntryRow]:
    """The rows [first, last)."""
    sql = "select id, leaf_hash, body from ledger_entry where id >= {} and id < {} order by id"
    return await tx.all(EntryRow, sql, first, last)


async def read_full_tiles(tx: Tx) -> list[Tile]:
    """Every stored tile, by coordinates."""

    class Row(Struct, frozen=True):
        level: int
        n: int

    rows = await tx.all(Row, "select level, n from ledger_tile order by level, n")
    return [Tile(row.level, row.n, TILE_WIDTH) for row in rows]


async def latest_checkpoint(tx: Tx) -> CheckpointRow | None:
    """The last checkpoint that was signed."""
    return await tx.one(CheckpointRow, "select size, root, at, note from ledger_checkpoint order by size desc limit 1")


async def checkpoint_at(tx: Tx, size: int) -> CheckpointRow | None:
    """The checkpoint that was signed at this size."""
    return await tx.one(CheckpointRow, "select size, root, at, note from ledger_checkpoint where size = {}", size)


async def insert_checkpoint(tx: Tx, row: CheckpointRow) -> bool:
    """Keep a signed checkpoint; False when that size was signed already."""
    columns: dict[str, ColumnType] = {"size": "bigint", "root": "bytea", "at": "bigint", "note": "text"}
    written = await tx.insert_new("ledger_checkpoint", ("size",), columns, [(row.size, row.root, row.at, row.note)])
    return bool(written)


async def save_openings(tx: Tx, openings: Sequence[tuple[int, Opening]]) -> None:
    """Keep the openings of new entries, each with its entry's index."""
    rows = [(entry, opening.field, opening.salt, opening.value) for entry, opening in openings]
    if rows:
        await tx.upsert("opening", ("entry", "field"), _OPENING, rows)


async def openings_of(tx: Tx, entries: Sequence[int]) -> list[OpeningRow]:
    """All openings of these entries, whoever may see them."""
    sql = "select entry, field, salt, value from opening where entry in {among} order by entry, field"
    return await tx.among(OpeningRow, sql, entries)


async def openings_after(tx: Tx, entry: int, field: str, most: int) -> list[OpeningRow]:
    """The openings that follow one in order of entry and field, at most `most`."""
    sql = "select entry, field, salt, value from opening where (entry, field) > ({}, {}) order by entry, field limit {}"
    return await tx.all(OpeningRow, sql, entry, field, most)


async def read_requests(tx: Tx, ids: Sequence[str]) -> dict[str, RequestRow]:
    """What was done under these request ids before."""
    rows = await tx.among(RequestRow, "select id, fingerprint, entry from request_key where id in {among}", ids)
    return {row.id: row for row in rows}


async def save_requests(tx: Tx, rows: Sequence[RequestRow]) -> None:
    """Keep what requests have done."""
    if rows:
        await tx.upsert("request_key", ("id",), _REQUEST, [(row.id, row.fingerprint, row.entry) for row in rows])


async def has_batch(tx: Tx, batch: str) -> bool:
    """Whether the batch of this random name was committed."""
    return bool(await read_requests(tx, [batch]))


async def forget_batch(tx: Tx, batch: str) -> None:
    """Drop the trace of a batch that is known to be committed."""
    if batch:
        await tx.run("delete from request_key where id = {}", batch)


async def freeze(tx: Tx, why: str) -> bool:
    """Let nothing more be appended or signed until a person has acted; False where it is frozen, or empty, already."""
    assert why, "whoever freezes says why"
    return await tx.run("update ledger_head set frozen = {} where id = 0 and frozen = ''", why) == 1


async def freeze_again(tx: Tx, before: str, why: str) -> bool:
    """Say something else of a frozen ledger; False where it does not say what it said before."""
    assert before, "a ledger that is not frozen says nothing"
    return await tx.run("update ledger_head set frozen = {} where id = 0 and frozen = {}", why, before) == 1


async def unfreeze(tx: Tx, why: str) -> bool:
    """Let the ledger go on that was frozen for this reason; False where it is not frozen, or for another one."""
    return await tx.run("update ledger_head set frozen = '' where id = 0 and frozen = {}", why) == 1


async def unbound_accounts(tx: Tx, accounts: Sequence[int]) -> set[int]:
    """Those of these accounts that wait for their number."""

    class Row(Struct, frozen=True):
        id: int

    rows = await tx.among(Row, "select id from account where id in {among} and member is null", accounts)
    return {row.id for row in rows}


async def bind_accounts(tx: Tx, rows: Sequence[tuple[str, int]]) -> None:
    """Write the number of a new member beside their account: (number, account)."""
    if rows:
        await tx.many("update account set member = {} where id = {} and member is null", rows)
