"""What SQLite does when the disk is full, the lock is taken, or the power may go."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from app.config import Config
from app.store.engines import Database, Tx, Unavailable, connect

HOG = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)
connection.execute("pragma synchronous = normal")
until = time.monotonic() + 3
print("started", flush=True)
number = 0
while time.monotonic() < until:
    number += 1
    connection.execute("begin immediate")
    connection.executemany("insert into mark values (?, ?)", [(number, member) for member in range(200)])
    connection.execute("commit")
"""


class Count(msgspec.Struct, frozen=True):
    """A number."""

    n: int


async def add(tx: Tx) -> None:
    """Write some 4 MB."""
    await tx.many(
        "insert into ledger_entry (id, leaf_hash, body) values ({}, {}, {})",
        [(number, b"", bytes(4000)) for number in range(1000)],
    )


async def count(tx: Tx) -> int:
    """How many entries there are."""
    found = await tx.one(Count, "select count(*) as n from ledger_entry")
    assert found is not None
    return found.n


@pytest.mark.parametrize(
    ("pragma", "value"), [("synchronous", 2), ("foreign_keys", 1), ("recursive_triggers", 1), ("query_only", 0)]
)
async def test_the_writer_loses_nothing(sqlite_database: Database, pragma: str, value: int) -> None:
    """What is committed is on the disk before anybody is answered."""

    async def work(tx: Tx) -> Count | None:
        return await tx.one(Count, f"select {pragma} as n from pragma_{pragma}")

    assert Count(value) == await sqlite_database.write(work)


async def test_a_full_disk(sqlite_database: Database) -> None:
    """On a full disk writing is refused clearly and reading goes on; with room again writing goes on by itself."""

    async def limit(pages: int) -> None:
        async def work(tx: Tx) -> None:
            await tx.rows(f"pragma max_page_count = {pages}", ())

        await sqlite_database.write(work)

    await limit(300)
    for _ in range(3):
        with pytest.raises(Unavailable, match="the disk is full"):
            await sqlite_database.write(add)
        assert 0 == await sqlite_database.read(count)
    await limit(1_000_000)
    await sqlite_database.write(add)
    assert 1000 == await sqlite_database.read(count)


@pytest.mark.alone
async def test_another_process_that_writes_without_a_pause(sqlite_migrated: Config) -> None:
    """Beside a process that takes the lock again as soon as it gives it back, ours waits less than a second."""
    database = await connect(sqlite_migrated)
    hog = subprocess.Popen([sys.executable, "-c", HOG, str(sqlite_migrated.sqlite_file)], stdout=subprocess.PIPE)
    assert hog.stdout is not None
    hog.stdout.readline()
    longest, number = 0.0, 0

    async def work(tx: Tx) -> None:
        await tx.run("insert into ledger_entry (id, leaf_hash, body) values ({}, {}, {})", number, b"", b"")

    while hog.poll() is None:
        before = time.monotonic()
        await database.write(work)
        number += 1
        longest = max(longest, time.monotonic() - before)
        await asyncio.sleep(0.01)
    await database.close()
    assert 0 == hog.returncode
    assert number > 10
    assert longest < 1.0


async def test_a_lock_that_is_kept(sqlite_migrated: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """When another process keeps the lock, writing is refused after a while and reading goes on."""
    monkeypatch.setattr("app.store.sqlite.BUSY_SECONDS", 0.2)
    first, second = await connect(sqlite_migrated), await connect(sqlite_migrated)
    held, release = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    async def keep(tx: Tx) -> None:
        loop.call_soon_threadsafe(held.set)
        asyncio.run_coroutine_threadsafe(release.wait(), loop).result(timeout=10)

    keeping = asyncio.create_task(first.write(keep))
    await held.wait()
    with pytest.raises(Unavailable, match="another process holds"):
        await second.write(add)
    assert 0 == await second.read(count)
    release.set()
    await keeping
    await second.write(add)
    await asyncio.gather(first.close(), second.close())


async def test_only_its_owner_reads_the_file(home: Path) -> None:
    """The database holds passwords' hashes: the file, and what SQLite keeps beside it, are the owner's alone."""
    file = home / "new" / "isegoria.db"
    database = await connect(Config(home=home, database=f"sqlite:///{file}"))

    async def work(tx: Tx) -> None:
        await tx.rows("create table a (b)", ())

    await database.write(work)
    found = {path.name: oct(path.stat().st_mode & 0o777) for path in file.parent.iterdir()}
    await database.close()
    assert dict.fromkeys(["isegoria.db", "isegoria.db-wal", "isegoria.db-shm"], "0o600") == found


@pytest.mark.parametrize("what", ["a folder", "no database"])
async def test_a_file_that_cannot_be_opened(home: Path, what: str) -> None:
    """A path that is no database is refused in words that name it."""
    file = home / "isegoria.db"
    if what == "a folder":
        file.mkdir()
    else:
        file.write_bytes(b"this is no database" * 1000)
    with pytest.raises(Unavailable, match=r"isegoria\.db"):
        await connect(Config(home=home, database=f"sqlite:///{file}"))
