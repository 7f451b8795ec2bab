"""C1: looks at the live square as a stranger does, and holds it against what the entries say."""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin, urlsplit

import msgspec
from msgspec import Struct

from app.auditor.web import Web
from governance.audit import Expected, Mismatch, ShownPost
from ledger.errors import Malformed, NotFound

TIMELINE = "local"
PAGES = 50
"""How many pages of the public timeline are looked at."""

_AT_ONCE = 8

Tell = Callable[[int, int], None]
"""Told how many posts have been looked at, and how many there are (0 while nobody knows)."""


class _Page(Struct, frozen=True):
    items: tuple[ShownPost, ...]
    next: str | None


class Look(Struct, frozen=True):
    """What was seen: `posts` restricted ones, `listed` in the timeline, and by post what is not as it ought to be."""

    posts: int
    listed: int
    wrong: dict[str, Mismatch]


_page = msgspec.json.Decoder(_Page)
_post = msgspec.json.Decoder(ShownPost)


def look_at(web: Web, expected: Expected, tell: Tell, only: Collection[str] | None = None) -> Look:
    """Look at the newest of the timeline and at each restricted post, or at those in `only`.

    Raises Malformed, NotFound or Unreachable where the square cannot be looked at.
    """
    wrong: dict[str, Mismatch] = {}
    listed = 0
    for item in _timeline(web):
        listed += 1
        mismatch = expected.mismatch_in_timeline(item)
        if mismatch is not None and (only is None or item.id in only):
            wrong[item.id] = mismatch
        tell(listed, 0)
    posts = list(expected.restricted_posts() if only is None else only)
    for number, (post, shown) in enumerate(_each(web, posts), 1):
        mismatch = expected.absence(post) if shown is None else expected.mismatch(post, shown)
        if mismatch is not None:
            wrong[post] = mismatch
        tell(number, len(posts))
    return Look(len(posts), listed, wrong)


def _timeline(web: Web) -> Iterator[ShownPost]:
    path = TIMELINE
    for _ in range(PAGES):
        try:
            page = _page.decode(web.read_json(path))
        except (msgspec.DecodeError, UnicodeError) as error:
            raise Malformed(f"the timeline at {path} is not in its format: {error}") from error
        yield from page.items
        if page.next is None:
            return
        path = _below(web, page.next)


def _below(web: Web, link: str) -> str:
    """The path of a link on a page; raises Malformed where it leads to another host."""
    parts = urlsplit(urljoin(f"{web.base}/{TIMELINE}", link))
    if f"{parts.scheme}://{parts.netloc}" != web.host:
        raise Malformed(f"the timeline goes on at another address, {link}")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _each(web: Web, posts: Collection[str]) -> Iterator[tuple[str, ShownPost | None]]:
    def read(post: str) -> tuple[str, ShownPost | None]:
        try:
            return post, _post.decode(web.read_json(f"posts/{post}"))
        except NotFound:
            return post, None
        except (msgspec.DecodeError, UnicodeError) as error:
            raise Malformed(f"post {post} is not in its format: {error}") from error

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="looking") as pool:
        yield from pool.map(read, posts)
