"""What people do to one another, and for their own reading: follow, ask to follow, block, mute, take notes.

Each act is its author's own, and no law is asked: what somebody blocks or mutes is gone for them alone.
"""

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from app.notifications import notify, unnotify
from app.store import blocks, follows, mutes, notes, requests
from app.store.circles import Span, circle_of
from app.store.engines import Tx
from app.store.profiles import Profile, save_profile
from app.store.requests import Wish

LONGEST_NOTE: Final = 2_000
LONGEST_MUTE: Final = 10 * 365 * 86_400_000
"""Milliseconds for which one may mute somebody without doing so for good."""

MOST_WAITING: Final = 1_000
"""Requests that are accepted at once where an account wants to be asked no more; the others stay for it to answer."""

Why = Literal[
    "oneself",
    "blocked by them",
    "blocked by you",
    "not followed",
    "too many lists",
    "too many in a list",
    "too many filters",
    "too many hashtags",
    "too many shown",
]


class NotPossible(Exception):
    """What somebody wants to do for their own reading cannot be done; nothing was written."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Final = why


class Relationship(Struct, frozen=True):
    """How the reader and an account stand to one another.

    `boosts` and `notifies` say how the reader follows; `muted_until` is Unix ms, None for good. `note` is the reader's
    own.
    """

    account: int
    following: bool = False
    boosts: bool = False
    notifies: bool = False
    followed_by: bool = False
    requested: bool = False
    requested_by: bool = False
    blocking: bool = False
    blocked_by: bool = False
    muting: bool = False
    muting_notifications: bool = False
    muted_until: int | None = None
    note: str = ""


async def relationships(tx: Tx, reader: int, targets: Sequence[int], now: int) -> dict[int, Relationship]:
    """How the reader and each of many accounts stand to one another; one query a kind."""
    following = await follows.follows_among(tx, reader, targets)
    followers = await follows.followers_among(tx, reader, targets)
    requested = await requests.requested_among(tx, reader, targets)
    requesters = await requests.requesters_among(tx, reader, targets)
    blocked = await blocks.blocked_among(tx, reader, targets)
    blockers = await blocks.blockers_among(tx, reader, targets)
    muted = await mutes.muted_among(tx, reader, targets, now)
    noted = await notes.notes_among(tx, reader, targets)
    return {
        target: Relationship(
            account=target,
            following=target in following,
            boosts=target in following and following[target].boosts,
            notifies=target in following and following[target].notifies,
            followed_by=target in followers,
            requested=target in requested,
            requested_by=target in requesters,
            blocking=target in blocked,
            blocked_by=target in blockers,
            muting=target in muted,
            muting_notifications=target in muted and muted[target].notifications,
            muted_until=muted[target].until if target in muted else None,
            note=noted.get(target, ""),
        )
        for target in targets
    }


async def follow(
    tx: Tx, reader: int, target: int, now: int, *, boosts: bool | None = None, notifies: bool | None = None
) -> None:
    """Follow somebody, or ask to where they want to be asked; what is None stays as it is, or as it is at first.

    Raises NotPossible.
    """
    await _meet(tx, reader, target)
    await _check_no_block(tx, reader, target)
    followed = (await follows.follows_among(tx, reader, [target])).get(target)
    asked = await requests.wish_of(tx, reader, target)
    before = Wish(followed.boosts, followed.notifies) if followed else asked or Wish(True, False)
    wish = Wish(
        before.boosts if boosts is None else boosts,
        before.notifies if notifies is None else notifies,
    )
    if followed is None and await requests.is_locked(tx, target):
        if await requests.ask(tx, reader, target, wish, now):
            await notify(tx, target, "follow_request", reader, 0, now)
    else:
        await _begin(tx, reader, target, wish, now)


async def unfollow(tx: Tx, reader: int, target: int) -> None:
    """Cease to follow somebody, or to ask."""
    await _meet(tx, reader, target)
    await _end(tx, reader, target)


async def accept(tx: Tx, reader: int, asker: int, now: int) -> bool:
    """Let somebody follow who asks to; False if they do not (any more)."""
    await _meet(tx, reader, asker)
    wish = await requests.wish_of(tx, asker, reader)
    if wish is None:
        return False
    await _withdraw(tx, asker, reader)
    await _begin(tx, asker, reader, wish, now)
    return True


async def reject(tx: Tx, reader: int, asker: int) -> bool:
    """Let somebody not follow who asks to; False if they do not (any more)."""
    await _meet(tx, reader, asker)
    return await _withdraw(tx, asker, reader)


async def present(tx: Tx, changed: Profile, now: int) -> None:
    """Write what an account has chosen for its profile; who waits to follow does so where nobody is asked any more."""
    await save_profile(tx, changed)
    if not changed.locked:
        for asker in await circle_of(tx, "requests", changed.account, Span(MOST_WAITING), now):
            await accept(tx, changed.account, asker, now)


async def remove_follower(tx: Tx, reader: int, follower: int) -> None:
    """Have somebody follow no longer, or ask no longer."""
    await _meet(tx, reader, follower)
    await _end(tx, follower, reader)


async def block(tx: Tx, reader: int, target: int, now: int) -> None:
    """Have nothing to do with somebody: neither follows the other any more, or asks to. Raises NotPossible."""
    await _meet(tx, reader, target)
    await blocks.block(tx, reader, target, now)
    for one, other in sorted([(reader, target), (target, reader)]):
        await _end(tx, one, other)


async def unblock(tx: Tx, reader: int, target: int) -> None:
    """Cease to block somebody; who followed whom before does not come back."""
    await _meet(tx, reader, target)
    await blocks.unblock(tx, reader, target)


async def mute(tx: Tx, reader: int, target: int, now: int, *, lasts: int = 0, notifications: bool = True) -> None:
    """Read nothing of somebody for `lasts` ms, 0 for good, and be told nothing of them. Raises NotPossible."""
    await _meet(tx, reader, target)
    await mutes.mute(tx, reader, target, now, now + lasts if lasts else None, notifications=notifications)


async def unmute(tx: Tx, reader: int, target: int) -> None:
    """Read somebody again."""
    await mutes.unmute(tx, reader, target)


async def take_note(tx: Tx, reader: int, target: int, note: str) -> None:
    """Note something of somebody for oneself; "" takes the note away. Raises NotPossible."""
    await _meet(tx, reader, target)
    await notes.take_note(tx, reader, target, note)


async def _meet(tx: Tx, one: int, other: int) -> None:
    """Wait until nothing else is done between the two. Raises NotPossible if they are one."""
    if one == other:
        raise NotPossible("oneself")
    await follows.lock_pair(tx, one, other)


async def _check_no_block(tx: Tx, reader: int, target: int) -> None:
    if await blocks.blockers_among(tx, reader, [target]):
        raise NotPossible("blocked by them")
    if await blocks.blocked_among(tx, reader, [target]):
        raise NotPossible("blocked by you")


async def _begin(tx: Tx, account: int, target: int, wish: Wish, now: int) -> None:
    if await follows.follow(tx, account, target, now, boosts=wish.boosts, notifies=wish.notifies):
        await notify(tx, target, "follow", account, 0, now)


async def _end(tx: Tx, account: int, target: int) -> None:
    if await follows.unfollow(tx, account, target):
        await unnotify(tx, target, "follow", account, 0)
    await _withdraw(tx, account, target)


async def _withdraw(tx: Tx, account: int, target: int) -> bool:
    was_asked = await requests.withdraw(tx, account, target)
    if was_asked:
        await unnotify(tx, target, "follow_request", account, 0)
    return was_asked
