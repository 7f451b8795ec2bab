"""The picture of a post whose words are erased goes with them, and so does what it shows in words."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.config import Config
from app.media.keeping import keep_picture
from app.media.pictures import picture_of
from app.store.media import MediaRow
from app.writing import Words, write_post
from tests.cases.test_erasures import WITHHOLD, bytes_of, erase
from tests.cases.town import PRIVATE, Town
from tests.media.hostile import drawn, saved
from tests.web.serving import Site

SHOWS = "the front door of the house in which somebody lives"


@pytest.fixture
def town(config: Config) -> Iterator[Town]:
    """A square that is served; whatever was done in it, its ledger is audited at the end."""
    site = Site(config)
    town = Town(site)
    yield town
    town.audit()
    town.close()
    site.close()


def test_an_erased_post_leaves_no_picture(town: Town, config: Config) -> None:
    """Files, rows, alternative texts and addresses are gone; before, its author and who judges are served it alone."""
    town.admit("ann", "ben")
    town.elect("mia")
    town.appoint("olga")
    ann = town.account("ann")

    def sent(handle: str) -> MediaRow:
        account = town.account(handle).id
        return town.site.run(lambda square: keep_picture(square, account, saved(drawn(), "PNG"), description=SHOWS))

    row = sent("ann")
    said = Words("They live here.", "en", media=(row.id,))
    post = town.site.run(lambda square: write_post(square, ann.id, ann.member, said))
    case = town.report("ben", str(post), PRIVATE)
    address = picture_of(row).url
    assert SHOWS in town.browser("ben").open(f"/posts/{post}").html
    assert [200, 200] == [town.program(who).get(address).status_code for who in ("", "ben")]
    town.does("mia", f"/cases/{case}/decide", **WITHHOLD, duration=9)
    assert [404, 404, 200, 200] == [town.program(who).get(address).status_code for who in ("", "ben", "mia", "ann")]
    assert SHOWS not in town.browser("ben").open(f"/posts/{post}").html
    assert SHOWS.encode() in bytes_of(town, config)
    erase(town, "olga", case, "content", "private")
    assert [404, 404, 404] == [town.program(who).get(address).status_code for who in ("", "mia", "ann")]
    assert SHOWS.encode() not in bytes_of(town, config)
    assert [] == _files(config)


def _files(config: Config) -> list[Path]:
    return [file for file in (config.home / "media").rglob("*") if file.is_file()]
