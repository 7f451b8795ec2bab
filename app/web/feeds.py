"""Feeds of posts: a person's, a hashtag's and the square's have the address of their page with `.atom` behind it.

A feed is read by programs that nobody signs in: it holds what everybody may read and is listed, and nothing that a
decision folds or warns of. Whom an author blocks finds nothing of theirs in it while signed in, as everywhere. Who asks
for a page by `Accept: application/atom+xml` gets its feed.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from urllib.parse import quote

from litestar import Response, get
from litestar.enums import ScopeType
from litestar.exceptions import NotFoundException
from litestar.types import ASGIApp, Receive, Scope, Send
from msgspec import Struct

from app.addressing import tag_of
from app.posts import Post, show_posts
from app.square import Square
from app.store.circles import Span
from app.store.engines import Tx
from app.store.posts import posts_among
from app.store.timelines import Choice, Tags, local_timeline, profile_timeline, tag_timeline
from app.text import excerpt, to_html
from app.web.atom import ATOM, FeedEntry, Writer, address_of, feed
from app.web.profiles import existing_account
from app.web.requests import PageRequest
from app.web.sentences import say
from app.web.timelines import FIRST, Before, begin
from app.web.visits import Visit

IN_FEED: Final = 40
MEDIA_TYPE: Final = f"{ATOM}; charset=utf-8"
_OWN_FEED: Final = re.compile(r"/(?:local|rules|modlog)")
_PAGE: Final = re.compile(r"(?P<kind>/@|/tags/)(?P<name>[^/]+?)(?:\.atom)?")


class FeedsByAddress:
    """The routes of a square with the addresses of its feeds before them: `/@ann.atom` is `/feeds/people/ann`."""

    def __init__(self, routes: ASGIApp) -> None:
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and scope["method"] in ("GET", "HEAD"):
            path = _route_of(scope["path"], _wants_atom(scope))
            if path != scope["path"]:
                scope["path"] = path
                scope["raw_path"] = quote(path).encode()
        await self._routes(scope, receive, send)


def _wants_atom(scope: Scope) -> bool:
    accept = dict(scope["headers"]).get(b"accept", b"")
    return accept.split(b",")[0].partition(b";")[0].strip() == ATOM.encode()


def _route_of(path: str, wants_atom: bool) -> str:
    if wants_atom and _OWN_FEED.fullmatch(path):
        return f"{path}.atom"
    match = _PAGE.fullmatch(path)
    if match is None or not (wants_atom or path.endswith(".atom")):
        return path
    return f"/feeds/{'people' if match['kind'] == '/@' else 'tags'}/{match['name']}"


@get("/local.atom", tags=["feeds"], media_type=MEDIA_TYPE)
async def send_local(request: PageRequest, square: Square, visit: Visit, before: Before = FIRST) -> Response[bytes]:
    """Every conversation that was opened here, as an Atom feed (RFC 4287)."""
    title = visit.tongue.tell(say("Local"))
    return await _send(request, square, visit, _Feed(title, "/local", local_timeline), before)


@get("/feeds/people/{handle:str}", tags=["feeds"], media_type=MEDIA_TYPE)
async def send_person(
    request: PageRequest, square: Square, visit: Visit, handle: str, before: Before = FIRST
) -> Response[bytes]:
    """What a person posts, as an Atom feed: `/@handle.atom`."""
    person = await square.database.read(lambda tx: existing_account(tx, f"@{handle}"))

    def ids(tx: Tx, reader: int, now: int, span: Span) -> Awaitable[list[int]]:
        return profile_timeline(tx, person.id, reader, now, span, Choice(boosts=False))

    return await _send(request, square, visit, _Feed(person.shown_name, f"/@{person.handle}", ids), before)


@get("/feeds/tags/{name:str}", tags=["feeds"], media_type=MEDIA_TYPE)
async def send_tag(
    request: PageRequest, square: Square, visit: Visit, name: str, before: Before = FIRST
) -> Response[bytes]:
    """What stands under a hashtag, as an Atom feed: `/tags/name.atom`."""
    tag = tag_of(name)
    if not tag:
        raise NotFoundException

    def ids(tx: Tx, reader: int, now: int, span: Span) -> Awaitable[list[int]]:
        return tag_timeline(tx, Tags(tag), reader, now, span)

    return await _send(request, square, visit, _Feed(f"#{tag}", f"/tags/{quote(tag)}", ids), before)


class _Feed(Struct, frozen=True):
    """A feed: its title, the address of its page, and what lists its posts for a reader (0: a visitor) at a time."""

    title: str
    page: str
    ids: Callable[[Tx, int, int, Span], Awaitable[list[int]]]


async def _send(request: PageRequest, square: Square, visit: Visit, of: _Feed, before: str) -> Response[bytes]:
    reader, now = visit.account.id if visit.account is not None else None, square.clock.now()

    async def load(tx: Tx) -> tuple[list[int], Sequence[Post]]:
        ids = await of.ids(tx, reader or 0, now, Span(IN_FEED + 1, begin(before)))
        return ids, await show_posts(tx, await posts_among(tx, ids[:IN_FEED]), reader, now)

    ids, posts = await square.database.read(load)
    here = address_of(request)
    entries = [_entry(post, here) for post in posts if post.visibility == "public" and post.stands == "open"]
    own = f"{of.page}.atom"
    older = f"{own}?before={ids[IN_FEED - 1]}" if len(ids) > IN_FEED else None
    return feed(request, of.title, of.page, entries, own=f"{own}?before={before}" if before else own, older=older)


def _entry(post: Post, here: str) -> FeedEntry:
    handles = frozenset(one.handle for one in post.mentions)
    # Words behind an author's warning stay there: a program that shows them at once would not ask.
    words = post.warning or post.text
    return FeedEntry(
        path=post.url,
        title=post.topic or excerpt(words) or f"@{post.author.handle}",
        text=post.warning,
        html="" if post.warning else str(to_html(post.text, handles, here)),
        at=post.edited_at or post.created_at,
        lasting=f"/posts/{post.id}",
        published=post.created_at,
        author=Writer(post.author.name, f"/@{post.author.handle}"),
        tags=post.tags,
        language=post.language,
    )


routes = [send_local, send_person, send_tag]
