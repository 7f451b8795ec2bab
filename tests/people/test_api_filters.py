"""Filters through clients' calls: made and changed whole and piece by piece, told with each post, and nobody else's."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import msgspec
from msgspec import Struct

from app.api.speech import statuses_as
from app.api.views import View
from app.posts import show_posts
from app.store.engines import Tx
from app.store.filters import MOST_IN_FILTER
from app.store.posts import posts_among
from tests.api.client import Client
from tests.speech.world import say
from tests.web.client import Program
from tests.web.serving import ON_SQLITE, Site

Clients = Callable[..., Client]


class Word(Struct):
    """A keyword of a filter."""

    id: str
    keyword: str
    whole_word: bool


class Named(Struct):
    """A post that a filter names."""

    id: str
    status_id: str


class Told(Struct):
    """A filter as it is told."""

    id: str
    title: str
    context: list[str]
    expires_at: str | None
    filter_action: str
    keywords: list[Word]
    statuses: list[Named]


def told(answer: httpx.Response) -> Told:
    """The filter that a call tells."""
    assert 200 == answer.status_code, answer.text
    return msgspec.json.decode(answer.content, type=Told)


def made(client: Client, **more: object) -> Told:
    """A filter just made."""
    return told(client.post("/api/v2/filters", {"title": "Spoilers", "context": ["home"], **more}))


def test_a_filter_is_made_changed_and_taken_away(site: Site, client: Clients) -> None:
    """As a form or as JSON; what is not said stays, keywords are added, changed and taken away by their ids."""
    ann = client("ann")
    form = {
        "title": "Spoilers",
        "context[]": ["public", "home"],
        "filter_action": "hide",
        "expires_in": "3600",
        "keywords_attributes[0][keyword]": "the end",
        "keywords_attributes[0][whole_word]": "false",
        "keywords_attributes[1][keyword]": "finale",
    }
    first = told(ann.http.post("/api/v2/filters", data=form))
    assert ("Spoilers", ["home", "public"], "hide") == (first.title, first.context, first.filter_action)
    assert [("the end", False), ("finale", True)] == [(one.keyword, one.whole_word) for one in first.keywords]
    assert first.expires_at is not None
    path = f"/api/v2/filters/{first.id}"
    assert first == told(ann.http.put(path, json={})) == told(ann.get(path))
    end, finale = first.keywords
    words = [
        {"id": end.id, "_destroy": True},
        {"id": finale.id, "whole_word": False},
        {"keyword": "last scene"},
    ]
    change = {"title": "Films", "context": ["thread"], "filter_action": "blur", "expires_in": 0}
    second = told(ann.http.put(path, json={**change, "keywords_attributes": words}))
    assert ("Films", ["thread"], "warn", None) == (
        second.title,
        second.context,
        second.filter_action,
        second.expires_at,
    )
    assert [("finale", False), ("last scene", True)] == [(one.keyword, one.whole_word) for one in second.keywords]
    assert finale.id == second.keywords[0].id
    assert [second] == msgspec.json.decode(ann.get("/api/v2/filters").content, type=list[Told])
    assert (200, {}) == ((gone := ann.http.delete(path)).status_code, gone.json())
    assert 404 == ann.get(path).status_code


def test_keywords_and_posts_come_one_by_one(client: Clients, program: Callable[[str], Program]) -> None:
    """Each has an address of its own; a post is named once, and only if the caller may see it."""
    post = say(program("ben"), "words")
    ann = client("ann")
    one = made(ann)
    path = f"/api/v2/filters/{one.id}"
    word = ann.post(f"{path}/keywords", {"keyword": " heron ", "whole_word": False}).json()
    assert ("heron", False) == (word["keyword"], word["whole_word"])
    assert [word] == ann.get(f"{path}/keywords").json()
    own = f"/api/v2/filters/keywords/{word['id']}"
    assert {**word, "keyword": "herons"} == ann.http.put(own, json={"keyword": "herons"}).json() == ann.get(own).json()
    named = ann.post(f"{path}/statuses", {"status_id": post.id}).json()
    assert named == ann.post(f"{path}/statuses", {"status_id": post.id}).json()
    assert [named] == ann.get(f"{path}/statuses").json()
    assert named == ann.get(f"/api/v2/filters/statuses/{named['id']}").json()
    for nothing in ("1", "x"):
        assert 404 == ann.post(f"{path}/statuses", {"status_id": nothing}).status_code
    assert named == ann.http.delete(f"/api/v2/filters/statuses/{named['id']}").json()
    assert {} == ann.http.delete(own).json()
    assert one == told(ann.get(path))


def test_every_post_tells_which_filters_catch_it(
    site: Site, client: Clients, program: Callable[[str], Program]
) -> None:
    """The reader's own filters, by which keywords or as which post, in every context; nobody else is told."""
    post = say(program("ben"), "The Final episode of the series")
    ann = client("ann")
    by_word = made(ann, context=["public"], keywords_attributes=[{"keyword": "FINAL"}, {"keyword": "heron"}])
    by_post = made(ann, title="That one", filter_action="hide")
    ann.post(f"/api/v2/filters/{by_post.id}/statuses", {"status_id": post.id})

    def caught(reader: int | None) -> object:
        async def load(tx: Tx) -> object:
            now = site.clock.now()
            shown = await show_posts(tx, await posts_among(tx, [int(post.id)]), reader, now)
            return (await statuses_as(tx, shown, View(reader, now, "", site.url)))[0].filtered

        return msgspec.json.decode(msgspec.json.encode(site.run(lambda square: square.database.read(load))))

    plain = {"context": ["home"], "expires_at": None}
    assert [
        {
            "filter": {"id": by_word.id, "title": "Spoilers", **plain, "context": ["public"], "filter_action": "warn"},
            "keyword_matches": ["FINAL"],
            "status_matches": None,
        },
        {
            "filter": {"id": by_post.id, "title": "That one", **plain, "filter_action": "hide"},
            "keyword_matches": None,
            "status_matches": [post.id],
        },
    ] == caught(ann.account)
    assert [] == caught(client("cleo").account)


@ON_SQLITE
def test_a_filter_is_nobody_elses(client: Clients, program: Callable[[str], Program]) -> None:
    """Whatever somebody else does with its ids, it is not found."""
    post = say(program("dan"), "words")
    ann, ben = client("ann"), client("ben")
    one = made(ann, keywords_attributes=[{"keyword": "heron"}])
    named = ann.post(f"/api/v2/filters/{one.id}/statuses", {"status_id": post.id}).json()
    mine = made(ben)
    word = one.keywords[0].id
    for path in (f"{one.id}", f"keywords/{word}", f"statuses/{named['id']}", "1", "x", "keywords/1", "statuses/x"):
        assert 404 == ben.get(f"/api/v2/filters/{path}").status_code
        assert 404 == ben.http.delete(f"/api/v2/filters/{path}").status_code
    for path in (f"{one.id}", f"keywords/{word}"):
        assert 404 == ben.http.put(f"/api/v2/filters/{path}", json={"title": "x", "keyword": "x"}).status_code
    for path in (f"{one.id}/keywords", f"{one.id}/statuses"):
        assert 404 == ben.get(f"/api/v2/filters/{path}").status_code
        assert 404 == ben.post(f"/api/v2/filters/{path}", {"keyword": "x", "status_id": post.id}).status_code
    stolen = {"keywords_attributes": [{"id": word, "keyword": "x"}]}
    assert 404 == ben.http.put(f"/api/v2/filters/{mine.id}", json=stolen).status_code
    assert ["heron"] == [kept.keyword for kept in told(ann.get(f"/api/v2/filters/{one.id}")).keywords]


@ON_SQLITE
def test_what_makes_no_filter_is_refused(client: Clients) -> None:
    """No title, no context, one that there is not, an empty keyword, times that are none, too many keywords."""
    ann = client("ann")
    good = {"title": "x", "context": ["home"]}
    many = [{"keyword": str(number)} for number in range(MOST_IN_FILTER + 1)]
    for wrong in (
        {"title": "x"},
        {"context": ["home"]},
        {**good, "title": " "},
        {**good, "context": []},
        {**good, "context": ["everywhere"]},
        {**good, "filter_action": "burn"},
        {**good, "expires_in": -1},
        {**good, "expires_in": 10**12},
        {**good, "keywords_attributes": [{"keyword": " "}]},
        {**good, "keywords_attributes": [{"keyword": "x" * 201}]},
        {**good, "keywords_attributes": "x"},
        {**good, "keywords_attributes": many},
    ):
        assert 422 == ann.post("/api/v2/filters", wrong).status_code, wrong
    assert [] == ann.get("/api/v2/filters").json()
    one = made(ann, keywords_attributes=many[:-1])
    assert 422 == ann.post(f"/api/v2/filters/{one.id}/keywords", {"keyword": "one more"}).status_code


def test_keywords_that_come_at_once_are_all_kept(client: Clients) -> None:
    """No call writes over what another has added meanwhile."""
    ann = client("ann")
    path = f"/api/v2/filters/{made(ann).id}/keywords"
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda number: ann.post(path, {"keyword": f"word {number}"}), range(20)))
    assert {200} == {answer.status_code for answer in answers}
    assert {f"word {number}" for number in range(20)} == {one["keyword"] for one in ann.get(path).json()}


@ON_SQLITE
def test_an_older_client_sees_each_keyword_as_a_filter(client: Clients) -> None:
    """Made, changed and taken away by the keyword alone; what a filter says for several stays with newer clients."""
    ann, ben = client("ann"), client("ben")
    form = {"phrase": "finale", "context[]": ["home", "public"], "irreversible": "true", "expires_in": "600"}
    first = ann.http.post("/api/v1/filters", data=form).json()
    assert ("finale", ["home", "public"], True, True) == (
        first["phrase"],
        first["context"],
        first["whole_word"],
        first["irreversible"],
    )
    path = f"/api/v1/filters/{first['id']}"
    assert [first] == ann.get("/api/v1/filters").json() == [ann.get(path).json()]
    (newer,) = msgspec.json.decode(ann.get("/api/v2/filters").content, type=list[Told])
    assert ("finale", "hide", first["expires_at"]) == (newer.title, newer.filter_action, newer.expires_at)
    change = {"phrase": "end", "context": ["thread"], "irreversible": False, "whole_word": False, "expires_in": ""}
    second = ann.http.put(path, json=change).json()
    assert {**first, "phrase": "end", "context": ["thread"], "whole_word": False, "irreversible": False} == second
    ann.post(f"/api/v2/filters/{newer.id}/keywords", {"keyword": "last scene"})
    assert 422 == ann.http.put(path, json={"phrase": "end", "context": ["home"]}).status_code
    assert 200 == ann.http.put(path, json={"phrase": "ending", "context": ["thread"]}).status_code
    assert ["ending", "last scene"] == [one["phrase"] for one in ann.get("/api/v1/filters").json()]
    for method in ("GET", "PUT", "DELETE"):
        assert 404 == ben.http.request(method, path, json=None if method == "GET" else change).status_code
    for wrong in ({"phrase": "x"}, {"context": ["home"]}, {"phrase": "", "context": ["home"]}):
        assert 422 == ann.post("/api/v1/filters", wrong).status_code
    for one in ann.get("/api/v1/filters").json():
        assert (200, {}) == ((gone := ann.http.delete(f"/api/v1/filters/{one['id']}")).status_code, gone.json())
    assert [] == ann.get("/api/v2/filters").json() == ann.get("/api/v1/filters").json()
