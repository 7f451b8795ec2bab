"""The square as clients meet it first."""

from collections.abc import Callable

import pytest

from app.polls import LONGEST, MOST_OPTIONS, SHORTEST
from app.text import MOST_GRAPHEMES
from tests.api.client import Client
from tests.web.client import Browser
from tests.web.serving import ON_SQLITE, Site

Clients = Callable[..., Client]


def test_the_square_tells_what_holds_in_it(site: Site, client: Clients) -> None:
    """The version looks like one that clients know, the limits are those of the code, the rules those in force."""
    ann = client("ann")
    assert 200 == ann.post("/api/v1/apps", {"client_name": "x", "redirect_uris": "https://a.example"}).status_code
    told = client().get("/api/v2/instance").json()
    assert told["version"].startswith("4.4.0 (compatible; Isegoria ")
    posts, polls = told["configuration"]["statuses"], told["configuration"]["polls"]
    assert (MOST_GRAPHEMES, MOST_OPTIONS) == (posts["max_characters"], polls["max_options"])
    assert (SHORTEST // 1000, LONGEST // 1000) == (polls["min_expiration"], polls["max_expiration"])
    urls = told["configuration"]["urls"]
    assert site.url.replace("http", "ws") == urls["streaming"] == urls["streaming_api"]
    assert told["rules"] == client().get("/api/v1/instance/rules").json()
    assert all(rule["text"] and rule["hint"] and int(rule["id"]) for rule in told["rules"])
    assert len(told["rules"]) == len(
        client().http.get("/rules", headers={"Accept": "application/json"}).json()["items"]
    )
    older = client().get("/api/v1/instance").json()
    assert (told["title"], told["rules"], 2) == (older["title"], older["rules"], older["stats"]["user_count"])
    assert MOST_GRAPHEMES == older["max_toot_chars"] == older["configuration"]["statuses"]["max_characters"]


@ON_SQLITE
def test_programs_find_their_way(site: Site, client: Clients) -> None:
    """Nodeinfo at its exact address, accounts by webfinger, and nobody where nobody is."""
    visitor, ann = client(), client("ann")
    links = visitor.get("/.well-known/nodeinfo").json()["links"]
    assert [f"{site.url}/nodeinfo/2.0"] == [link["href"] for link in links]
    node = visitor.get("/nodeinfo/2.0").json()
    assert ("2.0", "isegoria", True) == (node["version"], node["software"]["name"], node["openRegistrations"])
    assert {"name": "mastodon"} == node["metadata"]["upstream"]
    host = site.url.removeprefix("http://")
    for resource in (f"acct:ann@{host}", f"{site.url}/@ann", f"@ann@{host}"):
        answer = visitor.get("/.well-known/webfinger", resource=resource)
        assert (200, f"acct:ann@{host}") == (answer.status_code, answer.json()["subject"])
        assert "application/jrd+json" == answer.headers["content-type"].partition(";")[0]
    for resource in (f"acct:nobody@{host}", "acct:ann@elsewhere.example", "", "ann"):
        assert 404 == visitor.get("/.well-known/webfinger", resource=resource).status_code
    assert f"{site.url}/.well-known/webfinger" in visitor.get("/.well-known/host-meta").text
    assert 12 == len(visitor.get("/api/v1/instance/activity").json())
    assert "posting:default:visibility" in ann.get("/api/v1/preferences").json()


@ON_SQLITE
@pytest.mark.parametrize(
    "path",
    [
        "instance/peers",
        "custom_emojis",
        "announcements",
        "trends/links",
        "accounts/1/endorsements",
    ],
)
def test_what_there_is_none_of(client: Clients, path: str) -> None:
    """Clients ask for it and find an empty list."""
    assert (200, []) == ((answer := client("ann").get(f"/api/v1/{path}")).status_code, answer.json())


@ON_SQLITE
def test_accounts_are_found(client: Clients, member: Callable[[str], Browser]) -> None:
    """By ids, by handle, and by how handle or name begins; signs that a database reads otherwise mean themselves."""
    ann, ben = client("ann"), client("ann_b")
    told = ann.http.get("/api/v1/accounts", params={"id[]": [ann.account, ben.account, 1, 1]}).json()
    assert ["ann", "ann_b"] == [one["username"] for one in told]
    host = ann.http.base_url.netloc.decode()
    for acct in ("ann", "@ann", f"ann@{host}", "ANN"):
        assert str(ann.account) == client().get("/api/v1/accounts/lookup", acct=acct).json()["id"]
    assert 404 == client().get("/api/v1/accounts/lookup", acct="ann@elsewhere.example").status_code
    assert ["ann", "ann_b"] == [one["acct"] for one in ann.get("/api/v1/accounts/search", q="an").json()]
    assert ["ann_b"] == [one["acct"] for one in ann.get("/api/v1/accounts/search", q="ann_").json()]
    assert [] == ann.get("/api/v1/accounts/search", q="%").json()
    assert [] == ann.get("/api/v1/accounts/search", q="an", following="true").json()


@ON_SQLITE
def test_a_profile_is_changed(client: Clients) -> None:
    """What is sent changes and the rest stays; rows come in every spelling; what is too long is refused by name."""
    ann = client("ann")
    rows = {"fields_attributes[0][name]": "home", "fields_attributes[0][value]": "https://ann.example"}
    form = {"display_name": "Ann", "note": "Hello *you*", "locked": "true", "source[privacy]": "private", **rows}
    told = ann.http.patch("/api/v1/accounts/update_credentials", data=form).json()
    assert ("Ann", True, False, "private") == (
        told["display_name"],
        told["locked"],
        told["bot"],
        told["source"]["privacy"],
    )
    assert ("Hello *you*", "https://ann.example") == (told["source"]["note"], told["source"]["fields"][0]["value"])
    assert "<em>you</em>" in told["note"]
    assert 'href="https://ann.example"' in told["fields"][0]["value"]
    told = ann.http.patch("/api/v1/accounts/update_credentials", json={"bot": True}).json()
    assert ("Ann", True, True) == (told["display_name"], told["locked"], told["bot"])
    assert told == ann.get("/api/v1/accounts/verify_credentials").json()
    for wrong in (
        {"display_name": "x" * 51},
        {"note": "x" * 501},
        {"fields_attributes": [{"name": str(n), "value": "x"} for n in range(5)]},
        {"source": {"privacy": "secret"}},
        {"locked": "perhaps"},
    ):
        assert 422 == ann.http.patch("/api/v1/accounts/update_credentials", json=wrong).status_code


@ON_SQLITE
def test_one_joins_from_a_client(client: Clients) -> None:
    """With the token of the program itself, through the gate of the square; the answer is one's token."""
    program = client("helper")
    form = {"username": "dora", "password": "seven swans a-swimming", "agreement": "true", "email": "d@example.com"}
    token = program.http.post("/api/v1/accounts", data=form).json()["access_token"]
    dora = client()
    dora.http.headers["Authorization"] = f"Bearer {token}"
    assert "dora" == dora.get("/api/v1/accounts/verify_credentials").json()["acct"]
    for wrong in (
        {"username": "dora"},
        {"password": "short", "username": "eva"},
        {"username": "eva", "agreement": "0"},
    ):
        answer = program.http.post("/api/v1/accounts", data={**form, **wrong})
        assert 422 == answer.status_code
        assert answer.json()["details"]


@ON_SQLITE
def test_what_somebody_said(client: Clients, member: Callable[[str], Browser]) -> None:
    """Newest first, page by page by the Link header."""
    browser, ann = member("ann"), client("ann")
    for n in range(3):
        browser.submit("/posts", {"text": f"Post {n} #pool"}, at="/compose")
    path = f"/api/v1/accounts/{ann.account}/statuses"
    page = client().get(path, limit=2)
    assert 2 == len(page.json())
    assert ["Post 0"] == [one["content"][3:9] for one in client().http.get(page.links["next"]["url"]).json()]
    assert 3 == len(client().get(path, tagged="Pool").json())
    assert [] == client().get(path, pinned="true").json()
    assert [] == client().get(path, only_media="true").json()
    assert 422 == client().get(path, max_id="x").status_code
    assert 404 == client().get("/api/v1/accounts/1/statuses").status_code
