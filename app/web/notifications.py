"""What the reader is told, by groups; to open it is to have read it."""

from collections.abc import Sequence
from contextlib import suppress

from litestar import Response, get, post
from msgspec import Struct

from app.filters import sift
from app.posts import Post, show_posts
from app.square import Square
from app.store.accounts import accounts_among
from app.store.engines import StoreError, Tx
from app.store.markers import mark, markers_of
from app.store.notifications import KINDS, NotificationKind
from app.store.posts import posts_among
from app.store.told import Wanted, clear
from app.told import Group, groups_for
from app.web.answers import Answer, Done, answer, done
from app.web.posts import MOST_IN_A_PAGE
from app.web.requests import PageRequest
from app.web.timelines import FIRST, Before, begin
from app.web.visits import Visit, account_of, signed_in


class Person(Struct, frozen=True):
    """Somebody by name and address."""

    id: str
    handle: str
    name: str


class Notice(Struct, frozen=True):
    """What stands together: `count` notifications of one kind by these people, the latest first, newest at `at`.

    `post` is the post that it is about, None where it is of none.
    """

    key: str
    kind: NotificationKind
    at: int
    count: int
    people: tuple[Person, ...]
    post: Post | None
    is_new: bool


class NotificationsPage(Struct, frozen=True):
    """A page of notices, newest first; `next` is the address of the older ones, None on the last."""

    items: tuple[Notice, ...]
    next: str | None
    is_first: bool


class NothingForm(Struct, frozen=True):
    """A button."""


@get("/notifications", tags=["notifications"], guards=[signed_in])
async def show_notifications(
    request: PageRequest, square: Square, visit: Visit, before: Before = FIRST
) -> Answer[NotificationsPage]:
    """What the reader is told, newest first."""
    reader, now = account_of(visit).id, square.clock.now()

    async def load(tx: Tx) -> tuple[NotificationsPage, int]:
        read = {one.timeline: one.last_read for one in await markers_of(tx, reader)}.get("notifications", 0)
        groups = await groups_for(tx, reader, Wanted(KINDS, before=begin(before)), now, MOST_IN_A_PAGE)
        notices = await _notices(tx, groups, visit, read, now)
        oldest = min((group.oldest for group in groups), default=0)
        more = f"/notifications?before={oldest}" if oldest and await _goes_on(tx, reader, oldest, now) else None
        newest = groups[0].newest.id if groups and groups[0].newest.id > read else 0
        return NotificationsPage(notices, more, not before), newest

    page, newest = await square.database.read(load)
    if newest:
        # That something was read is worth no refused page: with a full disk reading goes on.
        with suppress(StoreError):
            await square.database.write(lambda tx: mark(tx, reader, "notifications", newest, now))
    return answer(request, "notifications/list.html", page)


async def _goes_on(tx: Tx, reader: int, oldest: int, now: int) -> bool:
    return bool(await groups_for(tx, reader, Wanted(KINDS, before=oldest), now, 1))


async def _notices(tx: Tx, groups: Sequence[Group], visit: Visit, read: int, now: int) -> tuple[Notice, ...]:
    rows = await posts_among(tx, sorted({group.newest.post for group in groups if group.newest.post}))
    reader = account_of(visit).id
    shown = await show_posts(tx, rows, reader, now, visit.country)
    posts = {int(one.id): one for one in await sift(tx, shown, reader, "notifications", now)}
    accounts = await accounts_among(tx, sorted({sender for group in groups for sender in group.senders}))
    return tuple(
        Notice(
            key=group.key,
            kind=group.newest.kind,
            at=group.newest.created_at,
            count=group.count,
            people=tuple(
                Person(str(one.id), one.handle, one.shown_name)
                for one in (accounts[sender] for sender in group.senders if sender in accounts)
            ),
            post=posts.get(group.newest.post),
            is_new=group.newest.id > read,
        )
        for group in groups
        if not group.newest.post or group.newest.post in posts
    )


@post("/notifications/clear", tags=["notifications"], guards=[signed_in])
async def clear_notifications(request: PageRequest, square: Square, visit: Visit, data: NothingForm) -> Response[Done]:
    """Put everything away that the reader was told."""
    reader = account_of(visit).id
    await square.database.write(lambda tx: clear(tx, reader))
    return done(request, "/notifications", Done("/notifications"))


routes = [show_notifications, clear_notifications]
