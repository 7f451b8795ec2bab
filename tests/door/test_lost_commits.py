"""A COMMIT whose answer is lost: the door looks whether it was done, and each act is recorded once."""

import asyncio
from collections.abc import Sequence

import pytest

from app import record
from app.record import Recorded
from app.store.engines import Database, OutcomeUnknown, Unavailable
from governance.acts.members import Admit
from governance.errors import Refused
from tests.door.lossy import Loss, Lossy
from tests.door.square import Square, assert_sound, contents, entries_of
from tests.governance.world import World

LOSSES = (
    [Loss.UNDONE],
    [Loss.DONE],
    [Loss.LATE],
    [Loss.UNDONE, Loss.UNDONE, Loss.DONE],
    [Loss.UNDONE, Loss.GONE, Loss.GONE],
    [Loss.DONE, Loss.GONE, Loss.GONE],
    [Loss.LATE, Loss.GONE],
    [Loss.DONE, Loss.DONE],
    [Loss.UNDONE, Loss.LATE, Loss.DONE],
)


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "BETWEEN_LOOKS", 0.01)


@pytest.mark.parametrize("losses", LOSSES, ids=lambda losses: "-".join(loss.name for loss in losses))
async def test_each_act_is_recorded_once(database: Database, losses: Sequence[Loss]) -> None:
    """Found: its callers are answered. Not found: it is done again. Whatever happens, nobody's act stands twice."""
    world = World.peopled()
    await Square.of(database, world)
    lossy = Lossy(database)
    square, first = Square(lossy, world), len(world.entries) + 1
    await square.does("clock", Admit())  # so that the door remembers something
    lossy.losses += losses
    reports = [world.report(world.post("ann")) for _ in range(3)]
    answers = await asyncio.gather(
        square.does("clock", Admit()),
        square.does("reporter", reports[0], "key", b"print"),
        square.does("m:0", Admit()),
        *(square.does("reporter", report) for report in reports[1:]),
        return_exceptions=True,
    )
    assert [first, first + 1, first + 2, first + 3] == [one.index for one in answers if isinstance(one, Recorded)]
    assert 1 == sum(isinstance(one, Refused) for one in answers)
    entries = await entries_of(database)
    assert [Admit(), *reports] == [entry.act for entry in entries[first:]]
    again = await square.does("reporter", reports[0], "key", b"print")
    assert (first + 1, True) == (again.index, again.repeated)
    await square.does("clock", Admit())
    assert 3 == len((await contents(database))["request_key"]), "the key, and the trace of each door's last batch"
    await assert_sound(database)


async def test_a_database_that_is_gone_before_the_commit_is_told_at_once(sqlite_database: Database) -> None:
    """Nothing was written, and the caller may come again."""
    square = Square(Lossy(sqlite_database, Loss.GONE), World())
    with pytest.raises(Unavailable):
        await square.does("clock", Admit())


async def test_a_doubt_that_lasts_is_told_as_one(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the database does not come back, the caller learns that the act may stand, and may ask by the key."""
    monkeypatch.setattr(record, "DOUBT_SECONDS", 0.05)
    world = World.peopled()
    await Square.of(sqlite_database, world)
    lossy = Lossy(sqlite_database, Loss.DONE, *[Loss.GONE] * 50)
    square = Square(lossy, world)
    act = world.report(world.post("ann"))
    with pytest.raises(OutcomeUnknown):
        await square.does("reporter", act, "key", b"print")
    lossy.losses.clear()
    assert (await square.does("reporter", act, "key", b"print")).repeated
    await assert_sound(sqlite_database)
