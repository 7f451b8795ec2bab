"""Timelines and conversations as clients read them."""

from collections.abc import Callable

import httpx

from app.feeds.homes import keep_homes
from app.store.follows import follow
from app.store.lists import List, add_list, put_in_list
from app.store.tagfollows import follow_tag
from app.store.visibility import Visibility
from app.writing import Words, take_back, write_post
from tests.api.client import Client
from tests.web.serving import ON_SQLITE, Site

Clients = Callable[..., Client]
HOME = "/api/v1/timelines/home"


def say(site: Site, client: Client, text: str, *, to: Visibility = "public", reply_to: int | None = None) -> int:
    """Post something; its id."""
    words = Words(text, "en", visibility=to, reply_to=reply_to)
    post = site.run(lambda square: write_post(square, client.account, None, words))
    assert post is not None
    site.clock.advance(1000)
    return post


def begin_to_follow(site: Site, one: Client, other: Client) -> None:
    """One follows the other."""
    site.run(lambda square: square.database.write(lambda tx: follow(tx, one.account, other.account, 0)))


def texts(answer: httpx.Response) -> list[str]:
    """What the posts of an answer say, without markup."""
    assert answer.status_code == 200, answer.text
    return [post["content"].removeprefix("<p>").removesuffix("\n").removesuffix("</p>") for post in answer.json()]


def test_home_is_read_page_by_page_whether_it_is_kept_or_not(site: Site, client: Clients) -> None:
    """By max_id downwards, by min_id upwards, since_id between; the links lead on; keeping a home changes nothing."""
    ann, ben = client("ann"), client("ben")
    begin_to_follow(site, ann, ben)
    ids = [say(site, ben, str(number)) for number in range(5)]
    for _ in range(2):
        first = ann.get(HOME, limit=2)
        assert ["4", "3"] == texts(first)
        assert ["2", "1"] == texts(ann.http.get(first.links["next"]["url"]))
        assert [] == texts(ann.http.get(first.links["prev"]["url"]))
        assert ["2", "1"] == texts(ann.get(HOME, min_id=ids[0], limit=2))
        assert ["4", "3"] == texts(ann.get(HOME, since_id=ids[0], limit=2))
        assert ["3"] == texts(ann.get(HOME, max_id=ids[4], since_id=ids[2]))
        site.run(lambda square: keep_homes(square.database))
    assert 401 == client("").get(HOME).status_code
    assert 403 == client("ann", "write").get(HOME).status_code
    assert 422 == ann.get(HOME, max_id="x").status_code


def test_home_has_what_one_may_read(site: Site, client: Clients) -> None:
    """For followers and for the named, and what stands under a followed hashtag."""
    ann, ben, cleo = client("ann"), client("ben"), client("cleo")
    begin_to_follow(site, ann, ben)
    site.run(lambda square: square.database.write(lambda tx: follow_tag(tx, ann.account, "pool", 0)))
    say(site, ben, "for followers", to="followers")
    say(site, ben, "for @cleo", to="mentioned")
    say(site, ben, "for one who reads", to="unlisted")
    say(site, cleo, "the #pool reopens")
    say(site, cleo, "something else")
    assert 3 == len(texts(ann.get(HOME)))
    assert ["something else"] == texts(cleo.get(HOME))[:1]
    assert 2 == len(texts(cleo.get(HOME)))


@ON_SQLITE
def test_the_whole_square_and_a_hashtag(site: Site, client: Clients) -> None:
    """Public openers, whoever reads; any, all and none of more hashtags; nobody is from elsewhere."""
    ann, visitor = client("ann"), client("")
    opener = say(site, ann, "one #pool #noon")
    say(site, ann, "two #Pool", reply_to=opener)
    say(site, ann, "three #bridge")
    say(site, ann, "four #pool", to="unlisted")
    assert 2 == len(texts(visitor.get("/api/v1/timelines/public")))
    assert 2 == len(texts(visitor.get("/api/v1/timelines/public", local="true")))
    assert [] == texts(visitor.get("/api/v1/timelines/public", remote="1"))
    assert [] == texts(visitor.get("/api/v1/timelines/public", only_media="true"))
    tag = "/api/v1/timelines/tag/pool"
    assert 2 == len(texts(visitor.get(tag)))
    assert 2 == len(texts(visitor.get("/api/v1/timelines/tag/%23POOL")))
    assert 3 == len(texts(visitor.http.get(f"{tag}?any[]=bridge")))
    assert 1 == len(texts(visitor.http.get(f"{tag}?all[]=noon")))
    assert 1 == len(texts(visitor.http.get(f"{tag}?none[]=noon")))
    assert [] == texts(visitor.get("/api/v1/timelines/tag/1"))
    assert 422 == visitor.get(tag, only_media="perhaps").status_code


@ON_SQLITE
def test_a_list_is_its_owners(site: Site, client: Clients) -> None:
    """Those whom one follows and has put there; nobody else reads it."""
    ann, ben, cleo = client("ann"), client("ben"), client("cleo")
    mine = List(7, ann.account, "friends", "list", False)
    for other in (ben, cleo):
        begin_to_follow(site, ann, other)
    site.run(lambda square: square.database.write(lambda tx: add_list(tx, mine)))
    site.run(lambda square: square.database.write(lambda tx: put_in_list(tx, mine, [ben.account])))
    say(site, ben, "from the list")
    say(site, cleo, "from elsewhere")
    assert ["from the list"] == texts(ann.get("/api/v1/timelines/list/7"))
    assert 404 == ben.get("/api/v1/timelines/list/7").status_code
    assert 404 == ann.get("/api/v1/timelines/list/x").status_code


def test_conversations_are_of_those_who_are_named(site: Site, client: Clients) -> None:
    """The latest first, unread until read, without the reader; a deleted last post gives place to the one before."""
    ann, ben, cleo = client("ann"), client("ben"), client("cleo")
    opener = say(site, ann, "@ben and @cleo, a word", to="mentioned")
    say(site, ann, "@cleo, another", to="mentioned")
    answer = say(site, ben, "@ann, yes?", to="mentioned", reply_to=opener)
    path = "/api/v1/conversations"
    told = ann.get(path).json()
    assert [(str(opener), True, str(answer), ["ben"])] == [
        (one["id"], one["unread"], one["last_status"]["id"], [other["acct"] for other in one["accounts"]])
        for one in told[:1]
    ]
    assert [2, 1, 2] == [len(one.get(path).json()) for one in (ann, ben, cleo)]
    assert ["ann", "ben"] == sorted(other["acct"] for other in cleo.get(path).json()[1]["accounts"])
    assert not ann.post(f"{path}/{opener}/read").json()["unread"]
    assert not ann.get(path).json()[0]["unread"]
    assert site.run(lambda square: take_back(square, ben.account, answer))
    assert str(opener) == ann.get(path).json()[1]["last_status"]["id"]
    assert [str(opener)] == [one["last_status"]["id"] for one in ben.get(path).json()]
    assert 1 == len(ann.get(path, limit=1).json())
    assert 200 == ben.http.delete(f"{path}/{opener}").status_code
    assert [] == ben.get(path).json()
    assert 404 == ben.post(f"{path}/{opener}/read").status_code
    assert 401 == client("").get(path).status_code
