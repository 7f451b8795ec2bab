"""What PostgreSQL does when transactions meet, commits fail, connections break, or the server goes away."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from app.config import Config
from app.store.engines import Conflict, Database, OutcomeUnknown, Tx, Unavailable, connect, migrate
from app.store.postgresql import ATTEMPTS, MOST_CONNECTIONS
from tests.servers import PostgresServer, postgres_server

ADD = "insert into follow (account, target, created_at) values ({}, {}, 0)"


class Count(msgspec.Struct, frozen=True):
    """A number."""

    n: int


async def count(tx: Tx) -> int:
    """How many rows follow has."""
    found = await tx.one(Count, "select count(*) as n from follow")
    assert found is not None
    return found.n


async def test_a_deadlock_is_tried_again(postgresql_database: Database) -> None:
    """Two works that lock two rows in opposite orders both succeed, one of them at a later try."""
    tries = 0
    both_hold_one = asyncio.Barrier(2)

    async def begin(tx: Tx) -> None:
        await tx.many(ADD, [(1, 0), (2, 0)])

    async def work(tx: Tx, first: int, second: int) -> None:
        nonlocal tries
        tries += 1
        await tx.run("update follow set created_at = created_at + 1 where account = {}", first)
        if tries <= 2:
            await both_hold_one.wait()
        await tx.run("update follow set created_at = created_at + 1 where account = {}", second)

    async def total(tx: Tx) -> Count | None:
        return await tx.one(Count, "select cast(sum(created_at) as bigint) as n from follow")

    await postgresql_database.write(begin)
    await asyncio.gather(
        postgresql_database.write(lambda tx: work(tx, 1, 2)), postgresql_database.write(lambda tx: work(tx, 2, 1))
    )
    assert Count(4) == await postgresql_database.read(total)
    assert tries > 2


async def test_trying_again_ends(postgresql_database: Database) -> None:
    """A work that always meets another transaction is refused after some tries, and leaves nothing."""
    tries = 0

    async def work(tx: Tx) -> None:
        nonlocal tries
        tries += 1
        await tx.run(ADD, 1, 1)
        await tx.run("do $$ begin raise sqlstate '40001'; end $$")

    with pytest.raises(Unavailable, match="in the way"):
        await postgresql_database.write(work)
    assert (ATTEMPTS, 0) == (tries, await postgresql_database.read(count))


async def test_failing_commits_keep_no_connection(postgresql_database: Database) -> None:
    """More commits fail than there are connections, and the next transaction still gets one."""

    async def begin(tx: Tx) -> None:
        await tx.run("create table late (n int unique deferrable initially deferred)")

    async def work(tx: Tx) -> None:
        await tx.run("insert into late values (1), (1)")

    await postgresql_database.write(begin)
    for _ in range(MOST_CONNECTIONS + 2):
        with pytest.raises(Conflict):
            await postgresql_database.write(work)
    assert 0 == await postgresql_database.read(count)


async def test_a_connection_lost_in_commit(postgresql_migrated: Config, postgres: PostgresServer) -> None:
    """When the connection breaks between COMMIT and its answer the outcome is called unknown; it was committed here."""

    async def work(tx: Tx) -> None:
        await tx.run(ADD, 1, 1)

    async with _cut_after_commit(postgresql_migrated, postgres) as behind:
        database = await connect(behind)
        with pytest.raises(OutcomeUnknown):
            await database.write(work)
        await database.close()
    database = await connect(postgresql_migrated)
    assert 1 == await database.read(count)
    await database.close()


async def test_the_server_goes_and_comes_back(tmp_path: Path) -> None:
    """While the server is away every work is refused as unavailable; when it is back, works run without a restart."""
    with postgres_server() as server:
        config = Config(home=tmp_path, database=server.url(server.create()))
        await migrate(config)
        database = await connect(config)

        async def work(tx: Tx) -> None:
            await tx.run(ADD, 1, 1)
            await asyncio.to_thread(server.stop)
            await count(tx)

        with pytest.raises(Unavailable):
            await database.write(work)
        for _ in range(MOST_CONNECTIONS + 2):
            with pytest.raises(Unavailable):
                await database.read(count)
        server.start()
        assert 0 == await database.read(count)
        assert [0] * 30 == await asyncio.gather(*(database.read(count) for _ in range(30)))
        await database.close()


@pytest.mark.parametrize("name", ["nowhere", "postgres"])
async def test_a_server_that_is_not_there(tmp_path: Path, postgres: PostgresServer, name: str) -> None:
    """A database that cannot be reached is unavailable, and the words do not repeat the URL's password."""
    folder = tmp_path if name == "postgres" else postgres.folder
    config = Config(home=tmp_path, database=f"postgresql://tests:SECRET@/{name}?host={folder}")
    with pytest.raises(Unavailable) as caught:
        await connect(config)
    assert "SECRET" not in str(caught.value)


@asynccontextmanager
async def _cut_after_commit(config: Config, server: PostgresServer) -> AsyncIterator[Config]:
    """The same database behind a socket that hands COMMIT on and closes instead of answering."""
    folder = config.home / "s"
    folder.mkdir()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_unix_connection(server.folder / ".s.PGSQL.5432")
        answers = asyncio.create_task(_hand_on(theirs, writer))
        while data := await reader.read(65536):
            ours.write(data)
            if b"COMMIT\0" in data:
                answers.cancel()
                await asyncio.wait([answers])
                await theirs.read(65536)
                break
        writer.close()
        ours.close()

    proxy = await asyncio.start_unix_server(serve, folder / ".s.PGSQL.5432")
    async with proxy:
        yield msgspec.structs.replace(config, database=config.database.replace(str(server.folder), str(folder)))


async def _hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
