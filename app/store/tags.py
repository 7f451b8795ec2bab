"""How much hashtags are used, day by day: counted in the transactions that write what uses them, and take it away.

A use counts where its post is for everybody; it counts for the day of its post, however late an edit brings it.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from app.identifiers import DAY, TIME_SHIFT
from app.store.engines import Tx

_COUNT: Final = (
    "insert into tag_day (tag, day, accounts, uses) values ({}, {}, {}, {}) on conflict (tag, day) do update "
    "set accounts = tag_day.accounts + excluded.accounts, uses = tag_day.uses + excluded.uses"
)
_ELSEWHERE: Final = (
    "select distinct tag from post_tag "
    "where account = {} and tag in {among} and post >= {} and post < {} and post <> {} and counts"
)


class Use(Struct, frozen=True):
    """How often a hashtag was used in one day, and by how many; the day counts from 1970 (UTC)."""

    tag: str
    day: int
    accounts: int
    uses: int


class _Tag(Struct, frozen=True):
    tag: str


async def uses_of_tags(tx: Tx, tags: Sequence[str], since: int) -> list[Use]:
    """How much each of many hashtags was used in posts for everybody, day by day since one; a row for each day."""
    sql = "select tag, day, accounts, uses from tag_day where tag in {among} and day >= {}"
    return await tx.among(Use, sql, tags, since)


async def count_tags(tx: Tx, post: int, account: int, tags: Sequence[str], by: int) -> None:
    """Count that a post for everybody uses hashtags (1), or does so no longer (-1).

    An account counts once a day, whatever else of that day uses the same: so two of its posts wait for each other.
    """
    if not tags:
        return
    await tx.lock("select id from account where id = {} for no key update", account)
    day = post // (DAY << TIME_SHIFT)
    begin, end = day * DAY << TIME_SHIFT, (day + 1) * DAY << TIME_SHIFT
    elsewhere = {row.tag for row in await tx.among(_Tag, _ELSEWHERE, tags, account, begin, end, post)}
    # In the order of letters, so that two who use the same do not wait for one another.
    await tx.many(_COUNT, [(tag, day, 0 if tag in elsewhere else by, by) for tag in sorted(tags)])
    if by < 0:
        # Of a hashtag that nothing uses any more no name is left.
        await tx.many("delete from tag_day where tag = {} and day = {} and uses = 0", [(tag, day) for tag in tags])
