"""Who answered a poll is told of its end, once, wherever the telling breaks off."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from app import pollends
from app.clock import SetClock
from app.pollends import recount_due, tell_ends
from app.store.engines import Database, OutcomeUnknown, Tx, Unavailable
from tests.polls.crowd import ASKER, POLL, dismiss_all, enter_crowd, is_over

NOW = 1_790_000_000_000
PEOPLE = 95
T = TypeVar("T")


class Failing:
    """A database that is gone every now and then: before a piece is committed, or before anybody hears that it was."""

    def __init__(self, database: Database, seed: int) -> None:
        self.read = database.read
        self._database = database
        self._dice = random.Random(seed)

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Write, or fail within it, or after it."""
        when = self._dice.choice(("never", "within", "after"))

        async def broken(tx: Tx) -> T:
            done = await work(tx)
            if when == "within":
                raise Unavailable("the power is gone")
            return done

        done = await self._database.write(broken)
        if when == "after":
            raise OutcomeUnknown("the connection is gone")
        return done


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten in a transaction."""
    monkeypatch.setattr(pollends, "TOLD_AT_ONCE", 10)


@pytest.mark.parametrize("seed", range(3))
async def test_nobody_is_missed_or_told_twice_whatever_breaks(database: Database, seed: int) -> None:
    """The store fails before and after commits, the told clear away what they read; in the end each was told once."""
    clock, told, failures = SetClock(NOW), Counter[int](), 0
    expected = await database.write(lambda tx: enter_crowd(tx, PEOPLE, NOW))
    failing = Failing(database, seed)
    while not await database.read(is_over):
        try:
            await recount_due(failing, clock)  # type: ignore[arg-type]
            await tell_ends(failing, clock)  # type: ignore[arg-type]
        except (Unavailable, OutcomeUnknown):
            failures += 1
        told.update(await database.write(dismiss_all))
    assert expected == told
    assert failures > 3
    await recount_due(database, clock)
    await tell_ends(database, clock)
    assert [] == await database.write(dismiss_all)


async def test_two_who_tell_at_once_tell_each_once(database: Database) -> None:
    """A lease is no fence: one process that lost it and one that took it share the work."""
    expected = await database.write(lambda tx: enter_crowd(tx, PEOPLE, NOW))
    await recount_due(database, SetClock(NOW))
    await asyncio.gather(*(tell_ends(database, SetClock(NOW)) for _ in range(3)))
    assert expected == Counter(await database.write(dismiss_all))


async def test_of_a_deleted_poll_nobody_is_told(database: Database) -> None:
    """Its post goes while voters are being told: those that are left are told nothing, and nothing stays to be done."""
    await database.write(lambda tx: enter_crowd(tx, PEOPLE, NOW))
    await recount_due(database, SetClock(NOW))

    async def first(tx: Tx) -> bool:
        return await pollends._tell_some(tx, POLL, NOW)

    assert await database.write(first)
    assert ASKER in (told := await database.write(dismiss_all))
    assert 9 == len(told)
    await database.write(lambda tx: tx.run("update post set deleted_at = 1 where id = {}", POLL))
    await tell_ends(database, SetClock(NOW))
    assert [] == await database.write(dismiss_all)
    assert await database.read(is_over)
