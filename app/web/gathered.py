"""What stands under a hashtag, and what the people in a list of the reader's say: newest first."""

from collections.abc import Awaitable
from urllib.parse import quote

from litestar import get
from litestar.exceptions import NotFoundException
from msgspec import Struct

from app.addressing import tag_of
from app.filters import sift
from app.posts import Post
from app.square import Square
from app.store.circles import Span
from app.store.engines import Tx
from app.store.homes import list_timeline
from app.store.tagfollows import tags_followed_among
from app.store.timelines import Tags, tag_timeline
from app.web.answers import Answer, answer
from app.web.lists import own_list
from app.web.requests import PageRequest
from app.web.timelines import FIRST, Before, begin, page_of
from app.web.visits import Visit, account_of, signed_in


class TagTimeline(Struct, frozen=True):
    """Public posts under a hashtag; `followed` is None for a visitor."""

    tag: str
    followed: bool | None
    items: tuple[Post, ...]
    next: str | None
    is_first: bool


class ListTimeline(Struct, frozen=True):
    """What those say and pass on who stand in a list of the reader's."""

    id: str
    title: str
    items: tuple[Post, ...]
    next: str | None
    is_first: bool


@get("/tags/{name:str}", tags=["timelines"])
async def show_tag(
    request: PageRequest, square: Square, visit: Visit, name: str, before: Before = FIRST
) -> Answer[TagTimeline]:
    """What stands under a hashtag, for everybody to read."""
    tag, now = tag_of(name), square.clock.now()
    reader = visit.account.id if visit.account is not None else None
    if not tag:
        raise NotFoundException

    async def load(tx: Tx) -> TagTimeline:
        def ids(most: int) -> Awaitable[list[int]]:
            return tag_timeline(tx, Tags(tag), reader or 0, now, Span(most, begin(before)))

        items, more = await page_of(tx, ids, f"/tags/{quote(tag)}", visit, now)
        items = await sift(tx, items, reader, "public", now)
        followed = bool(await tags_followed_among(tx, reader, [tag])) if reader is not None else None
        return TagTimeline(tag, followed, items, more, not before)

    return answer(request, "timelines/tag.html", await square.database.read(load))


@get("/lists/{list_id:str}", tags=["timelines"], guards=[signed_in])
async def show_list(
    request: PageRequest, square: Square, visit: Visit, list_id: str, before: Before = FIRST
) -> Answer[ListTimeline]:
    """What those say and pass on whom the reader has put into a list."""
    reader, now = account_of(visit).id, square.clock.now()

    async def load(tx: Tx) -> ListTimeline:
        found = await own_list(tx, visit, list_id)

        def ids(most: int) -> Awaitable[list[int]]:
            return list_timeline(tx, found.id, found.replies, reader, now, Span(most, begin(before)))

        items, more = await page_of(tx, ids, f"/lists/{found.id}", visit, now)
        items = await sift(tx, items, reader, "home", now)
        return ListTimeline(str(found.id), found.title, items, more, not before)

    return answer(request, "timelines/list.html", await square.database.read(load))


routes = [show_tag, show_list]
