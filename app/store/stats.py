"""Counters of posts and accounts, changed in the transactions that change what they count."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from app.store.engines import Tx

_COUNT_POSTS: Final = (
    "insert into account_stat (account, posts, followers, following, last_post_at) values ({}, {}, 0, 0, {}) "
    "on conflict (account) do update set posts = account_stat.posts + excluded.posts, "
    "last_post_at = coalesce(excluded.last_post_at, account_stat.last_post_at)"
)
_COUNT_FOLLOWS: Final = (
    "insert into account_stat (account, posts, followers, following, last_post_at) values ({}, 0, {}, {}, null) "
    "on conflict (account) do update set followers = account_stat.followers + excluded.followers, "
    "following = account_stat.following + excluded.following"
)
_COUNT_MARKS: Final = (
    "insert into post_stat (id, replies, boosts, favourites) values ({}, {}, {}, {}) "
    "on conflict (id) do update set replies = post_stat.replies + excluded.replies, "
    "boosts = post_stat.boosts + excluded.boosts, favourites = post_stat.favourites + excluded.favourites"
)


class PostStat(Struct, frozen=True):
    """How many answer a post for everybody to read, pass it on, like it."""

    id: int
    replies: int = 0
    boosts: int = 0
    favourites: int = 0


class AccountStat(Struct, frozen=True):
    """What an account has: posts (boosts among them), followers, whom it follows, and when it last posted (Unix ms)."""

    account: int
    posts: int = 0
    followers: int = 0
    following: int = 0
    last_post_at: int | None = None


async def count_post(tx: Tx, account: int, by: int, at: int | None = None) -> None:
    """Count posts of an account; `at` is when the newest was written, None where one goes."""
    await tx.run(_COUNT_POSTS, account, by, at)


async def count_posts_of_many(tx: Tx, posts: Mapping[int, int]) -> None:
    """Count posts of many accounts at once, which entered here without being written here."""
    await tx.many(_COUNT_POSTS, [(account, by, None) for account, by in sorted(posts.items())])


async def count_follow(tx: Tx, account: int, target: int, by: int) -> None:
    """Count that an account follows another (1), or does so no longer (-1)."""
    # In order of id, so that two who follow each other at once do not wait for one another.
    for one, followers, following in sorted([(account, 0, by), (target, by, 0)]):
        await tx.run(_COUNT_FOLLOWS, one, followers, following)


async def count_marks(tx: Tx, post: int, *, replies: int = 0, boosts: int = 0, favourites: int = 0) -> None:
    """Count what came to a post, or went (negative)."""
    await tx.run(_COUNT_MARKS, post, replies, boosts, favourites)


async def post_stats_among(tx: Tx, posts: Sequence[int]) -> dict[int, PostStat]:
    """The counters of many posts at once, those of which nothing was counted left out."""
    sql = "select id, replies, boosts, favourites from post_stat where id in {among}"
    return {row.id: row for row in await tx.among(PostStat, sql, posts)}


async def account_stats_among(tx: Tx, accounts: Sequence[int]) -> dict[int, AccountStat]:
    """The counters of many accounts at once, those of which nothing was counted left out."""
    sql = "select account, posts, followers, following, last_post_at from account_stat where account in {among}"
    return {row.account: row for row in await tx.among(AccountStat, sql, accounts)}
