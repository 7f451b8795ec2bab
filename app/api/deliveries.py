"""Who is told of what happens, and in which words: each client as its reader would meet it when asking."""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from app.api.conversations import conversations_as
from app.api.entities import Status
from app.api.filters import result_as
from app.api.notified import notifications_as
from app.api.speech import statuses_as
from app.api.views import View
from app.events import Edited, Event, FiltersChanged, Notified, Posted, Removed, Talked
from app.filters import filtered
from app.media.pictures import OPEN
from app.posts import Post, show_posts
from app.square import Square
from app.store.addressed import tags_among
from app.store.audiences import at_home_among, followers_among, lists_among, lists_with, readers_among
from app.store.conversations import conversation_of
from app.store.engines import Tx
from app.store.filters import Filter, filters_among
from app.store.media import media_of_posts
from app.store.posts import PostRow, author_of, find_post
from app.store.told import told_under
from app.streams import Client, Message, Name

Told = tuple[Client, Message]
Place = tuple[Client, Name]

_SHOWN: Final = ("open", "warned")


class _Eyes(Struct, frozen=True):
    """What of a reader changes how a post looks, beside the reader's own marks, which streams do not tell.

    `account` is 0 but where pictures have addresses with each reader's own ticket.
    """

    country: str
    root: str
    kin: str
    account: int


class _Looks(Struct, frozen=True):
    """A post as some readers see it, for us and for their clients."""

    post: Post
    status: Status

    @property
    def has_media(self) -> bool:
        """Whether it has pictures."""
        return bool((self.status.reblog or self.status).media_attachments)


class Deliveries:
    """Tells the clients of this process what happens on a square."""

    def __init__(self, square: Square) -> None:
        self._square = square

    async def __call__(self, event: Event, clients: Sequence[Client]) -> None:
        for client, message in await self._square.database.read(lambda tx: self._told(tx, event, clients)):
            client.tell(message)

    async def _told(self, tx: Tx, event: Event, clients: Sequence[Client]) -> list[Told]:
        now = self._square.clock.now()
        match event:
            case Posted(post):
                return await _of_post(tx, "update", post, clients, now)
            case Edited(post):
                return await _of_post(tx, "status.update", post, clients, now)
            case Removed():
                return await _of_removed(tx, event, clients)
            case Notified():
                return await _of_notified(tx, event, clients, now)
            case FiltersChanged(account):
                named = [(client, ("user",)) for client in clients if client.account == account]
                return [(client, Message(name, "filters_changed")) for client, name in named if name in client.names]
            case Talked(root, accounts):
                return await _of_talk(tx, root, accounts, clients, now)


async def _of_post(tx: Tx, event: str, post: int, clients: Sequence[Client], now: int) -> list[Told]:
    row = await find_post(tx, post)
    if row is None or row.deleted_at is not None:
        return []
    places = await _places(tx, row, clients)
    readers = await _readers(tx, row, places, now)
    author = row.account if row.boost_of is None else await author_of(tx, row.boost_of)
    assert author is not None, "a boost goes with what it passes on"
    near = await followers_among(tx, author, sorted(readers))
    has_tickets = row.visibility not in OPEN and bool(await media_of_posts(tx, [row.boost_of or row.id]))
    filters = await filters_among(tx, sorted(readers))
    looks: dict[_Eyes, _Looks | None] = {}
    told: list[Told] = []
    for client, name in places:
        if client.account not in readers:
            continue
        kin = "author" if client.account == author else "follower" if client.account in near else ""
        eyes = _Eyes(client.country, client.root, kin, client.account if has_tickets else 0)
        if eyes not in looks:
            looks[eyes] = await _look(tx, row, View(client.account, now, client.country, client.root))
        seen = looks[eyes]
        if seen is not None and (seen.has_media or not name[0].endswith(":media")):
            status = _filtered(seen, filters.get(client.account, []), now)
            told.append((client, Message(name, event, msgspec.json.encode(status).decode())))
    return told


def _filtered(seen: _Looks, filters: Sequence[Filter], now: int) -> Status:
    """A post with what the reader's filters catch in it; who has none is not told of filters."""
    caught = filtered([seen.post], filters, None, now).get(seen.post.id, ())
    told = tuple(result_as(one, seen.post.id) for one in caught)
    boosted = seen.status.reblog
    if not told:
        return seen.status
    return replace(seen.status, filtered=told, reblog=replace(boosted, filtered=told) if boosted is not None else None)


async def _places(tx: Tx, row: PostRow, clients: Sequence[Client]) -> list[Place]:
    """On which streams of which clients a post stands, as far as their readers may see it."""
    fixed = await _names_of(tx, row)
    home = await at_home_among(tx, row.id, sorted({one.account for one in clients if ("user",) in one.names}))
    wanted = {int(name[1]) for one in clients for name in one.names if name[0] == "list"}
    lists = {("list", str(one)) for one in await lists_among(tx, row.id, sorted(wanted))}
    return [
        (client, name)
        for client in clients
        for name in sorted(client.names)
        if name in fixed or name in lists or (name == ("user",) and client.account in home)
    ]


async def _names_of(tx: Tx, row: PostRow) -> set[Name]:
    """The streams for everybody on which a post stands."""
    if row.visibility != "public" or row.boost_of is not None:
        return set()
    tags = (await tags_among(tx, [row.id])).get(row.id, [])
    names: set[Name] = {(kind, tag) for kind in ("hashtag", "hashtag:local") for tag in tags}
    if row.reply_to is None:
        names |= {("public",), ("public:media",), ("public:local",), ("public:local:media",)}
    return names


async def _readers(tx: Tx, row: PostRow, places: Sequence[Place], now: int) -> set[int]:
    """Those who may see and want to see the post, and what it passes on."""
    readers = await readers_among(tx, row.id, sorted({client.account for client, _ in places}), now)
    return readers if row.boost_of is None else await readers_among(tx, row.boost_of, sorted(readers), now)


async def _look(tx: Tx, row: PostRow, view: View) -> _Looks | None:
    """A post as everybody with the eyes of this view sees it, None where it is on no timeline of theirs."""
    posts = await show_posts(tx, [row], view.reader, view.now, view.country)
    # What the reader did with the post is left out: others with the same eyes are told the same.
    shown = [post for post in posts if post.stands in _SHOWN]
    told = await statuses_as(tx, shown, replace(view, reader=None))
    return _Looks(shown[0], told[0]) if told else None


async def _of_removed(tx: Tx, event: Removed, clients: Sequence[Client]) -> list[Told]:
    accounts = sorted({client.account for client in clients})
    followers = await followers_among(tx, event.account, accounts)
    concerned = {event.account, *event.mentioned} | (followers if event.visibility != "mentioned" else set())
    names: set[Name] = set()
    if event.visibility == "public":
        names |= {("public",), ("public:media",), ("public:local",), ("public:local:media",)}
        names |= {(kind, tag) for kind in ("hashtag", "hashtag:local") for tag in event.tags}
    wanted = {int(name[1]) for one in clients for name in one.names if name[0] == "list"}
    lists = {("list", str(one)) for one in await lists_with(tx, event.account, sorted(wanted))}
    return [
        (client, Message(name, "delete", str(event.post)))
        for client in clients
        for name in sorted(client.names)
        if name in names or (client.account in concerned and (name == ("user",) or name in lists))
    ]


async def _of_talk(tx: Tx, root: int, accounts: Sequence[int], clients: Sequence[Client], now: int) -> list[Told]:
    told: list[Told] = []
    for client in clients:
        row = await conversation_of(tx, client.account, root) if _hears_of(client, accounts) else None
        if row is not None and await readers_among(tx, row.last_post, [client.account], now):
            view = View(client.account, now, client.country, client.root)
            shown = await conversations_as(tx, [row], client.account, view)
            told += [(client, Message(("direct",), "conversation", msgspec.json.encode(one).decode())) for one in shown]
    return told


def _hears_of(client: Client, accounts: Sequence[int]) -> bool:
    return client.account in accounts and ("direct",) in client.names


async def _of_notified(tx: Tx, event: Notified, clients: Sequence[Client], now: int) -> list[Told]:
    streams: tuple[Name, ...] = (("user",), ("user:notification",))
    places = [
        (client, name)
        for client in clients
        if client.notifications and client.account in event.accounts
        for name in streams
        if name in client.names
    ]
    rows = await told_under(tx, event.id, sorted({client.account for client, _ in places}), now)
    of_account = {row.account: row for row in rows}
    told: list[Told] = []
    for client, name in places:
        view = View(client.account, now, client.country, client.root)
        mine = [of_account[client.account]] if client.account in of_account else []
        shown = await notifications_as(tx, mine, view)
        told += [(client, Message(name, "notification", msgspec.json.encode(one).decode())) for one in shown]
    return told
