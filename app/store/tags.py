"""How much hashtags are used."""

from collections.abc import Sequence

from msgspec import Struct

from app.identifiers import DAY, TIME_SHIFT
from app.store.engines import Tx


class Use(Struct, frozen=True):
    """How often a hashtag was used in one day, and by how many; the day counts from 1970 (UTC)."""

    tag: str
    day: int
    accounts: int
    uses: int


async def uses_of_tags(tx: Tx, tags: Sequence[str], since: int) -> list[Use]:
    """How much each of many hashtags was used in posts for everybody, day by day since a time (Unix ms)."""
    day = f"(t.post / {DAY << TIME_SHIFT})"
    sql = (
        f"select t.tag, {day} as day, count(distinct t.account) as accounts, count(*) as uses "
        "from post_tag t join post p on p.id = t.post "
        "where t.tag in {among} and t.post >= {} and p.visibility = 'public' and p.deleted_at is null "
        f"group by t.tag, {day}"
    )
    return await tx.among(Use, sql, tags, since << TIME_SHIFT)
