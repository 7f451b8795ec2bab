"""Somebody's archive: all that is theirs, nobody else's words, and proofs that hold by themselves."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from app.auditor.verifying import verify_proof
from app.cli.verify import command
from app.passwords import Passwords
from app.signer import Signer
from app.square import Square
from app.store.accounts import Credential, add_credential
from app.store.drafts import DraftRow, add_draft
from app.store.edits import keep_words, reword
from app.store.engines import Tx
from app.store.follows import follow
from app.store.media import MediaRow, add_media
from app.store.posts import find_post
from app.writing import Words, write_post
from ledger.note import VerifierKey
from tests.cases.town import OFF_TOPIC, Town
from tests.speech.world import ON_SQLITE

PASSWORD = "nine herons over the harbour"
PICTURE = bytes(range(256)) * 700


async def _sign(square: Square) -> None:
    await Signer(square.database, square.config.home, square.clock).look()


def write(town: Town, handle: str, text: str, visibility: str = "public") -> int:
    """Something that somebody writes, for whom they will."""
    account = town.account(handle).id
    words = Words(text, "en", visibility=visibility)  # type: ignore[arg-type]
    made = town.site.run(lambda square: write_post(square, account, None, words))
    assert made is not None
    return made


def in_the_tables(town: Town, work: Callable[[Tx], object]) -> None:
    """Write what a test needs."""
    town.site.run(lambda square: square.database.write(work))  # type: ignore[arg-type]


async def _give_password(square: Square, account: int) -> None:
    phc = await Passwords().hash(PASSWORD)
    await square.database.write(lambda tx: add_credential(tx, Credential(account, phc, None)))


async def _enter_picture(square: Square, account: int, post: int) -> None:
    digest = await square.media.keep(PICTURE)
    sizes = (len(PICTURE), 10, 10, 10, 10, "", "L6Pj0", "A heron", b"s" * 16, square.clock.now())
    row = MediaRow(77, account, post, 0, "picture", "image/png", digest, digest, *sizes)
    assert await square.database.write(lambda tx: add_media(tx, row))


@pytest.fixture
def ann(town: Town) -> int:
    """Ann, who has written, been folded and appealed, among others who have written too; a post of hers."""
    town.admit("ann", "ben", "cid")
    town.elect("mia")
    mia = town.account("mia").id
    account, others = town.account("ann").id, {handle: town.account(handle).id for handle in ("ben", "cid")}
    town.site.run(lambda square: _give_password(square, account))
    opener = town.say("ben", "The pool? A public word of ben", topic="The pool")
    folded = town.say("ann", "The car park, says ann", reply_to=opener)
    case = town.report("ben", folded, OFF_TOPIC, "ben's reason for it")
    town.folds("mia", case)
    town.does("ann", f"/cases/{case}/appeal", statement="What ann has to say against it")
    post = write(town, "ann", "A *public* word of ann")
    write(town, "ann", "for her followers, by ann", "followers")
    write(town, "ann", "@ben a letter by ann", "mentioned")
    for handle in ("ben", "cid"):
        write(town, handle, f"for followers, by {handle}", "followers")
    write(town, "ben", "@cid a secret letter by ben", "mentioned")
    write(town, "ben", "@ann a letter for ann", "mentioned")

    async def mark(tx: Tx) -> None:
        now = town.now
        for other in others.values():
            await follow(tx, account, other, now)
        await tx.run("insert into block (account, target, created_at) values ({}, {}, {})", account, mia, now)
        await tx.run("insert into bookmark (account, post, id) values ({}, {}, {})", account, int(opener), 5)
        assert await add_draft(tx, DraftRow(6, account, '{"text": "a draft by ann"}', None, "", now))
        await tx.run("insert into poll_ballot (poll, account, choices) values ({}, {}, {})", 7, account, "0,2")
        row = await find_post(tx, post)
        assert row is not None
        await keep_words(tx, row, "", "")
        await reword(tx, post, "Another *public* word of ann", "", False, "en", now)

    in_the_tables(town, mark)
    town.site.run(lambda square: _enter_picture(square, account, post))
    town.site.run(_sign)
    return post


def archive_of(town: Town, handle: str) -> ZipFile:
    """What somebody downloads."""
    answer = town.do(handle, "/settings/archive", password=PASSWORD)
    assert (200, "application/zip") == (answer.status_code, answer.headers["content-type"]), answer.text
    assert "attachment" in answer.headers["content-disposition"]
    assert "no-store" == answer.headers["cache-control"]
    return ZipFile(BytesIO(answer.content))


def test_an_archive_holds_what_is_ones_own(town: Town, ann: int) -> None:
    """Posts in both forms, what they said before, drafts, pictures, lists; of others only what was written to her."""
    archive = archive_of(town, "ann")
    assert archive.testzip() is None
    said = {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}
    posts = json.loads(said["posts.json"])
    assert ["The car park", "Another", "for her followers", "a letter"] == [
        next(
            words for words in ("The car park", "Another", "for her followers", "a letter") if words in post["content"]
        )
        for post in posts
    ]
    assert "<p>Another <em>public</em> word of ann</p>" in said["posts/0001.html"]
    assert '<img src="../media/77.png" alt="A heron"' in said["posts/0001.html"]
    assert PICTURE == archive.read("media/77.png")
    assert [{"file": "media/77.png", "post": str(ann), "description": "A heron"}] == json.loads(said["media.json"])
    assert ["A *public* word of ann"] == [edit["body"] for edit in json.loads(said["edits.json"])]
    assert "a draft by ann" in json.loads(said["drafts.json"])[0]["words"]
    assert [{"poll": 7, "choices": "0,2"}] == json.loads(said["polls.json"])
    assert "ann" == json.loads(said["profile.json"])["username"]
    assert {"ben", "cid"} == {line.partition("@")[0] for line in said["following_accounts.csv"].splitlines()[1:]}
    assert "mia" == said["blocked_accounts.csv"].partition("@")[0]
    assert "/@ben/" in said["bookmarks.csv"]
    assert (town.number("ann"), []) == tuple(json.loads(said["law.json"])[name] for name in ("member", "votes"))
    everything = "\n".join(said.values())
    assert 1 == said["letters.json"].count("a letter for ann")
    for foreign in ("A public word of ben", "by ben", "by cid", "ben's reason"):
        assert foreign not in everything, foreign


def test_each_proof_in_it_holds(town: Town, ann: int, tmp_path: Path) -> None:
    """Every entry under her number has one; our own command believes it by the key beside it, and nothing changed."""
    archive_of(town, "ann").extractall(tmp_path)
    key = VerifierKey.parse((tmp_path / "proofs" / "key").read_text(encoding="ascii").strip())
    proofs = {int(file.stem): file for file in (tmp_path / "proofs").glob("*.tlog-proof")}
    acts = town.program("ann").get("/me/acts").json()["items"]
    assert {line["entry"] for line in acts} == set(proofs)
    assert len(proofs) > 2
    for index, proof in proofs.items():
        openings = tuple(proof.parent.glob(f"opening-{index}-*.json"))
        verified = verify_proof(proof, "", openings, key)
        assert (0, index) == (verified.exit, verified.index)
    statements = [file.read_text(encoding="utf-8") for file in (tmp_path / "proofs").glob("opening-*.json")]
    assert [True] == ["What ann has to say" in statement for statement in statements]
    index, proof = next(iter(proofs.items()))
    told = CliRunner().invoke(command, [str(proof), "--key", key.format()])
    assert 0 == told.exit_code, told.output
    entry = proof.with_name(f"entry-{index}.json")
    entry.write_bytes(entry.read_bytes().replace(b'"v":1', b'"v":2'))
    assert 1 == CliRunner().invoke(command, [str(proof), "--key", key.format()]).exit_code


@ON_SQLITE
def test_nobody_gets_it_without_the_password(town: Town, ann: int) -> None:
    """Neither with a wrong one, nor unsigned; a browser gets the page again."""
    assert 422 == town.do("ann", "/settings/archive", password="another one").status_code
    assert 401 == town.do("", "/settings/archive", password=PASSWORD).status_code
    page = town.browser("ann").submit("/settings/archive", {"password": "another one"}, at="/settings")
    assert {"password": "This is not your password."} == page.errors
    download = town.browser("ann").submit("/settings/archive", {"password": PASSWORD}, at="/settings")
    assert "application/zip" == download.response.headers["content-type"]


@ON_SQLITE
def test_who_has_nothing_gets_an_empty_archive(town: Town) -> None:
    """A newcomer who is not in the register: every file is there, and there is no proof."""
    town.come("new")
    account = town.account("new").id
    town.site.run(lambda square: _give_password(square, account))
    archive = archive_of(town, "new")
    assert [] == json.loads(archive.read("posts.json")) == json.loads(archive.read("letters.json"))
    assert ["proofs/key"] == [name for name in archive.namelist() if name.startswith("proofs/")]
