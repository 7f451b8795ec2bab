"""Texts that were erased, corrections, and the rows that go with an erasure."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from msgspec import Struct

from app.store.addressed import forget_tags
from app.store.engines import Tx
from app.store.governed import values_of
from app.store.indexing import forget_words
from app.store.ledger import openings_of
from app.store.polls import forget_options
from governance.acts.texts import What
from governance.texts import Corrected, Erased, what_of

MOST_TOLD: Final = 200

_WORDS_OF_POSTS: Final = (
    "update post set body = '', topic = '', warning = '', deleted_at = coalesce(deleted_at, {}) where id = {}"
)


class _Id(Struct, frozen=True):
    id: int


class _TextId(Struct, frozen=True):
    id: str


class _Body(Struct, frozen=True):
    body: str
    topic: str
    warning: str


Texts = Iterable[tuple[int, What]]
"""Texts by their entry."""


async def erased_of(tx: Tx, entries: Collection[int]) -> list[Erased]:
    """The texts of these entries that were erased, in order."""
    sql = "select id from gov_erased where entry in {among}"
    ids = [row.id for row in await tx.among(_TextId, sql, sorted(entries))]
    return sorted((await values_of(tx, Erased, ids)).values(), key=lambda one: (one.entry, one.what))


async def corrections_of(tx: Tx, entries: Collection[int]) -> dict[int, Corrected]:
    """What was said beside these entries, by the entry of the correction, oldest first."""
    sql = "select id from gov_correction where entry in {among} order by id limit {}"
    ids = [row.id for row in await tx.among(_Id, sql, sorted(entries), MOST_TOLD)]
    found = await values_of(tx, Corrected, ids)
    return {id_: found[id_] for id_ in ids}


async def wordings_of(tx: Tx, proposal: int) -> list[int]:
    """The entries that brought the texts of a proposal, oldest first."""
    sql = "select id from gov_wording where proposal = {} order by id"
    return [row.id for row in await tx.all(_Id, sql, proposal)]


async def delete_openings(tx: Tx, texts: Texts) -> list[bytes]:
    """Delete what opens these texts, and what was remembered of the requests that brought them; the salts."""
    wanted = set(texts)
    entries = sorted({entry for entry, _ in wanted})
    found = await openings_of(tx, entries)
    rows = [row for row in found if (row.entry, what_of(row.field)) in wanted]
    await tx.many("delete from opening where entry = {} and field = {}", [(row.entry, row.field) for row in rows])
    # A request's fingerprint is a hash of what was typed: whoever guesses the text could know it again.
    await tx.many("delete from request_key where entry = {} and fingerprint <> {}", [(entry, b"") for entry in entries])
    return [row.salt for row in rows]


async def delete_words(tx: Tx, posts: Sequence[int], now: int) -> list[str]:
    """Delete the words of these posts, with their polls'; what they were."""
    said = await tx.among(_Body, "select body, topic, warning from post where id in {among}", posts)
    said += await tx.among(_Body, "select body, '' as topic, warning from post_edit where post in {among}", posts)
    await forget_words(tx, "post_words", posts)
    await tx.many(_WORDS_OF_POSTS, [(now, post) for post in posts])
    await tx.many("delete from post_edit where post = {}", [(post,) for post in posts])
    for post in posts:
        await forget_options(tx, post)
        await forget_tags(tx, post)
    return [text for row in said for text in (row.body, row.topic, row.warning) if text]
