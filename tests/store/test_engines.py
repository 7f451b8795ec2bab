"""Rows out and rows in: the statements that a transaction offers, on both databases."""

import msgspec
import pytest

from app.store.engines import ColumnType, Database, Tx
from tests.store.rows import ADD, Count, Follow, follows

COLUMNS: dict[str, ColumnType] = {"account": "bigint", "target": "bigint", "created_at": "bigint"}


class Member(msgspec.Struct, frozen=True):
    """Some columns of gov_member."""

    id: int
    value: bytes
    guest: bool


class Person(msgspec.Struct, frozen=True):
    """Some columns of account."""

    handle: str
    origin: str | None


async def test_rows_come_back_as_structs(database: Database) -> None:
    """Rows are read by column name; bytes stay bytes, booleans are booleans, null is None."""

    async def write(tx: Tx) -> None:
        await tx.run(
            "insert into gov_member (id, value, place, admitted, closed, guest) values ({}, {}, 0, 0, 0, {})",
            2**62,
            b"\x00\xff",
            True,
        )
        await tx.run(
            "insert into account (id, handle, skeleton, name, bio, kind, origin, locale, theme, created_day)"
            " values (1, {}, {}, '', '', 'guest', {}, '', '', 0)",
            "ann",
            "ann",
            None,
        )

    async def read(tx: Tx) -> tuple[list[Member], Person | None, Person | None]:
        return (
            await tx.all(Member, "select guest, value, id from gov_member"),
            await tx.one(Person, "select handle, origin from account where handle = {}", "ann"),
            await tx.one(Person, "select handle, origin from account where handle = {}", "bob"),
        )

    await database.write(write)
    assert ([Member(2**62, b"\x00\xff", True)], Person("ann", None), None) == await database.read(read)


async def test_run_counts_rows(database: Database) -> None:
    """`run` tells how many rows a statement wrote."""

    async def work(tx: Tx) -> list[int]:
        await tx.many(ADD, [(1, target, 0) for target in range(5)])
        return [
            await tx.run("update follow set created_at = {} where target < {}", 9, 3),
            await tx.run("delete from follow where target = {}", 77),
            await tx.run("delete from follow"),
        ]

    assert [3, 0, 5] == await database.write(work)


async def test_one_row_is_one_row(database: Database) -> None:
    """Asking for one row where there are two is a mistake that shows itself."""

    async def work(tx: Tx) -> Count | None:
        return await tx.one(Count, "select 1 as n union all select 2")

    with pytest.raises(AssertionError, match="2 were found"):
        await database.read(work)


async def test_upsert_writes_over(database: Database) -> None:
    """`upsert` writes new rows and over old ones; of two rows with one key the last stays."""

    async def work(tx: Tx) -> None:
        await tx.run(ADD, 1, 1, 5)
        await tx.upsert("follow", ["account", "target"], COLUMNS, [(2, 1, 7), (1, 1, 6), (2, 1, 8), (1, 0, 9)])
        await tx.upsert("follow", ["account", "target"], COLUMNS, [])

    await database.write(work)
    assert [Follow(1, 0, 9), Follow(1, 1, 6), Follow(2, 1, 8)] == await follows(database)


async def test_upsert_of_a_bare_key(database: Database) -> None:
    """A table that is all key can be upserted: what is there stays."""

    async def work(tx: Tx) -> Count | None:
        for _ in range(2):
            await tx.upsert("mark", ["vote", "member"], {"vote": "bigint", "member": "bigint"}, [(1, 2), (1, 3)])
        return await tx.one(Count, "select count(*) as n from mark")

    assert Count(2) == await database.write(work)


async def test_upsert_of_every_type(database: Database) -> None:
    """Every type of column goes through `upsert`, null included."""

    async def work(tx: Tx) -> list[Member]:
        await tx.upsert(
            "gov_member",
            ["id"],
            {
                "id": "bigint",
                "value": "bytea",
                "place": "bigint",
                "admitted": "bigint",
                "closed": "bigint",
                "guest": "bool",
            },
            [(7, b"seven", 0, 0, 0, False), (3, b"", 0, 0, 0, True)],
        )
        await tx.upsert(
            "credential", ["account"], {"account": "bigint", "phc": "text", "email": "text"}, [(1, "x", None)]
        )
        await tx.upsert(
            "reporter_name", ["pseudonym"], {"pseudonym": "text", "account": "bigint", "month": "int"}, [("r", 1, 2)]
        )
        return await tx.all(Member, "select id, value, guest from gov_member order by id")

    assert [Member(3, b"", True), Member(7, b"seven", False)] == await database.write(work)


async def test_insert_new_tells_what_was_new(database: Database) -> None:
    """`insert_new` leaves rows whose key is taken, and returns the keys it wrote."""

    async def work(tx: Tx) -> list[list[tuple[object, ...]]]:
        await tx.run(ADD, 1, 1, 5)
        rows = [(3, 1, 1), (1, 1, 2), (2, 2, 3), (3, 1, 4)]
        return [
            sorted(await tx.insert_new("follow", ["account", "target"], COLUMNS, rows)),
            sorted(await tx.insert_new("follow", ["account", "target"], COLUMNS, rows)),
            sorted(await tx.insert_new("follow", ["account", "target"], COLUMNS, [])),
        ]

    assert [[(2, 2), (3, 1)], [], []] == await database.write(work)
    assert [Follow(1, 1, 5), Follow(2, 2, 3), Follow(3, 1, 1)] == await follows(database)


async def test_among_many_ids(database: Database) -> None:
    """`among` takes any number of ids, of numbers or of text, with other values before and after."""
    ids = list(range(0, 80_000, 2))

    async def work(tx: Tx) -> tuple[list[Count], list[Count], list[Count]]:
        await tx.many(ADD, [(account, 1, 5) for account in range(10)])
        await tx.run("insert into gov_term (id, value) values ({}, {})", 'a"\\é', b"")
        sql = "select account as n from follow where target = {} and account in {among} and created_at < {} order by n"
        return (
            await tx.among(Count, sql, ids, 1, 6),
            await tx.among(Count, sql, [], 1, 6),
            await tx.among(Count, "select 1 as n from gov_term where id in {among}", ['a"\\é', "b"]),
        )

    assert ([Count(n) for n in (0, 2, 4, 6, 8)], [], [Count(1)]) == await database.write(work)


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("select '{{' as n", "goes into an argument"),
        ("select {n} as n", "has no name"),
    ],
)
async def test_odd_placeholders_are_refused(database: Database, sql: str, why: str) -> None:
    """A brace that would be read wrongly is an error and not a wrong query."""

    async def work(tx: Tx) -> None:
        await tx.all(Count, sql)

    with pytest.raises(AssertionError, match=why):
        await database.read(work)


@pytest.mark.parametrize("where", ["id not in {among}", "id = {}", "id in {among} or account in {among}"])
async def test_among_says_where_once(database: Database, where: str) -> None:
    """`among` needs its mark once, and not negated, for an empty list answers nothing."""

    async def work(tx: Tx) -> None:
        await tx.among(Count, f"select 1 as n from post where {where}", [1])

    with pytest.raises(AssertionError, match="must stand in it once"):
        await database.read(work)
