"""kill -9 while very many are told that a poll is over: each is told, and once."""

import asyncio
import time
from collections import Counter
from random import Random

import pytest

from app.store.engines import Database, connect
from tests.polls.crowd import dismiss_all, enter_crowd, is_over
from tests.served.processes import Served

PEOPLE = 20_000
PATIENCE = 120.0
FEWEST_KILLS = 3


@pytest.mark.timeout(300)
async def test_kills_while_voters_are_told(served: Served) -> None:
    """Killed again and again, with twenty thousand to tell; they clear away what they read, and none is told again."""
    chance = Random(6962)
    database = await connect(served.config)
    try:
        now = int(time.time() * 1000)
        expected = await database.write(lambda tx: enter_crowd(tx, PEOPLE, now))
        served.load()
        told, kills, until = Counter[int](), 0, time.monotonic() + PATIENCE
        while not await database.read(is_over):
            assert time.monotonic() < until, f"{sum(told.values())} of {len(expected)} were told"
            process = served.launch()
            some = await _told_something(database, until)
            await asyncio.sleep(chance.uniform(0, 0.1))
            process.kill()
            kills += 1
            told.update(some)
            told.update(await database.write(dismiss_all))
    finally:
        await database.close()
    assert expected == told
    assert kills >= FEWEST_KILLS, "a telling that is never broken off shows nothing"


async def _told_something(database: Database, until: float) -> list[int]:
    """Whom the first pieces of a process tell, cleared away; nobody where nobody is left."""
    while time.monotonic() < until:
        some = await database.write(dismiss_all)
        if some:
            return some
        if await database.read(is_over):
            break
        await asyncio.sleep(0.02)
    return []
