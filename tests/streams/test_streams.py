"""Streams tell each client what its reader would meet, and nothing else."""

import json
from collections.abc import Callable
from functools import partial
from typing import Final

import httpx
import pytest

from app.media.keeping import keep_picture
from app.store.visibility import Visibility
from app.writing import Words, write_post
from tests.api.client import Client
from tests.media.hostile import drawn, saved
from tests.speech.world import restrict
from tests.streams.listening import Events
from tests.streams.town import Town
from tests.web.serving import ON_SQLITE

Clients = Callable[..., Client]


def test_a_post_is_told_to_whom_it_reaches(town: Town, client: Clients) -> None:
    """Home, local and hashtag streams tell of a post as their timelines do; its deletion comes after it."""
    ann, ben, mia = client("ann"), client("ben"), client("mia")
    town.follows(ben, ann)
    home, local, tag = (
        town.listens(ben, "user"),
        town.listens(mia, "public/local"),
        town.listens(mia, "hashtag?tag=Cats"),
    )
    away = town.listens(mia, "user")
    post = town.says(ann, "one")
    town.says(ann, "a #cats reply", reply_to=post)
    # What is taken back before it was told is told to nobody: so all is heard first.
    assert ["update", "update"] == [home.next().event for _ in range(2)]
    assert [("update", "one"), ("update", "a")] == [told(local), told(tag)]
    town.takes_back(ann, post)
    town.says(mia, "the end #cats")
    assert ("delete", str(post)) == told(home)
    assert [("delete", str(post)), ("update", "the end")] == [told(local) for _ in range(2)]
    assert ("update", "the end") == told(tag)
    assert ("update", "the end") == told(away)


def told(listener: Events) -> tuple[str, str]:
    """The event and the first words of what comes next, without its hashtags."""
    heard = listener.next()
    return heard.event, heard.words.split(" <a")[0]


def test_the_payload_is_a_status(town: Town, client: Clients) -> None:
    """A payload is a JSON string with the fields of the Status, without what only its reader may know of themselves."""
    ann, ben = client("ann"), client("ben")
    town.follows(ben, ann)
    home = town.listens(ben, "user")
    post = town.says(ann, "one")
    status = json.loads(home.next().payload)
    assert (str(post), "ann", "public") == (status["id"], status["account"]["acct"], status["visibility"])
    assert status["url"].startswith(town.site.url)
    assert not {"favourited", "bookmarked", "filtered", "pinned"} & status.keys()


VISIBLE: Final[dict[Visibility, set[str]]] = {
    "public": {"author", "follower", "named", "stranger"},
    "unlisted": {"author", "follower", "named"},
    "followers": {"author", "follower", "named"},
    "mentioned": {"author", "named"},
}


@ON_SQLITE
@pytest.mark.parametrize("visibility", VISIBLE)
def test_visibility_holds(town: Town, client: Clients, visibility: Visibility) -> None:
    """Each reader is told on all of their streams together what they may see, and of it what reaches them."""
    people = {name: client(name) for name in ("author", "follower", "named", "stranger", "blocked", "muter", "blocker")}
    for name in ("follower", "blocked", "muter", "named"):
        town.follows(people[name], people["author"])
    number = {name: one.account for name, one in people.items()}
    block = "insert into block (account, target, created_at) values ({}, {}, 1)"
    town.run_sql(block, number["author"], number["blocked"])
    town.run_sql(block, number["blocker"], number["author"])
    mute = "insert into mute (account, target, created_at, until, notifications) values ({}, {}, 1, null, {})"
    town.run_sql(mute, number["muter"], number["author"], True)
    listeners = {name: town.connects(one) for name, one in people.items()}
    for socket in listeners.values():
        for stream in ("user", "public", "public:local", "user:notification"):
            socket.ask("subscribe", stream)
        socket.ask("subscribe", "hashtag", tag="cats")
        socket.ask("subscribe", "hashtag", tag="")
    for socket in listeners.values():
        assert 400 == socket.fails()["status"]  # so that all before it is begun
    town.says(people["author"], "for @named, of #cats", visibility)
    town.says(people["named"], "the end #cats")
    for name, socket in listeners.items():
        heard = []
        while "the end" not in (one := socket.next()).words:
            heard.append(one)
        assert bool(heard) == (name in VISIBLE[visibility]), (name, heard)
        assert bool([one for one in heard if one.event == "notification"]) == (name == "named")


def test_pictures_that_not_everybody_may_see(town: Town, client: Clients) -> None:
    """Each follower is told an address with a ticket of their own; what all may see has a plain one for all."""
    ann, ben, mia = client("ann"), client("ben"), client("mia")
    homes = []
    for reader in (ben, mia):
        town.follows(reader, ann)
        homes.append(town.listens(reader, "user"))
    picture = saved(drawn(), "PNG")
    for visibility in ("followers", "public"):
        row = town.site.run(lambda square: keep_picture(square, ann.account, picture))
        words = Words("look", "en", visibility=visibility, media=(row.id,))
        town.site.run(partial(write_post, account=ann.account, member=None, words=words))
    hidden, plain = ([json.loads(home.next().payload)["media_attachments"][0]["url"] for home in homes] for _ in "12")
    assert [str(one.account) for one in (ben, mia)] == [url.partition("?to=")[2].split(".")[0] for url in hidden]
    assert plain[0] == plain[1] and "?" not in plain[0]
    assert [200, 200, 200] == [httpx.get(url).status_code for url in (*hidden, plain[0])]


@ON_SQLITE
def test_the_law_holds_in_streams(town: Town, client: Clients) -> None:
    """A post that the law has folded is on no stream, nor is its author's next one where the law mutes them."""
    ann, ben, mia = client("ann"), client("ben"), client("mia")
    town.follows(ben, ann)
    local, home = town.listens(mia, "public"), town.listens(ben, "user")
    folded, muted = town.says(ann, "one"), town.says(ann, "two")
    assert ["one", "two"] == [local.next().words, local.next().words]
    assert ["one", "two"] == [home.next().words, home.next().words]
    town.site.run(lambda square: restrict(square, "fold", post=folded))
    town.run_sql("update account set member = 'm:77' where id = {}", ann.account)
    town.edited(folded)
    town.edited(muted)
    assert ("status.update", "two") == (local.next().event, home.next().words)
    town.site.run(lambda square: restrict(square, "mute", author="m:77", case=600))
    town.says(ann, "three")
    town.says(mia, "the end")
    assert "three" == home.next().words
    assert "the end" == local.next().words


@ON_SQLITE
def test_filters_of_each_reader(town: Town, client: Clients) -> None:
    """A status names the filters of its reader that catch it, and nobody else's."""
    ann, ben, mia = client("ann"), client("ben"), client("mia")
    made = {"title": "no trees", "context": ["public"], "keywords_attributes": [{"keyword": "tree"}]}
    assert 200 == ben.post("/api/v2/filters", made).status_code
    his, hers = town.listens(ben, "public"), town.listens(mia, "public")
    town.says(ann, "a tree")
    status = json.loads(his.next().payload)
    assert ["no trees"] == [one["filter"]["title"] for one in status["filtered"]]
    assert "filtered" not in json.loads(hers.next().payload)


@ON_SQLITE
def test_conversations_are_told(town: Town, client: Clients) -> None:
    """Whoever stands in a conversation among the mentioned is told that it goes on."""
    ann, ben, mia = client("ann"), client("ben"), client("mia")
    his, hers = town.listens(ben, "direct"), town.listens(mia, "direct")
    post = town.says(ann, "psst @ben", "mentioned")
    town.says(ann, "psst @mia", "mentioned")
    heard = his.next()
    told = json.loads(heard.payload)
    assert ("conversation", str(post), True) == (heard.event, told["last_status"]["id"], told["unread"])
    assert "mia" in json.loads(hers.next().payload)["last_status"]["content"]


@ON_SQLITE
def test_notifications_are_told(town: Town, client: Clients) -> None:
    """As the list of notifications has them, to clients that may read these."""
    ann, ben = client("ann"), client("ben")
    all_, some = town.listens(ann, "user/notification"), town.listens(client("ann", "read:statuses"), "user")
    town.follows(ben, ann)
    town.says(ann, "one")
    heard = all_.next()
    told = json.loads(heard.payload)
    assert ("notification", "follow", "ben") == (heard.event, told["type"], told["account"]["acct"])
    assert ann.get("/api/v1/notifications").json() == [told]
    assert ("update", "one") == (some.next().event, "one")
