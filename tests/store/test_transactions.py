"""What a transaction promises, on both databases."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest
from msgspec import Struct

from app.config import Config
from app.store.engines import Conflict, Database, Tx, connect
from tests.store.rows import ADD, Count, Follow, follows


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

    written: list[int] = []

    async def count(tx: Tx) -> Count | None:
        return await tx.one(Count, "select count(*) as n from follow")

    def elsewhere() -> None:
        # A read that takes long is begun again, and then sees what was written before that.
        written.append(len(written) + 1)

        async def write() -> None:
            other = await connect(migrated)
            await other.write(lambda tx: tx.run(ADD, written[-1], 1, 1))
            await other.close()

        thread = threading.Thread(target=asyncio.run, args=(write(),))
        thread.start()
        thread.join()

    async def read(tx: Tx) -> tuple[Count | None, Count | None]:
        before = await count(tx)
        elsewhere()
        return before, await count(tx)

    before, after = await database.read(read)
    assert before == after == Count(len(written) - 1)
    assert Count(len(written)) == await database.read(count)


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


async def test_what_is_announced_is_told_after_the_commit(database: Database) -> None:
    """A listener hears what a transaction announced when it is written, and nothing of one that was undone."""
    heard: list[Struct] = []
    database.listener = heard.extend

    async def work(tx: Tx) -> None:
        await tx.run(ADD, 1, 1, 1)
        tx.announce(Count(1))
        tx.announce(Count(2))
        assert [] == heard

    await database.write(work)
    assert [Count(1), Count(2)] == heard
    with pytest.raises(Conflict):
        await database.write(work)
    assert [Count(1), Count(2)] == heard
