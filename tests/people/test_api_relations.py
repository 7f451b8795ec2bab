"""Following, blocking, muting and noting through clients' calls; each call tells how the two stand now."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import msgspec
from msgspec import Struct

from app.api.relations import Relationship
from app.store.engines import Tx
from app.store.profiles import Profile, save_profile
from tests.api.client import Client
from tests.people.town import DAY
from tests.web.serving import ON_SQLITE, Site

Clients = Callable[..., Client]


class Named(Struct):
    """An account, as far as the tests ask."""

    id: str
    acct: str
    mute_expires_at: str | None = None


def stands(answer: httpx.Response) -> Relationship:
    """How two stand to one another, as a call tells it."""
    assert 200 == answer.status_code, answer.text
    return msgspec.json.decode(answer.content, type=Relationship)


def true_of(one: Relationship) -> set[str]:
    """The names of everything that holds."""
    return {name for name, value in msgspec.structs.asdict(one).items() if value is True}


def handles(answer: httpx.Response) -> list[str]:
    """Who is in a list of accounts."""
    assert 200 == answer.status_code, answer.text
    return [one.acct for one in msgspec.json.decode(answer.content, type=list[Named])]


def act(client: Client, verb: str, target: Client, value: object = None) -> Relationship:
    """Do something to another's account."""
    return stands(client.post(f"/api/v1/accounts/{target.account}/{verb}", value))


def lock(site: Site, who: Client, *, hides: bool = False) -> None:
    """Have somebody want to be asked first, or hide whom they follow."""

    async def work(tx: Tx) -> None:
        await save_profile(tx, Profile(who.account, locked=not hides, hides_follows=hides))

    site.run(lambda square: square.database.write(work))


def test_following_and_its_opposite(client: Clients) -> None:
    """With boosts at first; what is said again changes that; both sides are told, and the counters tell it."""
    ann, ben = client("ann"), client("ben")
    assert {"following", "showing_reblogs"} == true_of(act(ann, "follow", ben))
    assert {"following", "notifying"} == true_of(act(ann, "follow", ben, {"reblogs": False, "notify": "1"}))
    assert {"following", "notifying"} == true_of(act(ann, "follow", ben))
    back = stands_of(ben, ann)
    assert {"followed_by"} == true_of(back[0])
    assert (1, 0) == counts(ben)
    assert (0, 1) == counts(ann)
    assert ["ann"] == handles(client().get(f"/api/v1/accounts/{ben.account}/followers"))
    assert ["ben"] == handles(client().get(f"/api/v1/accounts/{ann.account}/following"))
    assert set() == true_of(act(ann, "unfollow", ben))
    assert set() == true_of(act(ann, "unfollow", ben))
    assert (0, 0) == counts(ben)
    act(ann, "follow", ben)
    assert set() == true_of(act(ben, "remove_from_followers", ann))
    assert (0, 0) == counts(ben)


def stands_of(client: Client, *others: Client) -> list[Relationship]:
    """How somebody stands to others."""
    query = "&".join(f"id[]={other.account}" for other in others)
    answer = client.http.get(f"/api/v1/accounts/relationships?{query}")
    assert 200 == answer.status_code, answer.text
    return msgspec.json.decode(answer.content, type=list[Relationship])


def counts(who: Client) -> tuple[int, int]:
    """How many follow somebody, and whom they follow."""
    told = who.get(f"/api/v1/accounts/{who.account}").json()
    return told["followers_count"], told["following_count"]


def test_a_locked_account_is_asked(site: Site, client: Clients) -> None:
    """A request waits at the one who is asked, and is accepted or rejected; nobody else's can be answered."""
    ann, ben, cleo = client("ann"), client("ben"), client("cleo")
    lock(site, ben)
    for one in (ann, cleo):
        assert {"requested"} == true_of(act(one, "follow", ben))
    assert {"requested_by"} == true_of(stands_of(ben, ann)[0])
    assert {"ann", "cleo"} == set(handles(ben.get("/api/v1/follow_requests")))
    assert [] == handles(ann.get("/api/v1/follow_requests"))
    assert 404 == ann.post(f"/api/v1/follow_requests/{cleo.account}/authorize").status_code
    assert {"followed_by"} == true_of(stands(ben.post(f"/api/v1/follow_requests/{ann.account}/authorize")))
    assert set() == true_of(stands(ben.post(f"/api/v1/follow_requests/{cleo.account}/reject")))
    for answer in ("authorize", "reject"):
        assert 404 == ben.post(f"/api/v1/follow_requests/{cleo.account}/{answer}").status_code
    assert {"following", "showing_reblogs"} == true_of(stands_of(ann, ben)[0])
    assert (1, 0) == counts(ben)


def test_a_block_ends_follows_and_hides_what_is_said(client: Clients) -> None:
    """Both cease to follow; the blocked, while signed in, sees nothing of the blocker's; a visitor does."""
    ann, ben = client("ann"), client("ben")
    act(ann, "follow", ben)
    act(ben, "follow", ann)
    assert {"blocking"} == true_of(act(ann, "block", ben))
    assert {"blocked_by"} == true_of(stands_of(ben, ann)[0])
    assert ["ben"] == handles(ann.get("/api/v1/blocks"))
    assert [] == handles(ben.get("/api/v1/blocks"))
    assert [(0, 0), (0, 0)] == [counts(ann), counts(ben)]
    refused = ben.post(f"/api/v1/accounts/{ann.account}/follow")
    assert (403, {"error": "This action is not allowed"}) == (refused.status_code, refused.json())
    assert 403 == ann.post(f"/api/v1/accounts/{ben.account}/follow").status_code
    assert set() == true_of(act(ann, "unblock", ben))
    assert {"following", "showing_reblogs"} == true_of(act(ben, "follow", ann))


def test_a_mute_lasts_as_long_as_it_was_meant(site: Site, client: Clients) -> None:
    """For good, or for so many seconds; with notifications or without."""
    ann, ben, cleo = client("ann"), client("ben"), client("cleo")
    assert {"muting", "muting_notifications"} == true_of(act(ann, "mute", ben))
    timed = act(ann, "mute", cleo, {"notifications": "false", "duration": "86400"})
    assert {"muting"} == true_of(timed)
    assert timed.muting_expires_at is not None
    told = {one.acct: one for one in msgspec.json.decode(ann.get("/api/v1/mutes").content, type=list[Named])}
    assert {"ben": None, "cleo": timed.muting_expires_at} == {acct: one.mute_expires_at for acct, one in told.items()}
    site.clock.advance(DAY)
    assert ["ben"] == handles(ann.get("/api/v1/mutes"))
    assert set() == true_of(stands_of(ann, cleo)[0])
    assert set() == true_of(act(ann, "unmute", ben))
    assert [] == handles(ann.get("/api/v1/mutes"))


@ON_SQLITE
def test_a_note_is_the_writers_own(client: Clients) -> None:
    """It is kept as it was written, 2,000 characters at most, and only its writer sees it."""
    ann, ben = client("ann"), client("ben")
    assert "owes me a cake" == act(ann, "note", ben, {"comment": " owes me a cake\n"}).note
    assert "owes me a cake" == stands_of(ann, ben)[0].note
    assert "" == stands_of(ben, ann)[0].note
    assert 422 == ann.post(f"/api/v1/accounts/{ben.account}/note", {"comment": "x" * 2001}).status_code
    assert "" == act(ann, "note", ben, {"comment": ""}).note


@ON_SQLITE
def test_nobody_does_it_to_themselves_or_to_nobody(client: Clients) -> None:
    """One's own id is not allowed, an unknown one or one that is none is not found, and a visitor may do nothing."""
    ann, visitor = client("ann"), client()
    for verb in ("follow", "unfollow", "remove_from_followers", "block", "unblock", "mute", "note"):
        assert 403 == ann.post(f"/api/v1/accounts/{ann.account}/{verb}").status_code, verb
        for nobody in ("1", "x", "-1", "99999999999999999999"):
            assert 404 == ann.post(f"/api/v1/accounts/{nobody}/{verb}").status_code, verb
        assert 401 == visitor.post(f"/api/v1/accounts/{ann.account}/{verb}").status_code
    for wrong in ({"duration": -1}, {"duration": "long"}, {"duration": 10**12}, {"notifications": "maybe"}):
        assert 422 == ann.post(f"/api/v1/accounts/{ann.account}/mute", wrong).status_code
    for circle in ("followers", "following", "lists"):
        assert 404 == ann.get(f"/api/v1/accounts/x/{circle}").status_code
    assert 404 == ann.get("/api/v1/accounts/1/followers").status_code


@ON_SQLITE
def test_a_token_does_what_it_was_given_for(client: Clients) -> None:
    """Scopes hold for each of these calls; `follow` covers all of them."""
    ben = client("ben")
    reader, follower = client("ann", "read"), client("ann", "follow")
    for verb in ("follow", "block", "mute", "unfollow", "unblock", "unmute", "remove_from_followers"):
        assert 403 == reader.post(f"/api/v1/accounts/{ben.account}/{verb}").status_code
        assert 200 == follower.post(f"/api/v1/accounts/{ben.account}/{verb}").status_code
    for path in ("blocks", "mutes", "follow_requests", "domain_blocks"):
        assert 200 == follower.get(f"/api/v1/{path}").status_code
    for path in ("blocks", "mutes", "follow_requests", "lists", "followed_tags", "accounts/relationships"):
        assert 403 == client("ann", "write").get(f"/api/v1/{path}").status_code
        assert 401 == client().get(f"/api/v1/{path}").status_code


@ON_SQLITE
def test_relationships_of_many_at_once(client: Clients) -> None:
    """In the order in which they were asked for, each once, what is nobody left out."""
    ann, ben, cleo = client("ann"), client("ben"), client("cleo")
    path = f"/api/v1/accounts/relationships?id[]={cleo.account}&id[]=1&id[]=x&id={ben.account}&id[]={cleo.account}"
    told = msgspec.json.decode(ann.http.get(path).content, type=list[Relationship])
    assert [str(cleo.account), str(ben.account)] == [one.id for one in told]
    assert [] == ann.get("/api/v1/accounts/relationships").json()


@ON_SQLITE
def test_who_hides_whom_they_follow_shows_nobody(site: Site, client: Clients) -> None:
    """Both lists are empty for others and whole for oneself, and familiar followers tell nothing of it either."""
    ann, ben, cleo = client("ann"), client("ben"), client("cleo")
    act(ann, "follow", ben)
    act(ben, "follow", cleo)
    familiar = f"/api/v1/accounts/familiar_followers?id[]={cleo.account}&id[]={ben.account}"
    told = ann.http.get(familiar).json()
    in_body = {"id": [str(cleo.account), str(ben.account)]}
    assert told == ann.http.request("GET", familiar.partition("?")[0], json=in_body).json()
    assert [(str(cleo.account), ["ben"]), (str(ben.account), [])] == [
        (one["id"], [account["acct"] for account in one["accounts"]]) for one in told
    ]
    lock(site, ben, hides=True)
    for circle, seen in (("followers", "ann"), ("following", "cleo")):
        assert [] == handles(ann.get(f"/api/v1/accounts/{ben.account}/{circle}"))
        assert [seen] == handles(ben.get(f"/api/v1/accounts/{ben.account}/{circle}"))
    assert [[], []] == [one["accounts"] for one in ann.http.get(familiar).json()]


@ON_SQLITE
def test_lists_of_people_are_paged(client: Clients) -> None:
    """By the `Link` header, forwards and back, everybody once."""
    ann = client("ann")
    followers = [client(f"p{number}") for number in range(7)]
    for one in followers:
        act(one, "follow", ann)
    path: str | None = f"/api/v1/accounts/{ann.account}/followers?limit=3"
    seen: list[list[str]] = []
    while path is not None:
        answer = ann.http.get(path)
        seen.append(handles(answer))
        links = {rel: url for url, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers.get("link", ""))}
        path = links.get("next")
    assert [3, 3, 1] == [len(page) for page in seen]
    assert {f"p{number}" for number in range(7)} == {handle for page in seen for handle in page}
    assert seen[1] == handles(ann.http.get(links["prev"]))
    for wrong in ("max_id=x", "limit=x", "since_id=-1"):
        assert 422 == ann.http.get(f"/api/v1/blocks?{wrong}").status_code


def test_a_hundred_follows_at_once_are_one(client: Clients) -> None:
    """A hundred calls at the same time: every answer says that it is so, and one follower was counted."""
    ann, ben = client("ann"), client("ben")
    with ThreadPoolExecutor(20) as pool:
        told = list(pool.map(lambda _: act(ann, "follow", ben), range(100)))
    assert [{"following", "showing_reblogs"}] * 100 == [true_of(one) for one in told]
    assert (1, 0) == counts(ben)
