"""Of accounts that are here now, those that are to be told of a post."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from app.store.engines import Tx, Value
from app.store.visibility import SEES, WANTS

_PAIR: Final = "from post p join account a on a.id in {among} and p.id = {}"
_READERS: Final = f"select a.id {_PAIR} where {SEES} and (p.account = a.id or {WANTS})".replace("{reader}", "a.id")
# What follows says of one post and many readers what app/store/homes.py says of one reader and many posts.
_AT_HOME: Final = f"""
select a.id {_PAIR} left join post q on q.id = p.reply_to where p.account = a.id
or (p.visibility = 'public' and exists (
    select 1 from post_tag h join tag_follow t on t.tag = h.tag where h.post = p.id and t.account = a.id
))
or (
    exists (
        select 1 from follow f where f.account = a.id and f.target = p.account and (p.boost_of is null or f.boosts)
    )
    and (p.reply_to is null or q.account in (a.id, p.account) or exists (
        select 1 from follow g where g.account = a.id and g.target = q.account
    ))
    and not exists (
        select 1 from list l join list_account m on m.list = l.id
        where l.account = a.id and l.exclusive and m.account = p.account
    )
)
"""
_LISTS: Final = """
select l.id from list l join post p on p.id = {} join list_account m on m.list = l.id and m.account = p.account
join follow f on f.account = l.account and f.target = p.account and (p.boost_of is null or f.boosts)
left join post q on q.id = p.reply_to
where l.id in {among} and (
    p.reply_to is null or q.account = p.account
    or (l.replies = 'list' and exists (select 1 from list_account o where o.list = l.id and o.account = q.account))
    or (l.replies = 'followed' and (q.account = l.account or exists (
        select 1 from follow g where g.account = l.account and g.target = q.account
    )))
)
"""
_LISTS_WITH: Final = "select m.list as id from list_account m where m.account = {} and m.list in {among}"
_FOLLOWERS: Final = "select f.account as id from follow f where f.target = {} and f.account in {among}"


class _Id(Struct, frozen=True):
    id: int


async def readers_among(tx: Tx, post: int, accounts: Sequence[int], now: int) -> set[int]:
    """Those of many accounts that may see a post or a boost, and have neither blocked nor muted its author."""
    values: list[Value] = [post]
    values += [now] * _READERS.count("{now}")
    return await _ids(tx, _READERS.replace("{now}", "{}"), accounts, *values)


async def at_home_among(tx: Tx, post: int, accounts: Sequence[int]) -> set[int]:
    """Those of many accounts in whose home timeline a post or a boost stands, if they may see it."""
    return await _ids(tx, _AT_HOME, accounts, post)


async def lists_among(tx: Tx, post: int, lists: Sequence[int]) -> set[int]:
    """Those of many lists in whose timeline a post stands, if the list's owner may see it."""
    return await _ids(tx, _LISTS, lists, post)


async def lists_with(tx: Tx, account: int, lists: Sequence[int]) -> set[int]:
    """Those of many lists in which an account stands."""
    return await _ids(tx, _LISTS_WITH, lists, account)


async def followers_among(tx: Tx, target: int, accounts: Sequence[int]) -> set[int]:
    """Those of many accounts that follow another."""
    return await _ids(tx, _FOLLOWERS, accounts, target)


async def owns_list(tx: Tx, account: int, list_id: int) -> bool:
    """Whether a list is there and an account's own."""
    return await tx.one(_Id, "select id from list where id = {} and account = {}", list_id, account) is not None


async def _ids(tx: Tx, sql: str, among: Sequence[int], *values: Value) -> set[int]:
    return {row.id for row in await tx.among(_Id, sql, among, *values)}
