"""The queue before the door: how long it may be, and whose share of it is whose."""

import asyncio

import pytest

from app.batch import MOST_WAITING, SHARE, Overloaded
from app.record import Recorded
from app.store.engines import Database, Tx
from governance.acts.members import Admit
from governance.errors import Refused
from tests.door.square import Square, assert_sound
from tests.governance.world import World


@pytest.fixture
async def square(sqlite_database: Database) -> Square:
    """A peopled square."""
    return await Square.of(sqlite_database, World.peopled())


async def test_above_4096_waiting_the_door_is_overloaded(square: Square) -> None:
    """Who comes when the queue is full is told to come again, and all others are answered."""
    waiting = [asyncio.create_task(square.does("clock", Admit())) for _ in range(MOST_WAITING + 5)]
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert [MOST_WAITING, 5] == [sum(isinstance(one, kind) for one in answers) for kind in (Recorded, Overloaded)]
    assert [1] * 5 == [one.retry_after for one in answers if isinstance(one, Overloaded)]
    await assert_sound(square.database)


async def test_nobody_fills_the_queue_alone(square: Square) -> None:
    """A member holds a share, and so does whoever reports, who is named by the caller and not by the entry."""
    world = square.world
    act = world.report(world.post("ann"))
    openings = square.openings_of(act)
    calls = [square.door.record(act, "reporter", openings=openings, share="account 7") for _ in range(SHARE + 3)]
    own = [square.does("ann", Admit()) for _ in range(SHARE + 2)]
    others = [square.does("clock", Admit()) for _ in range(SHARE + 2)]
    answers = await asyncio.gather(*calls, *own, *others, return_exceptions=True)
    reports, admissions, clocks = answers[: len(calls)], answers[len(calls) : -len(others)], answers[-len(others) :]
    assert 3 == sum(isinstance(one, Overloaded) for one in reports)
    assert [SHARE, 2] == [sum(isinstance(one, kind) for one in admissions) for kind in (Refused, Overloaded)]
    assert all(isinstance(one, Recorded) for one in clocks)


async def test_a_door_that_closes_answers_all_who_wait(square: Square) -> None:
    """Who waits is answered, who comes later is told that the square is going down."""
    waiting = [asyncio.create_task(square.does("clock", Admit())) for _ in range(600)]
    await asyncio.sleep(0)
    await square.door.close()
    assert 600 == sum(isinstance(task.result(), Recorded) for task in waiting)
    with pytest.raises(Overloaded):
        await square.does("clock", Admit())


async def test_a_caller_who_gives_up_does_not_stop_the_others(square: Square) -> None:
    """A caller who is cancelled takes the act along, unless its transaction has begun."""
    tasks = [asyncio.create_task(square.does("clock", Admit())) for _ in range(10)]
    await asyncio.sleep(0)
    tasks[4].cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert 9 == sum(isinstance(one, Recorded) for one in answers)
    await assert_sound(square.database)


async def test_the_door_is_no_part_of_a_callers_transaction(square: Square) -> None:
    """Waiting for the door inside the work of a transaction would wait for ever, and is a fault of the program."""

    async def work(tx: Tx) -> None:
        await square.does("clock", Admit())

    with pytest.raises(AssertionError):
        await square.database.write(work)
    assert len(square.world.entries) == (await square.does("clock", Admit())).index
