"""What a transaction promises, on both databases."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import msgspec
import pytest

from app.config import Config
from app.store.engines import ColumnType, Conflict, Database, Tx, connect

ADD = "insert into follow (account, target, created_at) values ({}, {}, {})"
COLUMNS: dict[str, ColumnType] = {"account": "bigint", "target": "bigint", "created_at": "bigint"}


class Follow(msgspec.Struct, frozen=True):
    """A row of follow."""

    account: int
    target: int
    created_at: int


class Count(msgspec.Struct, frozen=True):
    """A number."""

    n: int


class Member(msgspec.Struct, frozen=True):
    """Some columns of gov_member."""

    id: int
    value: bytes
    guest: bool


class Person(msgspec.Struct, frozen=True):
    """Some columns of account."""

    handle: str
    origin: str | None


async def follows(database: Database) -> list[Follow]:
    """All of follow, in order."""

    async def work(tx: Tx) -> list[Follow]:
        return await tx.all(Follow, "select account, target, created_at from follow order by account, target")

    return await database.read(work)


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


async def test_an_error_undoes_everything(database: Database) -> None:
    """When the work raises, nothing of it is written and the caller gets the very error."""

    async def work(tx: Tx) -> None:
        await tx.run(ADD, 1, 1, 1)
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        await database.write(work)
    assert [] == await follows(database)


async def test_a_taken_key_is_a_conflict(database: Database) -> None:
    """A unique key that is taken is a Conflict that names table and columns, on both alike."""

    async def twice(tx: Tx) -> None:
        await tx.run(ADD, 1, 1, 1)
        await tx.run(ADD, 1, 1, 1)

    async def email(tx: Tx) -> None:
        await tx.many("insert into credential (account, phc, email) values ({}, '', {})", [(1, "a@b"), (2, "a@b")])

    async def nothing(tx: Tx) -> None:
        await tx.run("insert into gov_term (id, value) values ('x', {})", None)

    for work, table, columns in (
        (twice, "follow", ("account", "target")),
        (email, "credential", ("email",)),
        (nothing, "gov_term", ("value",)),
    ):
        with pytest.raises(Conflict) as caught:
            await database.write(work)
        assert (table, columns) == (caught.value.table, caught.value.columns)
    assert [] == await follows(database)


async def test_a_swallowed_error_is_not_committed(database: Database) -> None:
    """A work that catches a failed statement and ends as if nothing were is refused, and so is what follows."""

    async def ends(tx: Tx) -> None:
        await tx.run(ADD, 1, 1, 1)
        with pytest.raises(Conflict):
            await tx.run(ADD, 1, 1, 1)

    async def goes_on(tx: Tx) -> None:
        await ends(tx)
        await tx.run(ADD, 2, 2, 2)

    for work in (ends, goes_on):
        with pytest.raises(AssertionError, match="a statement failed"):
            await database.write(work)
    assert [] == await follows(database)


async def test_reading_cannot_write(database: Database) -> None:
    """`read` refuses to write."""

    async def work(tx: Tx) -> None:
        await tx.run(ADD, 1, 1, 1)

    with pytest.raises(AssertionError, match="read-only"):
        await database.read(work)


async def test_no_transaction_in_another(database: Database) -> None:
    """A work that begins a second transaction is told to pass its Tx on, instead of waiting for itself."""

    async def inner(tx: Tx) -> None:
        await tx.run(ADD, 1, 1, 1)

    async def outer(tx: Tx) -> None:
        await database.write(inner)

    async def reader(tx: Tx) -> None:
        await database.read(inner)

    for work in (outer, reader):
        with pytest.raises(AssertionError, match="inside the work of another"):
            await database.write(work)


async def test_a_transaction_ends(database: Database) -> None:
    """A Tx that got out of its work does nothing any more."""
    kept: list[Tx] = []

    async def work(tx: Tx) -> None:
        kept.append(tx)

    await database.write(work)
    with pytest.raises(AssertionError, match="has ended"):
        await kept[0].run(ADD, 1, 1, 1)


async def test_a_reader_sees_one_moment(database: Database, migrated: Config) -> None:
    """Two queries of one `read` see the same rows, whatever is written between them."""

    async def add(tx: Tx) -> None:
        await tx.run(ADD, 1, 1, 1)

    async def count(tx: Tx) -> Count | None:
        return await tx.one(Count, "select count(*) as n from follow")

    def elsewhere() -> None:
        async def write() -> None:
            other = await connect(migrated)
            await other.write(add)
            await other.close()

        thread = threading.Thread(target=asyncio.run, args=(write(),))
        thread.start()
        thread.join()

    async def read(tx: Tx) -> tuple[Count | None, Count | None]:
        before = await count(tx)
        elsewhere()
        return before, await count(tx)

    assert (Count(0), Count(0)) == await database.read(read)
    assert Count(1) == await database.read(count)


async def test_many_writers(database: Database) -> None:
    """200 transactions at once on one row lose no change."""

    async def begin(tx: Tx) -> None:
        await tx.run(ADD, 1, 1, 0)

    async def one_more(tx: Tx) -> None:
        await tx.lock("select account from follow where account = {} for update", 1)
        found = await tx.one(Count, "select created_at as n from follow where account = 1")
        assert found is not None
        await tx.run("update follow set created_at = {} where account = 1", found.n + 1)

    await database.write(begin)
    await asyncio.gather(*(database.write(one_more) for _ in range(200)))
    assert [Follow(1, 1, 200)] == await follows(database)


async def test_the_head_is_locked_before_it_exists(database: Database) -> None:
    """Of two works that found the ledger at once, the second sees the first's head."""

    async def found(tx: Tx) -> bool:
        await tx.lock_head()
        if await tx.one(Count, "select size as n from ledger_head"):
            return False
        await tx.run("insert into ledger_head (id, size, edge, at, frozen) values (0, 1, {}, 0, '')", b"")
        return True

    assert 1 == sum(await asyncio.gather(*(database.write(found) for _ in range(8))))


async def test_cancelled_callers_leave_nothing_open(database: Database) -> None:
    """40 callers who go away in the middle leave a database that works."""

    async def slow(tx: Tx) -> None:
        for target in range(200):
            await tx.run(ADD, 1, target, 1)
        await tx.run("delete from follow")

    async def is_patient(milliseconds: int) -> bool:
        try:
            await asyncio.wait_for(database.write(slow), milliseconds / 1000)
        except TimeoutError:
            return False
        return True

    stayed = await asyncio.gather(*(is_patient(1 + number // 4) for number in range(40)))
    assert sum(stayed) < 40
    await database.write(slow)
    assert [] == await follows(database)


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


@pytest.mark.parametrize("pause", [lambda: asyncio.sleep(0), lambda: asyncio.sleep(0.01)])
async def test_work_awaits_only_its_tx(sqlite_database: Database, pause: Callable[[], Awaitable[None]]) -> None:
    """On SQLite a work that awaits anything else is refused, and what it had written is undone."""

    async def work(tx: Tx) -> None:
        await tx.run(ADD, 1, 1, 1)
        await pause()

    with pytest.raises(AssertionError, match="something other than its Tx"):
        await sqlite_database.write(work)
    assert [] == await follows(sqlite_database)


async def test_a_closed_database_says_so(database: Database) -> None:
    """After `close` nothing hangs."""

    async def work(tx: Tx) -> None:
        await tx.run(ADD, 1, 1, 1)

    await database.close()
    with pytest.raises(Exception, match=r"clos"):
        await database.write(work)
