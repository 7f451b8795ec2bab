"""What readers do with posts: like, keep, pin and boost them, and mute their conversations."""

from collections.abc import Awaitable, Callable
from typing import Final, Literal

from msgspec import Struct

from app.events import Posted, Removed
from app.notifications import notify, unnotify
from app.posts import Post, show_posts
from app.square import Square
from app.store import marks
from app.store.accounts import Account
from app.store.engines import Tx
from app.store.marks import Boost
from app.store.posts import PostRow, find_post, posts_among
from app.store.restrictions import restrictions_of
from app.store.seen import seen_among
from app.store.stats import count_marks, count_post
from app.store.visibility import Visibility
from app.writing import check_may_speak

MOST_PINS: Final = 5

Deed = Literal[
    "favourite", "unfavourite", "bookmark", "unbookmark", "pin", "unpin", "boost", "unboost", "mute", "unmute"
]
"""What can be done with a post; each is the same done twice."""

Reason = Literal["not-shown", "not-for-all", "not-yours", "too-many-pins"]


class MarkRefused(Exception):
    """A mark that cannot be set, and why; nothing was written. `not-shown`: the reader sees no such post."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class Marking(Struct, frozen=True):
    """Who marks which post, when; `listed` is a boost's visibility, None for what its post has."""

    square: Square
    by: Account
    post: PostRow
    now: int
    listed: Visibility | None = None

    def new_id(self) -> int:
        """An id for a mark or a boost, which tells their order."""
        return self.square.post_ids.next(self.now)


async def do(
    square: Square, by: Account, deed: Deed, post: int, *, country: str = "", listed: Visibility | None = None
) -> int:
    """Do it, and return what it leaves: the boost of who boosts, else the post, which is the boosted one of a boost.

    To mark asks that one sees the post; to take a mark back does not. Raises MarkRefused, Refused.
    """

    async def work(tx: Tx) -> int:
        now = square.clock.now()
        row = await _existing(tx, post)
        if not deed.startswith("un"):
            await _check_seen(tx, row, by, now, country)
        return await _DEEDS[deed](tx, Marking(square, by, row, now, listed))

    return await square.database.write(work)


async def pinned_posts(tx: Tx, account: int, reader: int | None, now: int, country: str = "") -> tuple[Post, ...]:
    """What an account shows first, as far as the reader may see it and no decision hides it."""
    shown = await show_posts(tx, await posts_among(tx, await marks.pinned_by(tx, account)), reader, now, country)
    return tuple(post for post in shown if post.stands in ("open", "warned"))


async def _existing(tx: Tx, post: int) -> PostRow:
    """The post, or what it boosts."""
    row = await find_post(tx, post)
    if row is not None and row.boost_of is not None:
        row = await find_post(tx, row.boost_of)
    if row is None or row.deleted_at is not None:
        raise MarkRefused("not-shown")
    return row


async def _check_seen(tx: Tx, row: PostRow, by: Account, now: int, country: str) -> None:
    if row.id not in await seen_among(tx, [row.id], by.id):
        raise MarkRefused("not-shown")
    standing = (await restrictions_of(tx, [str(row.id)], now, country)).get(str(row.id), ())
    # What is folded may be opened by anybody, and so be liked and passed on; timelines leave it out all the same.
    if any(one.here and not one.opens for one in standing):
        raise MarkRefused("not-shown")


async def _favourite(tx: Tx, this: Marking) -> int:
    if await marks.set_mark(tx, "favourite", this.by.id, this.post.id, this.new_id()):
        await count_marks(tx, this.post.id, favourites=1)
        await notify(tx, this.post.account, "favourite", this.by.id, this.post.id, this.now)
    return this.post.id


async def _unfavourite(tx: Tx, this: Marking) -> int:
    if await marks.take_mark(tx, "favourite", this.by.id, this.post.id):
        await count_marks(tx, this.post.id, favourites=-1)
        await unnotify(tx, this.post.account, "favourite", this.by.id, this.post.id)
    return this.post.id


async def _bookmark(tx: Tx, this: Marking) -> int:
    await marks.set_mark(tx, "bookmark", this.by.id, this.post.id, this.new_id())
    return this.post.id


async def _unbookmark(tx: Tx, this: Marking) -> int:
    await marks.take_mark(tx, "bookmark", this.by.id, this.post.id)
    return this.post.id


async def _pin(tx: Tx, this: Marking) -> int:
    if this.post.account != this.by.id:
        raise MarkRefused("not-yours")
    if this.post.visibility not in ("public", "unlisted"):
        raise MarkRefused("not-for-all")
    pinned = await marks.lock_pins(tx, this.by.id)
    if await marks.set_mark(tx, "pin", this.by.id, this.post.id, this.new_id()) and pinned >= MOST_PINS:
        raise MarkRefused("too-many-pins")
    return this.post.id


async def _unpin(tx: Tx, this: Marking) -> int:
    await marks.take_mark(tx, "pin", this.by.id, this.post.id)
    return this.post.id


async def _boost(tx: Tx, this: Marking) -> int:
    """Public posts are passed on, and by their author also what is for followers: to these and to nobody else."""
    own = this.post.account == this.by.id and this.post.visibility == "followers"
    if this.post.visibility not in ("public", "unlisted") and not own:
        raise MarkRefused("not-for-all")
    standing = await marks.boost_of(tx, this.by.id, this.post.id)
    if standing is not None:
        return standing
    await check_may_speak(tx, this.by.id, this.by.member, this.now)
    listed = "followers" if own else this.listed or this.post.visibility
    boost = this.new_id()
    while not await marks.add_boost(tx, Boost(boost, this.by.id, this.post.id, this.post.language, listed, this.now)):
        other = await marks.boost_of(tx, this.by.id, this.post.id)
        if other is not None:
            return other
        boost = this.new_id()
    await count_marks(tx, this.post.id, boosts=1)
    await count_post(tx, this.by.id, 1, this.now)
    await notify(tx, this.post.account, "reblog", this.by.id, this.post.id, this.now)
    tx.announce(Posted(boost))
    return boost


async def _unboost(tx: Tx, this: Marking) -> int:
    boost = await marks.boost_of(tx, this.by.id, this.post.id)
    if boost is not None and await marks.drop_boost(tx, boost):
        await count_marks(tx, this.post.id, boosts=-1)
        await count_post(tx, this.by.id, -1)
        await unnotify(tx, this.post.account, "reblog", this.by.id, this.post.id)
        tx.announce(Removed(boost, this.by.id, this.post.visibility))
    return this.post.id


async def _mute(tx: Tx, this: Marking) -> int:
    await marks.mute_thread(tx, this.by.id, this.post.root)
    return this.post.id


async def _unmute(tx: Tx, this: Marking) -> int:
    await marks.unmute_thread(tx, this.by.id, this.post.root)
    return this.post.id


_DEEDS: Final[dict[Deed, Callable[[Tx, Marking], Awaitable[int]]]] = {
    "favourite": _favourite,
    "unfavourite": _unfavourite,
    "bookmark": _bookmark,
    "unbookmark": _unbookmark,
    "pin": _pin,
    "unpin": _unpin,
    "boost": _boost,
    "unboost": _unboost,
    "mute": _mute,
    "unmute": _unmute,
}
