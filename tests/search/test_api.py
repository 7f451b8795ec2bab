"""Search as clients use it."""

from collections.abc import Callable

from app.writing import Words, write_post
from tests.api.client import Client
from tests.speech.world import ON_SQLITE, Programs, account_of, say
from tests.web.serving import Site

Clients = Callable[..., Client]


def test_a_client_searches(client: Clients, program: Programs) -> None:
    """Accounts, posts and hashtags at once or one kind, by pages; the Tag has its seven days."""
    ann = program("ann")
    posts = [say(ann, f"heron {number} #birds") for number in range(3)]
    ben = client("ben")
    found = ben.get("/api/v2/search", q="heron", resolve="true").json()
    assert [post.id for post in reversed(posts)] == [status["id"] for status in found["statuses"]]
    assert ([], [], []) == (found["accounts"], found["hashtags"], found["collections"])
    assert ["ann"] == [account["acct"] for account in ben.get("/api/v2/search", q="@an").json()["accounts"]]
    older = ben.get("/api/v1/search", q="#bir").json()
    assert (["birds"], [], []) == (older["hashtags"], older["accounts"], older["statuses"])
    assert found["statuses"] == ben.get("/api/v1/search", q="heron").json()["statuses"]
    tag = ben.get("/api/v2/search", q="#bir", type="hashtags").json()["hashtags"][0]
    assert ("birds", 7) == (tag["name"], len(tag["history"]))
    assert ({"accounts": "1", "uses": "3"}, False) == (
        {name: tag["history"][0][name] for name in ("accounts", "uses")},
        tag["following"],
    )

    def ids(**query: str | int) -> list[int]:
        answer = client().get("/api/v2/search", q="heron", type="statuses", **query)
        return [int(status["id"]) for status in answer.json()["statuses"]]

    first, second, third = (post.number for post in posts)
    assert [third, second] == ids(limit=2)
    assert [first] == ids(limit=2, offset=2)
    assert [first] == ids(max_id=second)
    assert [third] == ids(min_id=second)
    assert [third, second, first] == ids(account_id=account_of(ann))
    assert [] == ids(account_id=ben.account) == ids(account_id="x")
    assert ["ann"] == [account["acct"] for account in ben.get("/api/v1/accounts/search", q="an").json()]
    assert [] == ben.get("/api/v1/accounts/search", q="an", following="true").json()


@ON_SQLITE
def test_an_address_finds_what_stands_there(site: Site, client: Clients, program: Programs) -> None:
    """Somebody's page, a post; and nothing where the reader may see nothing."""
    ann, reader = program("ann"), client()
    root = str(reader.http.base_url).rstrip("/")
    post = say(ann, "a heron")
    account = account_of(ann)
    secret = site.run(lambda square: write_post(square, account, None, Words("psst", "en", visibility="mentioned")))
    found = reader.get("/api/v2/search", q=f"{root}/@ann").json()
    assert ["ann"] == [account["acct"] for account in found["accounts"]]
    for path in (post.url, f"/posts/{post.id}"):
        statuses = reader.get("/api/v2/search", q=root + path).json()["statuses"]
        assert [post.id] == [status["id"] for status in statuses]
    for path in (f"/posts/{secret}", "/@nobody", "/rules", "/posts/1"):
        assert {"accounts": [], "statuses": [], "hashtags": [], "collections": []} == reader.get(
            "/api/v2/search", q=root + path
        ).json()


@ON_SQLITE
def test_bad_searches(client: Clients) -> None:
    """Wrong types have the API's own errors; a token without the scope finds nothing."""
    ann = client("ann")
    assert 401 == client().get("/api/v1/accounts/search", q="an").status_code
    assert 403 == client("ben", "write").get("/api/v2/search", q="an").status_code
    for query in (
        {"type": "all"},
        {"offset": "-1"},
        {"offset": "x"},
        {"limit": "x"},
        {"max_id": "x"},
        {"q": "a" * 9_999},
    ):
        answer = ann.get("/api/v2/search", **query)
        assert (422, {"error"}) == (answer.status_code, set(answer.json()) & {"error"}), query
    assert 200 == ann.get("/api/v2/search").status_code
