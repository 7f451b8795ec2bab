"""Which posts are found, by whom: the same on both databases."""

import pytest

from app.search import search_posts
from app.store.accounts import change_profile
from app.store.engines import Database, Tx
from app.store.governed import save
from app.store.polls import PollRow, add_poll
from app.store.posts import NewPost, delete_post, import_posts
from app.store.search import Window, find_accounts, find_tags
from app.store.timelines import NEWEST
from governance.acts.words import Sanction
from governance.cases import Restriction, Subject
from tests.search.town import ANN, BEN, CID, DAY, DORA, NOW, enter_people, found, say


@pytest.fixture
async def said(database: Database) -> Database:
    """A small conversation about herons, and other things."""

    async def write(tx: Tx) -> None:
        await enter_people(tx)
        await say(tx, 1, ANN, "A grey heron on the quay #birds")
        await say(tx, 2, BEN, "The heron is grey, École! #Birds #Port")
        await say(tx, 3, CID, "مَرْحَبًا بالحرية", language="ar")
        await say(tx, 4, ANN, "Old heron", at=NOW - 3 * DAY)
        await say(tx, 5, ANN, "言論の自由", language="ja")
        poll = await say(tx, 6, DORA, "Which heron?")
        await add_poll(tx, PollRow(poll, False, False, NOW, NOW + DAY, None), ["grey", "white"])

    await database.write(write)
    return database


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        (
            "heron",
            ["Which heron?", "The heron is grey, École! #Birds #Port", "A grey heron on the quay #birds", "Old heron"],
        ),
        ('"grey heron"', ["A grey heron on the quay #birds"]),
        ("HERON -grey", ["Which heron?", "Old heron"]),
        ("from:ann -heron", ["言論の自由"]),
        ("from:ann", ["言論の自由", "A grey heron on the quay #birds", "Old heron"]),
        ("heron -from:ann -has:poll", ["The heron is grey, École! #Birds #Port"]),
        ("#birds", ["The heron is grey, École! #Birds #Port", "A grey heron on the quay #birds"]),
        ("#birds -#port", ["A grey heron on the quay #birds"]),
        ("ecole", ["The heron is grey, École! #Birds #Port"]),
        ("مرحبا", ["مَرْحَبًا بالحرية"]),
        ("自由", ["言論の自由"]),
        ("由自", []),
        ("heron has:poll", ["Which heron?"]),
        ("heron before:2026-11-01", ["Old heron"]),
        ("heron after:2026-11-01 from:ann", ["A grey heron on the quay #birds"]),
        ("from:cid language:ar", ["مَرْحَبًا بالحرية"]),
        ("from:me", []),
        ("has:poll", []),
        ("-grey", []),
        ('"', []),
        ("her", []),
    ],
)
async def test_what_is_found(said: Database, text: str, texts: list[str]) -> None:
    """Words, phrases and conditions find the same on both databases, newest first; a search begins with something."""
    assert texts == await found(said, text)


async def test_only_what_the_reader_may_see(database: Database) -> None:
    """Public posts for all; the rest for its author and whom it names; nothing of who blocks, or is muted."""

    async def write(tx: Tx) -> None:
        await enter_people(tx)
        for place, visibility in enumerate(("public", "unlisted", "followers", "mentioned")):
            await say(tx, place, ANN, f"heron {visibility} @cid", visibility=visibility)  # type: ignore[arg-type]

    await database.write(write)
    everything = [f"heron {visibility} @cid" for visibility in ("mentioned", "followers", "unlisted", "public")]
    seen = {None: everything[3:], ANN: everything, BEN: everything[3:], CID: everything, DORA: everything[3:]}
    assert seen == {reader: await found(database, "heron", reader) for reader in seen}

    async def part(tx: Tx) -> None:
        await tx.run("insert into block (account, target, created_at) values ({}, {}, {})", ANN, CID, NOW)
        await tx.run("insert into block (account, target, created_at) values ({}, {}, {})", DORA, ANN, NOW)
        sql = "insert into mute (account, target, created_at, until, notifications) values ({}, {}, {}, {}, {})"
        await tx.run(sql, BEN, ANN, NOW, None, True)

    await database.write(part)
    assert [[], [], []] == [await found(database, "heron", reader) for reader in (BEN, CID, DORA)]


async def test_who_does_not_wish_it_is_not_searched(said: Database) -> None:
    """The public posts of such an account are found by itself alone."""

    async def write(tx: Tx) -> None:
        sql = (
            "insert into profile (account, locked, bot, discoverable, indexable, hides_follows, fields, "
            "post_visibility, post_sensitive, post_language) values ({}, {}, {}, {}, {}, {}, '[]', 'public', {}, '')"
        )
        await tx.run(sql, ANN, False, False, False, False, False, False)

    await said.write(write)
    assert [] == await found(said, "quay")
    assert ["A grey heron on the quay #birds"] == await found(said, "quay", ANN)
    assert [DORA] == await said.read(lambda tx: find_accounts(tx, "an", None, False, 9, 0))
    assert [ANN, DORA] == await said.read(lambda tx: find_accounts(tx, "ann", None, False, 9, 0))
    assert [ANN, DORA] == sorted(await said.read(lambda tx: find_accounts(tx, "an", BEN, False, 9, 0)))


@pytest.mark.parametrize(("sanction", "subject"), [("fold", "post"), ("withhold", "post"), ("mute", "account")])
async def test_what_is_folded_is_in_no_search(said: Database, sanction: Sanction, subject: str) -> None:
    """As in no timeline; when the restriction ends it is found again."""
    post = (NOW << 16) + 1
    name = str(post) if subject == "post" else f"m:{ANN}"
    until = NOW + 1

    async def write(tx: Tx) -> None:
        await save(tx, {(Subject, name): Subject((Restriction(500, 501, 1, 1, sanction, until),))})

    await said.write(write)
    assert [] == await found(said, "quay")


async def test_what_is_gone_or_imported(said: Database) -> None:
    """A deleted post is not found any more, an imported one is."""

    async def write(tx: Tx) -> None:
        assert await delete_post(tx, (NOW << 16) + 1, ANN, NOW)
        post = (NOW << 16) + 77
        new = NewPost(post, BEN, "an imported quay", "en", "", None, post, NOW, origin="polis:1", origin_at=1)
        assert {"polis:1"} == await import_posts(tx, [new])
        assert set() == await import_posts(tx, [new])

    await said.write(write)
    assert ["an imported quay"] == await found(said, "quay")


async def test_a_search_is_read_page_by_page(database: Database) -> None:
    """Every post once, newest first."""

    async def write(tx: Tx) -> None:
        await enter_people(tx)
        for place in range(7):
            await say(tx, place, ANN, f"heron {place}")

    await database.write(write)
    texts: list[str] = []
    before: int | None = NEWEST
    while before is not None:
        window = Window(before, 3)
        posts, before = await database.read(lambda tx, window=window: search_posts(tx, "heron", None, NOW, window))  # type: ignore[misc]
        texts += [post.text for post in posts]
    assert [f"heron {place}" for place in reversed(range(7))] == texts
    skipped = Window(NEWEST, 2, after=(NOW << 16) + 1, skip=1)
    posts, _ = await database.read(lambda tx: search_posts(tx, "heron", None, NOW, skipped))
    assert ["heron 5", "heron 4"] == [post.text for post in posts]


async def test_people_and_hashtags(said: Database) -> None:
    """By the beginnings of handle and name, the exact handle first; tags by their beginning, public ones only."""

    async def people(text: str, reader: int | None = None, following: bool = False) -> list[int]:
        return await said.read(lambda tx: find_accounts(tx, text, reader, following, 9, 0))

    assert [ANN, DORA] == await people("ann")
    assert [ANN, DORA] == await people("@Ann")
    assert [DORA] == await people("ann dor")
    assert [BEN] == await people("day")
    assert [CID] == await people("احم")
    assert [ANN] == await people("an", BEN, following=True)
    assert [] == await people("")
    await said.write(lambda tx: change_profile(tx, DORA, "Dora", ""))
    assert [ANN] == await people("ann")

    async def write(tx: Tx) -> None:
        await say(tx, 9, ANN, "psst #birdsong", visibility="followers")

    await said.write(write)
    tags = [await said.read(lambda tx, text=text: find_tags(tx, text, NOW, 9, 0)) for text in ("bir", "p", "")]  # type: ignore[misc]
    assert [["birds"], ["port"], []] == tags
