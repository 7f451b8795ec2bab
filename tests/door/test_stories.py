"""What was told to the law passes the door, and what the law stopped is stopped there and leaves nothing."""

import pytest
from msgspec import Struct

from app.store.engines import Database
from governance.entry import AnyAct
from governance.errors import Refused
from tests.door.square import Square, assert_sound, contents, entries_of
from tests.governance.test_refusals import STORIES, Story
from tests.governance.world import World


class Stopped(Struct, frozen=True):
    """An act that was refused after so many entries, at a time, by a clause."""

    entries: int
    at: int
    by: str
    act: AnyAct
    clause: str


class Told(World):
    """A world that remembers where its story was stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.stopped: list[Stopped] = []

    def is_refused(self, clause: str, who: str, act: AnyAct) -> Refused:
        """The act is refused, and the place remembered."""
        self.stopped.append(Stopped(len(self.entries), self.now, self.by(who), act, clause))
        return super().is_refused(clause, who, act)


def told(story: Story) -> Told:
    """The story, told to a peopled square."""
    world = Told.peopled()
    story(world)
    assert isinstance(world, Told)
    return world


async def test_a_whole_story_passes_the_door(database: Database) -> None:
    """Founding, cases, appeals and a vote: the ledger has the entries of the story and the rows its values."""
    world = World.peopled()
    case = world.folded()
    world.appeals("ann", case)
    world.becomes_law(world.enact("9.1", "label"))
    square = await Square.of(database, world)
    assert world.entries == await entries_of(database)
    await assert_sound(square.database)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
async def test_the_door_says_no_as_the_law_does(sqlite_database: Database, story: Story) -> None:
    """Each refusal of each story is refused by the same clause and writes nothing into any table."""
    await _play(sqlite_database, told(story))


async def _play(database: Database, world: Told) -> None:
    square = Square(database, world)
    for stopped in world.stopped:
        await square.follows(until=stopped.entries)
        square.clock.set(stopped.at)
        before = await contents(database)
        with pytest.raises(Refused) as caught:
            await square.does(stopped.by, stopped.act)
        assert stopped.clause == caught.value.clause, caught.value
        assert before == await contents(database)
    await square.follows()
    await square.door.close()
    await assert_sound(database)
