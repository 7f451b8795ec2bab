"""Notifications as clients read them."""

from collections.abc import Callable

import pytest

from app.notifications import notify
from app.relations import follow
from app.square import Square
from app.store.engines import Tx
from app.store.posts import NewPost
from app.writing import Words, enter_post, take_back, write_post
from tests.api.client import Client
from tests.web.serving import ON_SQLITE, Site

Clients = Callable[..., Client]
EVERYTHING = ["favourite", "reblog", "mention", "mention", "follow"]


class Village:
    """Ann, who is told; Ben and Mia, who do what she is told of; and the posts that it is about."""

    def __init__(self, site: Site, client: Clients) -> None:
        self.site = site
        self.ann, self.ben, self.mia = client("ann"), client("ben"), client("mia")
        self.post = self.says(self.ann, "one")

    def says(self, who: Client, text: str, reply_to: int | None = None) -> int:
        """Post something."""
        words = Words(text, "en", reply_to=reply_to)
        post = self.site.run(lambda square: write_post(square, who.account, None, words))
        assert post is not None
        return post

    def does(self, work: Callable[[Tx, int], object]) -> None:
        """Do something in a transaction."""

        async def run(square: Square) -> None:
            async def write(tx: Tx) -> None:
                await work(tx, square.clock.now())  # type: ignore[misc]

            await square.database.write(write)

        self.site.run(run)

    def favours(self, who: Client, post: int) -> None:
        """Like a post of Ann's."""
        self.does(lambda tx, now: notify(tx, self.ann.account, "favourite", who.account, post, now))

    def boosts(self, who: Client, post: int) -> None:
        """Pass a post on."""
        boost = NewPost(post + who.account % 1_000 + 1, who.account, "", "en", "", None, post, 1, boost_of=post)
        self.does(lambda tx, _: enter_post(tx, boost))

    def lives(self) -> None:
        """What Ann is told of: a follow, an answer, a mention, a boost, a favourite."""
        self.does(lambda tx, now: follow(tx, self.ben.account, self.ann.account, now))
        self.says(self.ben, "no", reply_to=self.post)
        self.says(self.mia, "ask @ann")
        self.boosts(self.ben, self.post)
        self.favours(self.ben, self.post)


@pytest.fixture
def village(site: Site, client: Clients) -> Village:
    """Three people on a square that is served."""
    return Village(site, client)


def kinds(client: Client, **query: str | int) -> list[str]:
    """The kinds of what somebody is told, newest first."""
    answer = client.get("/api/v1/notifications", **query)
    assert answer.status_code == 200, answer.text
    return [one["type"] for one in answer.json()]


def test_what_is_told(village: Village) -> None:
    """Newest first, with who did it and what it is about."""
    village.lives()
    told = village.ann.get("/api/v1/notifications").json()
    assert EVERYTHING == [one["type"] for one in told]
    assert ["ben", "ben", "mia", "ben", "ben"] == [one["account"]["acct"] for one in told]
    assert str(village.post) == told[0]["status"]["id"] == told[1]["status"]["id"]
    assert "status" not in told[4]
    assert told[0]["group_key"].startswith(f"favourite-{village.post}-")
    assert told[2]["group_key"] == f"ungrouped-{told[2]['id']}"
    one = village.ann.get(f"/api/v1/notifications/{told[2]['id']}")
    assert told[2] == one.json()
    assert 404 == village.ben.get(f"/api/v1/notifications/{told[2]['id']}").status_code
    assert [] == kinds(village.ben)


@ON_SQLITE
def test_choices(village: Village) -> None:
    """By kind, without a kind, of one account; kinds of other servers are passed over."""
    village.lives()
    ann = village.ann
    assert ["mention", "mention"] == kinds(ann, **{"types[]": "mention"})
    assert ["mention", "mention", "follow"] == kinds(
        ann, **{"exclude_types[0]": "favourite", "exclude_types[1]": "reblog"}
    )
    assert ["mention"] == kinds(ann, account_id=village.mia.account)
    assert [] == kinds(ann, **{"types[]": "severed_relationships"})
    assert 404 == ann.get("/api/v1/notifications", account_id="x").status_code


@ON_SQLITE
def test_pages(village: Village) -> None:
    """Page by page nothing is missing or double, in both directions."""
    village.lives()
    ann = village.ann
    everything = [one["id"] for one in ann.get("/api/v1/notifications").json()]
    met: list[str] = []
    answer = ann.get("/api/v1/notifications", limit=2)
    while page := answer.json():
        met += [one["id"] for one in page]
        answer = ann.http.get(answer.links["next"]["url"])
    assert everything == met
    after = ann.get("/api/v1/notifications", limit=2, min_id=met[-1]).json()
    assert met[2:4] == [one["id"] for one in after]
    assert met[:2] == [one["id"] for one in ann.get("/api/v1/notifications", since_id=met[2]).json()]


def test_groups(village: Village) -> None:
    """Favourites of one post stand together with all who gave them; what is not to be grouped stands alone."""
    village.lives()
    village.favours(village.mia, village.post)
    answer = village.ann.get("/api/v2/notifications")
    page = answer.json()
    first, *rest = page["notification_groups"]
    assert ["favourite", "reblog", "mention", "mention", "follow"] == [first["type"], *(one["type"] for one in rest)]
    assert 2 == first["notifications_count"]
    assert [str(village.mia.account), str(village.ben.account)] == first["sample_account_ids"]
    assert {"ben", "mia"} == {one["acct"] for one in page["accounts"]}
    assert first["status_id"] in {one["id"] for one in page["statuses"]}
    alone = village.ann.get("/api/v2/notifications", **{"grouped_types[]": "follow"}).json()["notification_groups"]
    assert ["favourite", "favourite", "reblog"] == [one["type"] for one in alone[:3]]
    key = first["group_key"]
    assert 2 == village.ann.get(f"/api/v2/notifications/{key}").json()["notification_groups"][0]["notifications_count"]
    people = village.ann.get(f"/api/v2/notifications/{key}/accounts").json()
    assert ["mia", "ben"] == [one["acct"] for one in people]
    assert 200 == village.ann.post(f"/api/v2/notifications/{key}/dismiss").status_code
    assert ["reblog", "mention", "mention", "follow"] == kinds(village.ann)


@ON_SQLITE
def test_groups_page_by_page(village: Village) -> None:
    """Every notification stands in one group of one page, whatever comes between those of a group."""
    for number in range(4):
        post = village.says(village.ann, str(number))
        for who in (village.ben, village.mia):
            village.favours(who, post)
            village.says(who, "hey @ann")
            village.favours(who, village.post)
    met = 0
    answer = village.ann.get("/api/v2/notifications", limit=3)
    while groups := answer.json()["notification_groups"]:
        assert len(groups) <= 3
        met += sum(group["notifications_count"] for group in groups)
        answer = village.ann.http.get(answer.links["next"]["url"])
    assert len(kinds(village.ann)) == met == 18


def test_what_cannot_be_seen_is_not_told(village: Village) -> None:
    """A post that is gone, and people who are blocked or muted since, are told of no more."""
    village.lives()
    village.does(
        lambda tx, _: tx.run(
            "insert into block (account, target, created_at) values ({}, {}, 1)",
            village.ann.account,
            village.mia.account,
        )
    )
    assert ["favourite", "reblog", "mention", "follow"] == kinds(village.ann)
    assert village.site.run(lambda square: take_back(square, village.ann.account, village.post))
    assert ["mention", "follow"] == kinds(village.ann)
    mute = "insert into mute (account, target, created_at, until, notifications) values ({}, {}, 1, null, {})"
    village.does(lambda tx, _: tx.run(mute, village.ann.account, village.ben.account, True))
    assert [] == kinds(village.ann)


@ON_SQLITE
def test_putting_away(village: Village) -> None:
    """One by one, or all; nobody puts away what is another's."""
    village.lives()
    ann = village.ann
    newest = ann.get("/api/v1/notifications").json()[0]["id"]
    assert {} == village.ben.post(f"/api/v1/notifications/{newest}/dismiss").json()
    assert EVERYTHING == kinds(ann)
    assert {} == ann.post(f"/api/v1/notifications/{newest}/dismiss").json()
    assert EVERYTHING[1:] == kinds(ann)
    assert {} == ann.post("/api/v1/notifications/clear").json()
    assert [] == kinds(ann)


def test_markers(village: Village) -> None:
    """What is newer than the marker is unread; each time it is set its version rises."""
    village.lives()
    ann = village.ann
    ids = [one["id"] for one in ann.get("/api/v1/notifications").json()]
    assert 5 == ann.get("/api/v1/notifications/unread_count").json()["count"]
    assert 3 == ann.get("/api/v2/notifications/unread_count", limit=3).json()["count"]
    assert 2 == ann.get("/api/v1/notifications/unread_count", **{"types[]": "mention"}).json()["count"]
    for version, last in ((1, ids[4]), (2, ids[2])):
        told = ann.post("/api/v1/markers", {"notifications": {"last_read_id": last}}).json()
        assert {"notifications"} == told.keys()
        assert (last, version) == (told["notifications"]["last_read_id"], told["notifications"]["version"])
    assert 2 == ann.get("/api/v1/notifications/unread_count").json()["count"]
    assert 200 == ann.http.post("/api/v1/markers", data={"home[last_read_id]": "7"}).status_code
    both = ann.http.get("/api/v1/markers", params={"timeline[]": ["home", "notifications"]}).json()
    assert {"home", "notifications"} == both.keys()
    assert {} == ann.get("/api/v1/markers").json()
    assert 422 == ann.post("/api/v1/markers", {"home": {"last_read_id": "x"}}).status_code


@ON_SQLITE
def test_everybody_is_let_in(village: Village) -> None:
    """The policy accepts everybody, so that nothing waits."""
    policy = village.ann.get("/api/v2/notifications/policy").json()
    assert {"accept"} == {value for value in policy.values() if isinstance(value, str)}
    assert [] == village.ann.get("/api/v1/notifications/requests").json()
