"""The index of words: FTS5 on SQLite, tsvector under GIN on PostgreSQL; written with what it is of, in one transaction.

Both databases get the words that `words_in` found and nothing to cut or to fold: so both find the same.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct

from app.store.statements import Kind
from app.store.transaction import Database, Tx
from app.wording import words_in

Indexed = Literal["post_words", "account_words"]

MOST_PLACES: Final = 16_383
"""PostgreSQL counts the places of words no further."""

PAGES_AT_ONCE: Final = 200
"""Pages of an SQLite index that one transaction rewrites, so that nobody waits for long."""


class _Changes(Struct, frozen=True):
    n: int


class _Stale(Struct, frozen=True):
    name: str


async def index_words(tx: Tx, index: Indexed, texts: Mapping[int, str]) -> None:
    """Let what is new be found by the words of its text, by id; what has no words is not in the index."""
    words = {id_: found for id_, text in texts.items() if (found := words_in(text))}
    if tx.kind == "sqlite":
        rows = [(id_, " ".join(found)) for id_, found in words.items()]
        await tx.many(f"insert into {index} (rowid, words) values ({{}}, {{}})", rows)
    else:
        rows = [(id_, _vector(found)) for id_, found in words.items()]
        await tx.many(f"insert into {index} (id, words) values ({{}}, cast(cast({{}} as text) as tsvector))", rows)


async def forget_words(tx: Tx, index: Indexed, ids: Sequence[int]) -> None:
    """Let something be found by its words no longer.

    On SQLite they lie in the index until `tidy` rewrites it; on PostgreSQL until a vacuum.
    """
    column = "rowid" if tx.kind == "sqlite" else "id"
    await tx.many(f"delete from {index} where {column} = {{}}", [(id_,) for id_ in ids])
    if tx.kind == "sqlite":
        await tx.run("insert into stale_words (name) values ({}) on conflict (name) do nothing", index)


async def change_words(tx: Tx, index: Indexed, id_: int, text: str) -> None:
    """Let something be found by the words that it has now."""
    await forget_words(tx, index, [id_])
    await index_words(tx, index, {id_: text})


async def tidy(database: Database) -> None:
    """Rewrite the indexes that hold words of what is gone, a piece a transaction; nothing where there are none."""
    for index in await database.read(_stale):
        rank = -PAGES_AT_ONCE
        while await database.write(lambda tx, index=index, rank=rank: _merge(tx, index, rank)):  # type: ignore[misc]
            rank = PAGES_AT_ONCE


async def _stale(tx: Tx) -> list[str]:
    if tx.kind == "postgresql":
        return []
    return [row.name for row in await tx.all(_Stale, "select name from stale_words")]


async def _merge(tx: Tx, index: str, rank: int) -> bool:
    """One piece of work on an index; False when nothing is left to do."""
    if rank < 0:
        # What is deleted from now on is for the next time.
        await tx.run("delete from stale_words where name = {}", index)
    before = await _changes(tx)
    await tx.run(f"insert into {index} ({index}, rank) values ('merge', {{}})", rank)
    return await _changes(tx) - before > 1


async def _changes(tx: Tx) -> int:
    found = await tx.one(_Changes, "select total_changes() as n")
    assert found is not None
    return found.n


def _vector(words: Sequence[str]) -> str:
    """Words with their places, as PostgreSQL writes a tsvector; a word holds nothing that would need escaping."""
    places: dict[str, list[str]] = {}
    for place, word in enumerate(words, 1):
        places.setdefault(word, []).append(str(min(place, MOST_PLACES)))
    return " ".join(f"'{word}':{','.join(at[:255])}" for word, at in places.items())


def matching(phrases: Sequence[Sequence[str]], without: Sequence[Sequence[str]], kind: Kind) -> str:
    """The query for all of some phrases and none of others, in the words of one database."""
    if kind == "sqlite":
        wanted = " AND ".join(f'"{" ".join(phrase)}"' for phrase in phrases)
        return f"({wanted})" + "".join(f' NOT "{" ".join(phrase)}"' for phrase in without)
    parts = [_followed(phrase) for phrase in phrases] + [f"!{_followed(phrase)}" for phrase in without]
    return " & ".join(parts)


def beginning(words: Sequence[str], kind: Kind) -> str:
    """The query for words of which each is at least the beginning of one."""
    if kind == "sqlite":
        return " AND ".join(f'"{word}" *' for word in words)
    return " & ".join(f"'{word}':*" for word in words)


def _followed(phrase: Sequence[str]) -> str:
    return "(" + " <-> ".join(f"'{word}'" for word in phrase) + ")"
