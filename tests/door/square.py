"""A square in a database: a story is told to the pure law, and each of its acts passes the door as well."""

import asyncio
from itertools import groupby

from msgspec import Struct

from app.clock import SetClock
from app.deeds import Beside
from app.record import Deed, Door, Recorded
from app.store.engines import Database, Tx
from app.store.erasures import delete_openings
from app.store.ledger import openings_of, read_bodies, read_entries, read_head
from app.store.nouns import NOUNS
from app.store.tables import TABLES
from app.store.transaction import Row
from governance.acts.texts import Erase
from governance.audit.texts import commitments
from governance.commitment import Opening
from governance.entry import AnyAct, Entry, decode
from governance.law import replay
from governance.state import Key, State
from governance.texts import Erased, what_of
from ledger.merkle import Edge, hash_leaves, root_of
from ledger.tiles import Tiling
from tests.governance.making import hashes_of
from tests.governance.world import World

Contents = dict[str, list[Row]]


class Square:
    """A door on a database, beside the world whose story it follows; its clock stands still unless it is set."""

    def __init__(self, database: Database, world: World) -> None:
        self.database = database
        self.world = world
        self.clock = SetClock(world.now)
        self.door = Door(database, self.clock)
        self.told = 0

    @classmethod
    async def of(cls, database: Database, world: World) -> "Square":
        """The square of a story, as far as it has been told."""
        square = cls(database, world)
        await square.follows()
        return square

    async def follows(self, at_once: int = 64, until: int | None = None) -> None:
        """What was told to the world since the last time passes the door, up to `at_once` acts together."""
        coming = list(enumerate(self.world.entries[:until]))[self.told :]
        for at, entries in groupby(coming, lambda pair: pair[1].at):
            self.clock.set(at)
            waiting = list(entries)
            for first in range(0, len(waiting), at_once):
                await asyncio.gather(*(self._pass(index, entry) for index, entry in waiting[first : first + at_once]))
            self.told += len(waiting)
        self.clock.set(self.world.now)

    async def _pass(self, index: int, entry: Entry) -> None:
        deed = Deed(entry.act, entry.by, self.openings_of(entry.act), beside=_forgetting(entry.act))
        recorded = (await self.door.record_all([deed]))[0]
        assert (index, entry.at) == (recorded.index, recorded.at)

    def openings_of(self, act: AnyAct) -> tuple[Opening, ...]:
        """What opens the commitments of an act that the world made."""
        return tuple(self.world.kept[hash_] for hash_ in hashes_of(act))

    def deed(self, who: str, act: AnyAct, request: str = "", fingerprint: bytes = b"") -> Deed:
        """An act on its way, with its openings."""
        return Deed(act, self.world.by(who), self.openings_of(act), request, fingerprint)

    async def does(self, who: str, act: AnyAct, request: str = "", fingerprint: bytes = b"") -> Recorded:
        """The act passes the door; the world is not told."""
        return (await self.door.record_all([self.deed(who, act, request, fingerprint)]))[0]


def _forgetting(act: AnyAct) -> Beside | None:
    """What the square deletes beside an erasure."""
    if not isinstance(act, Erase):
        return None

    async def forget(tx: Tx, index: int) -> None:
        await delete_openings(tx, [(one.entry, one.what) for one in act.entries])

    return forget


async def contents(database: Database) -> Contents:
    """Every row of every table, in an order of its own."""

    async def read(tx: Tx) -> Contents:
        names = [str(table._meta.tablename) for table in TABLES]
        rows = {name: await tx.rows(f"select * from {name}", ()) for name in names}
        return {name: sorted(found, key=lambda row: repr(sorted(row.items()))) for name, found in rows.items()}

    return await database.read(read)


def without_batches(found: Contents) -> Contents:
    """The same without the traces that a door leaves of its own last transaction."""
    kept = [row for row in found["request_key"] if row["fingerprint"] != b""]
    return {**found, "request_key": kept}


async def entries_of(database: Database) -> list[Entry]:
    """The ledger, decoded."""
    return [decode(body) for body in await database.read(lambda tx: read_bodies(tx, 0, 2**31))]


class _Stored(Struct, frozen=True):
    level: int
    n: int
    hashes: bytes


async def saved_values(database: Database) -> dict[Key, Struct]:
    """Every governed value as its row has it; each row's derived columns are those of its value."""

    async def read(tx: Tx) -> dict[Key, Struct]:
        values: dict[Key, Struct] = {}
        for noun in NOUNS:
            for row in await tx.rows(f"select {', '.join(noun.columns)} from {noun.table}", ()):
                id_, stored = row["id"], row["value"]
                assert isinstance(id_, int | str) and isinstance(stored, bytes)
                value = noun.decode(stored)
                assert tuple(row.values()) == noun.row_of(id_, value)
                values[noun.type, id_] = value
        return values

    return await database.read(read)


async def assert_sound(database: Database) -> None:
    """The ledger's rows are a tree over its entries, and the governed rows are what replaying them gives.

    Every opening opens a commitment of its entry, and every commitment has one unless it was erased.
    """
    size = await _assert_tree(database)
    state, entries = State(), await entries_of(database)
    assert size == sum(1 for _ in replay(entries, state))
    erased = {(mark.entry, mark.what) for mark in state.values() if isinstance(mark, Erased)}
    committed = {
        (index, hash_)
        for index, entry in enumerate(entries)
        for hash_, field in commitments(entry.act).items()
        if (index, what_of(field)) not in erased
    }
    rows = await database.read(lambda tx: openings_of(tx, list(range(size))))
    assert committed == {(row.entry, Opening(row.field, row.salt, row.value).commit().hash) for row in rows}
    assert dict(state) == await saved_values(database)


async def _assert_tree(database: Database) -> int:
    head = await database.read(read_head)
    rows = await database.read(lambda tx: read_entries(tx, 0, 2**31))
    hashes = hash_leaves(row.body for row in rows)
    assert [row.leaf_hash for row in rows] == hashes
    assert [row.id for row in rows] == list(range(head.size))
    edge = Edge.from_bytes(head.edge)
    assert (head.size, root_of(hashes)) == (edge.size, edge.root())
    assert rows == [] or head.at == decode(rows[-1].body).at
    full = {(tile.level, tile.n): made for tile, made in Tiling().extend(hashes)}
    stored = await database.read(lambda tx: tx.all(_Stored, "select level, n, hashes from ledger_tile"))
    assert full == {(row.level, row.n): row.hashes for row in stored}
    return head.size
