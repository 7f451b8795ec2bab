"""What readers do with posts: likes, boosts, bookmarks, pins and muted conversations; and who has marked a post."""

from collections.abc import Awaitable, Callable
from typing import Final

from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from app.api import entities
from app.api.accounts import known_id
from app.api.callers import Caller, anybody
from app.api.callers import person as person_with
from app.api.paging import Paging, paged
from app.api.people import account_list
from app.api.routes import get, post
from app.api.speech import VISIBILITIES, statuses_as
from app.api.views import View
from app.marks import Deed, do
from app.posts import Post, show_posts
from app.square import Square
from app.store.accounts import Account
from app.store.engines import Tx
from app.store.marks import LAST, By, Mark, Span, boosted_by, favourited_by, marked_by
from app.store.posts import posts_among
from app.web.requests import PageRequest

NAMES: Final[dict[str, tuple[Deed, str]]] = {
    "favourite": ("favourite", "write:favourites"),
    "unfavourite": ("unfavourite", "write:favourites"),
    "bookmark": ("bookmark", "write:bookmarks"),
    "unbookmark": ("unbookmark", "write:bookmarks"),
    "unreblog": ("unboost", "write:statuses"),
    "pin": ("pin", "write:accounts"),
    "unpin": ("unpin", "write:accounts"),
    "mute": ("mute", "write:mutes"),
    "unmute": ("unmute", "write:mutes"),
}
"""What clients call each deed, and the scope that it asks for."""

USUAL: Final = 20
MOST: Final = 40
USUAL_PEOPLE: Final = 40
MOST_PEOPLE: Final = 80


class BoostForm(Struct, frozen=True):
    """For whom a boost is listed; nothing is said where it is as its post."""

    visibility: entities.Visibility | None = None


@post("/api/v1/statuses/{status_id:str}/reblog", person_with("write:statuses"))
async def reblog(
    square: Square, person: Account, caller: Caller, view: View, status_id: str, data: BoostForm
) -> entities.Status:
    """Pass a post on; the answer is the boost, and the same one whoever asks twice."""
    listed = next((ours for ours, theirs in VISIBILITIES.items() if theirs == data.visibility), None)
    listed = listed if listed in ("public", "unlisted") else None
    left = await do(square, person, "boost", known_id(status_id), country=caller.country, listed=listed)
    return await square.database.read(lambda tx: shown_status(tx, left, view))


def _route(name: str, deed: Deed, scope: str) -> HTTPRouteHandler:
    async def handle(square: Square, person: Account, caller: Caller, view: View, status_id: str) -> entities.Status:
        left = await do(square, person, deed, known_id(status_id), country=caller.country)
        return await square.database.read(lambda tx: shown_status(tx, left, view))

    handle.__name__ = f"{name}_status"
    handle.__doc__ = f"{name.capitalize()}, for the reader alone; twice is once."
    return post(f"/api/v1/statuses/{{status_id:str}}/{name}", person_with(scope))(handle)


async def shown_post(tx: Tx, post_id: int, view: View) -> Post:
    """A post as the caller sees it. Raises NotFoundException where they do not."""
    shown = await show_posts(tx, await posts_among(tx, [post_id]), view.reader, view.now, view.country)
    if not shown or shown[0].stands == "deleted":
        raise NotFoundException
    return shown[0]


async def shown_status(tx: Tx, post_id: int, view: View) -> entities.Status:
    """A post as the API tells it. Raises NotFoundException where the caller does not see it."""
    return (await statuses_as(tx, [await shown_post(tx, post_id, view)], view))[0]


def span_of(paging: Paging, usual: int, most: int) -> Span:
    """The part of a list of marks that a call asks for."""
    before = LAST if paging.max_id is None else paging.max_id
    after = paging.min_id if paging.min_id is not None else paging.since_id or 0
    return Span(paging.most(usual, most), before, after, ascending=paging.min_id is not None)


@get("/api/v1/bookmarks", person_with("read:bookmarks"))
async def list_bookmarks(
    request: PageRequest, square: Square, person: Account, view: View, paging: Paging
) -> Response[list[entities.Status]]:
    """What the reader keeps for later, the latest mark first; the pages are the marks'."""
    return await _marked(request, square, "bookmark", view, paging)


@get("/api/v1/favourites", person_with("read:favourites"))
async def list_favourites(
    request: PageRequest, square: Square, person: Account, view: View, paging: Paging
) -> Response[list[entities.Status]]:
    """What the reader likes, the latest mark first; the pages are the marks'."""
    return await _marked(request, square, "favourite", view, paging)


async def _marked(
    request: PageRequest, square: Square, mark: Mark, view: View, paging: Paging
) -> Response[list[entities.Status]]:
    span = span_of(paging, USUAL, MOST)

    async def load(tx: Tx) -> tuple[list[entities.Status], list[int]]:
        found = await marked_by(tx, mark, view.reader or 0, span)
        rows = await posts_among(tx, [one.post for one in found])
        shown = await show_posts(tx, rows, view.reader, view.now, view.country)
        return await statuses_as(tx, shown, view), [one.id for one in found]

    statuses, ids = await square.database.read(load)
    return paged(request, statuses, ids, more=len(ids) == span.most)


@get("/api/v1/statuses/{status_id:str}/favourited_by", anybody("read:statuses", "read:accounts"))
async def list_favourited_by(
    request: PageRequest, square: Square, view: View, paging: Paging, status_id: str
) -> Response[list[entities.Account]]:
    """Who likes a post that the caller sees."""
    return await _by(request, square, favourited_by, view, paging, status_id)


@get("/api/v1/statuses/{status_id:str}/reblogged_by", anybody("read:statuses", "read:accounts"))
async def list_reblogged_by(
    request: PageRequest, square: Square, view: View, paging: Paging, status_id: str
) -> Response[list[entities.Account]]:
    """Who has boosted a post that the caller sees."""
    return await _by(request, square, boosted_by, view, paging, status_id)


async def _by(
    request: PageRequest,
    square: Square,
    listed: Callable[[Tx, int, int, int, Span], Awaitable[list[By]]],
    view: View,
    paging: Paging,
    status_id: str,
) -> Response[list[entities.Account]]:
    span = span_of(paging, USUAL_PEOPLE, MOST_PEOPLE)

    async def load(tx: Tx) -> tuple[list[entities.Account], list[int]]:
        shown = await shown_post(tx, known_id(status_id), view)
        if shown.stands == "withheld":
            raise NotFoundException
        found = await listed(tx, int(shown.id), view.reader or 0, view.now, span)
        return await account_list(tx, [one.account for one in found], view), [one.id for one in found]

    accounts, ids = await square.database.read(load)
    return paged(request, accounts, ids, more=len(ids) == span.most)


routes = [
    reblog,
    *(_route(name, deed, scope) for name, (deed, scope) in NAMES.items()),
    list_bookmarks,
    list_favourites,
    list_favourited_by,
    list_reblogged_by,
]
