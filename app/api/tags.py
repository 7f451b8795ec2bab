"""Hashtags: how much they are used, and following them."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, urlencode

from litestar import Response
from litestar.exceptions import NotFoundException

from app.addressing import tag_of
from app.api.callers import anybody, person
from app.api.entities import Tag, TagDay
from app.api.paging import number_in
from app.api.routes import get, post
from app.api.views import View
from app.identifiers import DAY
from app.relations import NotPossible
from app.square import Square
from app.store import tagfollows
from app.store.engines import Tx
from app.store.tagfeatures import featured_among
from app.store.tagfollows import MOST_TAGS, tags_followed_among
from app.store.tags import uses_of_tags

DAYS_TOLD: Final = 7
USUAL: Final = 100
MOST: Final = 200


async def tags_as(tx: Tx, tags: Sequence[str], view: View) -> list[Tag]:
    """Hashtags in the names that clients know, in their order; one query a kind."""
    today = view.now // DAY
    days = [today - ago for ago in range(DAYS_TOLD)]
    uses = {(use.tag, use.day): use for use in await uses_of_tags(tx, tags, days[-1])}
    followed = await tags_followed_among(tx, view.reader, tags) if view.reader is not None else set()
    featured = await featured_among(tx, view.reader, tags) if view.reader is not None else set()

    def history(tag: str, day: int) -> TagDay:
        use = uses.get((tag, day))
        seconds = str(day * DAY // 1000)
        return TagDay(seconds, str(use.accounts), str(use.uses)) if use is not None else TagDay(seconds, "0", "0")

    return [
        Tag(
            id=tag,
            name=tag,
            url=f"{view.root}/tags/{quote(tag)}",
            history=tuple(history(tag, day) for day in days),
            following=tag in followed,
            featuring=tag in featured,
        )
        for tag in tags
    ]


def known_tag(text: str) -> str:
    """A hashtag in an address, as it is kept. Raises NotFoundException for what is none."""
    tag = tag_of(text)
    if not tag:
        raise NotFoundException
    return tag


@get("/api/v1/tags/{name:str}", anybody())
async def show_tag(square: Square, view: View, name: str) -> Tag:
    """A hashtag, whether anybody has used it or not."""
    tag = known_tag(name)
    return (await square.database.read(lambda tx: tags_as(tx, [tag], view)))[0]


@post("/api/v1/tags/{name:str}/follow", person("write:follows"))
async def follow_tag(square: Square, view: View, name: str) -> Tag:
    """Follow a hashtag."""
    tag = known_tag(name)

    async def work(tx: Tx) -> Tag:
        if not await tagfollows.follow_tag(tx, view.reader or 0, tag, view.now):
            raise NotPossible("too many hashtags")
        return (await tags_as(tx, [tag], view))[0]

    return await square.database.write(work)


@post("/api/v1/tags/{name:str}/unfollow", person("write:follows"))
async def unfollow_tag(square: Square, view: View, name: str) -> Tag:
    """Cease to follow a hashtag."""
    tag = known_tag(name)

    async def work(tx: Tx) -> Tag:
        await tagfollows.unfollow_tag(tx, view.reader or 0, tag)
        return (await tags_as(tx, [tag], view))[0]

    return await square.database.write(work)


@get("/api/v1/followed_tags", person("read:follows"))
async def show_followed_tags(square: Square, view: View, max_id: str = "", limit: str = "") -> Response[list[Tag]]:
    """The hashtags that the caller follows, in the order of their letters; `max_id` is the last of the page before."""
    most = max(1, min(number_in(limit) or USUAL, MOST))

    async def load(tx: Tx) -> list[Tag]:
        return await tags_as(tx, await tagfollows.followed_tags(tx, view.reader or 0, tag_of(max_id), most), view)

    found = await square.database.read(load)
    headers = {}
    if len(found) == most < MOST_TAGS:
        query = urlencode({"limit": most, "max_id": found[-1].name})
        headers["Link"] = f'<{view.root}/api/v1/followed_tags?{query}>; rel="next"'
    return Response(found, headers=headers)


routes = [show_tag, follow_tag, unfollow_tag, show_followed_tags]
