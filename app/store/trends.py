"""How many voices hashtags have, in posts that everybody may read and that are shown."""

from typing import Final

from msgspec import Struct

from app.feeds.trends import EARLIER, FEWEST, RECENT, Voices
from app.identifiers import TIME_SHIFT
from app.store.engines import Tx

MOST: Final = 200
"""Hashtags that are looked at: those of most accounts."""

# What is hidden is little and looked up once; of what is used only the index is read.
_USES: Final = (
    "from post_tag t where t.post >= {} and t.post < {} and t.counts and t.post not in "
    "(select cast(s.id as bigint) from gov_subject s where s.hidden_until > {} and s.id not like 'm:%') "
    "and t.account not in (select a.id from gov_subject h join account a on a.member = h.id where h.hidden_until > {})"
)


class _Count(Struct, frozen=True):
    tag: str
    accounts: int


async def voices_of_tags(tx: Tx, at: int) -> list[Voices]:
    """The hashtags of the 24 hours before `at` (Unix ms) that have enough voices to trend."""
    now = await tx.all(
        _Count,
        f"select t.tag, count(distinct t.account) as accounts {_USES} group by t.tag "
        "having count(distinct t.account) >= {} order by count(distinct t.account) desc, t.tag limit {}",
        *(*_within(at - RECENT, at), at, at, FEWEST, MOST),
    )
    before = await tx.among(
        _Count,
        f"select t.tag, count(distinct t.account) as accounts {_USES} and t.tag in {{among}} group by t.tag",
        [row.tag for row in now],
        *(*_within(at - RECENT - EARLIER, at - RECENT), at, at),
    )
    earlier = {row.tag: row.accounts for row in before}
    return [Voices(row.tag, row.accounts, earlier.get(row.tag, 0)) for row in now]


def _within(since: int, before: int) -> tuple[int, int]:
    return since << TIME_SHIFT, before << TIME_SHIFT
