"""Pictures are kept as files by their content, and gone when nobody has them any more."""

import os
from pathlib import Path

import pytest

from app.media.keeping import MOST_KEPT, keep_picture, remove_picture, sweep
from app.media.taking import Unusable
from app.square import Square
from app.store.accounts import Account, add_account
from app.store.media import NOT_SHOWN, MediaRow, attach, describe, find_media, media_of_posts, waiting_media
from app.unsaid import save_draft
from app.writing import PicturesGone, Words, take_back, write_post
from tests.media.hostile import drawn, saved
from tests.web.serving import Site

ANN, BEN = 1 << 40, 2 << 40
DAY, HOUR = 86_400_000, 3600
PNG = saved(drawn(), "PNG")
OTHER = saved(drawn(size=(100, 100)), "PNG")


@pytest.fixture(autouse=True)
def people(site: Site) -> None:
    """Ann and Ben have accounts."""
    for handle, account in (("ann", ANN), ("ben", BEN)):
        person = Account(account, handle, "", "", "person", None, None, "", "", 0)
        assert site.run(lambda square, one=person: square.database.write(lambda tx: add_account(tx, one, one.handle)))  # type: ignore[misc]


def files(site: Site) -> list[Path]:
    """Every file of a picture."""
    return sorted(file for file in (site.config.home / "media").rglob("*") if file.is_file())


def kept(site: Site, account: int, data: bytes = PNG, description: str = "") -> MediaRow:
    """A picture that somebody has sent."""
    return site.run(lambda square: keep_picture(square, account, data, description=description))


def posted(site: Site, account: int, *media: MediaRow) -> int:
    """A post that shows pictures."""
    words = Words("Look", "en", media=tuple(row.id for row in media))
    post = site.run(lambda square: write_post(square, account, None, words))
    assert post is not None
    return post


def shown(site: Site, post: int) -> list[int]:
    """The pictures that a post shows."""
    found = site.run(lambda square: square.database.read(lambda tx: media_of_posts(tx, [post])))
    return [row.id for row in found.get(post, [])]


def test_a_file_is_named_by_its_content(site: Site) -> None:
    """The same picture twice is one file and its preview; they go with the last row that names them."""
    one, two = kept(site, ANN), kept(site, BEN)
    assert one.digests == two.digests
    assert 2 == len(files(site))
    assert {one.digest.hex(), one.preview.hex()} == {file.parent.name + file.name for file in files(site)}
    assert {0o600} == {file.stat().st_mode & 0o777 for file in files(site)}
    assert site.run(lambda square: remove_picture(square, ANN, one.id))
    assert 2 == len(files(site))
    assert site.run(lambda square: remove_picture(square, BEN, two.id))
    assert [] == files(site)


def test_only_its_owner_has_it(site: Site) -> None:
    """Nobody describes, removes or shows another's picture, and none stands in two posts."""
    row = kept(site, ANN)
    assert not site.run(lambda square: remove_picture(square, BEN, row.id))
    assert not site.run(lambda square: square.database.write(lambda tx: describe(tx, BEN, row.id, "mine", "")))
    with pytest.raises(PicturesGone):
        posted(site, BEN, row)
    post = posted(site, ANN, row)
    with pytest.raises(PicturesGone):
        posted(site, ANN, row)
    assert [row.id] == shown(site, post)
    assert not site.run(lambda square: remove_picture(square, ANN, row.id))
    assert 1 == site.run(_count_posts)


async def _count_posts(square: Square) -> int:
    """How many posts there are beside those that the square was founded with."""
    rows = await square.database.read(lambda tx: tx.rows("select id from post where body = 'Look'", ()))
    return len(rows)


def test_at_most_four_in_order(site: Site) -> None:
    """A post shows up to four pictures in the order given; what an edit takes away stays for its history."""
    rows = [kept(site, ANN, saved(drawn(size=(50 + n, 50)), "PNG")) for n in range(5)]
    with pytest.raises(PicturesGone):
        posted(site, ANN, *rows)
    post = posted(site, ANN, rows[3], rows[0], rows[2], rows[1])
    assert [rows[3].id, rows[0].id, rows[2].id, rows[1].id] == shown(site, post)

    async def edit(square: Square) -> bool:
        return await square.database.write(lambda tx: attach(tx, ANN, [rows[1].id, rows[4].id], post))

    assert site.run(edit)
    assert [rows[1].id, rows[4].id] == shown(site, post)
    old = site.run(lambda square: square.database.read(lambda tx: find_media(tx, rows[0].id)))
    assert old is not None and (old.post, old.place) == (post, NOT_SHOWN)


def test_a_deleted_post_has_no_pictures(site: Site) -> None:
    """With a post its pictures go, files and words."""
    post = posted(site, ANN, kept(site, ANN, PNG, "a flag"), kept(site, ANN, OTHER))
    assert 3 == len(files(site)), "a small picture is its own preview"
    assert site.run(lambda square: take_back(square, ANN, post))
    assert [] == files(site)
    assert [] == shown(site, post)


def test_what_is_not_used_goes_after_a_day(site: Site) -> None:
    """A picture in no post goes after a day; one in a post, in what waits to be one, and an avatar stay."""
    unused, used, waiting = (kept(site, ANN, saved(drawn(size=(60 + n, 60)), "PNG")) for n in range(3))
    face = site.run(lambda square: keep_picture(square, ANN, PNG, "avatar"))
    posted(site, ANN, used)
    kept_words = Words("Later", "en", media=(waiting.id,))
    assert site.run(lambda square: save_draft(square, ANN, kept_words)) is not None
    site.clock.advance(DAY - 1000)
    site.run(sweep)
    assert 4 == len(files(site)), "an avatar and small pictures are their own previews"
    site.clock.advance(2000)
    site.run(sweep)
    ids = [unused.id, used.id, waiting.id, face.id]
    left = [site.run(lambda square, one=one: square.database.read(lambda tx: find_media(tx, one))) for one in ids]  # type: ignore[misc]
    assert [False, True, True, True] == [row is not None for row in left]
    assert {digest.hex() for row in left if row for digest in row.digests} == {
        file.parent.name + file.name for file in files(site)
    }


def test_files_of_nobody_are_swept(site: Site) -> None:
    """A file that no row names goes after an hour, and so does one that was never finished."""
    row = kept(site, ANN)
    folder = site.config.home / "media" / "ab"
    folder.mkdir(exist_ok=True)
    orphan, torn = folder / ("cd" * 31), folder / f".{'cd' * 31}.1234.new"
    orphan.write_bytes(b"left by a process that was killed before its row")
    torn.write_bytes(b"half")
    site.run(sweep)
    assert orphan.exists() and torn.exists()
    for file in files(site):
        os.utime(file, (file.stat().st_mtime - HOUR - 1,) * 2)
    site.run(sweep)
    assert {row.digest.hex(), row.preview.hex()} == {file.parent.name + file.name for file in files(site)}


def test_a_file_that_goes_while_it_is_kept_is_written_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody removes the last picture of a digest while another sends the same: the new row has its file."""
    first, keep = kept(site, ANN), site.square.media.keep
    calls = []

    async def slow(data: bytes) -> bytes:
        digest = await keep(data)
        calls.append(digest)
        if len(calls) == 2:  # the files were found there; now they go, before the row is entered
            assert await remove_picture(site.square, ANN, first.id)
        return digest

    monkeypatch.setattr(site.square.media, "keep", slow)
    second = kept(site, BEN)
    assert 4 == len(calls)
    assert site.square.media.are_there(second.digests)


def test_nobody_fills_the_disk(site: Site) -> None:
    """Somebody has at most forty pictures that stand nowhere."""

    async def enter(square: Square) -> None:
        row = await keep_picture(square, ANN, OTHER)
        columns = "account, post, place, kind, mime, digest, preview, size, width, height, preview_width, "
        columns += "preview_height, focus, blurhash, description, secret, created_at"
        again = f"insert into media (id, {columns}) select {{}}, {columns} from media where id = {{}}"

        async def copy(n: int) -> int:
            return await square.database.write(lambda tx: tx.run(again, n, row.id))

        for n in range(1, MOST_KEPT):
            await copy(n)

    site.run(enter)
    with pytest.raises(Unusable) as error:
        kept(site, ANN)
    assert "many" == error.value.why
    assert kept(site, BEN).account == BEN
    waiting = site.run(lambda square: square.database.read(lambda tx: waiting_media(tx, ANN, [1, 2, 2, 99])))
    assert [1, 2] == [row.id for row in waiting]
