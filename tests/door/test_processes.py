"""PostgreSQL: several processes, and a server that goes away under them."""

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from app.config import Config
from app.record import Recorded
from app.store.engines import Database, StoreError, connect
from governance.acts.members import Admit
from governance.entry import Entry, encode
from tests.door.several import Job
from tests.door.square import Square, assert_sound, entries_of
from tests.governance.world import MODERATORS, World
from tests.servers import PostgresServer

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 2
REQUESTS = 200


async def test_one_decision_of_two_hundred_at_once(postgresql_migrated: Config, postgresql_database: Database) -> None:
    """Through two processes: one entry, and 199 are told that the case was decided."""
    world = World.peopled()
    case = world.reports("bo", world.post("ann"))
    square = await Square.of(postgresql_database, world)
    act = world.decide(case)
    bodies = tuple(encode(Entry(act, world.now, world.by(name))) for name in (*MODERATORS, "mia", "moe"))
    job = Job(bodies, square.openings_of(act), REQUESTS // PROCESSES // len(bodies))
    answers: Counter[str] = Counter()
    for counted in await _send(postgresql_migrated, job):
        answers += counted
    assert Counter({"recorded": 1, "decide-1": REQUESTS - 1}) == answers
    entries = await entries_of(postgresql_database)
    assert [act] == [entry.act for entry in entries[len(world.entries) :]]
    await assert_sound(postgresql_database)


async def _send(config: Config, job: Job) -> list[Counter[str]]:
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.door.several", config.database, str(config.home)),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(PROCESSES)
    ]
    for process in processes:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(msgspec.json.encode(job) + b"\n")
        assert b"ready\n" == await process.stdout.readline()
    said = [await process.communicate(b"\n") for process in processes]
    return [Counter(json.loads(output)) for output, _ in said]


@pytest.mark.parametrize("mode", ["immediate", "fast"])
async def test_the_server_restarts_under_load(postgresql_migrated: Config, postgres: PostgresServer, mode: str) -> None:
    """What was answered is there, once; what was not answered is there whole or not at all; the door goes on."""
    name = postgresql_migrated.database.partition("postgresql:///")[2].partition("?")[0]
    # The tests' server answers before it has written; what was answered would be gone with it.
    postgres.run_sql(f"alter database {name} set synchronous_commit = on")
    world = World.peopled()
    database = await connect(postgresql_migrated)
    square = await Square.of(database, world)
    before, recorded, refused = len(world.entries), list[Recorded](), 0
    enough, over = asyncio.Event(), asyncio.Event()
    count = 2**31

    async def call() -> None:
        nonlocal refused
        while not over.is_set():
            try:
                recorded.append(await square.door.record(Admit(), "clock"))
                if len(recorded) >= count:
                    enough.set()
            except StoreError:
                refused += 1
                await asyncio.sleep(0.02)

    callers = [asyncio.create_task(call()) for _ in range(32)]
    await asyncio.sleep(0.3)
    await asyncio.to_thread(postgres.stop, mode)
    await asyncio.to_thread(postgres.start)
    count = len(recorded) + 64
    async with asyncio.timeout(20):
        await enough.wait()
    over.set()
    await asyncio.gather(*callers)
    entries = await entries_of(database)
    assert len(recorded) == len({one.index for one in recorded})
    assert before + len(recorded) == len(entries), f"{refused} were not answered"
    await assert_sound(database)
    await database.close()
