"""What somebody is told: lists, groups, what is unread, and how it is put away."""

from typing import Final

from litestar import Response
from litestar.exceptions import NotFoundException
from msgspec import Struct

from app.api.accounts import known_id
from app.api.bodies import nested, read_values
from app.api.callers import person
from app.api.entities import Account as ApiAccount
from app.api.notified import GroupedNotifications, Notification, groups_as, notifications_as
from app.api.paging import Paging, paged
from app.api.people import account_list
from app.api.routes import get, post
from app.api.views import View
from app.notifications import GROUPED
from app.square import Square
from app.store import told
from app.store.accounts import Account
from app.store.engines import Tx
from app.store.notifications import KINDS, NotificationKind
from app.store.told import NEWEST, Told, Wanted
from app.told import groups_for, together
from app.web.requests import PageRequest

READ: Final = person("read:notifications")
WRITE: Final = person("write:notifications")
USUAL: Final = 40
MOST: Final = 80
MOST_UNREAD: Final = 1_000


class Choice(Struct, frozen=True):
    """Which notifications a client asks for; kinds that we do not have are passed over."""

    types: tuple[str, ...] = ()
    exclude_types: tuple[str, ...] = ()
    grouped_types: tuple[str, ...] = ()
    account_id: str = ""
    limit: int | None = None

    def kinds(self) -> tuple[NotificationKind, ...]:
        """The kinds that are asked for."""
        named = [kind for kind in KINDS if not self.types or kind in self.types]
        return tuple(kind for kind in named if kind not in self.exclude_types)

    def grouped(self) -> tuple[NotificationKind, ...]:
        """The kinds that are to stand together."""
        return tuple(kind for kind in GROUPED if not self.grouped_types or kind in self.grouped_types)


class Nothing(Struct, frozen=True):
    """It is done, and there is nothing to tell."""


class Unread(Struct, frozen=True):
    """How many are unread."""

    count: int


class Waiting(Struct, frozen=True):
    """What waits to be let in: nothing."""

    pending_requests_count: int = 0
    pending_notifications_count: int = 0


class Policy(Struct, frozen=True):
    """Whose notifications are let in: everybody's but those of whom the reader blocks or mutes."""

    for_not_following: str = "accept"
    for_not_followers: str = "accept"
    for_new_accounts: str = "accept"
    for_private_mentions: str = "accept"
    for_limited_accounts: str = "accept"
    summary: Waiting = Waiting()


class Group(Struct, frozen=True):
    """The accounts of one group."""

    accounts: tuple[ApiAccount, ...]


@get("/api/v1/notifications", READ)
async def list_notifications(
    request: PageRequest, square: Square, person: Account, view: View, paging: Paging
) -> Response[list[Notification]]:
    """What the reader is told, newest first."""
    wanted = _wanted(_choice(request), paging)
    most = paging.most(USUAL, MOST)

    async def load(tx: Tx) -> tuple[list[Told], list[Notification]]:
        rows = await told.told_to(tx, person.id, wanted, view.now, most)
        return rows, await notifications_as(tx, rows, view)

    rows, shown = await square.database.read(load)
    return paged(request, shown, [row.id for row in rows])


@get("/api/v2/notifications", READ)
async def list_groups(
    request: PageRequest, square: Square, person: Account, view: View, paging: Paging
) -> Response[GroupedNotifications]:
    """What the reader is told, by groups, the group with the newest first."""
    choice = _choice(request)
    wanted = _wanted(choice, paging)
    most = paging.most(USUAL, MOST)

    async def load(tx: Tx) -> tuple[list[int], GroupedNotifications]:
        groups = await groups_for(tx, person.id, wanted, view.now, most, choice.grouped())
        ids = [id_ for group in groups for id_ in (group.newest.id, group.oldest)]
        return ids, await groups_as(tx, groups, view)

    ids, shown = await square.database.read(load)
    return Response(shown, headers=paged(request, [], ids).headers)


@get(["/api/v1/notifications/unread_count", "/api/v2/notifications/unread_count"], READ)
async def count_unread(request: PageRequest, square: Square, person: Account, view: View) -> Unread:
    """How many are newer than the marker of notifications."""
    choice = _choice(request)
    most = min(max(choice.limit or 100, 1), MOST_UNREAD)
    return Unread(
        await square.database.read(lambda tx: told.count_unread(tx, person.id, choice.kinds(), view.now, most))
    )


@get("/api/v1/notifications/{notification:str}", READ)
async def show_notification(square: Square, person: Account, view: View, notification: str) -> Notification:
    """One notification."""
    number = known_id(notification)

    async def load(tx: Tx) -> list[Notification]:
        return await notifications_as(tx, await told.told_under(tx, number, [person.id], view.now), view)

    for found in await square.database.read(load):
        return found
    raise NotFoundException


@get("/api/v2/notifications/{group_key:str}", READ)
async def show_group(square: Square, person: Account, view: View, group_key: str) -> GroupedNotifications:
    """One group."""

    async def load(tx: Tx) -> GroupedNotifications:
        rows = await _members(tx, person.id, group_key, view.now)
        return await groups_as(tx, together(rows), view)

    found = await square.database.read(load)
    if not found.notification_groups:
        raise NotFoundException
    return found


@get("/api/v2/notifications/{group_key:str}/accounts", READ)
async def list_group_accounts(square: Square, person: Account, view: View, group_key: str) -> list[ApiAccount]:
    """The people of a group, who came last first."""

    async def load(tx: Tx) -> list[ApiAccount]:
        rows = await _members(tx, person.id, group_key, view.now)
        return await account_list(tx, list(dict.fromkeys(row.sender for row in rows)), view)

    return await square.database.read(load)


@post("/api/v1/notifications/clear", WRITE)
async def clear(square: Square, person: Account) -> Nothing:
    """Put everything away."""
    await square.database.write(lambda tx: told.clear(tx, person.id))
    return Nothing()


@post("/api/v1/notifications/{notification:str}/dismiss", WRITE)
async def dismiss(square: Square, person: Account, notification: str) -> Nothing:
    """Put one notification away."""
    number = known_id(notification)
    await square.database.write(lambda tx: told.dismiss(tx, person.id, number))
    return Nothing()


@post("/api/v2/notifications/{group_key:str}/dismiss", WRITE)
async def dismiss_group(square: Square, person: Account, view: View, group_key: str) -> Nothing:
    """Put one group away."""

    async def put_away(tx: Tx) -> None:
        for row in await _members(tx, person.id, group_key, view.now):
            await told.dismiss(tx, person.id, row.id)
        await told.dismiss_group(tx, person.id, group_key)

    await square.database.write(put_away)
    return Nothing()


@get(["/api/v2/notifications/policy", "/api/v1/notifications/policy"], READ)
async def show_policy() -> Policy:
    """Whose notifications are let in."""
    return Policy()


@get("/api/v1/notifications/requests", READ)
async def list_requests() -> list[Nothing]:
    """What waits to be let in: nothing, since all is."""
    return []


routes = [
    list_notifications,
    list_groups,
    count_unread,
    show_notification,
    show_group,
    list_group_accounts,
    clear,
    dismiss,
    dismiss_group,
    show_policy,
    list_requests,
]


def _choice(request: PageRequest) -> Choice:
    return read_values(Choice, nested([*request.query_params.items()]))


def _wanted(choice: Choice, paging: Paging) -> Wanted:
    """What the query asks for. Raises NotFoundException for an account that is none."""
    return Wanted(
        kinds=choice.kinds(),
        sender=known_id(choice.account_id) if choice.account_id else 0,
        before=NEWEST if paging.max_id is None else paging.max_id,
        after=paging.min_id or paging.since_id or 0,
        oldest=paging.min_id is not None,
    )


async def _members(tx: Tx, account: int, key: str, now: int) -> list[Told]:
    """The newest notifications of a group; one that is not grouped is named by its id."""
    alone = key.removeprefix("ungrouped-")
    if alone != key:
        return await told.told_under(tx, known_id(alone), [account], now)
    return await told.group_of(tx, account, key, now, MOST)
