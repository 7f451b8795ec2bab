"""Who is told of what."""

from functools import partial

import msgspec
import pytest

from app.events import Notified, Posted
from app.notifications import group_key, notify, notify_boosters, notify_followers, unnotify
from app.store.engines import Database, Tx
from app.store.posts import NewPost
from app.store.sessions import here_since
from app.writing import enter_post
from tests.notifications.town import ANN, BEN, GUEST, MIA, NOW, POST, Told, people, post, run, tell, told

BLOCK = "insert into block (account, target, created_at) values ({}, {}, 1)"
MUTE = "insert into mute (account, target, created_at, until, notifications) values ({}, {}, 1, {}, {})"
FOLLOW = "insert into follow (account, target, created_at, notifies) values ({}, {}, 1, {})"
MENTION = "insert into mention (post, account) values ({}, {})"


@pytest.fixture
async def town(database: Database) -> Database:
    """People, and a public post of Ann's."""

    async def work(tx: Tx) -> None:
        await people(tx)
        await post(tx, POST, ANN)

    await database.write(work)
    return database


async def test_somebody_is_told_once(town: Database) -> None:
    """The same thing is told once, however often it is done, and everything else beside it."""
    assert await tell(town, ANN, "favourite", BEN)
    assert not await tell(town, ANN, "favourite", BEN)
    assert await tell(town, ANN, "reblog", BEN)
    assert await tell(town, ANN, "favourite", MIA)
    assert await tell(town, ANN, "follow", BEN, 0)
    expected = [("favourite", BEN, POST), ("reblog", BEN, POST), ("favourite", MIA, POST), ("follow", BEN, 0)]
    assert [Told(ANN, *row) for row in expected] == await town.read(told)


async def test_taken_back(town: Database) -> None:
    """What is taken back is not told any more, and can be told again."""
    assert await tell(town, ANN, "favourite", BEN)
    await town.write(lambda tx: unnotify(tx, ANN, "favourite", BEN, POST))
    assert [] == await town.read(told)
    assert await tell(town, ANN, "favourite", BEN)


async def test_nothing_to_oneself(town: Database) -> None:
    """Nobody is told of themselves, but an author of the end of their poll; a guest is told nothing."""
    assert not await tell(town, ANN, "favourite", ANN)
    assert await tell(town, ANN, "poll", ANN)
    assert not await tell(town, GUEST, "mention", ANN)


async def test_blocks(town: Database) -> None:
    """A block keeps both sides from being told of each other."""
    await run(town, BLOCK, ANN, BEN)
    assert not await tell(town, ANN, "favourite", BEN)
    assert not await tell(town, BEN, "follow", ANN, 0)
    assert await tell(town, ANN, "favourite", MIA)


@pytest.mark.parametrize(
    ("until", "notifications", "is_told"),
    [(None, True, False), (NOW + 1, True, False), (NOW, True, True), (None, False, True)],
)
async def test_mutes(town: Database, until: int | None, notifications: bool, is_told: bool) -> None:
    """Who mutes somebody with their notifications is told nothing of them while the mute lasts."""
    await run(town, MUTE, ANN, BEN, until, notifications)
    assert is_told == await tell(town, ANN, "favourite", BEN)


async def test_muted_threads(town: Database) -> None:
    """Nothing is told of a conversation that one has muted, wherever in it it happens."""
    await town.write(lambda tx: post(tx, 101, BEN, root=POST))
    await run(town, "insert into muted_thread (account, root) values ({}, {})", ANN, POST)
    assert not await tell(town, ANN, "mention", BEN, 101)
    assert await tell(town, ANN, "follow", BEN, 0)


async def test_unseen_posts(town: Database) -> None:
    """Nobody is told of a post that they may not see, or that is gone; who is named in it sees it."""
    await town.write(lambda tx: post(tx, 101, BEN, "followers"))
    await town.write(lambda tx: post(tx, 102, BEN, "mentioned"))
    for hidden in (101, 102):
        assert not await tell(town, ANN, "mention", BEN, hidden)
    await run(town, MENTION, 102, ANN)
    assert await tell(town, ANN, "mention", BEN, 102)
    await run(town, "update post set deleted_at = 1 where id = {}", POST)
    assert not await tell(town, ANN, "favourite", BEN)
    assert not await tell(town, ANN, "favourite", BEN, 999)


async def test_followers_who_asked(town: Database) -> None:
    """A new post is told to followers who asked for it, and only once to those who are mentioned in it."""
    await run(town, FOLLOW, BEN, ANN, True)
    await run(town, FOLLOW, MIA, ANN, False)
    assert (BEN,) == await town.write(lambda tx: notify_followers(tx, ANN, POST, NOW))
    await town.write(lambda tx: post(tx, 101, ANN))
    assert await tell(town, BEN, "mention", ANN, 101)
    assert () == await town.write(lambda tx: notify_followers(tx, ANN, 101, NOW))


async def test_boosters(town: Database) -> None:
    """Who boosted a post is told that it was edited; the author, who boosted it too, is not."""
    for boost, account in ((101, BEN), (102, ANN)):
        await town.write(partial(post, id_=boost, account=account))
        await run(town, "update post set boost_of = {} where id = {}", POST, boost)
    assert (BEN,) == await town.write(lambda tx: notify_boosters(tx, ANN, POST, NOW))


async def test_listeners_hear_after_the_commit(town: Database) -> None:
    """Who listens hears of what was told, under one id for all; nothing where nobody is told or nothing is written."""
    heard: list[msgspec.Struct] = []
    town.listener = heard.extend

    async def fails(tx: Tx) -> None:
        await notify(tx, [BEN, MIA], "mention", ANN, POST, NOW)
        raise LookupError

    with pytest.raises(LookupError):
        await town.write(fails)
    assert not await tell(town, ANN, "favourite", ANN)
    assert [] == heard
    assert {BEN, MIA} == set(await town.write(lambda tx: notify(tx, [BEN, MIA], "mention", ANN, POST, NOW)))
    (event,) = heard
    assert isinstance(event, Notified)
    assert {BEN, MIA} == set(event.accounts)


def test_groups() -> None:
    """Favourites, boosts and follows of half a day stand together; the rest each alone."""
    half_a_day = 12 * 3_600_000
    morning = NOW // half_a_day * half_a_day
    assert group_key("favourite", POST, 7, morning) == group_key("favourite", POST, 8, morning + half_a_day - 1)
    assert group_key("favourite", POST, 7, morning) != group_key("favourite", POST, 8, morning + half_a_day)
    assert f"reblog-100-{morning // 3_600_000}" == group_key("reblog", POST, 7, morning)
    assert f"follow-{morning // 3_600_000}" == group_key("follow", 0, 7, morning)
    assert "ungrouped-7" == group_key("mention", POST, 7, morning)


async def test_a_post_tells_whom_it_concerns(town: Database) -> None:
    """Whom it names, whom it answers, and who asked to be told; a boost tells the author of what it passes on."""
    heard: list[msgspec.Struct] = []
    town.listener = heard.extend
    await run(town, FOLLOW, MIA, BEN, True)

    async def write(tx: Tx) -> None:
        assert await enter_post(tx, NewPost(101, BEN, "so says @mia and @ben", "en", "", None, 101, NOW))
        assert await enter_post(tx, NewPost(102, BEN, "yes", "en", "", POST, POST, NOW))
        assert await enter_post(tx, NewPost(103, MIA, "", "en", "", None, 103, NOW, boost_of=POST))

    await town.write(write)
    expected = {
        Told(MIA, "mention", BEN, 101),
        Told(ANN, "mention", BEN, 102),
        Told(MIA, "status", BEN, 102),
        Told(ANN, "reblog", MIA, POST),
    }
    assert expected == set(await town.read(told))
    assert [101, 102, 103] == [event.post for event in heard if isinstance(event, Posted)]


async def test_who_was_here(town: Database) -> None:
    """Whoever has opened a page or used a program since a day, and nobody else."""
    session = (
        "insert into session (id_hash, account, csrf, created_at, seen_at, expires_at) values ({}, {}, {}, 1, {}, 1)"
    )
    token = (
        "insert into oauth_token (token_hash, id, app, account, scopes, created_at, used_day) "
        "values ({}, {}, 1, {}, '', 1, {})"
    )

    async def write(tx: Tx) -> None:
        await tx.run(session, b"a", ANN, b"", NOW)
        await tx.run(session, b"b", BEN, b"", NOW - 1)
        await tx.run(token, b"c", 1, MIA, NOW)
        await tx.run(token, b"d", 2, GUEST, NOW - 1)

    await town.write(write)
    assert {ANN, MIA} == await town.read(lambda tx: here_since(tx, [ANN, BEN, MIA, GUEST], NOW))
