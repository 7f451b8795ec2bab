"""C1: looks at the live square as a stranger does, and holds it against what the entries say."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

import msgspec
from msgspec import Struct

from app.auditor.web import Web
from governance.audit import Expected, Mismatch, ShownPost
from ledger.errors import Malformed, NotFound

S = TypeVar("S", bound=Struct)

TIMELINE = "local"
PAGES = 50
"""How many pages of the public timeline are looked at."""

CONVERSATIONS = 200
"""Under how many of its posts the replies are looked at, the newest."""

OTHERS = 1_000
"""How many posts are looked at that the ledger names and does not restrict, the newest."""

_AT_ONCE = 8

Tell = Callable[[int, int], None]
"""Told how many posts have been looked at, and how many there are (0 while nobody knows)."""


class _Page(Struct, frozen=True):
    items: tuple[ShownPost, ...]
    next: str | None


class _Thread(Struct, frozen=True):
    below: tuple[ShownPost, ...] = ()


class _Timeline:
    """The newest of the public timeline, or all of it."""

    def __init__(self, items: Sequence[ShownPost], *, is_whole: bool) -> None:
        self.items = items
        self._ids = {item.id for item in items}
        numbers = [int(one) for one in self._ids if one.isascii() and one.isdecimal()]
        self._oldest = 0 if is_whole else min(numbers, default=0)

    def lacks(self, post: str) -> bool:
        """Whether a post would be here if it stood in the timeline; of what is older, nobody knows."""
        return post not in self._ids and int(post) > self._oldest


class Look(Struct, frozen=True):
    """What was seen, and by post what is not as it ought to be.

    `posts` are restricted, `others` are named by the ledger or were asked for, `listed` are in the timeline, and
    `below` are replies to these.
    """

    posts: int
    others: int
    listed: int
    below: int
    wrong: dict[str, Mismatch]

    @property
    def seen(self) -> int:
        """How many posts were looked at."""
        return self.posts + self.others + self.listed + self.below

    def told(self) -> str:
        """The same in words."""
        return (
            f"{self.posts} restricted posts, {self.others} others that the ledger names or that were asked for, "
            f"{self.listed} of the public timeline and {self.below} replies to them were looked at"
        )


_page = msgspec.json.Decoder(_Page)
_post = msgspec.json.Decoder(ShownPost)
_thread = msgspec.json.Decoder(_Thread)


def look_at(web: Web, expected: Expected, tell: Tell, asked: Collection[str] = ()) -> Look:
    """Look at the newest of the timeline with their replies, at what the ledger names, and at what is `asked` for.

    Raises Malformed, NotFound or Unreachable where the square cannot be looked at.
    """
    timeline = _read_timeline(web, tell)
    listed = timeline.items
    wrong = _wrong_in_timeline(listed, expected)
    talks = [item.id for item in listed if item.reply_count][:CONVERSATIONS]
    replies = [reply for _, thread in _each(web, talks, _thread) if thread is not None for reply in thread.below]
    wrong |= _found((reply.id, expected.mismatch(reply.id, reply)) for reply in replies)
    posts = list(expected.restricted_posts())
    others = [post for post in dict.fromkeys([*asked, *expected.other_posts(OTHERS)]) if post not in set(posts)]
    wrong |= _wrong_at_address(web, [*posts, *others], timeline, expected, tell)
    return Look(len(posts), len(others), len(listed), len(replies), wrong)


def look_again(web: Web, expected: Expected, tell: Tell, posts: Collection[str]) -> dict[str, Mismatch]:
    """What is wrong with these posts now, in the timeline or at their addresses."""
    timeline = _read_timeline(web, tell)
    wrong = _wrong_in_timeline([item for item in timeline.items if item.id in posts], expected)
    return wrong | _wrong_at_address(web, posts, timeline, expected, tell)


def _wrong_in_timeline(listed: Collection[ShownPost], expected: Expected) -> dict[str, Mismatch]:
    return _found((item.id, expected.mismatch_in_timeline(item)) for item in listed)


def _wrong_at_address(
    web: Web, posts: Collection[str], timeline: _Timeline, expected: Expected, tell: Tell
) -> dict[str, Mismatch]:
    found: dict[str, Mismatch] = {}
    for number, (post, shown) in enumerate(_each(web, posts, _post), 1):
        wrong = expected.absence(post) if shown is None else expected.mismatch(post, shown)
        if wrong is None and shown is not None and timeline.lacks(post):
            wrong = expected.omission(shown)
        found |= _found([(post, wrong)])
        tell(number, len(posts))
    return found


def _found(looked: Iterable[tuple[str, Mismatch | None]]) -> dict[str, Mismatch]:
    return {post: mismatch for post, mismatch in looked if mismatch is not None}


def _read_timeline(web: Web, tell: Tell) -> _Timeline:
    items: list[ShownPost] = []
    path = TIMELINE
    for _ in range(PAGES):
        try:
            page = _page.decode(web.read_json(path))
        except (msgspec.DecodeError, UnicodeError) as error:
            raise Malformed(f"the timeline at {path} is not in its format: {error}") from error
        items += page.items
        tell(len(items), 0)
        if page.next is None:
            return _Timeline(items, is_whole=True)
        path = _below(web, page.next)
    return _Timeline(items, is_whole=False)


def _below(web: Web, link: str) -> str:
    """The path of a link on a page; raises Malformed where it leads to another host."""
    parts = urlsplit(urljoin(f"{web.base}/{TIMELINE}", link))
    if f"{parts.scheme}://{parts.netloc}" != web.host:
        raise Malformed(f"the timeline goes on at another address, {link}")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _each(web: Web, posts: Collection[str], decoder: msgspec.json.Decoder[S]) -> Iterator[tuple[str, S | None]]:
    """The pages of posts, each None where there is nothing at its address."""

    def read(post: str) -> tuple[str, S | None]:
        try:
            return post, decoder.decode(web.read_json(f"posts/{post}"))
        except NotFound:
            return post, None
        except (msgspec.DecodeError, UnicodeError) as error:
            raise Malformed(f"post {post} is not in its format: {error}") from error

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="looking") as pool:
        yield from pool.map(read, posts)
