"""Words that are deleted, changed or erased leave the index, and the file."""

import subprocess

import pytest

from app.config import Config
from app.store.edits import reword
from app.store.engines import Database, Tx
from app.store.erasures import delete_words
from app.store.indexing import tidy
from app.store.posts import delete_post
from app.store.purging import purge_file
from tests.search.town import ANN, BEN, NOW, enter_people, found, say

# Without their first letters: FTS5 writes a word as far as it differs from the one before it.
WORDS = {"deleted": "xylophonistenquartett", "erased": "quintessenzenhaendler", "changed": "zwischenfallmelderin"}


async def write_all(tx: Tx) -> dict[str, int]:
    """Three posts with a word of their own, amid many others."""
    await enter_people(tx)
    posts = {}
    for place in range(400):
        await say(tx, place, BEN, " ".join(f"word{place * n}" for n in range(40)))
        if place in (100, 200, 300):
            what = list(WORDS)[place // 100 - 1]
            posts[what] = await say(tx, 1000 + place, ANN, f"Some {WORDS[what]} said it")
    return posts


async def forget_all(tx: Tx, posts: dict[str, int]) -> None:
    """Each goes in its own way."""
    assert await delete_post(tx, posts["deleted"], ANN, NOW)
    await delete_words(tx, [posts["erased"]], NOW)
    await reword(tx, posts["changed"], "Nobody said it", "", False, "en", NOW)


def kept(config: Config) -> bytes:
    """Everything that the database keeps: the file, or a dump."""
    if config.sqlite_file is None:
        done = subprocess.run(["pg_dump", "--dbname", config.database], check=True, capture_output=True)
        return done.stdout
    purge_file(config.sqlite_file, [])  # copies the log into it
    return config.sqlite_file.read_bytes()


def held(config: Config) -> list[str]:
    """The words whose bytes are there."""
    everything = kept(config)
    return [what for what, word in WORDS.items() if word[2:].encode() in everything]


async def test_the_bytes_of_words_that_go_are_nowhere(database: Database, migrated: Config) -> None:
    """At once nobody finds them; after tidying their bytes are in the file no more, and the rest is found as before."""
    posts = await database.write(write_all)
    assert list(WORDS) == held(migrated)
    await database.write(lambda tx: forget_all(tx, posts))
    assert [[], [], []] == [await found(database, word) for word in WORDS.values()]
    assert ([] == held(migrated)) == (database.kind == "postgresql")
    await tidy(database)
    assert [] == held(migrated)
    assert ["Nobody said it"] == await found(database, "nobody")
    assert 1 == len(await found(database, "word397"))
    assert 1 == len(await found(database, '"word398 word796"'))


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_an_index_without_dead_words_is_left_alone(database: Database) -> None:
    """Tidying reads and writes nothing where nothing has gone."""
    posts = await database.write(write_all)
    before = await database.read(lambda tx: tx.rows("select id, block from post_words_data order by id", ()))
    await tidy(database)
    assert before == await database.read(lambda tx: tx.rows("select id, block from post_words_data order by id", ()))
    await database.write(lambda tx: forget_all(tx, posts))
    await tidy(database)
    assert [] == await database.read(lambda tx: tx.rows("select name from stale_words", ()))
