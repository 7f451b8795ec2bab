"""Conversations among the mentioned: those of the reader, the latest first."""

from collections.abc import Sequence

from litestar import Response
from litestar.exceptions import NotFoundException
from msgspec import Struct

from app.api import entities
from app.api.accounts import known_id
from app.api.callers import person
from app.api.paging import Paging, paged
from app.api.people import accounts_as
from app.api.routes import delete, get, post
from app.api.speech import statuses_as
from app.api.timelines import span_of
from app.api.views import View
from app.posts import show_posts
from app.square import Square
from app.store.accounts import Account
from app.store.conversations import Conversation as Row
from app.store.conversations import (
    conversation_of,
    conversations_of,
    leave_conversation,
    read_conversation,
)
from app.store.engines import Tx
from app.store.posts import posts_among
from app.web.requests import PageRequest


class Conversation(Struct, frozen=True):
    """A conversation: whom its last post names or is by, besides the reader."""

    id: str
    unread: bool
    accounts: tuple[entities.Account, ...]
    last_status: entities.Status | None


class Nothing(Struct, frozen=True):
    """There is nothing to tell."""


@get("/api/v1/conversations", person("read:statuses"))
async def list_conversations(
    request: PageRequest, square: Square, person: Account, view: View, paging: Paging
) -> Response[list[Conversation]]:
    """The reader's conversations; the pages are those of their last posts."""

    async def load(tx: Tx) -> tuple[list[Row], list[Conversation]]:
        rows = await conversations_of(tx, person.id, view.now, span_of(paging))
        return rows, await conversations_as(tx, rows, person.id, view)

    rows, shown = await square.database.read(load)
    return paged(request, shown, [row.last_post for row in rows])


@post("/api/v1/conversations/{root:str}/read", person("write:conversations"))
async def mark_read(square: Square, person: Account, view: View, root: str) -> Conversation:
    """Note that the reader has read a conversation."""

    async def write(tx: Tx) -> Conversation:
        if not await read_conversation(tx, person.id, known_id(root)):
            raise NotFoundException
        row = await conversation_of(tx, person.id, known_id(root))
        assert row is not None
        return (await conversations_as(tx, [row], person.id, view))[0]

    return await square.database.write(write)


@delete("/api/v1/conversations/{root:str}", person("write:conversations"))
async def leave(square: Square, person: Account, root: str) -> Nothing:
    """Take a conversation from the reader's list, until it goes on."""
    if not await square.database.write(lambda tx: leave_conversation(tx, person.id, known_id(root))):
        raise NotFoundException
    return Nothing()


async def conversations_as(tx: Tx, rows: Sequence[Row], reader: int, view: View) -> list[Conversation]:
    """Conversations as one of those who are named in them is told."""
    posts = await show_posts(tx, await posts_among(tx, [row.last_post for row in rows]), reader, view.now, view.country)
    last = {int(status.id): status for status in await statuses_as(tx, posts, view)}
    others = {
        int(post.id): [one for one in (int(post.author.id), *(int(one.id) for one in post.mentions)) if one != reader]
        for post in posts
    }
    accounts = await accounts_as(tx, {one for some in others.values() for one in some}, view)
    return [
        Conversation(
            str(row.root),
            row.unread,
            tuple(accounts[one] for one in dict.fromkeys(others.get(row.last_post, ())) if one in accounts),
            last.get(row.last_post),
        )
        for row in rows
    ]


routes = [list_conversations, mark_read, leave]
