"""Ballot boxes: each vote's box is a small log of its own, beside it the marks of who has voted.

No column joins a mark to a box entry, and neither has a time. Places are dealt by the caller.
"""

from collections.abc import Sequence

from msgspec import Struct

from app.store.engines import ColumnType, Tx
from ledger.merkle import Edge, hash_leaf
from ledger.tiles import TILE_WIDTH, Tile, new_full_tiles, tile_root

_ENTRY: dict[str, ColumnType] = {
    "vote": "bigint",
    "place": "bigint",
    "commitment": "bytea",
    "choice": "bigint",
    "token": "bytea",
}
_TILE: dict[str, ColumnType] = {"vote": "bigint", "level": "int", "n": "bigint", "hashes": "bytea"}
_MARK: dict[str, ColumnType] = {"vote": "bigint", "member": "bigint"}


class BoxRow(Struct, frozen=True):
    """How far a box is filled; `edge` as bytes of ledger.merkle.Edge."""

    vote: int
    size: int
    edge: bytes
    closes: int


class Cast(Struct, frozen=True):
    """A ballot in its box: `commitment` and `token` are 32 bytes, `choice` is one of the vote's."""

    place: int
    commitment: bytes
    choice: int
    token: bytes


class _Hashes(Struct, frozen=True):
    hashes: bytes


class _Commitment(Struct, frozen=True):
    commitment: bytes


class _Member(Struct, frozen=True):
    member: int


class _Count(Struct, frozen=True):
    count: int


async def lock_box(tx: Tx, vote: int, closes: int) -> BoxRow:
    """The box of a vote, locked until the transaction ends; made when it is the first ballot's."""
    columns: dict[str, ColumnType] = {"vote": "bigint", "size": "bigint", "edge": "bytea", "closes": "bigint"}
    await tx.insert_new("box", ("vote",), columns, [(vote, 0, Edge().to_bytes(), closes)])
    await tx.lock("select vote from box where vote = {} for update", vote)
    row = await read_box(tx, vote)
    assert row is not None
    return row


async def read_box(tx: Tx, vote: int) -> BoxRow | None:
    """The box of a vote, None before its first ballot."""
    return await tx.one(BoxRow, "select vote, size, edge, closes from box where vote = {}", vote)


async def mark(tx: Tx, marks: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Mark that members have voted, as (vote, member), and return those who had not yet."""
    # In order of number, so that the rows of one commit do not tell who came first.
    written = await tx.insert_new("mark", ("vote", "member"), _MARK, sorted(marks))
    return {(int(vote), int(member)) for vote, member in written if vote is not None and member is not None}


async def put(tx: Tx, box: BoxRow, ballots: Sequence[Cast]) -> BoxRow:
    """Append ballots, whose places follow the last one in the box."""
    leaf_hashes = [hash_leaf(ballot.commitment) for ballot in ballots]
    edge = Edge.from_bytes(box.edge).extend(leaf_hashes)
    rows = [(box.vote, ballot.place, ballot.commitment, ballot.choice, ballot.token) for ballot in ballots]
    assert [ballot.place for ballot in ballots] == list(range(box.size, edge.size)), "places follow one another"
    written = await tx.insert_new("box_entry", ("vote", "place"), _ENTRY, rows)
    assert len(written) == len(rows), "a ballot lies at this place already"
    for tile in new_full_tiles(box.size, edge.size):
        row = (box.vote, tile.level, tile.n, await _hashes_of(tx, box.vote, tile, box.size, leaf_hashes))
        await tx.insert_new("box_tile", ("vote", "level", "n"), _TILE, [row])
    sql = "update box set size = {}, edge = {} where vote = {}"
    await tx.run(sql, edge.size, edge.to_bytes(), box.vote)
    return BoxRow(box.vote, edge.size, edge.to_bytes(), box.closes)


async def _hashes_of(tx: Tx, vote: int, tile: Tile, size: int, newest: Sequence[bytes] = ()) -> bytes:
    """The hashes of a tile; those of the leaves from `size` on are known as `newest`."""
    first, last = tile.n * TILE_WIDTH, tile.n * TILE_WIDTH + tile.width
    if tile.level == 0:
        hashes = [hash_leaf(commitment) for commitment in await read_commitments(tx, vote, first, min(last, size))]
        hashes += newest[max(0, first - size) : max(0, last - size)]
    else:
        sql = "select hashes from box_tile where vote = {} and level = {} and n >= {} and n < {} order by n"
        below = await tx.all(_Hashes, sql, vote, tile.level - 1, first, last)
        hashes = [tile_root(row.hashes) for row in below]
    assert len(hashes) == tile.width, f"tile {tile.path} of box {vote} lacks hashes below it"
    return b"".join(hashes)


async def read_box_tile(tx: Tx, vote: int, tile: Tile) -> bytes:
    """The bytes of a tile that the box has."""
    if tile.width == TILE_WIDTH:
        sql = "select hashes from box_tile where vote = {} and level = {} and n = {}"
        row = await tx.one(_Hashes, sql, vote, tile.level, tile.n)
        if row is not None:
            return row.hashes
    return await _hashes_of(tx, vote, tile, size=tile.n * TILE_WIDTH + tile.width)


async def read_commitments(tx: Tx, vote: int, first: int, last: int) -> list[bytes]:
    """The entries [first, last) of a box, 32 bytes each."""
    sql = "select commitment from box_entry where vote = {} and place >= {} and place < {} order by place"
    return [row.commitment for row in await tx.all(_Commitment, sql, vote, first, last)]


async def read_cast(tx: Tx, vote: int, first: int, last: int) -> list[Cast]:
    """The ballots [first, last) with their openings: for nobody's eyes before the close."""
    sql = (
        "select place, commitment, choice, token from box_entry"
        " where vote = {} and place >= {} and place < {} order by place"
    )
    return await tx.all(Cast, sql, vote, first, last)


async def marks_from(tx: Tx, vote: int, member: int, most: int) -> list[int]:
    """The numbers of those who have voted, sorted, from this one on."""
    sql = "select member from mark where vote = {} and member >= {} order by member limit {}"
    return [row.member for row in await tx.all(_Member, sql, vote, member, most)]


async def every_mark(tx: Tx, vote: int, step: int) -> list[int]:
    """The numbers of those who have voted, sorted: the first of them, and every `step`-th after it."""
    sql = (
        "select member from (select member, row_number() over (order by member) - 1 as place from mark where vote = {})"
        " as placed where place % {} = 0 order by member"
    )
    return [row.member for row in await tx.all(_Member, sql, vote, step)]


async def count_marks(tx: Tx, vote: int) -> int:
    """How many members are marked."""
    row = await tx.one(_Count, "select count(*) as count from mark where vote = {}", vote)
    return row.count if row else 0


async def is_marked(tx: Tx, vote: int, member: int) -> bool:
    """Whether this member has voted."""
    sql = "select member from mark where vote = {} and member = {}"
    return await tx.one(_Member, sql, vote, member) is not None
