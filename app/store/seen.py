"""Which posts a reader may see, and what the reader did with them: one query for both."""

from collections.abc import Collection, Sequence
from typing import Final

from msgspec import Struct

from app.store.engines import Tx
from app.store.visibility import SEES

_SEEN: Final = (
    "select p.id, "
    "exists (select 1 from favourite f where f.account = {reader} and f.post = p.id) as favourited, "
    "exists (select 1 from bookmark f where f.account = {reader} and f.post = p.id) as bookmarked, "
    "exists (select 1 from pin f where f.account = {reader} and f.post = p.id) as pinned, "
    "exists (select 1 from post f where f.boost_of = p.id and f.account = {reader}) as boosted, "
    "exists (select 1 from muted_thread f where f.account = {reader} and f.root = p.root) as muted "
    "from post p where p.id in {among} and " + SEES
).replace("{reader}", "{}")
_READERS: Final = _SEEN.count("{}")
_PUBLIC: Final = "select p.id from post p where p.id in {among} and p.visibility in ('public', 'unlisted')"


class Marks(Struct, frozen=True):
    """What the reader did with a post, and whether they muted its thread."""

    favourited: bool = False
    bookmarked: bool = False
    pinned: bool = False
    boosted: bool = False
    muted: bool = False


class _Seen(Struct, frozen=True):
    id: int
    favourited: bool = False
    bookmarked: bool = False
    pinned: bool = False
    boosted: bool = False
    muted: bool = False


NONE: Final = Marks()


async def for_few_among(tx: Tx, posts: Collection[str]) -> frozenset[str]:
    """Those of many posts that their authors wrote for few, by id."""
    sql = "select p.id from post p where p.id in {among} and p.visibility not in ('public', 'unlisted')"
    return frozenset(str(row.id) for row in await tx.among(_Seen, sql, sorted(map(int, posts))))


async def seen_among(tx: Tx, posts: Sequence[int], reader: int | None) -> dict[int, Marks]:
    """Those of many posts that a reader (None: a visitor) may see, by id, with the reader's marks."""
    if reader is None:
        return dict.fromkeys([row.id for row in await tx.among(_Seen, _PUBLIC, posts)], NONE)
    found = await tx.among(_Seen, _SEEN, posts, *[reader] * _READERS)
    return {row.id: Marks(row.favourited, row.bookmarked, row.pinned, row.boosted, row.muted) for row in found}
