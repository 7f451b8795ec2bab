"""Several acts at once: a group stands or falls as a whole, and no act falls with its neighbour's."""

import asyncio

import pytest
from msgspec.structs import replace

from app.record import Deed, Recorded
from app.store.engines import Conflict, Database, Tx
from governance.acts.cases import Report
from governance.acts.members import Admit
from governance.errors import Refused
from ledger.errors import Malformed
from tests.door.square import Square, assert_sound, contents, entries_of
from tests.governance.world import World


@pytest.fixture
async def square(database: Database) -> Square:
    """A peopled square."""
    return await Square.of(database, World.peopled())


async def test_a_group_stands_as_a_whole(square: Square) -> None:
    """Acts of one group follow one another, and a later one may rest on an earlier one."""
    world, first = square.world, len(square.world.entries)
    post = world.post("ann")
    reports = [world.report(post, by="bo"), world.report(post, by="cy")]
    recorded = await square.door.record_all([square.deed("reporter", report) for report in reports])
    assert [first, first + 1] == [one.index for one in recorded]
    await assert_sound(square.database)


async def test_a_group_falls_as_a_whole(square: Square) -> None:
    """One unlawful act in a group, and nothing of it is written into any table."""
    world = square.world
    report = world.report(world.post("ann"))
    case = len(world.entries)
    deeds = [square.deed("reporter", report, "key", b"print"), square.deed("clock", Admit()), Deed(Admit(), "m:0")]
    before = await contents(square.database)
    with pytest.raises(AssertionError, match="for each deed"):
        await square.door.record_all(deeds)
    deeds[0] = square.deed("reporter", report)
    with pytest.raises(Refused) as caught:
        await square.door.record_all(deeds)
    assert "member-2" == caught.value.clause
    assert before == await contents(square.database)
    assert case == (await square.does("reporter", report)).index


async def test_a_group_that_falls_leaves_its_neighbours_standing(square: Square) -> None:
    """In one transaction: what the fallen group had changed is undone before the next act is looked at."""
    world, first = square.world, len(square.world.entries)
    post = world.post("ann")
    fallen = [square.deed("reporter", world.report(post, by="bo")), Deed(Admit(), "m:0")]
    answers = await asyncio.gather(
        square.does("reporter", world.report(world.post("cy"), by="bo")),
        square.door.record_all(fallen),
        square.does("clock", Admit()),
        square.does("reporter", world.report(post, by="bo")),
        square.does("reporter", world.report(post, by="bo")),
        square.does("reporter", world.report(post, by="dee")),
        return_exceptions=True,
    )
    assert list(range(first, first + 4)) == [one.index for one in answers if isinstance(one, Recorded)]
    assert ["member-2", "report-6"] == [one.clause for one in answers if isinstance(one, Refused)]
    await assert_sound(square.database)


async def test_what_nobody_could_read_is_its_callers_alone(square: Square) -> None:
    """An act that does not fit its own vocabulary, or an entry, is refused before it queues."""
    world, first = square.world, len(square.world.entries)
    report = world.report(world.post("ann"))
    assert isinstance(report, Report)
    answers = await asyncio.gather(
        square.does("reporter", replace(report, post="none")),
        square.does("m:nobody", Admit()),
        square.does("reporter", replace(report, author="ann")),
        square.does("reporter", report),
        return_exceptions=True,
    )
    assert [Malformed, Malformed, Malformed, Recorded] == [type(answer) for answer in answers]
    assert first + 1 == len(await entries_of(square.database))


async def test_an_act_without_its_openings_is_a_fault_of_the_program(square: Square) -> None:
    """A commitment that nobody could open never enters, nor one whose opening is another's; its neighbours do."""
    world = square.world
    report, other = world.report(world.post("ann")), world.report(world.post("ann"))
    answers = await asyncio.gather(
        square.door.record(report, "reporter"),
        square.door.record(report, "reporter", openings=square.openings_of(other)),
        square.does("reporter", other),
        return_exceptions=True,
    )
    assert [AssertionError, AssertionError, Recorded] == [type(answer) for answer in answers]


async def test_a_text_that_a_database_cannot_hold_is_its_callers_alone(square: Square) -> None:
    """PostgreSQL's text has no NUL, and finding that out in the transaction would refuse everybody in it."""
    world = square.world
    report = replace(
        world.report(world.post("ann")), commits=(world.commit("content", "\0"), world.commit("reason", ""))
    )
    answers = await asyncio.gather(
        square.does("reporter", report),
        square.does("reporter", world.report(world.post("ann"))),
        return_exceptions=True,
    )
    assert [Malformed, Recorded] == [type(answer) for answer in answers]


async def test_openings_are_kept_with_their_entry(square: Square) -> None:
    """Each text that an act commits to is stored under the entry's index."""
    world = square.world
    recorded = await square.does("reporter", world.report(world.post("ann", "the very words")))
    rows = (await contents(square.database))["opening"]
    kept = {row["field"]: row["value"] for row in rows if row["entry"] == recorded.index}
    assert {"content": "the very words", "reason": "because of this"} == kept


async def test_what_is_written_beside_an_act_is_written_with_it(square: Square) -> None:
    """A row that belongs to an act comes with the act's index or not at all, and a conflict is its caller's alone."""
    world = square.world

    async def follow(tx: Tx, index: int) -> None:
        await tx.run("insert into follow (account, target, created_at) values (1, 2, {})", index)

    reports = [world.report(world.post("ann")) for _ in range(3)]
    deeds = [square.deed("reporter", report) for report in reports]
    fallen = [replace(square.deed("reporter", world.report(world.post("ann"))), beside=follow), Deed(Admit(), "m:0")]
    with pytest.raises(Refused):
        await square.door.record_all(fallen)
    answers = await asyncio.gather(
        square.door.record_all([replace(deeds[0], beside=follow)]),
        square.door.record_all([replace(deeds[1], beside=follow)]),
        square.door.record_all([deeds[2]]),
        square.door.record_all([replace(deeds[2], beside=follow)]),
        return_exceptions=True,
    )
    first = len(world.entries)
    assert [first, first + 1] == [one[0].index for one in answers if isinstance(one, list)]
    assert [Conflict, Refused] == [type(one) for one in answers if isinstance(one, Exception)]
    assert [first] == [row["created_at"] for row in (await contents(square.database))["follow"]]
    await assert_sound(square.database)


async def test_what_would_be_written_beside_a_fallen_act_is_not(square: Square) -> None:
    """Its neighbour in the same transaction, which takes its index, brings nothing of it."""
    world = square.world

    async def follow(tx: Tx, index: int) -> None:
        await tx.run("insert into follow (account, target, created_at) values (1, 2, {})", index)

    report = square.deed("reporter", world.report(world.post("ann")))
    answers = await asyncio.gather(
        square.door.record_all([replace(report, beside=follow), Deed(Admit(), "m:0")]),
        square.does("clock", Admit()),
        return_exceptions=True,
    )
    assert [Refused, Recorded] == [type(answer) for answer in answers]
    assert [] == (await contents(square.database))["follow"]
    await assert_sound(square.database)
