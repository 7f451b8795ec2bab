"""Every timeline is what its sentence says, however much of a home is kept, and in both directions of reading."""

from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from app.store import keeping
from app.store.circles import Span
from app.store.engines import Database, Tx
from app.store.homes import Replies, home_timeline, list_timeline
from app.store.keeping import deliver, keep_home, see_home
from app.store.timelines import NEWEST, Tags, local_timeline, profile_timeline, tag_timeline
from tests.feeds.chance import TAGS, Chance
from tests.feeds.model import NOW, Model, load

Timeline = Callable[[Span], Awaitable[list[int]]]
POSTS = 500
ACCOUNTS = 24


async def fill(database: Database, chance: Chance) -> None:
    """Write a square by chance: every third home is kept from some moment on, and the last posts are due."""
    kept_at = {account: chance.dice.randrange(POSTS) for account in chance.accounts[::3]}

    async def work(tx: Tx) -> None:
        await gather(tx, chance)
        for number in range(POSTS):
            await chance.post(tx, chance.next_id(), chance.somebody())
            for account in [account for account, at in kept_at.items() if at == number]:
                await see_home(tx, account, NOW)
                await keep_home(tx, account)
            if number == POSTS - 40:
                while await deliver(tx):
                    pass
            await meddle(tx, chance)

    await database.write(work)


async def gather(tx: Tx, chance: Chance) -> None:
    """Accounts, whom they follow, and their lists."""
    await chance.open(tx)
    for account in chance.accounts:
        for other in chance.dice.sample(chance.accounts, account * 2 // 3):
            if other != account:
                await chance.follow(tx, account, other)
        for tag in chance.dice.sample(TAGS, chance.dice.choice((0, 0, 1, 3))):
            await chance.follow_tag(tx, account, tag)
    for list_id in range(1, 9):
        await chance.gather(tx, list_id)


async def meddle(tx: Tx, chance: Chance) -> None:
    """Now and then a post goes, and somebody does something to somebody."""
    dice = chance.dice
    if dice.random() < 0.1:
        await chance.delete(tx, dice.choice(chance.written)[0])
    if dice.random() < 0.05:
        await chance.hide(tx, str(dice.choice(chance.written)[0]))
    if dice.random() < 0.2:
        await change(tx, chance)


async def change(tx: Tx, chance: Chance) -> None:
    """Somebody does something to somebody."""
    one, other = chance.dice.sample(chance.accounts, 2)
    await chance.dice.choice((chance.follow, chance.unfollow, chance.block, chance.mute, chance.follow))(tx, one, other)


async def falls(ask: Timeline, most: int) -> list[int]:
    """A whole timeline from its newest, page by page."""
    found: list[int] = []
    below = NEWEST
    while ids := await ask(Span(most, below=below)):
        assert len(ids) <= most
        found += ids
        below = ids[-1]
    return found


async def rises(ask: Timeline, most: int) -> list[int]:
    """A whole timeline from its oldest, page by page, newest first."""
    found: list[int] = []
    above = 0
    while ids := await ask(Span(most, above=above, upwards=True)):
        assert len(ids) <= most
        found = ids + found
        above = ids[0]
    return found


async def agrees(expected: list[int], ask: Timeline, chance: Chance) -> None:
    """A timeline is as expected, downwards, upwards, and between any two of its posts."""
    most = chance.dice.choice((7, 20, 41)) if len(expected) > 40 else chance.dice.choice((1, 3))
    assert expected == await falls(ask, most)
    assert expected == await rises(ask, most)
    if len(expected) > 2:
        high, low = sorted(chance.dice.sample(expected, 2), reverse=True)
        between = [post for post in expected if low < post < high]
        assert between[:most] == await ask(Span(most, below=high, above=low))
        assert (between[-most:] if between else []) == await ask(Span(most, below=high, above=low, upwards=True))


async def compare(tx: Tx, chance: Chance) -> None:
    """Each timeline of each reader against the model."""
    model: Model = await load(tx)
    for reader in chance.accounts:
        await agrees(model.home(reader), partial(home_timeline, tx, reader, NOW), chance)
        other = chance.dice.choice(chance.accounts)
        if other != reader:
            await agrees(model.profile(other, reader), partial(profile_timeline, tx, other, reader, NOW), chance)
    for one in model.lists.values():
        replies: dict[str, Replies] = {"followed": "followed", "list": "list", "none": "none"}
        ask = partial(list_timeline, tx, one.id, replies[one.replies], one.account, NOW)
        await agrees(model.gathered(one.id), ask, chance)
    for reader in (0, 1, 5):
        for only_media in (False, True):
            ask = partial(local_timeline, tx, reader, NOW, only_media=only_media)
            await agrees(model.local(reader, only_media), ask, chance)
        for tags in (Tags("noon"), Tags("noon", ("pool",)), Tags("noon", (), ("pool",), ("bridge",))):
            expected = model.tagged(reader, {tags.tag, *tags.any_of}, set(tags.all_of), set(tags.none_of))
            await agrees(expected, partial(tag_timeline, tx, tags, reader, NOW), chance)


@pytest.mark.parametrize("length", [15, 800])
@pytest.mark.parametrize("seed", range(3))
async def test_every_timeline_is_what_its_sentence_says(
    database: Database, monkeypatch: pytest.MonkeyPatch, seed: int, length: int
) -> None:
    """Against a model that looks at every post: merged, kept, due, trimmed; each size of page, each direction."""
    monkeypatch.setattr(keeping, "LENGTH", length)
    monkeypatch.setattr(keeping, "TRIMMED", 1)
    monkeypatch.setattr(keeping, "FEW", 12)
    chance = Chance(seed, ACCOUNTS)
    await fill(database, chance)
    await database.read(lambda tx: compare(tx, chance))
