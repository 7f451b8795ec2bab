"""Which hashtags somebody follows."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from app.store.engines import Tx

MOST_TAGS: Final = 1_000


class _Tag(Struct, frozen=True):
    tag: str


async def follow_tag(tx: Tx, account: int, tag: str, now: int) -> bool:
    """Begin to follow a hashtag; False where the account follows all that it may already."""
    await tx.lock("select id from account where id = {} for no key update", account)
    sql = (
        "insert into tag_follow (account, tag, created_at) select {}, {}, {} "
        "where (select count(*) from tag_follow where account = {} and tag <> {}) < {} "
        "on conflict (account, tag) do nothing"
    )
    await tx.run(sql, account, tag, now, account, tag, MOST_TAGS)
    return bool(await tags_followed_among(tx, account, [tag]))


async def unfollow_tag(tx: Tx, account: int, tag: str) -> None:
    """Cease to follow a hashtag."""
    await tx.run("delete from tag_follow where account = {} and tag = {}", account, tag)


async def followed_tags(tx: Tx, account: int, after: str, most: int) -> list[str]:
    """At most `most` of the hashtags that an account follows, in order of their letters, those after one."""
    sql = "select tag from tag_follow where account = {} and tag > {} order by tag limit {}"
    return [row.tag for row in await tx.all(_Tag, sql, account, after, most)]


async def tags_followed_among(tx: Tx, account: int, tags: Sequence[str]) -> set[str]:
    """Those of many hashtags that an account follows."""
    sql = "select tag from tag_follow where account = {} and tag in {among}"
    return {row.tag for row in await tx.among(_Tag, sql, tags, account)}
