"""Homes are kept: the posts of the followed are entered in the `home_entry` of those who read.

Why no post is ever missing, whatever runs at once:

1. A follow is *kept* or not, and a new one is not. Of one that is not, readers merge the target's posts themselves.
2. A post is written together with a row of `home_due`, and only `deliver` takes that row away, in the transaction that
   enters the post in the home of each kept follow of its author. Readers look at both: so in every snapshot a post is
   due or entered.
3. `keep_home` makes follows kept and enters what their targets have said. It and `deliver` wait for one another
   (`_alone`), and ask only after they have waited. Take a post and the `keep_home` of a follower of its author: either
   the post was committed before `keep_home` asked, then that enters it; or it was not, then it was due at that time,
   and whoever delivers it sees the follow kept. No order of ids is relied on, for a smaller id may be committed later.
4. Homes are complete above their `floor` and of no account below it: who reads on below merges everything.
   `keep_home` sets the floor with all entries above it; afterwards it only rises, together with the entries below it
   that go (`_trim`). An entry below the floor is not looked at.

An author with more than `FEW` followers is merged by those who begin to read them, so that a post costs at most that
many entries. Homes that nobody has read for a week are given up: all is merged again until somebody reads. What is
written here is done by one process of all, a second or so after the post's commit; but for time nothing depends on it.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from app.identifiers import DAY, TIME_SHIFT, day_of
from app.store.engines import Tx
from app.store.homes import walk
from app.store.timelines import NEWEST, placed

FEW: Final = 1_000
"""The followers up to whom a post is entered; bench/timelines.py measures what an entry and a merge cost."""

LENGTH: Final = 800
"""So many posts of a home are kept at least."""

AWAY: Final = 7 * DAY
AT_ONCE: Final = 500
TRIMMED: Final = 32
"""Of so many posts one has the homes trimmed that it reaches."""

_LOCK: Final = 0x686F_6D65  # "home" in ASCII


_REACHED: Final = "from post p cross join follow f where p.id = {} and f.target = p.account and f.kept"
_ENTER: Final = f"insert into home_entry (account, post) select f.account, p.id {_REACHED} on conflict do nothing"
_CUTS: Final = (
    "select h.account, (select e.post from home_entry e where e.account = h.account and e.post > h.floor "
    "order by e.post desc limit 1 offset {}) as floor from home_state h "
    f"where h.account in (select f.account {_REACHED})"
)
_NEWEST_OF_KEPT: Final = (
    walk(
        "select target, true, cast(null as text) from follow where account = {reader} and kept", "p.deleted_at is null"
    )
    + " select id from found order by id desc limit {most}"
)


class _Id(Struct, frozen=True):
    id: int


class _Floor(Struct, frozen=True):
    account: int
    floor: int


class _Cut(Struct, frozen=True):
    account: int
    floor: int | None


class _Seen(Struct, frozen=True):
    seen_day: int


async def is_news(tx: Tx, reader: int, now: int) -> bool:
    """Whether a reader has not yet read their home today."""
    found = await tx.one(_Seen, "select seen_day from home_state where account = {}", reader)
    return found is None or found.seen_day < day_of(now)


async def see_home(tx: Tx, reader: int, now: int) -> None:
    """Note the day on which a reader reads, and have their home kept."""
    await tx.run(
        "insert into home_state (account, floor, seen_day, kept_day) values ({}, {}, {}, 0) "
        "on conflict (account) do update set seen_day = excluded.seen_day "
        "where home_state.seen_day < excluded.seen_day",
        *(reader, NEWEST, day_of(now)),
    )


async def is_due(tx: Tx) -> bool:
    """Whether there are posts to be entered."""
    return await tx.one(_Id, "select post as id from home_due limit 1") is not None


async def deliver(tx: Tx) -> int:
    """Enter the oldest of the posts that are due in the homes of their authors' followers; how many these were."""
    await _alone(tx)
    due = await tx.all(_Id, "select post as id from home_due order by post limit {}", AT_ONCE)
    posts = [(row.id,) for row in due]
    await tx.many(
        f"insert into home_entry (account, post) select f.account, p.id {_REACHED} on conflict do nothing", posts
    )
    await tx.many("delete from home_due where post = {}", posts)
    for row in due:
        if (row.id >> TIME_SHIFT) % TRIMMED == 0:
            await _trim(tx, row.id)
    return len(due)


async def wanted_homes(tx: Tx, most: int) -> list[int]:
    """Readers who have read today, and whose homes have not been made for today."""
    sql = "select account as id from home_state where kept_day < seen_day order by account limit {}"
    return [row.id for row in await tx.all(_Id, sql, most)]


async def keep_home(tx: Tx, reader: int) -> None:
    """Keep the follows of a reader from now on, and enter the newest posts of all who are kept."""
    await _alone(tx)
    await tx.run(
        "update follow set kept = true where account = {} and not kept "
        "and coalesce((select s.followers from account_stat s where s.account = follow.target), 0) <= {}",
        *(reader, FEW),
    )
    newest = await _newest_of_kept(tx, reader)
    sql = "insert into home_entry (account, post) values ({}, {}) on conflict (account, post) do nothing"
    await tx.many(sql, [(reader, post) for post in newest])
    floor = newest[-1] - 1 if len(newest) == LENGTH else 0
    await _raise_floors(tx, [_Floor(reader, floor)])
    await tx.run("update home_state set kept_day = seen_day where account = {}", reader)


async def give_up_homes(tx: Tx, now: int) -> int:
    """Let go of homes that nobody has read for a week, as many as are done at once; how many these were."""
    await _alone(tx)
    sql = "select account as id from home_state where seen_day < {} order by seen_day limit {}"
    readers = [(row.id,) for row in await tx.all(_Id, sql, day_of(now) - AWAY, AT_ONCE)]
    await tx.many("update follow set kept = false where account = {} and kept", readers)
    await tx.many("delete from home_entry where account = {}", readers)
    await tx.many("delete from home_state where account = {}", readers)
    return len(readers)


async def _newest_of_kept(tx: Tx, reader: int) -> list[int]:
    text, names = placed(_NEWEST_OF_KEPT)
    values = {"reader": reader, "below": NEWEST, "above": 0, "most": LENGTH}
    return [row.id for row in await tx.all(_Id, text, *(values[name] for name in names))]


async def _trim(tx: Tx, post: int) -> None:
    """Cut the homes that a post was entered in to their newest 800."""
    found = await tx.all(_Cut, _CUTS, LENGTH, post)
    await _raise_floors(tx, [_Floor(row.account, row.floor) for row in found if row.floor is not None])


async def _raise_floors(tx: Tx, floors: Sequence[_Floor]) -> None:
    """Set how far back homes are kept, and take away what lies below."""
    rows = [(one.floor, one.account) for one in floors]
    await tx.many("update home_state set floor = {} where account = {}", rows)
    await tx.many("delete from home_entry where post <= {} and account = {}", rows)


async def _alone(tx: Tx) -> None:
    """Wait until nobody else changes what is kept, and keep others waiting until this transaction has ended."""
    await tx.lock("select true from pg_advisory_xact_lock({})", _LOCK)
