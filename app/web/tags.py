"""The hashtags that the reader follows, and those that their profile shows."""

from typing import Annotated

from litestar import Response, get, post
from msgspec import Meta, Struct

from app.addressing import tag_of
from app.relations import NotPossible
from app.square import Square
from app.store import tagfollows
from app.store.engines import Tx
from app.store.tagfeatures import feature_tag, features_of, unfeature_tag
from app.store.tagfollows import MOST_TAGS
from app.web.answers import Answer, Done, answer, done
from app.web.requests import Invalid, PageRequest, square_of
from app.web.sentences import say
from app.web.visits import Visit, account_of, signed_in, visit_of


class TagForm(Struct, frozen=True):
    """A hashtag, with or without its sign."""

    tag: Annotated[str, Meta(max_length=400)]


class TagsPage(Struct, frozen=True):
    """The hashtags that the reader follows, and those that the profile shows, in the order of their letters."""

    tags: tuple[str, ...]
    shown: tuple[str, ...]


async def tags_page(request: PageRequest) -> Answer[TagsPage]:
    """The hashtags that the reader follows."""
    square, reader = square_of(request), account_of(await visit_of(request)).id

    async def load(tx: Tx) -> TagsPage:
        followed = await tagfollows.followed_tags(tx, reader, "", MOST_TAGS)
        return TagsPage(tuple(followed), tuple(one.tag for one in await features_of(tx, reader)))

    return answer(request, "people/tags.html", await square.database.read(load))


@get("/me/tags", tags=["people"], guards=[signed_in])
async def show_tags(request: PageRequest) -> Answer[TagsPage]:
    """The hashtags that I follow."""
    return await tags_page(request)


@post("/me/tags", tags=["people"], guards=[signed_in], opt={"again": tags_page})
async def follow_tag(request: PageRequest, square: Square, visit: Visit, data: TagForm) -> Response[Done]:
    """Follow a hashtag."""
    tag, reader = _tag_in(data), account_of(visit).id

    async def work(tx: Tx) -> None:
        if not await tagfollows.follow_tag(tx, reader, tag, square.clock.now()):
            raise NotPossible("too many hashtags")

    await square.database.write(work)
    return done(request, "/me/tags", Done("/me/tags"))


@post("/me/tags/remove", tags=["people"], guards=[signed_in], opt={"again": tags_page})
async def unfollow_tag(request: PageRequest, square: Square, visit: Visit, data: TagForm) -> Response[Done]:
    """Cease to follow a hashtag."""
    tag, reader = _tag_in(data), account_of(visit).id
    await square.database.write(lambda tx: tagfollows.unfollow_tag(tx, reader, tag))
    return done(request, "/me/tags", Done("/me/tags"))


@post("/me/tags/show", tags=["people"], guards=[signed_in], opt={"again": tags_page})
async def show_tag(request: PageRequest, square: Square, visit: Visit, data: TagForm) -> Response[Done]:
    """Show a hashtag on my profile."""
    tag, reader, number = _tag_in(data), account_of(visit).id, square.post_ids.next(square.clock.now())

    async def work(tx: Tx) -> None:
        if not await feature_tag(tx, reader, tag, number):
            raise NotPossible("too many shown")

    await square.database.write(work)
    return done(request, "/me/tags", Done("/me/tags"))


@post("/me/tags/hide", tags=["people"], guards=[signed_in], opt={"again": tags_page})
async def hide_tag(request: PageRequest, square: Square, visit: Visit, data: TagForm) -> Response[Done]:
    """Show a hashtag on my profile no longer."""
    tag, reader = _tag_in(data), account_of(visit).id
    await square.database.write(lambda tx: unfeature_tag(tx, reader, tag))
    return done(request, "/me/tags", Done("/me/tags"))


def _tag_in(data: TagForm) -> str:
    tag = tag_of(data.tag.strip())
    if not tag:
        raise Invalid({"tag": say("A hashtag is one word with at least one letter.")})
    return tag


routes = [show_tags, follow_tag, unfollow_tag, show_tag, hide_tag]
