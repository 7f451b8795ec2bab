"""Tiles as the ledger grows past their widths, in transactions of every size."""

from functools import partial
from random import Random

import pytest

from app.store.engines import Database, Tx
from app.store.ledger import append, read_head, read_tile
from governance.acts.members import Admit
from ledger.merkle import Edge, hash_leaf, hash_leaves, root_of
from ledger.tiles import TILE_WIDTH, Tile, Tiling, tile_root
from tests.door.square import Square, assert_sound
from tests.governance.world import World

BEYOND = TILE_WIDTH**2 + 3


async def test_tiles_beyond_two_hundred_and_fifty_six(database: Database) -> None:
    """Over 600 acts in transactions of 1 to 97: each full tile is stored, each partial one is computed."""
    world, die = World.peopled(), Random(6962)
    square = await Square.of(database, world)
    while len(world.entries) < 640:
        if die.random() < 0.5:
            world.joins(*(f"member {len(world.entries) + more}" for more in range(die.randrange(1, 97))))
        else:
            world.reports(f"reporter {len(world.entries)}", world.post("ann"))
        await square.follows(at_once=die.randrange(1, 97))
    await assert_sound(database)
    tiling = Tiling()
    tiling.extend(hash_leaves(world.leaves))
    size = len(world.leaves)
    last = Tile(0, size // TILE_WIDTH, size % TILE_WIDTH)
    assert tiling.rows[0] == await database.read(lambda tx: read_tile(tx, last))
    assert tiling.rows[1] == await database.read(lambda tx: read_tile(tx, Tile(1, 0, size // TILE_WIDTH)))
    first = await database.read(lambda tx: read_tile(tx, Tile(0, 0, TILE_WIDTH)))
    assert tiling.rows[1][:32] == tile_root(first)
    # A width that an older checkpoint had is served still.
    assert first[:320] == await database.read(lambda tx: read_tile(tx, Tile(0, 0, 10)))


async def test_a_tile_of_the_second_level_becomes_full(sqlite_database: Database) -> None:
    """At 65,536 entries a tile becomes full of tiles of which the last became full in the same transaction."""
    bodies = [b"%d" % number for number in range(BEYOND)]
    at_once = 7_001

    async def grow(first: int, tx: Tx) -> None:
        await append(tx, await read_head(tx), bodies[first : first + at_once], first)

    for first in range(0, BEYOND, at_once):
        await sqlite_database.write(partial(grow, first))
    hashes = [hash_leaf(body) for body in bodies]
    full = dict(Tiling().extend(hashes))
    assert full[Tile(1, 0, TILE_WIDTH)] == await sqlite_database.read(lambda tx: read_tile(tx, Tile(1, 0, TILE_WIDTH)))
    head = await sqlite_database.read(read_head)
    assert (BEYOND, root_of(hashes)) == (head.size, Edge.from_bytes(head.edge).root())


async def test_an_entry_is_never_written_over(sqlite_database: Database) -> None:
    """A head that was set back does not let a second history be written over the first."""
    square = await Square.of(sqlite_database, World.peopled())
    stands = await sqlite_database.read(read_head)
    await square.does("clock", Admit())
    older = "update ledger_head set size = {}, edge = {}"
    await sqlite_database.write(lambda tx: tx.run(older, stands.size, stands.edge))
    with pytest.raises(AssertionError, match="an entry stands at this index already"):
        await square.does("clock", Admit())
