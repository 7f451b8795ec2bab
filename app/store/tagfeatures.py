"""Which hashtags somebody shows on their profile."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from app.store.engines import Tx

MOST_SHOWN: Final = 10

_OF_POSTS: Final = "p.visibility = 'public' and p.deleted_at is null"


class Feature(Struct, frozen=True):
    """A hashtag on a profile: in how many posts for everybody its owner used it, and in which last."""

    id: int
    tag: str
    posts: int
    last: int | None


class _Tag(Struct, frozen=True):
    tag: str


async def feature_tag(tx: Tx, account: int, tag: str, feature: int) -> bool:
    """Show a hashtag; False where the account shows all that it may already."""
    await tx.lock("select id from account where id = {} for no key update", account)
    sql = (
        "insert into tag_feature (account, tag, id) select {}, {}, {} "
        "where (select count(*) from tag_feature where account = {} and tag <> {}) < {} "
        "on conflict (account, tag) do nothing"
    )
    await tx.run(sql, account, tag, feature, account, tag, MOST_SHOWN)
    return bool(await featured_among(tx, account, [tag]))


async def unfeature_tag(tx: Tx, account: int, tag: str) -> bool:
    """Show a hashtag no longer; False if it is so already."""
    return await tx.run("delete from tag_feature where account = {} and tag = {}", account, tag) == 1


async def features_of(tx: Tx, account: int) -> list[Feature]:
    """The hashtags that an account shows, in the order of their letters."""
    sql = (
        "select f.id, f.tag, count(p.id) as posts, max(p.id) as last from tag_feature f "
        "left join post_tag t on t.account = f.account and t.tag = f.tag "
        f"left join post p on p.id = t.post and {_OF_POSTS} "
        "where f.account = {} group by f.id, f.tag order by f.tag"
    )
    return await tx.all(Feature, sql, account)


async def featured_among(tx: Tx, account: int, tags: Sequence[str]) -> set[str]:
    """Those of many hashtags that an account shows."""
    sql = "select tag from tag_feature where account = {} and tag in {among}"
    return {row.tag for row in await tx.among(_Tag, sql, tags, account)}


async def used_most(tx: Tx, account: int, most: int) -> list[str]:
    """The hashtags that an account has used most in posts for everybody and does not show."""
    sql = (
        "select t.tag from post_tag t join post p on p.id = t.post where t.account = {} "
        f"and {_OF_POSTS} and not exists "
        "(select 1 from tag_feature f where f.account = t.account and f.tag = t.tag) "
        "group by t.tag order by count(*) desc, t.tag limit {}"
    )
    return [row.tag for row in await tx.all(_Tag, sql, account, most)]
