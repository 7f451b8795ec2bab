"""Several doors on one ledger, and what one of them may remember of it."""

import asyncio

import pytest

from app import record
from app.record import Door, Frozen
from app.store.engines import Database
from app.store.ledger import freeze, unfreeze
from governance.acts.members import Admit
from governance.errors import Refused
from tests.door.square import Square, assert_sound, contents, entries_of
from tests.governance.world import START, World


@pytest.fixture
async def square(database: Database) -> Square:
    """A peopled square."""
    return await Square.of(database, World.peopled())


async def test_values_kept_are_dropped_when_another_door_wrote(square: Square) -> None:
    """Two doors take turns with acts that rest on each other's: neither uses what it remembers."""
    world = square.world
    doors = [square, Square(square.database, world)]
    post = world.post("ann")
    for turn, name in enumerate(("bo", "cy", "dee", "eve", "fay")):
        await doors[turn % 2].does("reporter", world.report(post, by=name))
    world.reports("bo", post)
    for name in ("cy", "dee", "eve", "fay"):
        world.reports(name, post)
    case = len(world.entries) - 5
    decision = world.decide(case)
    await doors[1].does("mia", decision)
    with pytest.raises(Refused) as caught:
        await doors[0].does("moe", decision)
    assert "decide-1" == caught.value.clause
    await assert_sound(square.database)


async def test_doors_that_write_at_once_make_one_ledger(square: Square) -> None:
    """What three doors record at the same time stands in one order, each act once."""
    world = square.world
    doors = [square, *(Square(square.database, world) for _ in range(2))]
    acts = [world.report(world.post("ann")) for _ in range(90)]
    recorded = await asyncio.gather(*(doors[turn % 3].does("reporter", act) for turn, act in enumerate(acts)))
    first = len(world.entries)
    assert set(range(first, first + 90)) == {one.index for one in recorded}
    entries = await entries_of(square.database)
    assert acts == [entries[one.index].act for one in recorded]
    await assert_sound(square.database)


async def test_more_than_is_kept_is_let_go(square: Square, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit a door remembers nothing, and goes on the same."""
    monkeypatch.setattr(record, "KEPT_VALUES", 3)
    for _ in range(3):
        await square.does("reporter", square.world.report(square.world.post("ann")))
    await assert_sound(square.database)


async def test_time_never_runs_backwards(square: Square) -> None:
    """A clock that is set back does not date an entry before the one that stands, nor does another door's."""
    world = square.world
    last = world.entries[-1].at
    slow = Square(square.database, world)
    square.clock.set(last + 50)
    times = [(await square.does("clock", Admit())).at]
    square.clock.set(START - 10**9)
    times.append((await square.does("clock", Admit())).at)
    slow.clock.set(last + 20)
    times.append((await slow.does("clock", Admit())).at)
    square.clock.set(last + 70)
    times.append((await square.does("clock", Admit())).at)
    assert [last + 50, last + 50, last + 50, last + 70] == times
    await assert_sound(square.database)


async def test_a_frozen_ledger_takes_nothing(square: Square) -> None:
    """Every act is answered with the reason, and nothing is written, whichever door it came to."""
    world = square.world
    await square.database.write(lambda tx: freeze(tx, "two roots for the size 26"))
    before = await contents(square.database)
    for door in (square.door, Door(square.database, square.clock)):
        answers = await asyncio.gather(*(door.record(Admit(), "clock") for _ in range(3)), return_exceptions=True)
        assert ["two roots for the size 26"] * 3 == [str(one) for one in answers if isinstance(one, Frozen)]
    assert before == await contents(square.database)

    assert not await square.database.write(lambda tx: freeze(tx, "another reason"))
    assert not await square.database.write(lambda tx: unfreeze(tx, "another reason"))
    assert await square.database.write(lambda tx: unfreeze(tx, "two roots for the size 26"))
    assert len(world.entries) == (await square.does("clock", Admit())).index


async def test_the_founding_comes_first_and_once(database: Database) -> None:
    """Before it everything is refused; of two that found at the same time one does."""
    world = World.founded()
    squares = [Square(database, world), Square(database, world)]
    before = await contents(database)
    with pytest.raises(Refused) as caught:
        await squares[0].does("clock", Admit())
    assert "charter-1" == caught.value.clause
    assert before == await contents(database)
    founding = [squares[0].deed("founding", entry.act) for entry in world.entries]
    answers = await asyncio.gather(
        squares[0].door.record_all(founding), squares[1].door.record_all(founding), return_exceptions=True
    )
    assert [1, 1] == [sum(isinstance(one, kind) for one in answers) for kind in (list, Refused)]
    assert world.entries == await entries_of(database)
    await assert_sound(database)
