"""Timelines as clients read them: home, the whole square, a hashtag, a list; and conversations among the mentioned."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Final

from litestar import Response
from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct

from app.addressing import tag_of
from app.api import entities
from app.api.accounts import known_id
from app.api.bodies import nested, read_values
from app.api.callers import anybody, person
from app.api.paging import Paging, paged
from app.api.routes import get
from app.api.speech import statuses_as
from app.api.views import View
from app.feeds.homes import note_reading
from app.posts import show_posts
from app.square import Square
from app.store.accounts import Account
from app.store.circles import Span
from app.store.engines import Tx
from app.store.homes import home_timeline, list_timeline
from app.store.keeping import is_news
from app.store.lists import list_of
from app.store.posts import posts_among
from app.store.timelines import NEWEST, Tags, local_timeline, tag_timeline
from app.web.requests import PageRequest

USUAL: Final = 20
MOST: Final = 40
MOST_TAGS: Final = 8

Statuses = list[entities.Status]
Tag = Annotated[str, Meta(max_length=500)]
_Tags = Annotated[tuple[Tag, ...], Meta(max_length=MOST_TAGS)]


class Asked(Struct, frozen=True):
    """Which posts of a timeline: nobody of this square is `remote`; of hashtags `any`, `all` and `none` of more."""

    local: bool = False
    remote: bool = False
    only_media: bool = False
    any: _Tags = ()
    all: _Tags = ()
    none: _Tags = ()


def span_of(paging: Paging) -> Span:
    """The part of a timeline that a call asks for."""
    above = paging.min_id if paging.min_id is not None else paging.since_id
    below = NEWEST if paging.max_id is None else paging.max_id
    return Span(paging.most(USUAL, MOST), below, above or 0, upwards=paging.min_id is not None)


@get("/api/v1/timelines/home", person("read:statuses"))
async def home(request: PageRequest, square: Square, person: Account, view: View, paging: Paging) -> Response[Statuses]:
    """What those say and pass on whom the reader follows, and what stands under followed hashtags."""

    async def load(tx: Tx) -> tuple[Sequence[int], Statuses, bool]:
        ids = await home_timeline(tx, person.id, view.now, span_of(paging))
        return ids, await _shown(tx, ids, view), await is_news(tx, person.id, view.now)

    ids, statuses, is_first_today = await square.database.read(load)
    if is_first_today:
        await note_reading(square, person.id)
    return paged(request, statuses, ids)


@get("/api/v1/timelines/public", anybody("read:statuses"))
async def public(request: PageRequest, square: Square, view: View, paging: Paging) -> Response[Statuses]:
    """Every conversation that was opened here, for everybody to read."""
    asked = _asked(request)
    if asked.remote:
        return paged(request, [], [])
    return await _answer(
        request,
        square,
        view,
        lambda tx: local_timeline(tx, view.reader or 0, view.now, span_of(paging), only_media=asked.only_media),
    )


@get("/api/v1/timelines/tag/{hashtag:str}", anybody("read:statuses"))
async def tagged(request: PageRequest, square: Square, view: View, paging: Paging, hashtag: str) -> Response[Statuses]:
    """What stands under a hashtag, for everybody to read."""
    asked = _asked(request)
    if asked.remote:
        return paged(request, [], [])
    tags = Tags(tag_of(hashtag), *(tuple(map(tag_of, more)) for more in (asked.any, asked.all, asked.none)))
    return await _answer(
        request,
        square,
        view,
        lambda tx: tag_timeline(tx, tags, view.reader or 0, view.now, span_of(paging), only_media=asked.only_media),
    )


@get("/api/v1/timelines/list/{list_id:str}", person("read:lists"))
async def listed(
    request: PageRequest, square: Square, person: Account, view: View, paging: Paging, list_id: str
) -> Response[Statuses]:
    """What those say and pass on whom the reader has put into a list."""

    async def ids(tx: Tx) -> list[int]:
        found = await list_of(tx, person.id, known_id(list_id))
        if found is None:
            raise NotFoundException
        return await list_timeline(tx, found.id, found.replies, person.id, view.now, span_of(paging))

    return await _answer(request, square, view, ids)


def _asked(request: PageRequest) -> Asked:
    return read_values(Asked, nested([*request.query_params.items()]))


async def _answer(
    request: PageRequest, square: Square, view: View, list_ids: Callable[[Tx], Awaitable[list[int]]]
) -> Response[Statuses]:
    async def load(tx: Tx) -> tuple[list[int], Statuses]:
        ids = await list_ids(tx)
        return ids, await _shown(tx, ids, view)

    ids, statuses = await square.database.read(load)
    return paged(request, statuses, ids)


async def _shown(tx: Tx, ids: Sequence[int], view: View) -> Statuses:
    posts = await show_posts(tx, await posts_among(tx, ids), view.reader, view.now, view.country)
    return await statuses_as(tx, posts, view)


routes = [home, public, tagged, listed]
