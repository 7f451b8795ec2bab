"""No post is ever missing or double, while people write, delete, follow and block, and homes are kept and given up."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from app.store import keeping
from app.store.circles import Span
from app.store.engines import Database, Tx
from app.store.follows import follow
from app.store.homes import home_timeline
from app.store.keeping import deliver, give_up_homes, keep_home, see_home
from app.store.posts import NewPost, add_post
from app.store.timelines import NEWEST
from tests.feeds.chance import Chance
from tests.feeds.model import NOW, Model, load
from tests.feeds.test_timelines import compare

ACCOUNTS = 12
WRITES = 60
WALKS = 8
DAY = 86_400_000


class Town:
    """A square in which much is done at once; `touched` has in their order the pairs between whom something changed."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database = database
        self.chance = Chance(seed, ACCOUNTS)
        self.touched: list[tuple[int, int]] = []
        self.running = 0

    async def while_running(self, doing: Callable[[], Awaitable[None]]) -> None:
        """Do something again and again while anybody writes."""
        while self.running:
            await doing()
            await asyncio.sleep(0)

    async def write_posts(self) -> None:
        """One who posts; an id that is taken early may be committed late."""
        self.running += 1
        for _ in range(WRITES):
            id_, author = self.chance.next_id(), self.chance.somebody()

            async def work(tx: Tx, id_: int = id_, author: int = author) -> None:
                await self.chance.post(tx, id_, author)
                await tx.lock("select pg_sleep({}::float)", self.chance.dice.choice((0, 0, 0.02)))

            await self.database.write(work)
        self.running -= 1

    async def delete(self) -> None:
        """Somebody deletes a post or takes a boost back."""
        await asyncio.sleep(0.01)
        if self.chance.written:
            post, author, _ = self.chance.dice.choice(self.chance.written)
            self.touched.append((0, author))
            await self.database.write(lambda tx: self.chance.delete(tx, post))

    async def meddle(self) -> None:
        """Somebody follows, unfollows, blocks or mutes somebody."""
        chance = self.chance
        one, other = chance.dice.sample(chance.accounts, 2)
        self.touched += [(one, other), (other, one)]
        deed = chance.dice.choice((chance.follow, chance.follow, chance.unfollow, chance.block, chance.mute))
        await self.database.write(lambda tx: deed(tx, one, other))
        await asyncio.sleep(0.005)

    async def keep(self) -> None:
        """What the clock does, and at once in two processes: entering, making and giving up homes."""
        dice = self.chance.dice
        reader = dice.choice(self.chance.accounts)
        await self.database.write(deliver)
        if dice.random() < 0.3:
            await self.database.write(lambda tx: see_home(tx, reader, DAY * dice.randrange(20)))
            await self.database.write(lambda tx: keep_home(tx, reader))
        if dice.random() < 0.1:
            await self.database.write(lambda tx: give_up_homes(tx, DAY * 20))

    async def walk(self, reader: int) -> None:
        """Read a home page by page: nothing twice, and all that was there before the walk and is there after it."""
        since = len(self.touched)
        before = await self.database.read(load)
        found: list[int] = []
        below = NEWEST
        while ids := await self.database.read(partial(_page, reader=reader, below=below)):
            found += ids
            below = ids[-1]
        after = await self.database.read(load)
        assert found == sorted(set(found), reverse=True)
        changed = {other for one, other in self.touched[since:] if one in (0, reader)}
        steady = [
            post
            for post in set(before.home(reader)) & set(after.home(reader))
            if before.posts[post].boost_of is None and not changed & involved(before, post)
        ]
        assert not set(steady) - set(found)

    async def read(self) -> None:
        """Readers who walk again and again."""
        self.running += 1
        for _ in range(WALKS):
            await self.walk(self.chance.dice.choice(self.chance.accounts))
        self.running -= 1


def involved(model: Model, post: int) -> set[int]:
    """On whom it depends whether a post is shown."""
    row = model.posts[post]
    answered = model.posts[row.reply_to].account if row.reply_to is not None else row.account
    return {row.account, answered}


async def _page(tx: Tx, reader: int, below: int) -> list[int]:
    return await home_timeline(tx, reader, NOW, Span(7, below=below))


@pytest.mark.parametrize("seed", range(4))
async def test_no_post_is_missing_or_double(database: Database, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Several write, delete, follow, block, mute, keep homes and read at once; at rest every home is the model's."""
    monkeypatch.setattr(keeping, "LENGTH", 30)
    monkeypatch.setattr(keeping, "TRIMMED", 2)
    monkeypatch.setattr(keeping, "FEW", 8)
    town = Town(database, seed)
    await database.write(town.chance.open)
    await asyncio.gather(
        *(town.write_posts() for _ in range(3)),
        *(town.read() for _ in range(2)),
        town.while_running(town.delete),
        *(town.while_running(town.meddle) for _ in range(2)),
        *(town.while_running(town.keep) for _ in range(2)),
    )
    await database.read(lambda tx: compare(tx, town.chance))
    while await database.write(deliver):
        pass
    await database.read(lambda tx: compare(tx, town.chance))


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_a_post_that_comes_while_a_home_is_made_is_entered(database: Database) -> None:
    """Who makes a home has asked for posts, and has not committed: a post that comes now is delivered after that."""
    asked = asyncio.Event()

    async def begin(tx: Tx) -> None:
        await Chance(0, 2).open(tx)
        await follow(tx, 1, 2, NOW)
        await see_home(tx, 1, NOW)

    async def keep_slowly(tx: Tx) -> None:
        await keep_home(tx, 1)
        asked.set()
        await tx.lock("select pg_sleep(0.5)")

    async def write() -> int:
        await asked.wait()
        assert await database.write(lambda tx: add_post(tx, NewPost(7, 2, "x", "en", "", None, 7, NOW)))
        return await database.write(deliver)

    await database.write(begin)
    _, delivered = await asyncio.gather(database.write(keep_slowly), write())
    assert 1 == delivered
    assert [7] == await database.read(lambda tx: home_timeline(tx, 1, NOW, Span(9)))
