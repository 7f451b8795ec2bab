"""The database goes away under load and comes back."""

import asyncio
import secrets
import time

import pytest

from tests.served.people import Person, people
from tests.served.processes import Process, Served, all_ready
from tests.served.remembering import assert_each_duty_was_done_once, assert_nothing_is_missing
from tests.served.town import Town
from tests.servers import PostgresServer

NAMES = tuple(f"member_{turn}" for turn in range(8))
AWAY = 3.0
"""Seconds that the database is away."""

RECOVERED = 10.0
"""Seconds after which the square works again."""


@pytest.mark.alone
@pytest.mark.timeout(300)
async def test_the_database_goes_away(postgresql_served: Served, postgres: PostgresServer) -> None:
    """Without its database a square says 503 and when to come again; ten seconds after it is back all goes on."""
    served = postgresql_served
    processes = [served.launch(), served.launch()]
    all_ready(processes)
    async with people([process.url for process in processes], *NAMES) as everyone:
        town = Town(everyone, secrets.randbits(32))
        await town.settle()
        async with asyncio.TaskGroup() as days:
            for person in everyone:
                days.create_task(town.live(person))
            await asyncio.sleep(2)
            await asyncio.to_thread(postgres.stop, "immediate")
            await asyncio.sleep(AWAY)
            assert {(200, 503)} == {await health(everyone[0], process) for process in processes}
            await asyncio.to_thread(postgres.start)
            back, known = time.monotonic(), acknowledged(town)
            while acknowledged(town) == known:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            assert time.monotonic() - back < RECOVERED
            await town.decided()
            town.over.set()
        waited = [seconds for person in everyone for seconds in person.told_to_wait]
        assert waited
        assert not [seconds for seconds in waited if not seconds.isdigit()]
        entries = await assert_nothing_is_missing(town, processes[0].url, served.key)
        await assert_each_duty_was_done_once(town, entries)
    for process in processes:
        served.audit(process)
    served.must("fsck")


async def health(person: Person, process: Process) -> tuple[int, int]:
    """Whether a process lives, and whether it can serve."""
    live, ready = [await person.http.get(f"{process.url}/health/{which}") for which in ("live", "ready")]
    return live.status_code, ready.status_code


def acknowledged(town: Town) -> int:
    """How many writes a town was told are done."""
    memory = town.memory
    return len(memory.posts) + len(memory.answers) + len(memory.reports) + len(memory.receipts)
