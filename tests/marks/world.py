"""What the tests of marks ask: a post with its counters and the reader's marks."""

import msgspec
from msgspec import Struct

from app.store.seen import Marks
from tests.web.client import Program


class Of(Struct, frozen=True):
    """Somebody in a value."""

    handle: str


class Boosted(Struct, frozen=True):
    """By whom a post was passed on."""

    id: str
    author: Of


class Marked(Struct, frozen=True):
    """A post as a program sees it, as far as marks go."""

    id: str
    url: str
    text: str
    marks: Marks
    boost_count: int
    favourite_count: int
    visibility: str
    boost: Boosted | None = None


class Listed(Struct, frozen=True):
    """A page of marked posts, and of people."""

    items: tuple[Marked, ...] = ()
    people: tuple[Of, ...] = ()
    next: str | None = None


def does(client: Program, deed: str, post: str, status: int = 201) -> Marked:
    """Do something with a post and return what is left."""
    answer = client.post(f"/posts/{post}/mark", {"do": deed})
    assert answer.status_code == status, answer.text
    return msgspec.json.decode(answer.content, type=Marked)


def refused(client: Program, deed: str, post: str) -> int:
    """The status of a mark that is refused."""
    answer = client.post(f"/posts/{post}/mark", {"do": deed})
    assert answer.status_code >= 400, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    return answer.status_code


def seen(client: Program, post: str) -> Marked:
    """A post as this reader sees it."""
    answer = client.get(f"/posts/{post}")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Marked)


def page(client: Program, path: str) -> Listed:
    """A page of a list."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Listed)


def people(client: Program, path: str) -> list[str]:
    """The handles of a list of people."""
    return [one.handle for one in page(client, path).people]
