"""What a ranking is computed from: public posts, and how many people did something with each."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from app.identifiers import DAY, TIME_SHIFT, day_of
from app.store.engines import Tx
from app.store.visibility import WANTS

_POSTS: Final = (
    "select p.id, p.account, p.created_at, a.member from post p join account a on a.id = p.account "
    "where p.reply_to is null and p.deleted_at is null and p.boost_of is null and p.visibility = 'public' "
    "and p.id >= {} and p.id < {} "
    "and not exists (select 1 from gov_subject s where s.id = cast(p.id as text) and s.hidden_until > {}) "
    "and not exists (select 1 from gov_subject s where s.id = a.member and s.hidden_until > {}) "
    "order by p.id desc limit {}"
)
_FAVOURITES: Final = (
    "select f.post as id, count(*) as n from favourite f join account a on a.id = f.account "
    "where f.post in {among} and f.id < {} and a.created_day <= {} group by f.post"
)
_BOOSTS: Final = (
    "select p.boost_of as id, count(*) as n from post p join account a on a.id = p.account "
    "where p.boost_of in {among} and p.id < {} and a.created_day <= {} group by p.boost_of"
)
_REPLIES: Final = (
    "select p.root as id, count(distinct p.account) as n from post p join account a on a.id = p.account "
    "join post o on o.id = p.root "
    "where p.root in {among} and p.id <> p.root and p.id < {} and p.deleted_at is null and p.account <> o.account "
    "and p.visibility in ('public', 'unlisted') and a.created_day <= {} group by p.root"
)
# its places: the reader, the reader, now
_WANTED: Final = "select p.id from post p where p.id in {among} and " + WANTS.format(reader="{}", now="{}")


class Candidate(Struct, frozen=True):
    """A public post that opens a conversation."""

    id: int
    account: int
    created_at: int
    member: str | None


class Counts(Struct, frozen=True):
    """How many people answered each post, passed it on, like it: those without any are left out."""

    replies: dict[int, int]
    boosts: dict[int, int]
    favourites: dict[int, int]


class _Count(Struct, frozen=True):
    id: int
    n: int


class _Id(Struct, frozen=True):
    id: int


async def candidates_since(tx: Tx, since: int, at: int, most: int) -> list[Candidate]:
    """The newest conversations opened in `[since, at)` that everyone is shown, at most so many, newest first."""
    return await tx.all(Candidate, _POSTS, since << TIME_SHIFT, at << TIME_SHIFT, at, at, most)


async def counts_among(tx: Tx, posts: Sequence[int], at: int) -> Counts:
    """What people had done before `at`; accounts that may be younger than a day count nowhere (POLICY [ranking-5]).

    Of an account's birth the day alone is known: it is surely a day old when that day and another are over.
    """
    until, born = at << TIME_SHIFT, day_of(at) - 2 * DAY
    found = [
        {row.id: row.n for row in await tx.among(_Count, sql, posts, until, born)}
        for sql in (_REPLIES, _BOOSTS, _FAVOURITES)
    ]
    return Counts(*found)


async def wanted_among(tx: Tx, posts: Sequence[int], reader: int, now: int) -> set[int]:
    """Those of many posts whose authors the reader has neither blocked nor muted."""
    return {row.id for row in await tx.among(_Id, _WANTED, posts, reader, reader, now)}
