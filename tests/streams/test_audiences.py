"""What is streamed to whom is what stands in their timelines."""

from random import Random

import pytest

from app.store.audiences import at_home_among, lists_among, readers_among
from app.store.circles import Span
from app.store.engines import Database, Tx
from app.store.homes import Replies, home_timeline, list_timeline
from app.store.posts import NewPost
from app.store.visibility import VISIBILITIES
from app.writing import enter_post
from tests.notifications.town import NOW, PEOPLE, people

READERS = list(PEOPLE)
EVERYTHING = Span(10_000)
POSTS = 40
REPLIES: tuple[Replies, ...] = ("followed", "list", "none")


async def live(tx: Tx, chance: Random) -> dict[int, tuple[int, Replies]]:
    """People follow, block, mute and list one another by chance, and follow a hashtag; their lists, by id."""
    await people(tx)
    lists: dict[int, tuple[int, Replies]] = {}
    for reader in READERS:
        for target in READERS:
            if target == reader:
                continue
            if chance.random() < 0.6:
                sql = "insert into follow (account, target, created_at, boosts) values ({}, {}, 1, {})"
                await tx.run(sql, reader, target, chance.random() < 0.7)
            if chance.random() < 0.1:
                await tx.run("insert into block (account, target, created_at) values ({}, {}, 1)", reader, target)
            if chance.random() < 0.1:
                sql = "insert into mute (account, target, created_at, until, notifications) values ({}, {}, 1, {}, {})"
                await tx.run(sql, reader, target, chance.choice([None, NOW - 1, NOW + 1]), True)
        if chance.random() < 0.3:
            await tx.run("insert into tag_follow (account, tag, created_at) values ({}, 'cats', 1)", reader)
        replies = chance.choice(REPLIES)
        lists[reader * 10] = (reader, replies)
        sql = "insert into list (id, account, title, replies, exclusive) values ({}, {}, 'one', {}, {})"
        await tx.run(sql, reader * 10, reader, replies, chance.random() < 0.5)
        for target in chance.sample([one for one in READERS if one != reader], 2):
            await tx.run("insert into list_account (list, account) values ({}, {})", reader * 10, target)
    return lists


async def write(tx: Tx, chance: Random) -> dict[int, int]:
    """Posts, replies and boosts by chance: by id the post that each shows."""
    shows: dict[int, int] = {}
    boosted: set[tuple[int, int]] = set()
    for number in range(POSTS):
        post, author = (NOW + number) << 16, chance.choice(READERS)
        originals = [id_ for id_, shown in shows.items() if id_ == shown]
        other = chance.choice(originals) if originals and chance.random() < 0.6 else None
        is_boost = other is not None and chance.random() < 0.5 and (author, other) not in boosted
        words = NewPost(
            post,
            author,
            "" if is_boost else chance.choice(["one", "of #cats", "to @ann"]),
            "en",
            "",
            None if is_boost else other,
            other or post,
            NOW + number,
            visibility=chance.choice(VISIBILITIES),
            boost_of=other if is_boost else None,
        )
        if other is not None and is_boost:
            boosted.add((author, other))
        shows[post] = other if other is not None and is_boost else post
        assert await enter_post(tx, words)
    return shows


@pytest.mark.parametrize("seed", range(8))
async def test_streams_and_timelines_agree(database: Database, seed: int) -> None:
    """A post is streamed to a home or a list exactly if it stands there, but for boosts that repeat."""
    chance = Random(seed)

    async def work(tx: Tx) -> tuple[dict[int, tuple[int, Replies]], dict[int, int]]:
        return await live(tx, chance), await write(tx, chance)

    lists, shows = await database.write(work)

    async def compare(tx: Tx) -> int:
        homes = {one: set(await home_timeline(tx, one, NOW, EVERYTHING)) for one in READERS}
        listed = {
            id_: set(await list_timeline(tx, id_, replies, reader, NOW, EVERYTHING))
            for id_, (reader, replies) in lists.items()
        }
        told = 0
        for post, original in shows.items():
            readers = await readers_among(tx, post, READERS, NOW) & await readers_among(tx, original, READERS, NOW)
            at_home = await at_home_among(tx, post, READERS)
            in_lists = await lists_among(tx, post, list(lists))
            streamed = [(homes[one], one in at_home and one in readers) for one in READERS]
            streamed += [(listed[id_], id_ in in_lists and lists[id_][0] in readers) for id_ in lists]
            for timeline, is_told in streamed:
                told += is_told
                if is_told != (post in timeline):
                    assert is_told and original != post, (post, is_told)
                    assert original in {shows[one] for one in timeline}, (post, is_told)
        return told

    assert await database.read(compare) > POSTS
