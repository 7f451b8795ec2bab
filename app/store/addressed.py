"""Whom posts name, and under which hashtags they stand."""

from collections.abc import Sequence

from msgspec import Struct

from app.store.engines import Tx


class Mention(Struct, frozen=True):
    """An account that a post names."""

    post: int
    account: int
    handle: str


class _Tag(Struct, frozen=True):
    tag: str
    post: int


class _Account(Struct, frozen=True):
    id: int


async def accounts_of_handles(tx: Tx, handles: Sequence[str]) -> list[int]:
    """The accounts of those of many handles that are somebody's."""
    return [row.id for row in await tx.among(_Account, "select id from account where handle in {among}", handles)]


async def address(tx: Tx, post: int, account: int, accounts: Sequence[int], tags: Sequence[str]) -> None:
    """Write whom a post of `account` names and its hashtags, in the place of those that it had."""
    await tx.run("delete from mention where post = {}", post)
    await tx.run("delete from post_tag where post = {}", post)
    await tx.many("insert into mention (post, account) values ({}, {})", [(post, one) for one in sorted(set(accounts))])
    sql = "insert into post_tag (tag, post, account) values ({}, {}, {})"
    await tx.many(sql, [(tag, post, account) for tag in sorted(set(tags))])


async def forget_tags(tx: Tx, post: int) -> None:
    """Take away the hashtags of a post that is deleted; whom it named may still see that it was there."""
    await tx.run("delete from post_tag where post = {}", post)


async def mentions_among(tx: Tx, posts: Sequence[int]) -> dict[int, list[Mention]]:
    """Whom each of many posts names, in order of account."""
    sql = (
        "select m.post, m.account, a.handle from mention m join account a on a.id = m.account "
        "where m.post in {among} order by m.post, m.account"
    )
    found: dict[int, list[Mention]] = {}
    for row in await tx.among(Mention, sql, posts):
        found.setdefault(row.post, []).append(row)
    return found


async def tags_among(tx: Tx, posts: Sequence[int]) -> dict[int, list[str]]:
    """The hashtags of each of many posts, in the order of the alphabet."""
    sql = "select tag, post from post_tag where post in {among} order by post, tag"
    found: dict[int, list[str]] = {}
    for row in await tx.among(_Tag, sql, posts):
        found.setdefault(row.post, []).append(row.tag)
    return found
