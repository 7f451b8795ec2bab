"""Short reads end where they are asked for, long ones in a thread; each is answered once and rightly."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from app.config import Config
from app.store.engines import Database, Tx, Unavailable, connect
from app.store.quick import SHORT, QuickReader, TooLong

HERE = threading.get_ident
COUNT_UP = "with recursive up(n) as (select 1 union all select n + 1 from up where n < {}) select max(n) as n from up"
LONG = 3_000_000
"""Steps that take SQLite a third of a second or more."""


class Number(msgspec.Struct, frozen=True):
    """A number."""

    n: int


def counting(to: int, threads: list[int]) -> Callable[[Tx], Awaitable[int]]:
    """A work that counts up, and says in which threads it was begun."""

    async def work(tx: Tx) -> int:
        threads.append(HERE())
        found = await tx.one(Number, COUNT_UP, to)
        assert found is not None
        return found.n

    return work


async def test_a_short_read_is_done_here(sqlite_database: Database) -> None:
    """No other thread is asked."""
    threads: list[int] = []
    assert 10 == await sqlite_database.read(counting(10, threads))
    assert [HERE()] == threads


async def test_a_long_read_holds_nobody_up(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given up, begun again in a thread, and begun there at once the next time; others go on meanwhile."""
    monkeypatch.setattr("app.store.quick.REMEMBERED", 60.0)
    threads: list[int] = []
    begun = time.monotonic()
    reading = asyncio.create_task(sqlite_database.read(counting(LONG, threads)))
    await asyncio.sleep(0)
    held_up = time.monotonic() - begun

    async def another(tx: Tx) -> int:
        await tx.one(Number, COUNT_UP, 1)
        return HERE()

    assert HERE() == await sqlite_database.read(another)
    assert not reading.done()
    assert LONG == await reading
    took = time.monotonic() - begun
    assert held_up < max(20 * SHORT, took / 2)
    assert HERE() == threads[0]
    assert HERE() != threads[1]
    assert 2 == await sqlite_database.read(counting(2, threads))
    assert HERE() not in threads[1:]


async def test_many_short_questions_are_a_long_read(sqlite_database: Database) -> None:
    """The time of a work is counted, and not that of a statement; what it caught does not keep it here."""
    threads: list[int] = []

    async def work(tx: Tx) -> int:
        threads.append(HERE())
        with suppress(Exception):
            for _ in range(100):
                await tx.one(Number, COUNT_UP, 10_000)
            return 100
        return 0

    assert 100 == await sqlite_database.read(work)
    assert 2 == len(threads)
    assert HERE() != threads[1]


async def test_who_reads_without_a_pause_keeps_nobody_waiting(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others have their turn again and again, however many read on and on without ever waiting by themselves."""
    monkeypatch.setattr("app.store.quick.SHORT", 60.0)

    async def read_on() -> None:
        for _ in range(5_000):
            await sqlite_database.read(counting(100, []))

    reading = [asyncio.create_task(read_on()) for _ in range(2)]
    turns = 0
    while not all(task.done() for task in reading):
        await asyncio.sleep(0)
        turns += 1
    assert turns > 10


async def test_it_cannot_write(sqlite_database: Database) -> None:
    """As in a thread, and what is raised is raised once."""
    threads: list[int] = []

    async def work(tx: Tx) -> None:
        threads.append(HERE())
        await tx.run("insert into ledger_entry (id, leaf_hash, body) values ({}, {}, {})", 1, b"", b"")

    with pytest.raises(AssertionError, match="read-only transaction"):
        await sqlite_database.read(work)
    assert [HERE()] == threads


async def test_each_sees_what_was_committed_before(sqlite_database: Database) -> None:
    """A snapshot is begun with the read and ends with it, also after one that failed or was given up."""

    async def entries(tx: Tx) -> int:
        found = await tx.one(Number, "select count(*) as n from ledger_entry")
        assert found is not None
        return found.n

    async def add(tx: Tx) -> None:
        sql = "insert into ledger_entry (id, leaf_hash, body) values ({}, {}, {})"
        await tx.run(sql, await entries(tx), b"", b"")

    async def fail(tx: Tx) -> None:
        await entries(tx)
        raise LookupError

    for number in range(3):
        assert number == await sqlite_database.read(entries)
        with pytest.raises(LookupError):
            await sqlite_database.read(fail)
        if number == 1:
            await sqlite_database.read(counting(LONG, []))
        await sqlite_database.write(add)


def test_a_file_that_another_has_for_itself(tmp_path: Path) -> None:
    """The threads wait for it, and nobody else does."""
    other = sqlite3.connect(tmp_path / "file", isolation_level=None)
    reader = QuickReader(sqlite3.connect(tmp_path / "file", isolation_level=None, timeout=0))

    async def work(tx: Tx) -> None:
        await tx.one(Number, "select count(*) as n from sqlite_master")

    reader.perform(work)
    other.execute("begin exclusive")
    with pytest.raises(TooLong):
        reader.perform(work)
    other.execute("rollback")
    reader.perform(work)
    reader.close()
    with pytest.raises(TooLong):
        reader.perform(work)
    other.close()


async def test_after_its_end(sqlite_migrated: Config) -> None:
    """A database that was closed says so."""
    database = await connect(sqlite_migrated)
    await database.close()
    with pytest.raises(Unavailable, match="closed"):
        await database.read(counting(1, []))


async def test_two_loops_at_once(sqlite_database: Database) -> None:
    """Loops of other threads read too, and none waits for another's connection."""

    async def read_all() -> int:
        return sum([await sqlite_database.read(counting(number, [])) for number in range(1, 201)])

    async with asyncio.TaskGroup() as group:
        there = [group.create_task(asyncio.to_thread(lambda: asyncio.run(read_all()))) for _ in range(3)]
        here = group.create_task(read_all())
    assert [20_100] * 4 == [one.result() for one in [*there, here]]
