"""Whom posts name, and under which hashtags they stand."""

from collections.abc import Sequence

from msgspec import Struct

from app.store.engines import Tx
from app.store.tags import count_tags


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


class _Taken(Struct, frozen=True):
    tag: str
    account: int
    counts: bool


async def accounts_of_handles(tx: Tx, handles: Sequence[str]) -> list[int]:
    """The accounts of those of many handles that are somebody's."""
    return [row.id for row in await tx.among(_Account, "select id from account where handle in {among}", handles)]


async def address(
    tx: Tx, post: int, account: int, accounts: Sequence[int], tags: Sequence[str], *, is_public: bool
) -> None:
    """Write whom a post of `account` names and its hashtags, in the place of those that it had, and count these."""
    await tx.run("delete from mention where post = {}", post)
    await tx.many("insert into mention (post, account) values ({}, {})", [(post, one) for one in sorted(set(accounts))])
    had, has = {row.tag for row in await _take_tags(tx, post)}, set(tags)
    sql = "insert into post_tag (tag, post, account, counts) values ({}, {}, {}, {})"
    await tx.many(sql, [(tag, post, account, is_public) for tag in sorted(has)])
    if is_public:
        await count_tags(tx, post, account, sorted(had - has), -1)
        await count_tags(tx, post, account, sorted(has - had), 1)


async def forget_tags(tx: Tx, post: int) -> None:
    """Take away the hashtags of a post that is deleted; whom it named may still see that it was there."""
    counted = [row for row in await _take_tags(tx, post) if row.counts]
    if counted:
        await count_tags(tx, post, counted[0].account, [row.tag for row in counted], -1)


async def _take_tags(tx: Tx, post: int) -> list[_Taken]:
    """What this transaction has taken away and nobody else."""
    return await tx.all(_Taken, "delete from post_tag where post = {} returning tag, account, counts", post)


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
