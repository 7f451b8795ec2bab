"""A picture is served to who may see its post at this moment, and to nobody else."""

from collections.abc import Mapping
from typing import Final

import httpx
import pytest
from msgspec import Struct

from app.media.keeping import keep_picture
from app.media.pictures import pass_of, picture_of
from app.media.taking import Shape
from app.square import Square
from app.store.engines import Tx
from app.store.follows import follow
from app.store.media import MediaRow, attach, find_media
from app.store.visibility import VISIBILITIES, Visibility
from app.writing import Words, take_back, write_post
from governance.acts.words import Sanction
from tests.media.hostile import drawn, saved
from tests.speech.world import Programs, account_of, restrict
from tests.web.client import Program
from tests.web.serving import Site

DAY: Final = 86_400_000
READERS: Final = ("visitor", "ann", "fan", "named", "blocked", "stranger")
SEEN: Final[Mapping[Visibility, tuple[str, ...]]] = {
    "public": ("visitor", "ann", "fan", "named", "stranger"),
    "unlisted": ("visitor", "ann", "fan", "named", "stranger"),
    "followers": ("ann", "fan", "named"),
    "mentioned": ("ann", "named"),
}


class Town(Struct, frozen=True):
    """Ann, who posts, and everybody who reads her, by what they are to her."""

    site: Site
    readers: dict[str, Program]

    def id(self, reader: str) -> int:
        """The account of a reader."""
        return account_of(self.readers[reader])

    def keeps(self, size: int = 60, shape: Shape = "picture") -> MediaRow:
        """A picture that Ann has sent."""
        ann, data = self.id("ann"), saved(drawn(size=(size, 60)), "PNG")
        return self.site.run(lambda square: keep_picture(square, ann, data, shape, "a flag"))

    def posts(self, *media: MediaRow, visibility: Visibility = "public") -> int:
        """A post of Ann's with pictures, which names one of the readers."""
        words = Words("@named look", "en", visibility=visibility, media=tuple(row.id for row in media))
        ann = self.id("ann")
        post = self.site.run(lambda square: write_post(square, ann, None, words))
        assert post is not None
        return post

    def asks(self, reader: str, row: MediaRow, **headers: str) -> httpx.Response:
        """A reader asks for a picture."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.readers[reader].http.get(picture_of(row).url, headers=named)

    def see(self, row: MediaRow) -> tuple[str, ...]:
        """Who sees a picture and its preview."""
        seen = []
        for reader in READERS:
            whole = self.asks(reader, row)
            small = self.readers[reader].http.get(picture_of(row).preview_url)
            assert whole.status_code == small.status_code
            assert whole.status_code in (200, 404)
            if whole.status_code == 200:
                seen.append(reader)
        return tuple(seen)


@pytest.fixture
def town(site: Site, program: Programs) -> Town:
    """Everybody has signed up; one follows Ann, one is blocked by her."""
    readers = {reader: program("" if reader == "visitor" else reader) for reader in READERS}
    town = Town(site, readers)
    ann, fan, blocked = town.id("ann"), town.id("fan"), town.id("blocked")

    async def relate(tx: Tx) -> None:
        await follow(tx, fan, ann, 1)
        sql = "insert into block (account, target, created_at) values ({}, {}, {})"
        await tx.run(sql, ann, blocked, 1)

    site.run(lambda square: square.database.write(relate))
    return town


def test_who_sees_the_post_sees_its_pictures(town: Town) -> None:
    """Each kind of reader has the pictures of each kind of post just as its words."""
    for place, visibility in enumerate(VISIBILITIES):
        row = town.keeps(60 + place)
        assert ("ann",) == town.see(row), "before it is posted only who sent it sees it"
        town.posts(row, visibility=visibility)
        assert SEEN[visibility] == town.see(row), visibility


@pytest.mark.parametrize(
    ("sanction", "seen"),
    [("fold", SEEN["public"]), ("interstitial", SEEN["public"]), ("withhold", ("ann",))],
)
def test_the_law_holds_for_pictures(town: Town, sanction: Sanction, seen: tuple[str, ...]) -> None:
    """What opens may be opened with its pictures; what is withheld only its author sees, while it is."""
    row = town.keeps()
    post = town.posts(row)
    town.asks("stranger", row)
    until = town.site.clock.now() + DAY
    town.site.run(lambda square: restrict(square, sanction, post=post))
    assert seen == town.see(row)
    town.site.clock.set(until + 1)
    assert SEEN["public"] == town.see(row)


def test_a_deleted_post_shows_nothing(town: Town) -> None:
    """What its author deleted nobody sees, the author included."""
    row, ann = town.keeps(), town.id("ann")
    post = town.posts(row)
    assert town.site.run(lambda square: take_back(square, ann, post))
    assert () == town.see(row)


def test_what_an_edit_took_away_is_as_open_as_the_post(town: Town) -> None:
    """The pictures of a post's history are seen by who sees the post."""
    old, new = town.keeps(), town.keeps(61)
    post, ann = town.posts(old, visibility="followers"), town.id("ann")
    assert town.site.run(lambda square: square.database.write(lambda tx: attach(tx, ann, [new.id], post)))
    assert SEEN["followers"] == town.see(old) == town.see(new)


def test_avatars_are_everybodys(town: Town) -> None:
    """An avatar and a header are seen by all, but for the one that came before."""
    old = town.keeps(60, "avatar")
    assert READERS == town.see(old)
    assert "public, max-age=86400" == town.asks("visitor", old).headers["cache-control"]
    new, header = town.keeps(61, "avatar"), town.keeps(61, "header")
    assert READERS == town.see(new) == town.see(header)
    assert () == town.see(old)


def test_a_picture_is_nothing_but_a_picture(town: Town) -> None:
    """Its headers let nothing in it run, and nobody keep what may be withheld without asking again."""
    row = town.keeps()
    town.posts(row)
    answer = town.asks("visitor", row)
    told = {name: answer.headers[name] for name in ("content-type", "content-security-policy", "cache-control")}
    assert told == {
        "content-type": "image/png",
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "public, no-cache",
    }
    assert "nosniff" == answer.headers["x-content-type-options"]
    assert "inline" == answer.headers["content-disposition"]
    assert "*" == answer.headers["access-control-allow-origin"]
    etag = answer.headers["etag"]
    again = town.asks("visitor", row, if_none_match=f'"other", W/{etag}')
    assert (304, b"", etag) == (again.status_code, again.content, again.headers["etag"])
    hidden = town.keeps(61)
    town.posts(hidden, visibility="mentioned")
    etag = town.asks("named", hidden).headers["etag"]
    assert "private, no-cache" == town.asks("named", hidden).headers["cache-control"]
    assert 404 == town.asks("stranger", hidden, if_none_match=etag).status_code


def test_only_its_own_names(town: Town) -> None:
    """An address has a known number and a known name, whatever else is tried."""
    row = town.keeps(60, "avatar")
    visitor = town.readers["visitor"].http
    for path in (
        f"/media/{row.id}/avatar.jpg",
        f"/media/{row.id}/picture.png",
        f"/media/{row.id}/..%2f..%2fledger.key",
        f"/media/{row.id}/%2e%2e",
        f"/media/{row.id + 1}/avatar.png",
        "/media/0/avatar.png",
        f"/media/{'9' * 40}/avatar.png",
        "/media/x/avatar.png",
        "/media/-1/avatar.png",
    ):
        assert 404 == visitor.get(path).status_code, path


def test_a_pass_says_who_asks_and_no_more(town: Town) -> None:
    """With a reader's pass one asks as that reader, for a day or two; whether they may see it is looked at anew."""
    row = town.keeps()
    town.posts(row, visibility="followers")
    fan, stranger, now = town.id("fan"), town.id("stranger"), town.site.clock.now()
    visitor, url = town.readers["visitor"].http, picture_of(row).url

    def asks(shown: str) -> int:
        return visitor.get(url, params={"to": shown}).status_code

    good = pass_of(row, fan, now)
    assert 200 == asks(good)
    assert 404 == asks(pass_of(row, stranger, now))
    other = town.keeps(61)
    town.posts(other, visibility="followers")
    reader, day, seal = good.split(".")
    for forged in (
        pass_of(other, fan, now),
        f"{stranger}.{day}.{seal}",
        f"{reader}.{int(day) + 1}.{seal}",
        f"{reader}.{day}.{'0' * 32}",
        f"{reader}.{day}.",
        f"{reader}.{day}.é",
        "..",
        "\u0661.1.x",
        "1" * 5000,
    ):
        assert 404 == asks(forged), forged
    gone = "delete from follow where account = {}"
    town.site.run(lambda square: square.database.write(lambda tx: tx.run(gone, fan)))
    assert 404 == asks(good)
    mine = pass_of(row, town.id("ann"), now)
    assert 200 == asks(mine)
    town.site.clock.advance(2 * DAY)
    assert 404 == asks(mine)


def test_a_file_that_was_lost_is_not_there(town: Town) -> None:
    """A row whose file is gone from the disk is told as absent."""
    row = town.keeps(60, "avatar")

    async def lose(square: Square) -> MediaRow | None:
        square.media.drop(row.digest)
        return await square.database.read(lambda tx: find_media(tx, row.id))

    assert town.site.run(lose) is not None
    assert 404 == town.asks("ann", row).status_code
