"""Timelines: which posts, newest first. Each answers with ids, at most `most` of those earlier than `before`."""

from functools import lru_cache
from string import Formatter
from typing import Final

from msgspec import Struct

from app.store.engines import Tx

NEWEST: Final = (1 << 63) - 1

_IS_SHOWN: Final = (
    "p.deleted_at is null "
    "and not exists (select 1 from gov_subject s where s.id = cast(p.id as text) and s.hidden_until > {now})"
)
# The posts of a muted account reach those who follow it (POLICY [ladder-1]).
_AUTHOR_IS_HEARD: Final = "not exists (select 1 from gov_subject s where s.id = a.member and s.hidden_until > {now})"
# Of the replies those to the reader, to the author's own post and to whom the reader follows: the rest is half a talk.
_IS_FOLLOWED: Final = (
    "(p.reply_to is null or p.account = {reader} or q.account in ({reader}, p.account) or exists "
    "(select 1 from follow g where g.account = {reader} and g.target = q.account))"
)
_BY_ONE: Final = f"post p left join post q on q.id = p.reply_to where {_IS_SHOWN} and {_IS_FOLLOWED}"
_HOME: Final = f"""
with recursive
source(account) as (
    select target from follow where account = {{reader}} union all select cast({{reader}} as bigint)
),
newest(account, id) as (
    select f.account, coalesce((
        select p.id from {_BY_ONE} and p.account = f.account and p.id < {{before}} order by p.id desc limit 1
    ), 0) as id
    from source f order by id desc limit {{most}}
),
oldest(id) as (select case when count(*) = {{most}} then min(id) else 0 end from newest),
walk(account, id, n) as (
    select account, id, 1 from newest where id > 0
    union all
    select w.account, (
        select p.id from {_BY_ONE} and p.account = w.account and p.id < w.id and p.id >= (select id from oldest)
        order by p.id desc limit 1
    ), w.n + 1
    from walk w where w.id is not null and w.n < {{most}}
)
select id from walk where id is not null order by id desc limit {{most}}
"""
_LOCAL: Final = (
    "select p.id from post p join account a on a.id = p.account where p.reply_to is null and p.id < {before} "
    f"and p.boost_of is null and p.visibility = 'public' and {_IS_SHOWN} and {_AUTHOR_IS_HEARD} "
    "order by p.id desc limit {most}"
)
_PROFILE: Final = (
    "select p.id from post p join account a on a.id = p.account where p.account = {account} and p.id < {before} "
    f"and {_IS_SHOWN} and ({_AUTHOR_IS_HEARD} "
    "or exists (select 1 from follow g where g.account = {reader} and g.target = a.id)) order by p.id desc limit {most}"
)
_OWN_PROFILE: Final = (
    "select p.id from post p where p.account = {account} and p.id < {before} and p.deleted_at is null "
    "order by p.id desc limit {most}"
)


class _Id(Struct, frozen=True):
    id: int


async def home_timeline(tx: Tx, reader: int, now: int, before: int, most: int) -> list[int]:
    """What the reader and those whom the reader follows say, merged as it is read.

    The newest `most` posts are by the `most` accounts whose own newest are newest: these take one step in an index
    for each account followed. Then each of them is walked back, no further than the oldest of these newest. So the
    price is set by how many the reader follows, and not by how much the square says.
    """
    return await _ids(tx, _HOME, reader=reader, now=now, before=before, most=most)


async def local_timeline(tx: Tx, now: int, before: int, most: int) -> list[int]:
    """Every conversation that was opened here."""
    return await _ids(tx, _LOCAL, now=now, before=before, most=most)


async def profile_timeline(tx: Tx, account: int, reader: int, now: int, before: int, most: int) -> list[int]:
    """What an account says, replies among it; a muted one reaches only those who follow it (`reader` 0: a visitor)."""
    return await _ids(tx, _PROFILE, account=account, reader=reader, now=now, before=before, most=most)


async def own_timeline(tx: Tx, account: int, before: int, most: int) -> list[int]:
    """What an account says, as it sees itself: with what is folded."""
    return await _ids(tx, _OWN_PROFILE, account=account, before=before, most=most)


async def _ids(tx: Tx, sql: str, **values: int) -> list[int]:
    text, names = _placed(sql)
    return [row.id for row in await tx.all(_Id, text, *(values[name] for name in names))]


@lru_cache(maxsize=16)
def _placed(sql: str) -> tuple[str, tuple[str, ...]]:
    """SQL with names at its places, as SQL with `{}` and the names in their order."""
    names = tuple(name for _, name, _, _ in Formatter().parse(sql) if name)
    return sql.format(**dict.fromkeys(names, "{}")), names
