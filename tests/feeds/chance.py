"""A square filled by chance, and chance things that happen in it, written as the square itself writes them."""

import random
from collections.abc import Sequence
from itertools import count
from typing import Final

from app.store.engines import Tx
from app.store.follows import follow, unfollow
from app.store.media import MediaRow, add_media
from app.store.posts import NewPost, add_post
from app.store.visibility import Visibility
from tests.feeds.model import HIDDEN

TAGS: Final = ("bridge", "noon", "pool")
VISIBILITIES: Final[Sequence[Visibility]] = ("public",) * 7 + ("unlisted", "followers", "mentioned")
MILLISECOND: Final = 1 << 16


class Chance:
    """What is written next; the accounts are 1 … `accounts`, of whom the first few say the most."""

    def __init__(self, seed: int, accounts: int) -> None:
        self.dice = random.Random(seed)
        self.accounts = list(range(1, accounts + 1))
        self.numbers = count(1)
        self.written: list[tuple[int, int, bool]] = []
        """Post, author, whether it is a boost."""

    def somebody(self) -> int:
        """An account, one of the first few as often as not."""
        return self.dice.choice(self.accounts if self.dice.random() < 0.5 else self.accounts[:4])

    def next_id(self) -> int:
        """An id that is larger than those before."""
        return next(self.numbers) * MILLISECOND

    async def open(self, tx: Tx) -> None:
        """Write the accounts; the last one is muted by the law."""
        for account in self.accounts:
            await tx.run(
                "insert into account (id, handle, skeleton, name, bio, kind, locale, theme, created_day, member) "
                "values ({}, {}, {}, '', '', 'person', '', '', 0, {})",
                *(account, f"p{account}", f"p{account}", f"m:{account}"),
            )
        await self.hide(tx, f"m:{self.accounts[-1]}")

    async def post(self, tx: Tx, id_: int, author: int) -> None:
        """Write a post, a reply or a boost."""
        dice = self.dice
        posts = [one for one in self.written if not one[2]]
        answered = dice.choice(posts)[0] if posts and dice.random() < 0.4 else None
        boosted = dice.choice(posts[-8:])[0] if posts and dice.random() < 0.3 else None
        if boosted is not None and not await _is_there(tx, boosted):
            boosted = None
        visibility: Visibility = "public" if boosted is not None else dice.choice(VISIBILITIES)
        row = NewPost(
            id=id_,
            account=author,
            body="x",
            language="en",
            topic="",
            reply_to=None if boosted is not None else answered,
            root=id_,
            created_at=0,
            visibility=visibility,
            boost_of=boosted,
        )
        if boosted is not None and await _has_boosted(tx, author, boosted):
            return
        assert await add_post(tx, row)
        if boosted is None:
            await self._address(tx, id_, author)
        self.written.append((id_, author, boosted is not None))

    async def _address(self, tx: Tx, post: int, author: int) -> None:
        for account in self.dice.sample(self.accounts, self.dice.choice((0, 0, 2))):
            await tx.run("insert into mention (post, account) values ({}, {})", post, account)
        for tag in self.dice.sample(TAGS, self.dice.choice((0, 0, 1, 2))):
            sql = "insert into post_tag (tag, post, account, counts) values ({}, {}, {}, true)"
            await tx.run(sql, tag, post, author)
        if self.dice.random() < 0.2:
            nothing = (b"", b"", 0, 0, 0, 0, 0, "", "", "", b"", 0)
            assert await add_media(tx, MediaRow(post, author, post, 0, "picture", "image/png", *nothing))

    async def delete(self, tx: Tx, post: int) -> None:
        """Take a post away, with its hashtags and boosts, as its author would."""
        if await tx.run("update post set deleted_at = 1 where id = {} and boost_of is null", post):
            await tx.run("delete from post_tag where post = {}", post)
        await tx.run("delete from post where boost_of = {}", post)
        await tx.run("delete from post where id = {} and boost_of is not null", post)

    async def follow(self, tx: Tx, account: int, target: int) -> None:
        """Begin to follow, with or without boosts."""
        await follow(tx, account, target, 0)
        await tx.run(
            "update follow set boosts = {} where account = {} and target = {}",
            *(self.dice.random() < 0.8, account, target),
        )

    async def unfollow(self, tx: Tx, account: int, target: int) -> None:
        """Cease to follow."""
        await unfollow(tx, account, target)

    async def block(self, tx: Tx, account: int, target: int) -> None:
        """Block somebody, or cease to; whoever blocks follows no longer and is followed no longer."""
        if await tx.run("delete from block where account = {} and target = {}", account, target):
            return
        sql = "insert into block (account, target, created_at) values ({}, {}, 0) on conflict do nothing"
        await tx.run(sql, account, target)
        for one, other in sorted([(account, target), (target, account)]):
            await unfollow(tx, one, other)

    async def mute(self, tx: Tx, account: int, target: int) -> None:
        """Mute somebody, for good or until a time that is over or to come, or cease to."""
        if await tx.run("delete from mute where account = {} and target = {}", account, target):
            return
        await tx.run(
            "insert into mute (account, target, created_at, until, notifications) values ({}, {}, 0, {}, true) "
            "on conflict do nothing",
            *(account, target, self.dice.choice((None, 10, 60))),
        )

    async def hide(self, tx: Tx, subject: str) -> None:
        """Have the law withhold a post, or mute an account."""
        sql = "insert into gov_subject (id, value, hidden_until) values ({}, {}, {}) on conflict do nothing"
        await tx.run(sql, subject, b"{}", HIDDEN)

    async def gather(self, tx: Tx, list_id: int) -> None:
        """Make a list of an account, with some in it."""
        dice = self.dice
        replies = dice.choice(("followed", "list", "none"))
        await tx.run(
            "insert into list (id, account, title, replies, exclusive) values ({}, {}, '', {}, {})",
            *(list_id, dice.choice(self.accounts), replies, dice.random() < 0.3),
        )
        for account in dice.sample(self.accounts, len(self.accounts) // 4):
            await tx.run("insert into list_account (list, account) values ({}, {})", list_id, account)

    async def follow_tag(self, tx: Tx, account: int, tag: str) -> None:
        """Follow a hashtag, or cease to."""
        if not await tx.run("delete from tag_follow where account = {} and tag = {}", account, tag):
            sql = "insert into tag_follow (account, tag, created_at) values ({}, {}, 0) on conflict do nothing"
            await tx.run(sql, account, tag)


async def _is_there(tx: Tx, post: int) -> bool:
    await tx.lock("select id from post where id = {} for share", post)
    return await tx.run("update post set version = version where id = {} and deleted_at is null", post) == 1


async def _has_boosted(tx: Tx, account: int, post: int) -> bool:
    return await tx.run("update post set version = version where boost_of = {} and account = {}", post, account) > 0
