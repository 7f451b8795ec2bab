"""Lists and followed hashtags through clients' calls, and that they are nobody else's."""

import re
from collections.abc import Callable

from tests.api.client import Client
from tests.people.town import DAY
from tests.speech.world import say
from tests.web.client import Program
from tests.web.serving import ON_SQLITE, Site

Clients = Callable[..., Client]


def made(client: Client, **more: object) -> dict[str, object]:
    """A list just made, as it is told."""
    answer = client.post("/api/v1/lists", {"title": "Friends", **more})
    assert 200 == answer.status_code, answer.text
    told = answer.json()
    assert isinstance(told, dict)
    return told


def names(client: Client, path: str) -> list[str]:
    """Who is in a list of accounts."""
    return [one["acct"] for one in client.http.get(path).json()]


def test_a_list_is_made_changed_filled_and_taken_away(client: Clients) -> None:
    """With whom one follows; ceasing to follow takes somebody out of it."""
    ann, ben, cleo = client("ann"), client("ben"), client("cleo")
    one = made(ann, title="  Old   friends ")
    path = f"/api/v1/lists/{one['id']}"
    assert {"id": one["id"], "title": "Old friends", "replies_policy": "list", "exclusive": False} == one
    changed = ann.http.put(path, data={"title": "Friends", "replies_policy": "none", "exclusive": "true"}).json()
    assert {**one, "title": "Friends", "replies_policy": "none", "exclusive": True} == changed
    assert changed == ann.http.put(path, json={}).json() == ann.get(path).json()
    assert [changed] == ann.get("/api/v1/lists").json()
    assert 404 == ann.post(f"{path}/accounts", {"account_ids": [str(ben.account)]}).status_code
    ann.post(f"/api/v1/accounts/{ben.account}/follow")
    ann.post(f"/api/v1/accounts/{cleo.account}/follow")
    answer = ann.http.post(f"{path}/accounts", data={"account_ids[]": [str(ben.account), str(cleo.account)]})
    assert (200, {}) == (answer.status_code, answer.json())
    assert {"ben", "cleo"} == set(names(ann, f"{path}/accounts?limit=0"))
    assert [changed] == ann.get(f"/api/v1/accounts/{ben.account}/lists").json()
    assert 200 == ann.http.request("DELETE", f"{path}/accounts", json={"account_ids": [str(ben.account)]}).status_code
    assert ["cleo"] == names(ann, f"{path}/accounts")
    ann.post(f"/api/v1/accounts/{cleo.account}/unfollow")
    assert [] == names(ann, f"{path}/accounts")
    assert (200, {}) == ((gone := ann.http.delete(path)).status_code, gone.json())
    assert [] == ann.get("/api/v1/lists").json()
    assert 404 == ann.get(path).status_code


@ON_SQLITE
def test_a_list_is_nobody_elses(client: Clients) -> None:
    """Whatever somebody else does with its id, it is not found; and what is no list is none."""
    ann, ben = client("ann"), client("ben")
    one = made(ann)
    ben.post(f"/api/v1/accounts/{ann.account}/follow")
    for number in (one["id"], "1", "x", "99999999999999999999"):
        path = f"/api/v1/lists/{number}"
        body = {"account_ids": [str(ann.account)]}
        answers = [
            ben.get(path),
            ben.http.put(path, json={"title": "Mine"}),
            ben.http.delete(path),
            ben.get(f"{path}/accounts"),
            ben.post(f"{path}/accounts", body),
            ben.http.request("DELETE", f"{path}/accounts", json=body),
        ]
        assert {404} == {answer.status_code for answer in answers}
    assert [one] == ann.get("/api/v1/lists").json()


@ON_SQLITE
def test_what_makes_no_list_is_refused(client: Clients) -> None:
    """A title of nothing or too much, a policy that there is not, accounts that there are not, one list too many."""
    ann = client("ann")
    wrongs: list[dict[str, object]] = [{}, {"title": " "}, {"title": "x" * 201}, {"title": []}]
    for wrong in (*wrongs, {"title": "x", "replies_policy": "all"}):
        assert 422 == ann.post("/api/v1/lists", wrong).status_code
    one = made(ann)
    for nobody in ("1", "x", str(2**64)):
        answer = ann.post(f"/api/v1/lists/{one['id']}/accounts", {"account_ids": [nobody]})
        assert 404 == answer.status_code
    for _ in range(49):
        made(ann)
    assert 422 == ann.post("/api/v1/lists", {"title": "one more"}).status_code


def test_a_hashtag_is_followed_and_tells_how_it_is_used(
    site: Site, client: Clients, program: Callable[[str], Program]
) -> None:
    """However it is written it is one; seven days of uses, today first, by posts for everybody alone."""
    ben, cleo = program("ben"), program("cleo")
    for who, text in ((ben, "#Herons at last"), (ben, "more #herons"), (cleo, "#HERONS")):
        say(who, text)
    site.clock.advance(DAY)
    say(cleo, "#herons again")
    ann = client("ann")
    told = ann.get("/api/v1/tags/HERONS").json()
    assert ("herons", f"{site.url}/tags/herons", False) == (told["name"], told["url"], told["following"])
    uses = [(day["uses"], day["accounts"]) for day in told["history"]]
    assert [("1", "1"), ("3", "2"), *[("0", "0")] * 5] == uses
    assert 7 == len({day["day"] for day in told["history"]})
    assert ann.post("/api/v1/tags/Herons/follow").json()["following"]
    assert ann.post("/api/v1/tags/herons/follow").json()["following"]
    assert ["herons"] == [tag["name"] for tag in ann.get("/api/v1/followed_tags").json()]
    assert [] == client("dan").get("/api/v1/followed_tags").json()
    assert not client().get("/api/v1/tags/herons").json()["following"]
    assert not ann.post("/api/v1/tags/herons/unfollow").json()["following"]
    assert [] == ann.get("/api/v1/followed_tags").json()
    for nothing in ("1", "%23", "a b", "%20", "x" * 200):
        assert 404 == ann.get(f"/api/v1/tags/{nothing}").status_code


@ON_SQLITE
def test_followed_hashtags_are_paged(client: Clients) -> None:
    """In the order of their letters, every one once."""
    ann = client("ann")
    for letter in "cabed":
        ann.post(f"/api/v1/tags/tag{letter}/follow")
    path: str | None = "/api/v1/followed_tags?limit=2"
    seen: list[str] = []
    while path is not None:
        answer = ann.http.get(path)
        seen += [tag["name"] for tag in answer.json()]
        next_one = re.search(r'<([^>]+)>; rel="next"', answer.headers.get("link", ""))
        path = next_one[1] if next_one else None
    assert [f"tag{letter}" for letter in "abcde"] == seen


def test_a_profile_shows_hashtags(site: Site, client: Clients, program: Callable[[str], Program]) -> None:
    """Ten at most, with how often their owner used each in posts for everybody; nobody else takes one away."""
    writer = program("ann")
    for text in ("#herons at last", "#Herons again", "#pool"):
        say(writer, text)
    ann, ben = client("ann"), client("ben")
    assert ["herons", "pool"] == [tag["name"] for tag in ann.get("/api/v1/featured_tags/suggestions").json()]
    herons = ann.post("/api/v1/featured_tags", {"name": "#Herons"}).json()
    assert ("herons", f"{site.url}/tags/herons", "2") == (herons["name"], herons["url"], herons["statuses_count"])
    assert ann.get("/api/v1/tags/herons").json()["featuring"]
    assert not ben.get("/api/v1/tags/herons").json()["featuring"]
    boats = ann.post("/api/v1/tags/boats/feature").json()
    assert boats["featuring"]
    told = ben.get(f"/api/v1/accounts/{ann.account}/featured_tags").json()
    assert [("boats", "0", None), ("herons", "2", told[1]["last_status_at"])] == [
        (tag["name"], tag["statuses_count"], tag["last_status_at"]) for tag in told
    ]
    assert told == ann.get("/api/v1/featured_tags").json()
    for number in (herons["id"], "1", "x"):
        assert 404 == ben.http.delete(f"/api/v1/featured_tags/{number}").status_code
    assert {} == ann.http.delete(f"/api/v1/featured_tags/{herons['id']}").json()
    assert not ann.post("/api/v1/tags/boats/unfeature").json()["featuring"]
    assert [] == ann.get("/api/v1/featured_tags").json()
    assert [200] * 10 + [422] == [ann.post(f"/api/v1/tags/tag{n}a/feature").status_code for n in range(11)]
    assert 404 == ann.post("/api/v1/featured_tags", {"name": "1"}).status_code
    assert 404 == client().get("/api/v1/accounts/1/featured_tags").status_code
