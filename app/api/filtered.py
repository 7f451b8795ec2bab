"""What stands in a filter, one by one: its keywords, and the posts that it names."""

from typing import Annotated

from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct
from msgspec.structs import replace

from app import filters
from app.api.accounts import known_id
from app.api.callers import person
from app.api.entities import FilterKeyword, FilterStatus
from app.api.filters import Words, keyword_as, keyword_in, own_filter, status_as
from app.api.lists import Done
from app.api.routes import delete, get, post, put
from app.api.views import View
from app.square import Square
from app.store import filters as kept
from app.store.engines import Tx
from app.store.filters import Filter, Kept, Keyword
from app.store.posts import find_post
from app.store.seen import seen_among


class NewKeyword(Struct, frozen=True):
    """A keyword to look for."""

    keyword: Words
    whole_word: bool = True


class ChangedKeyword(Struct, frozen=True):
    """What is to change in a keyword; what is None stays."""

    keyword: Words | None = None
    whole_word: bool | None = None


class StatusForm(Struct, frozen=True):
    """The post that is meant."""

    status_id: Annotated[str, Meta(max_length=40)]


@get("/api/v2/filters/{filter_id:str}/keywords", person("read:filters"))
async def show_keywords(square: Square, view: View, filter_id: str) -> list[FilterKeyword]:
    """The keywords of a filter."""
    found = await square.database.read(lambda tx: own_filter(tx, view, filter_id))
    return [keyword_as(one) for one in found.keywords]


@post("/api/v2/filters/{filter_id:str}/keywords", person("write:filters"))
async def add_keyword(square: Square, view: View, filter_id: str, data: NewKeyword) -> FilterKeyword:
    """Add a keyword to a filter."""
    new = Keyword(square.post_ids.next(view.now), keyword_in(data.keyword), data.whole_word)

    async def work(tx: Tx) -> FilterKeyword:
        await kept.lock_filters(tx, view.reader or 0)
        of = await own_filter(tx, view, filter_id)
        await filters.save(tx, replace(of, keywords=(*of.keywords, new)))
        return keyword_as(new)

    return await square.database.write(work)


@get("/api/v2/filters/keywords/{keyword_id:str}", person("read:filters"))
async def show_keyword(square: Square, view: View, keyword_id: str) -> FilterKeyword:
    """A keyword."""
    _, found = await square.database.read(lambda tx: own_keyword(tx, view, keyword_id))
    return keyword_as(found)


@put("/api/v2/filters/keywords/{keyword_id:str}", person("write:filters"))
async def change_keyword(square: Square, view: View, keyword_id: str, data: ChangedKeyword) -> FilterKeyword:
    """Change a keyword."""
    word = keyword_in(data.keyword) if data.keyword is not None else None

    async def work(tx: Tx) -> FilterKeyword:
        await kept.lock_filters(tx, view.reader or 0)
        of, old = await own_keyword(tx, view, keyword_id)
        whole = old.whole if data.whole_word is None else data.whole_word
        new = Keyword(old.id, old.keyword if word is None else word, whole)
        await filters.save(tx, replace(of, keywords=tuple(new if one == old else one for one in of.keywords)))
        return keyword_as(new)

    return await square.database.write(work)


@delete("/api/v2/filters/keywords/{keyword_id:str}", person("write:filters"))
async def remove_keyword(square: Square, view: View, keyword_id: str) -> Done:
    """Take a keyword away."""

    async def work(tx: Tx) -> Done:
        await kept.lock_filters(tx, view.reader or 0)
        of, old = await own_keyword(tx, view, keyword_id)
        await filters.save(tx, replace(of, keywords=tuple(one for one in of.keywords if one != old)))
        return Done()

    return await square.database.write(work)


@get("/api/v2/filters/{filter_id:str}/statuses", person("read:filters"))
async def show_filtered(square: Square, view: View, filter_id: str) -> list[FilterStatus]:
    """The posts that a filter names."""
    found = await square.database.read(lambda tx: own_filter(tx, view, filter_id))
    return [status_as(one) for one in found.posts]


@post("/api/v2/filters/{filter_id:str}/statuses", person("write:filters"))
async def add_filtered(square: Square, view: View, filter_id: str, data: StatusForm) -> FilterStatus:
    """Have a filter catch a post that the caller may see."""
    id_ = square.post_ids.next(view.now)

    async def work(tx: Tx) -> FilterStatus:
        await kept.lock_filters(tx, view.reader or 0)
        of = await own_filter(tx, view, filter_id)
        post = await _original(tx, known_id(data.status_id))
        if post not in await seen_among(tx, [post], view.reader):
            raise NotFoundException
        there = next((one for one in of.posts if one.post == post), None)
        if there is None:
            there = Kept(id_, post)
            await filters.save(tx, replace(of, posts=(*of.posts, there)))
        return status_as(there)

    return await square.database.write(work)


@get("/api/v2/filters/statuses/{kept_id:str}", person("read:filters"))
async def show_one_filtered(square: Square, view: View, kept_id: str) -> FilterStatus:
    """A post that a filter names."""
    _, found = await square.database.read(lambda tx: _own_kept(tx, view, kept_id))
    return status_as(found)


@delete("/api/v2/filters/statuses/{kept_id:str}", person("write:filters"))
async def remove_filtered(square: Square, view: View, kept_id: str) -> FilterStatus:
    """Have a filter catch a post no longer."""

    async def work(tx: Tx) -> FilterStatus:
        await kept.lock_filters(tx, view.reader or 0)
        of, old = await _own_kept(tx, view, kept_id)
        await filters.save(tx, replace(of, posts=tuple(one for one in of.posts if one != old)))
        return status_as(old)

    return await square.database.write(work)


async def _original(tx: Tx, post: int) -> int:
    """The post of an id, of a boost what it passes on."""
    row = await find_post(tx, post)
    return row.boost_of if row is not None and row.boost_of is not None else post


async def own_keyword(tx: Tx, view: View, keyword_id: str) -> tuple[Filter, Keyword]:
    """A keyword of the caller's, and the filter in which it stands. Raises NotFoundException for everybody else's."""
    wanted = known_id(keyword_id)
    of = await kept.filter_with_keyword(tx, view.reader or 0, wanted)
    if of is None:
        raise NotFoundException
    return of, next(one for one in of.keywords if one.id == wanted)


async def _own_kept(tx: Tx, view: View, kept_id: str) -> tuple[Filter, Kept]:
    wanted = known_id(kept_id)
    of = await kept.filter_with_post(tx, view.reader or 0, wanted)
    if of is None:
        raise NotFoundException
    return of, next(one for one in of.posts if one.id == wanted)


routes = [
    show_keywords,
    add_keyword,
    show_keyword,
    change_keyword,
    remove_keyword,
    show_filtered,
    add_filtered,
    show_one_filtered,
    remove_filtered,
]
