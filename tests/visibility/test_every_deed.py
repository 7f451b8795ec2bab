"""Whoever may not see a post cannot tell it from one that is not there, whatever they ask or try to do with it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, get_type_hints

import httpx
import msgspec
import pytest

from app import api, web
from app.main import routes_of
from app.square import Square
from app.store.engines import Tx
from app.store.tables import TABLES
from app.store.visibility import Visibility
from tests.api.client import Client
from tests.visibility.deeds import ELSEWHERE, FOR_ALL, NAMED, OTHERWISE, SAVED, SENT, Body
from tests.visibility.test_every_route import READERS, ROOT, SEEN, Reader, enter, post_of
from tests.web.serving import Site

NOWHERE: Final = ROOT + 770
"""The number of no post."""

FIELDS: Final = {"reply_to", "in_reply_to_id", "status_id", "status_ids", "post", "posts"}
"""Fields of forms that name posts."""

ABOUT_ONE_POST: Final = ("{post_id:", "{status_id:", "{poll_id:")
HIDDEN: Final[tuple[Visibility, ...]] = ("public", "followers", "mentioned")
"""Of those a public post is hidden from whom its author blocks."""

NOTED: Final = {"session", "oauth_token", "home_state", "login_attempt", "job_lease"}
"""Tables that tell when somebody was here."""

CHANCE: Final = re.compile(r'name="(csrf|key)" value="[^"]*"|[0-9a-f]{12,}|[0-9]+')
"""What of an answer is drawn by chance, or is a number."""

JSON: Final = ("application/json",)
Clients = Callable[..., Client]
Deed = tuple[str, str, Body]


@pytest.fixture
def readers(site: Site, client: Clients) -> Iterator[dict[str, Reader]]:
    """One of each kind, who may write as well as read."""
    made = {handle: Reader(site, client(handle), handle) for handle in READERS}
    for reader in made.values():
        told = reader.pages.get("/session", headers={"Accept": "application/json"}).json()
        reader.pages.headers["X-CSRF-Token"] = told["csrf"]
    yield made
    for reader in made.values():
        reader.pages.close()


def test_every_route_about_a_post_is_in_the_table() -> None:
    """A new route that is told of a post, by its address or in what is sent, is tried before it is served."""
    served: set[tuple[str, str]] = set()
    for handler in (*routes_of(web), *routes_of(api)):
        routes = {(str(method), path) for method in handler.http_methods for path in handler.paths}
        served |= {route for route in routes if any(name in route[1] for name in ABOUT_ONE_POST)}
        form = get_type_hints(handler.fn).get("data")
        if form is not None and FIELDS & {field.name for field in msgspec.structs.fields(form)}:
            served |= routes
    known = {*NAMED, *SENT, *SAVED, *ELSEWHERE}
    assert {route for route in served if route[0] not in ("OPTIONS", "HEAD")} == {
        route for route in known if "?" not in route[1]
    }
    assert all(Path(file).exists() for file in ELSEWHERE.values())


@pytest.mark.parametrize("visibility", HIDDEN)
def test_what_one_may_not_see_is_as_if_it_were_not_there(
    site: Site, readers: dict[str, Reader], visibility: Visibility
) -> None:
    """The same answer, to the word, for the post, an answer, a boost of it and for no post; nothing changes."""
    author = _entered(site, readers, visibility, kept=False)
    posts = (
        post_of(visibility, answers=False),
        post_of(visibility, answers=True),
        post_of(visibility, answers=False) + 5,
    )
    before, tried = site.run(_everything), 0
    for handle in set(READERS) - SEEN[visibility]:
        for deed in _deeds({**NAMED, **SENT}):
            if visibility == "public" and deed[:2] == FOR_ALL:
                continue
            nowhere = done(readers[handle], handle, deed, NOWHERE, author)
            assert nowhere[0][0] in _statuses(deed, handle), (handle, deed, nowhere)
            assert nowhere == done(readers[handle], handle, deed, posts[0], author), (handle, deed)
            for post in posts[1:]:
                assert nowhere[:1] == done(readers[handle], handle, deed, post, author, JSON), (handle, deed, post)
            tried += 1
    assert tried >= 50
    assert before == site.run(_everything)


def test_what_one_saw_once_is_as_if_it_were_not_there(site: Site, readers: dict[str, Reader]) -> None:
    """Also to whoever liked, kept and was told of it while they might: no answer tells what they take back."""
    author, post = _entered(site, readers, "followers", kept=True), post_of("followers", answers=False)
    for handle in ("stranger", "blocked"):
        for deed in _deeds({**NAMED, **SENT, **SAVED}):
            nowhere = done(readers[handle], handle, deed, NOWHERE, author, JSON)
            assert nowhere == done(readers[handle], handle, deed, post, author, JSON), (handle, deed)


def _entered(site: Site, readers: dict[str, Reader], visibility: Visibility, *, kept: bool) -> int:
    """The posts are there; who wrote them."""
    people = {handle: reader.account for handle, reader in readers.items() if handle}
    site.run(lambda square: enter(square, people, visibility, kept=kept))
    site.run(lambda square: _give_filters(square, people))
    return people["author"]


def _deeds(table: dict[tuple[str, str], tuple[Body, ...]]) -> list[Deed]:
    return [(method, path, body) for (method, path), bodies in table.items() for body in bodies]


def done(
    reader: Reader, handle: str, deed: Deed, post: int, author: int, kinds: tuple[str, ...] = (*JSON, "text/html")
) -> list[tuple[int, str]]:
    """What is answered, to programs and to people, without what names the post or is drawn by chance."""
    method, path, body = deed
    names = {"{post}": post, "{author}": author, "{filter_id:str}": _filter_of(handle), "{at_handle:str}": "@author"}
    names |= dict.fromkeys(("{post_id:str}", "{status_id:str}", "{poll_id:str}"), post)
    for name, value in names.items():
        path = path.replace(name, str(value))
    sent = None if method == "GET" else {key: _filled(value, names) for key, value in body.items()}
    if path.startswith("/api/"):
        return [_told(reader.api.request(method, path, json=sent))]
    return [_told(reader.pages.request(method, path, json=sent, headers={"Accept": kind})) for kind in kinds]


def _filled(value: object, names: dict[str, object]) -> object:
    if isinstance(value, list):
        return [_filled(one, names) for one in value]
    return str(names[value]) if isinstance(value, str) and value in names else value


def _told(answer: httpx.Response) -> tuple[int, str]:
    assert answer.status_code < 500, answer.text
    return answer.status_code, CHANCE.sub("#", answer.text)


def _statuses(deed: Deed, handle: str) -> tuple[int, ...]:
    method, path, _ = deed
    return (OTHERWISE.get((method, path), 404), *(() if handle else (401, 403)))


def _filter_of(handle: str) -> int:
    return ROOT + 950 + READERS.index(handle)


async def _give_filters(square: Square, people: dict[str, int]) -> None:
    sql = "insert into filter (id, account, title, contexts, action) values ({}, {}, 'F', 'home', 'warn')"

    async def write(tx: Tx) -> None:
        for handle, account in people.items():
            await tx.run(sql, _filter_of(handle), account)

    await square.database.write(write)


async def _everything(square: Square) -> dict[str, list[str]]:
    """Every row of every table, but for those that tell when somebody was here."""

    async def read(tx: Tx) -> dict[str, list[str]]:
        names = sorted({table._meta.tablename for table in TABLES} - NOTED)
        return {name: sorted(map(str, await tx.rows(f"select * from {name}", ()))) for name in names}

    return await square.database.read(read)
