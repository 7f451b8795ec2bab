"""What hashtags are used for, as everybody may count it: public posts that are shown to a visitor."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from app.identifiers import DAY, TIME_SHIFT, day_of
from app.store.engines import Tx
from app.store.timelines import heard, shown

DAYS: Final = 7

_IS_PUBLIC: Final = f"p.visibility = 'public' and {shown('p')} and {heard('a')}".replace("{now}", "{}")


class Use(Struct, frozen=True):
    """How often a hashtag was used on a day (Unix ms at its begin, UTC), and by how many accounts."""

    day: int
    uses: int
    accounts: int


class _Row(Struct, frozen=True):
    tag: str
    day: int
    uses: int
    accounts: int


async def histories_of(tx: Tx, tags: Sequence[str], now: int) -> dict[str, tuple[Use, ...]]:
    """The last seven days of each of many hashtags, today first, days without a use among them."""
    today = day_of(now)
    begin = today - (DAYS - 1) * DAY
    rows = await tx.among(
        _Row,
        f"select t.tag, p.created_at / {DAY} as day, count(*) as uses, count(distinct p.account) as accounts "
        "from post_tag t join post p on p.id = t.post join account a on a.id = p.account "
        f"where t.tag in {{among}} and t.post >= {{}} and {_IS_PUBLIC} group by t.tag, p.created_at / {DAY}",
        tags,
        *(begin << TIME_SHIFT, now, now),
    )
    known = {(row.tag, row.day * DAY): row for row in rows}
    return {tag: tuple(_use(known.get((tag, day)), day) for day in range(today, begin - 1, -DAY)) for tag in tags}


def _use(row: _Row | None, day: int) -> Use:
    return Use(day, row.uses, row.accounts) if row is not None else Use(day, 0, 0)
