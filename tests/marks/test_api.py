"""Marks through the client API: the names that clients know, the same laws as on the pages, paged lists."""

from collections.abc import Callable

import msgspec
import pytest
from msgspec import Struct

from app.writing import Words, write_post
from tests.api.client import Client
from tests.web.serving import Site

Clients = Callable[..., Client]


class Inner(Struct):
    """A boosted status."""

    id: str


class Status(Struct):
    """A status, as far as marks go."""

    id: str
    favourited: bool
    reblogged: bool
    bookmarked: bool
    muted: bool
    favourites_count: int
    reblogs_count: int
    reblog: Inner | None
    pinned: bool = False
    visibility: str = ""


class Who(Struct):
    """An account."""

    acct: str


def writes(site: Site, author: Client, text: str = "Here.") -> str:
    """Somebody posts; returns the id."""
    words = Words(text, "en")
    return str(site.run(lambda square: write_post(square, author.account, None, words)))


def does(client: Client, deed: str, post: str) -> Status:
    """Do something with a status."""
    answer = client.post(f"/api/v1/statuses/{post}/{deed}")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Status)


@pytest.mark.parametrize(
    ("deed", "field"),
    [("favourite", "favourited"), ("reblog", "reblogged"), ("bookmark", "bookmarked"), ("mute", "muted")],
)
def test_each_deed_shows_in_the_status(site: Site, client: Clients, deed: str, field: str) -> None:
    """Twice is once; taken back, it is as before."""
    ann, ben = client("ann"), client("ben")
    post = writes(site, ann)
    for _ in range(2):
        done = does(ben, deed, post)
        assert getattr(done, field)
        assert (1, 1) == (done.favourites_count or 1, done.reblogs_count or 1)
    for _ in range(2):
        assert not getattr(does(ben, f"un{deed}", post), field)


def test_a_boost_is_a_status_with_the_boosted_one_in_it(site: Site, client: Clients) -> None:
    """The same boost whoever asks twice; its visibility may be asked for."""
    ann, ben = client("ann"), client("ben")
    post = writes(site, ann)
    boost = does(ben, "reblog", post)
    assert boost.reblog is not None
    assert (post, True) == (boost.reblog.id, boost.id != post)
    assert boost.id == does(ben, "reblog", boost.id).id
    assert post == does(ben, "unreblog", boost.id).id
    answer = ben.http.post(f"/api/v1/statuses/{post}/reblog", data={"visibility": "unlisted"})
    assert 200 == answer.status_code


def test_pins_of_ones_own(site: Site, client: Clients) -> None:
    """Somebody else's is refused in the API's own shape."""
    ann, ben = client("ann"), client("ben")
    post = writes(site, ann)
    assert does(ann, "pin", post).pinned
    assert not does(ann, "unpin", post).pinned
    refused = ben.post(f"/api/v1/statuses/{post}/pin")
    assert (422, {"error": "This post is not yours"}) == (refused.status_code, refused.json())


def test_lists_are_paged_by_the_marks(site: Site, client: Clients) -> None:
    """The latest mark first, by links in both directions."""
    ann, ben = client("ann"), client("ben")
    posts = [writes(site, ann, f"Number {n}") for n in range(5)]
    for post in posts:
        does(ben, "favourite", post)
        does(ben, "bookmark", post)
    for path in ("/api/v1/favourites", "/api/v1/bookmarks"):
        first = ben.get(path, limit=2)
        assert [posts[4], posts[3]] == [one["id"] for one in first.json()]
        older = ben.http.get(first.links["next"]["url"])
        assert [posts[2], posts[1]] == [one["id"] for one in older.json()]
        newer = ben.http.get(older.links["prev"]["url"])
        assert [posts[4], posts[3]] == [one["id"] for one in newer.json()]
        assert [] == ann.get(path).json()


def test_who_has_marked_a_status(site: Site, client: Clients) -> None:
    """Everybody who sees it may ask; of what they do not see there is no record."""
    ann, ben, cy = client("ann"), client("ben"), client("cy")
    post = writes(site, ann)
    for reader in (ben, cy):
        does(reader, "favourite", post)
        does(reader, "reblog", post)
    for path in ("favourited_by", "reblogged_by"):
        for reader in (ann, client("")):
            answer = reader.get(f"/api/v1/statuses/{post}/{path}")
            assert ["cy", "ben"] == [one.acct for one in msgspec.json.decode(answer.content, type=list[Who])]
        lost = ann.get(f"/api/v1/statuses/1/{path}")
        assert (404, {"error": "Record not found"}) == (lost.status_code, lost.json())


def test_what_is_not_seen_is_no_record(site: Site, client: Clients) -> None:
    """For others' followers, unknown, or no id at all: 404 in the API's own shape."""
    ann, ben = client("ann"), client("ben")
    words = Words("For followers", "en", visibility="followers")
    closed = site.run(lambda square: write_post(square, ann.account, None, words))
    for post in (str(closed), "1", "x", str(2**64)):
        for deed in ("favourite", "unfavourite", "reblog", "unreblog", "bookmark", "mute", "pin", "unpin"):
            answer = ben.post(f"/api/v1/statuses/{post}/{deed}")
            assert (404, {"error": "Record not found"}) == (answer.status_code, answer.json()), (post, deed)


def test_each_deed_asks_for_its_scope(site: Site, client: Clients) -> None:
    """A program does what its token allows."""
    ann = client("ann")
    post = writes(site, ann)
    for deed, scope in (("favourite", "write:favourites"), ("reblog", "write:statuses"), ("mute", "write:mutes")):
        assert 200 == client("ben", scope).post(f"/api/v1/statuses/{post}/{deed}").status_code
        assert 403 == client("ben", "read write:lists").post(f"/api/v1/statuses/{post}/{deed}").status_code
        assert 401 == client("").post(f"/api/v1/statuses/{post}/{deed}").status_code
