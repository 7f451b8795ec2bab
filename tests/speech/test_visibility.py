"""Who sees a post: its author's choice, whom it names, and who blocks whom."""

from typing import Final

import pytest

from app.posts import Post, show_posts
from app.store.accounts import Account, add_account
from app.store.engines import Database, Tx
from app.store.follows import follow
from app.store.posts import NewPost, posts_among
from app.store.visibility import VISIBILITIES, Visibility
from app.writing import enter_post

NOW: Final = 1_700_000_000_000
POST: Final = NOW << 16
BOOST: Final = POST + 1
AUTHOR, FOLLOWER, NAMED, STRANGER, BLOCKED, BOOSTER = range(1, 7)
SEEN: Final[dict[Visibility, set[int | None]]] = {
    "public": {None, AUTHOR, FOLLOWER, NAMED, STRANGER, BOOSTER},
    "unlisted": {None, AUTHOR, FOLLOWER, NAMED, STRANGER, BOOSTER},
    "followers": {AUTHOR, FOLLOWER, NAMED},
    "mentioned": {AUTHOR, NAMED},
}


async def enter_people(tx: Tx) -> None:
    """One author, who blocks the blocked; a follower; somebody who is named; a stranger; somebody who boosts."""
    for number, handle in enumerate(("author", "follower", "named", "stranger", "blocked", "booster"), AUTHOR):
        account = Account(number, handle, "", "", "person", None, None, "", "", 0)
        assert await add_account(tx, account, f"skeleton{number}")
    await follow(tx, FOLLOWER, AUTHOR, NOW)
    await follow(tx, BLOCKED, AUTHOR, NOW)
    await tx.run("insert into block (account, target, created_at) values ({}, {}, {})", AUTHOR, BLOCKED, NOW)


async def shown_to(database: Database, reader: int | None) -> dict[str, Post]:
    """The post and its boost as a reader sees them, by the name of which of the two it is."""

    async def load(tx: Tx) -> dict[str, Post]:
        shown = await show_posts(tx, await posts_among(tx, [POST, BOOST]), reader, NOW)
        return {"boost" if post.boost else "post": post for post in shown}

    return await database.read(load)


@pytest.mark.parametrize("visibility", VISIBILITIES)
async def test_a_post_is_shown_to_whom_its_author_wrote_it_for(database: Database, visibility: Visibility) -> None:
    """And a boost shows it to nobody else."""

    async def write(tx: Tx) -> None:
        await enter_people(tx)
        words = NewPost(POST, AUTHOR, "for @named, of #cats", "en", "", None, POST, NOW, visibility=visibility)
        assert await enter_post(tx, words)
        passed_on = NewPost(BOOST, BOOSTER, "", "", "", None, BOOST, NOW, visibility=visibility, boost_of=POST)
        assert await enter_post(tx, passed_on)

    await database.write(write)
    for reader in (None, AUTHOR, FOLLOWER, NAMED, STRANGER, BLOCKED, BOOSTER):
        shown = await shown_to(database, reader)
        assert (reader in SEEN[visibility]) == ("post" in shown), reader
        may_see_the_boost = visibility in ("public", "unlisted") or reader == BOOSTER
        assert (reader in SEEN[visibility] and may_see_the_boost) == ("boost" in shown), reader
    post = (await shown_to(database, NAMED))["post"]
    assert (["named"], ("cats",), visibility) == ([one.handle for one in post.mentions], post.tags, post.visibility)
    assert '<a href="/@named" class="mention"' in post.html


async def test_counters_are_those_of_what_is_there(database: Database) -> None:
    """A reply for everybody counts, one for the named does not; a boost is a post of whoever passes it on."""

    async def write(tx: Tx) -> None:
        await enter_people(tx)
        assert await enter_post(tx, NewPost(POST, AUTHOR, "one", "en", "", None, POST, NOW))
        replies: tuple[Visibility, ...] = ("public", "unlisted", "mentioned")
        for n, visibility in enumerate(replies, 1):
            words = NewPost(POST + n, NAMED, "two", "en", "", POST, POST, NOW, visibility=visibility)
            assert await enter_post(tx, words)

    await database.write(write)

    async def load(tx: Tx) -> tuple[Post, ...]:
        return await show_posts(tx, await posts_among(tx, [POST]), None, NOW)

    assert [2] == [post.reply_count for post in await database.read(load)]
