"""The hashtags that somebody shows on their profile."""

from typing import Annotated
from urllib.parse import quote

from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct

from app.api.accounts import known_id
from app.api.callers import anybody, person
from app.api.entities import FeaturedTag, Tag
from app.api.lists import Done
from app.api.routes import delete, get, post
from app.api.tags import known_tag, tags_as
from app.api.views import View
from app.clock import iso
from app.identifiers import time_of
from app.relations import NotPossible
from app.square import Square
from app.store import tagfeatures
from app.store.accounts import account_by_id
from app.store.engines import Tx
from app.store.tagfeatures import MOST_SHOWN, Feature, features_of, used_most


class NameForm(Struct, frozen=True):
    """A hashtag, with or without its sign."""

    name: Annotated[str, Meta(max_length=400)]


def feature_as(one: Feature, view: View) -> FeaturedTag:
    """A hashtag of a profile in the names that clients know."""
    last = iso(time_of(one.last))[:10] if one.last is not None else None
    return FeaturedTag(str(one.id), one.tag, f"{view.root}/tags/{quote(one.tag)}", str(one.posts), last)


@get("/api/v1/featured_tags", person("read:accounts"))
async def show_own(square: Square, view: View) -> list[FeaturedTag]:
    """The hashtags that the caller shows."""
    found = await square.database.read(lambda tx: features_of(tx, view.reader or 0))
    return [feature_as(one, view) for one in found]


@get("/api/v1/accounts/{account_id:str}/featured_tags", anybody())
async def show_featured(square: Square, view: View, account_id: str) -> list[FeaturedTag]:
    """The hashtags that somebody shows."""
    of = known_id(account_id)

    async def load(tx: Tx) -> list[FeaturedTag]:
        if await account_by_id(tx, of) is None:
            raise NotFoundException
        return [feature_as(one, view) for one in await features_of(tx, of)]

    return await square.database.read(load)


@get("/api/v1/featured_tags/suggestions", person("read:accounts"))
async def suggest(square: Square, view: View) -> list[Tag]:
    """The hashtags that the caller has used most and does not show."""

    async def load(tx: Tx) -> list[Tag]:
        return await tags_as(tx, await used_most(tx, view.reader or 0, MOST_SHOWN), view)

    return await square.database.read(load)


@post("/api/v1/featured_tags", person("write:accounts"))
async def add(square: Square, view: View, data: NameForm) -> FeaturedTag:
    """Show a hashtag."""
    tag = known_tag(data.name)

    async def work(tx: Tx) -> FeaturedTag:
        await _feature(tx, square, view, tag)
        return next(feature_as(one, view) for one in await features_of(tx, view.reader or 0) if one.tag == tag)

    return await square.database.write(work)


@delete("/api/v1/featured_tags/{feature_id:str}", person("write:accounts"))
async def remove(square: Square, view: View, feature_id: str) -> Done:
    """Show a hashtag no longer, by the id that it has on the profile."""
    wanted = known_id(feature_id)

    async def work(tx: Tx) -> Done:
        found = next((one for one in await features_of(tx, view.reader or 0) if one.id == wanted), None)
        if found is None:
            raise NotFoundException
        await tagfeatures.unfeature_tag(tx, view.reader or 0, found.tag)
        return Done()

    return await square.database.write(work)


@post("/api/v1/tags/{name:str}/feature", person("write:accounts"))
async def feature(square: Square, view: View, name: str) -> Tag:
    """Show a hashtag, by its name."""
    tag = known_tag(name)

    async def work(tx: Tx) -> Tag:
        await _feature(tx, square, view, tag)
        return (await tags_as(tx, [tag], view))[0]

    return await square.database.write(work)


@post("/api/v1/tags/{name:str}/unfeature", person("write:accounts"))
async def unfeature(square: Square, view: View, name: str) -> Tag:
    """Show a hashtag no longer, by its name."""
    tag = known_tag(name)

    async def work(tx: Tx) -> Tag:
        await tagfeatures.unfeature_tag(tx, view.reader or 0, tag)
        return (await tags_as(tx, [tag], view))[0]

    return await square.database.write(work)


async def _feature(tx: Tx, square: Square, view: View, tag: str) -> None:
    if not await tagfeatures.feature_tag(tx, view.reader or 0, tag, square.post_ids.next(view.now)):
        raise NotPossible("too many shown")


routes = [show_own, show_featured, suggest, add, remove, feature, unfeature]
