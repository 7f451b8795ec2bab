"""kill -9 at random moments under load: what was acknowledged is there, and the ledger is one."""

import asyncio
import random
import secrets

import pytest

from tests.served.people import people
from tests.served.processes import Process, Served, all_ready
from tests.served.remembering import assert_each_duty_was_done_once, assert_nothing_is_missing
from tests.served.town import Town

KILLS = {"sqlite": 5, "postgresql": 3}
NAMES = tuple(f"member_{turn}" for turn in range(10))
PROCESSES = {"sqlite": 1, "postgresql": 2}
BETWEEN = (0.5, 2.0)
"""Seconds that a square is left alone before it is killed once more."""


@pytest.mark.timeout(400)
async def test_kills_under_load(served: Served, kind: str) -> None:
    """Killed again and again under load, a square has all that it acknowledged, once; audit and fsck find nothing."""
    seed = secrets.randbits(32)
    print(f"the seed is {seed}")  # noqa: T201 - shown when the test fails
    processes = [served.launch() for _ in range(PROCESSES[kind])]
    all_ready(processes)
    async with people([process.url for process in processes], *NAMES) as everyone:
        town = Town(everyone, seed)
        await town.settle()
        async with asyncio.TaskGroup() as days:
            for person in everyone:
                days.create_task(town.live(person))
            await _kill_again_and_again(served, processes, KILLS[kind], random.Random(seed))
            await town.decided()
            town.over.set()
        assert all((town.memory.posts, town.memory.answers, town.memory.reports, town.memory.receipts))
        entries = await assert_nothing_is_missing(town, processes[0].url, served.key)
        await assert_each_duty_was_done_once(town, entries)
    served.audit(processes[-1])
    served.must("fsck")


async def _kill_again_and_again(served: Served, processes: list[Process], times: int, chance: random.Random) -> None:
    for _ in range(times):
        await asyncio.sleep(chance.uniform(*BETWEEN))
        place = chance.randrange(len(processes))
        processes[place].kill()
        processes[place] = await asyncio.to_thread(served.start, processes[place].port)
