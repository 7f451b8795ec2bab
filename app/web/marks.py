"""Marks on posts: the buttons under them, what a reader has marked, and who has marked a post."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Final

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct

from app.filters import mark as mark_filtered
from app.marks import Deed, do
from app.posts import Post, show_posts
from app.square import Square
from app.store.accounts import Account, accounts_among
from app.store.engines import Tx
from app.store.marks import By, Mark, Span, boosted_by, favourited_by, marked_by
from app.store.posts import posts_among
from app.web.answers import Answer, answer, done, local_path
from app.web.posts import MOST_IN_A_PAGE, known_id
from app.web.requests import PageRequest
from app.web.timelines import FIRST, Before, begin
from app.web.visits import Visit, account_of, signed_in


class MarkForm(Struct, frozen=True):
    """What is done with the post, and the page to go back to."""

    do: Deed
    next: Annotated[str, Meta(max_length=2000)] = ""


class MarkedPage(Struct, frozen=True):
    """What the reader has marked, the latest mark first; `next` is the address of the marks before, None for none."""

    mark: Mark
    items: tuple[Post, ...]
    next: str | None
    is_first: bool


class Person(Struct, frozen=True):
    """Somebody by name and address."""

    id: str
    handle: str
    name: str


class ByPage(Struct, frozen=True):
    """Who likes a post (`favourite`) or has boosted it, the latest first, without those whom the reader shuns."""

    post: Post
    deed: Deed
    people: tuple[Person, ...]
    next: str | None


@post("/posts/{post_id:str}/mark", tags=["marks"], guards=[signed_in])
async def mark_post(request: PageRequest, square: Square, visit: Visit, post_id: str, data: MarkForm) -> Response[Post]:
    """Like a post, keep it, boost it, pin one's own, mute its conversation, or take that back; twice is once."""
    left = await do(square, account_of(visit), data.do, known_id(post_id), country=visit.country)
    shown = await square.database.read(lambda tx: shown_post(tx, left, visit, square.clock.now()))
    return done(request, local_path(data.next, shown.url), shown)


async def shown_post(tx: Tx, post_id: int, visit: Visit, now: int) -> Post:
    """The post as this reader sees it. Raises NotFoundException where they do not."""
    reader = visit.account.id if visit.account is not None else None
    shown = await show_posts(tx, await posts_among(tx, [post_id]), reader, now, visit.country)
    if not shown:
        raise NotFoundException
    return shown[0]


@get("/bookmarks", tags=["marks"], guards=[signed_in])
async def show_bookmarks(
    request: PageRequest, square: Square, visit: Visit, before: Before = FIRST
) -> Answer[MarkedPage]:
    """The posts that the reader keeps for later, which nobody else can see."""
    return answer(request, "marks/list.html", await _marked(square, visit, "bookmark", "/bookmarks", before))


@get("/favourites", tags=["marks"], guards=[signed_in])
async def show_favourites(
    request: PageRequest, square: Square, visit: Visit, before: Before = FIRST
) -> Answer[MarkedPage]:
    """The posts that the reader likes."""
    return answer(request, "marks/list.html", await _marked(square, visit, "favourite", "/favourites", before))


async def _marked(square: Square, visit: Visit, mark: Mark, path: str, before: str) -> MarkedPage:
    reader, now = account_of(visit).id, square.clock.now()

    async def load(tx: Tx) -> MarkedPage:
        found = await marked_by(tx, mark, reader, Span(MOST_IN_A_PAGE + 1, begin(before)))
        page = found[:MOST_IN_A_PAGE]
        rows = await posts_among(tx, [one.post for one in page])
        # What somebody has marked is never lost to them: their filters warn of it, and hide nothing.
        items = await mark_filtered(tx, await show_posts(tx, rows, reader, now, visit.country), reader, "public", now)
        more = f"{path}?before={page[-1].id}" if len(found) > MOST_IN_A_PAGE else None
        return MarkedPage(mark, items, more, not before)

    return await square.database.read(load)


@get("/posts/{post_id:str}/favourites", tags=["marks"])
async def show_favourited_by(
    request: PageRequest, square: Square, visit: Visit, post_id: str, before: Before = FIRST
) -> Answer[ByPage]:
    """Who likes a post."""
    return answer(request, "marks/by.html", await _by(square, visit, known_id(post_id), "favourite", before))


@get("/posts/{post_id:str}/boosts", tags=["marks"])
async def show_boosted_by(
    request: PageRequest, square: Square, visit: Visit, post_id: str, before: Before = FIRST
) -> Answer[ByPage]:
    """Who has boosted a post."""
    return answer(request, "marks/by.html", await _by(square, visit, known_id(post_id), "boost", before))


_LISTS: Final[dict[Deed, Callable[[Tx, int, int, int, Span], Awaitable[list[By]]]]] = {
    "favourite": favourited_by,
    "boost": boosted_by,
}
_PATHS: Final[dict[Deed, str]] = {"favourite": "favourites", "boost": "boosts"}


async def _by(square: Square, visit: Visit, post_id: int, deed: Deed, before: str) -> ByPage:
    reader, now = visit.account.id if visit.account is not None else 0, square.clock.now()

    async def load(tx: Tx) -> ByPage:
        shown = await shown_post(tx, post_id, visit, now)
        if shown.stands in ("withheld", "deleted"):
            raise NotFoundException
        found = await _LISTS[deed](tx, int(shown.id), reader, now, Span(MOST_IN_A_PAGE + 1, begin(before)))
        page = found[:MOST_IN_A_PAGE]
        people = await accounts_among(tx, [one.account for one in page])
        more = f"/posts/{shown.id}/{_PATHS[deed]}?before={page[-1].id}" if len(found) > MOST_IN_A_PAGE else None
        return ByPage(shown, deed, _persons(page, people), more)

    return await square.database.read(load)


def _persons(found: Sequence[By], accounts: Mapping[int, Account]) -> tuple[Person, ...]:
    people = (accounts[one.account] for one in found if one.account in accounts)
    return tuple(Person(str(one.id), one.handle, one.shown_name) for one in people)


routes = [mark_post, show_bookmarks, show_favourites, show_favourited_by, show_boosted_by]
