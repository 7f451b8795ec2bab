"""Who sees a post, by reader, visibility and route: nobody finds what was not written for them, whatever they open."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from app import api, web
from app.main import routes_of
from app.square import Square
from app.store.engines import Tx
from app.store.follows import follow
from app.store.polls import PollRow, add_poll
from app.store.posts import NewPost
from app.store.sessions import open_session
from app.store.visibility import VISIBILITIES, Visibility
from app.writing import enter_post
from tests.api.client import Client
from tests.visibility.routes import ADDRESSES, AROUND, BESIDE, DEEDS, ELSEWHERE, LISTS, NO_POSTS, UNQUOTED
from tests.web.serving import Site

READERS: Final = ("", "author", "follower", "named", "stranger", "blocked")
SEEN: Final[dict[Visibility, set[str]]] = {
    "public": {"", "author", "follower", "named", "stranger"},
    "unlisted": {"", "author", "follower", "named", "stranger"},
    "followers": {"author", "follower", "named"},
    "mentioned": {"author", "named"},
}
WORD: Final = "zebra"
ROOT: Final = 1_790_000_000_000 << 16
Clients = Callable[..., Client]


class Reader:
    """One who reads, with a token for the API and a session for the pages; "" is a visitor."""

    def __init__(self, site: Site, client: Client, handle: str) -> None:
        self.handle = handle
        self.account = client.account
        self.api = client.http
        self.pages = httpx.Client(base_url=site.url, follow_redirects=True, timeout=30, headers={"Accept": "text/html"})
        if handle:
            session = site.run(lambda square: _session(square, client.account))
            self.pages.cookies.set("session", session)

    def opens(self, path: str) -> httpx.Response:
        """What is answered to this reader."""
        return (self.api if path.startswith("/api/") else self.pages).get(path)


async def _session(square: Square, account: int) -> str:
    return (await square.database.write(lambda tx: open_session(tx, account, square.clock.now())))[0]


@pytest.fixture
def readers(site: Site, client: Clients) -> Iterator[dict[str, Reader]]:
    """One of each kind."""
    made = {handle: Reader(site, client(handle), handle) for handle in READERS}
    yield made
    for reader in made.values():
        reader.pages.close()


def post_of(visibility: Visibility, *, answers: bool) -> int:
    """The number of the opener, or the answer, that has this visibility."""
    return ROOT + 1 + 10 * VISIBILITIES.index(visibility) + answers


def filled(path: str, handle: str, visibility: Visibility, author: int, *, answers: bool) -> str:
    """An address with its numbers."""
    lists = ROOT + 900 + READERS.index(handle)
    numbers = {"{post}": post_of(visibility, answers=answers), "{root}": ROOT, "{list}": lists, "{author}": author}
    for name, number in numbers.items():
        path = path.replace(name, str(number))
    return path


async def enter(square: Square, people: dict[str, int], visibility: Visibility, *, kept: bool = True) -> None:
    """An opener and an answer of this visibility, and every row by which anybody might come upon them.

    Where they are `kept` all have liked and been told of both, and have them in their home timeline: as if they had
    once been theirs to read.
    """
    author = people["author"]

    async def write(tx: Tx) -> None:
        now = square.clock.now()
        await follow(tx, people["follower"], author, now)
        await tx.run(
            "insert into block (account, target, created_at) values ({}, {}, {})", author, people["blocked"], now
        )
        assert await enter_post(tx, NewPost(ROOT, author, "The beginning", "en", "", None, ROOT, now))
        for answers in (False, True):
            post = post_of(visibility, answers=answers)
            text = f"{WORD}{int(answers)} for @named of #herons"
            reply_to, root = (ROOT, ROOT) if answers else (None, post)
            new = NewPost(post, author, text, "en", "", reply_to, root, now, visibility=visibility)
            assert await enter_post(tx, new)
            await add_poll(tx, PollRow(post, False, False, now, now + 600_000, None), [f"{WORD}a", "no"])
            boost = NewPost(
                post + 5, people["named"], "", "", "", None, post + 5, now, visibility=visibility, boost_of=post
            )
            assert await enter_post(tx, boost)
            for number, account in enumerate(people.values() if kept else ()):
                await _keep(tx, account, post, author, number, now)
        for handle, account in people.items():
            await _gather(tx, ROOT + 900 + READERS.index(handle), account, author)

    await square.database.write(write)


async def _gather(tx: Tx, number: int, account: int, author: int) -> None:
    sql = "insert into list (id, account, title, replies, exclusive) values ({}, {}, 'L', 'list', {})"
    await tx.run(sql, number, account, False)
    await tx.run("insert into list_account (list, account) values ({}, {})", number, author)


async def _keep(tx: Tx, account: int, post: int, author: int, number: int, now: int) -> None:
    for table in ("favourite", "bookmark"):
        await tx.run(f"insert into {table} (account, post, id) values ({{}}, {{}}, {{}})", account, post, post + number)
    sql = "insert into home_entry (account, post) values ({}, {}) on conflict do nothing"
    await tx.run(sql, account, post)
    sql = (
        "insert into notification (account, id, kind, sender, post, group_key, created_at) "
        "values ({}, {}, 'status', {}, {}, {}, {}) on conflict do nothing"
    )
    await tx.run(sql, account, post + number, author, post, f"ungrouped-{post + number}", now)
    sql = "insert into conversation (account, root, last_post, unread) values ({}, {}, {}, {}) on conflict do nothing"
    await tx.run(sql, account, post, post, True)


def test_every_route_is_in_the_table() -> None:
    """A new route that reads says what it shows of posts, before it is served."""
    known = {*ADDRESSES, *AROUND, *LISTS, *BESIDE, *ELSEWHERE, *NO_POSTS}
    reads = {
        path
        for package in (web, api)
        for handler in routes_of(package)
        if "GET" in handler.http_methods
        for path in handler.paths
    }
    assert reads == known
    does = {path for handler in routes_of(api) if "POST" in handler.http_methods for path in handler.paths}
    assert set(DEEDS) == {path for path in does if path.startswith("/api/v1/statuses/{status_id:str}/")}
    assert set() == {place for place in ELSEWHERE.values() if not Path(place).exists()}


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_nobody_is_shown_what_is_not_for_them(site: Site, readers: dict[str, Reader], visibility: Visibility) -> None:
    """By its number exactly those who may read a post are shown it; in lists and beside it nobody else finds a word."""
    people = {handle: reader.account for handle, reader in readers.items() if handle}
    author = people["author"]
    site.run(lambda square: enter(square, people, visibility))
    met: set[str] = set()
    for handle, reader in readers.items():
        for answers in (False, True):
            may = handle in SEEN[visibility]
            for path in ADDRESSES.values():
                assert may == shows(reader, filled(path, handle, visibility, author, answers=answers), answers), (
                    handle,
                    path,
                )
            for path in [*LISTS.values(), *BESIDE.values()]:
                found = shows(reader, filled(path, handle, visibility, author, answers=answers), answers)
                assert may or not found, (handle, path)
                met |= {path} if found else set()
        for path in AROUND.values():
            if handle != "blocked":
                assert (handle in SEEN[visibility]) == shows(
                    reader, filled(path, handle, visibility, author, answers=True), True
                ), (handle, path)
        if handle and handle not in SEEN[visibility]:
            for path in (*DEEDS, *(path for path in BESIDE if path.startswith("/api/"))):
                address = path.replace("{status_id:str}", str(post_of(visibility, answers=False)))
                method = "GET" if path in BESIDE else "POST"
                assert 404 == reader.api.request(method, address).status_code, (handle, path)
    # What nobody could have met would prove nothing.
    assert visibility != "public" or met == {*LISTS.values(), *BESIDE.values()} - UNQUOTED


def shows(reader: Reader, path: str, answers: bool) -> bool:
    """Whether the words of the post stand in the answer."""
    answer = reader.opens(path)
    assert answer.status_code < 500, (path, answer.text)
    return f"{WORD}{int(answers)}" in answer.text or (path.startswith("/api/v1/polls") and f"{WORD}a" in answer.text)
