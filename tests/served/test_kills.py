"""kill -9 at random moments under load: what was acknowledged is there, and the ledger is one."""

import asyncio
import secrets
from random import Random

import pytest

from tests.served.killing import Killer, Watcher
from tests.served.people import people
from tests.served.processes import Served, all_ready
from tests.served.remembering import (
    assert_each_duty_was_done_once,
    assert_nothing_is_missing,
    assert_polls_add_up,
    assert_posts_are_whole,
)
from tests.served.town import Town

KILLS = {"sqlite": 20, "postgresql": 6}
NAMES = tuple(f"member_{turn}" for turn in range(10))
PROCESSES = {"sqlite": 1, "postgresql": 2}
BETWEEN = (0.05, 1.2)
"""Seconds that a square is left alone before it is killed once more."""


@pytest.mark.timeout(400)
async def test_kills_under_load(served: Served, kind: str) -> None:
    """Killed again and again under load, a square has all that it acknowledged, once; audit and fsck find nothing.

    bench/kills.py does the same as often as it is asked to.
    """
    seed = secrets.randbits(32)
    print(f"the seed is {seed}")  # noqa: T201 - shown when the test fails
    served.load()
    processes = [served.launch() for _ in range(PROCESSES[kind])]
    all_ready(processes)
    async with people([process.url for process in processes], *NAMES) as everyone:
        town = Town(everyone, seed)
        town.moderators.add(NAMES[0])
        served.must("member", "grant", NAMES[0])
        await town.settle()
        async with asyncio.TaskGroup() as days:
            days.create_task(Watcher(town, [process.url for process in processes], served.key, Random(seed)).watch())
            for person in everyone:
                days.create_task(town.live(person))
            killer = Killer(served, processes, Random(seed), BETWEEN)
            while killer.kills < KILLS[kind]:
                await killer.kill(1)
            await town.decided()
            town.over.set()
        memory = town.memory
        assert all((memory.posts, memory.answers, memory.reports, memory.decisions, memory.receipts))
        entries = await assert_nothing_is_missing(town, processes[0].url, served.key)
        await assert_each_duty_was_done_once(town, entries)
        await assert_polls_add_up(town)
        await assert_posts_are_whole(town)
    served.audit(processes[-1])
    served.must("fsck")
