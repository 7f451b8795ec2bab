"""A request that is sent twice is one act."""

import asyncio

import pytest

from app.record import KeyReused, Recorded, request_id
from app.store.engines import Database
from governance.acts.members import Admit
from governance.errors import Refused
from tests.door.square import Square, assert_sound, contents, entries_of
from tests.governance.world import World

KEY = request_id("m:17", "9f1c")


@pytest.fixture
async def square(database: Database) -> Square:
    """A peopled square."""
    return await Square.of(database, World.peopled())


def test_a_key_is_its_senders_own() -> None:
    """Two people who choose the same key have two requests."""
    assert len({request_id("m:1", "1:k"), request_id("m:1", "1:k2"), request_id("m:11", "k"), KEY}) == 4


async def test_the_same_request_is_answered_the_same(square: Square) -> None:
    """The second time nothing is written, and the answer has index, hash and time of the first."""
    act = square.world.report(square.world.post("ann"))
    first = await square.does("reporter", act, KEY, b"print")
    before = await contents(square.database)
    square.clock.advance(60_000)
    second = await square.does("reporter", act, KEY, b"print")
    assert Recorded(first.index, first.leaf_hash, first.at, repeated=True) == second
    assert before == await contents(square.database)


async def test_the_same_request_twice_at_once(square: Square) -> None:
    """A double click: both callers have the same entry, and there is one."""
    world = square.world
    act, others = world.report(world.post("ann")), [world.report(world.post("ann")) for _ in range(2)]
    _, *clicks, _ = await asyncio.gather(
        square.does("reporter", others[0]),
        *(square.does("reporter", act, KEY, b"print") for _ in range(5)),
        square.does("reporter", others[1]),
    )
    assert {len(world.entries) + 1} == {one.index for one in clicks}
    assert {clicks[0].leaf_hash} == {one.leaf_hash for one in clicks}
    assert [False, True, True, True, True] == [one.repeated for one in clicks]
    assert len(world.entries) + 3 == len(await entries_of(square.database))


async def test_a_key_for_another_request_is_refused(square: Square) -> None:
    """The same key with another fingerprint does nothing, in another transaction or in the same one."""
    world = square.world
    acts = [world.report(world.post("ann")) for _ in range(3)]
    answers = await asyncio.gather(
        square.does("reporter", acts[0], KEY, b"print"),
        square.does("reporter", acts[1], KEY, b"other"),
        return_exceptions=True,
    )
    assert [Recorded, KeyReused] == [type(answer) for answer in answers]
    before = await contents(square.database)
    with pytest.raises(KeyReused):
        await square.does("reporter", acts[2], KEY, b"other")
    assert before == await contents(square.database)


async def test_a_refused_request_leaves_its_key_free(square: Square) -> None:
    """Whoever mends what was refused may send it under the same key."""
    world = square.world
    case = world.reports("bo", world.post("ann"))
    await square.follows()
    with pytest.raises(Refused):
        await square.does("ann", world.decide(case), KEY, b"print")
    assert not (await square.does("mia", world.decide(case), KEY, b"other")).repeated
    await assert_sound(square.database)


async def test_the_keys_of_a_group_that_falls_are_free(square: Square) -> None:
    """Also for the neighbour who comes with the same key in the same transaction."""
    world = square.world
    report = world.report(world.post("ann"))
    case = world.reports("bo", world.post("cy"))
    await square.follows()
    group = [square.deed("reporter", report, KEY, b"print"), square.deed("ann", world.decide(case), "other", b"print")]
    answers = await asyncio.gather(
        square.door.record_all(group), square.does("reporter", report, KEY, b"print"), return_exceptions=True
    )
    assert [Refused, Recorded] == [type(answer) for answer in answers]
    assert isinstance(answers[1], Recorded) and not answers[1].repeated


async def test_the_keys_of_a_group_that_fell_are_free_later(square: Square) -> None:
    """What a fallen group asked under its keys was not done, and is not said to have been."""
    world = square.world
    report, case = world.report(world.post("ann")), world.reports("bo", world.post("cy"))
    await square.follows()
    group = [square.deed("reporter", report, KEY, b"print"), square.deed("ann", world.decide(case), "other", b"print")]
    neighbour = square.does("reporter", world.report(world.post("ann")), "third", b"print")
    answers = await asyncio.gather(square.door.record_all(group), neighbour, return_exceptions=True)
    assert [Refused, Recorded] == [type(answer) for answer in answers]
    assert not (await square.does("reporter", report, KEY, b"print")).repeated
    await assert_sound(square.database)


async def test_a_request_through_two_doors(square: Square) -> None:
    """Sent to two processes, a request is one act as well."""
    act = square.world.report(square.world.post("ann"))
    other = Square(square.database, square.world)
    clicks = await asyncio.gather(
        square.does("reporter", act, KEY, b"print"), other.does("reporter", act, KEY, b"print")
    )
    assert {clicks[0].index} == {one.index for one in clicks}
    assert 1 == sum(one.repeated for one in clicks)


async def test_a_door_clears_away_the_traces_of_its_batches(square: Square) -> None:
    """One row of a door's last transaction remains, however many there were, and it points at its first entry."""
    for _ in range(3):
        await square.does("reporter", square.world.report(square.world.post("ann")))
    rows = (await contents(square.database))["request_key"]
    assert [len(square.world.entries) + 2] == [row["entry"] for row in rows]


async def test_a_damaged_row_of_a_request_is_its_senders_alone(square: Square) -> None:
    """A key that points at no entry is a fault of the database, and no reason to refuse whoever comes beside it."""
    world = square.world
    act = world.report(world.post("ann"))
    await square.does("reporter", act, KEY, b"print")
    await square.database.write(lambda tx: tx.run("update request_key set entry = 4000 where id = {}", KEY))
    answers = await asyncio.gather(
        square.does("reporter", act, KEY, b"print"), square.does("clock", Admit()), return_exceptions=True
    )
    assert [AssertionError, Recorded] == [type(answer) for answer in answers]
    await assert_sound(square.database)
