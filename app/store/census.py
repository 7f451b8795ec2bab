"""How many are here, and how much they say."""

from collections.abc import Sequence

from msgspec import Struct

from app.identifiers import TIME_SHIFT
from app.store.engines import Tx
from app.store.sessions import DAY

WEEK = 7 * DAY
WEEKS = 12


class Week(Struct, frozen=True):
    """What happened in a week that began at `begin` (Unix ms): posts written, people who joined."""

    begin: int
    posts: int
    joined: int


class Census(Struct, frozen=True):
    """How many people there are, how many of them posted within a month and within half a year, and their posts."""

    people: int = 0
    monthly: int = 0
    half_yearly: int = 0
    posts: int = 0
    weeks: tuple[Week, ...] = ()


class _Count(Struct, frozen=True):
    n: int


async def take_census(tx: Tx, now: int) -> Census:
    """Count them; it costs a look at every account, so it is not for every request."""
    return Census(
        people=await _count(tx, "select count(*) as n from account where kind = 'person'"),
        monthly=await _count(tx, _ACTIVE, now - 30 * DAY),
        half_yearly=await _count(tx, _ACTIVE, now - 182 * DAY),
        posts=await _count(tx, "select cast(coalesce(sum(posts), 0) as bigint) as n from account_stat"),
        weeks=tuple([await _week(tx, begin) for begin in _weeks(now)]),
    )


_ACTIVE = "select count(*) as n from account_stat where last_post_at > {}"


def _weeks(now: int) -> Sequence[int]:
    # The first of January 1970 was a Thursday: weeks begin on Monday.
    this = now - (now - 4 * DAY) % WEEK
    return [this - place * WEEK for place in range(WEEKS)]


async def _week(tx: Tx, begin: int) -> Week:
    end = begin + WEEK
    posts = "select count(*) as n from post where id >= {} and id < {} and deleted_at is null and boost_of is null"
    joined = "select count(*) as n from account where kind = 'person' and created_day >= {} and created_day < {}"
    return Week(
        begin,
        await _count(tx, posts, begin << TIME_SHIFT, end << TIME_SHIFT),
        await _count(tx, joined, begin, end),
    )


async def _count(tx: Tx, sql: str, *args: int) -> int:
    found = await tx.one(_Count, sql, *args)
    assert found is not None
    return found.n
