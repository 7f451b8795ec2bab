"""The keys under which posts were written, so that a request that is sent again writes nothing twice."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from app.store.engines import ColumnType, Tx

HELD_FOR: Final = 3_600_000
"""Milliseconds after which a key is free again."""

_COLUMNS: Final[Mapping[str, ColumnType]] = {
    "id": "text",
    "fingerprint": "bytea",
    "post": "bigint",
    "at": "bigint",
}


class PostKey(Struct, frozen=True):
    """A key (by its name, app/deeds.py), what was asked under it, and the post or draft that it made at a time."""

    id: str
    fingerprint: bytes
    post: int
    at: int


async def claim_key(tx: Tx, key: PostKey) -> PostKey | None:
    """Take a key, and return None; or who has it. Whoever claims it at the same time waits for this transaction."""
    row = (key.id, key.fingerprint, key.post, key.at)
    if await tx.insert_new("post_key", ("id",), _COLUMNS, [row]):
        return None
    known = await tx.one(PostKey, "select id, fingerprint, post, at from post_key where id = {}", key.id)
    if known is not None and known.at > key.at - HELD_FOR:
        return known
    await tx.upsert("post_key", ("id",), _COLUMNS, [row])
    return None


async def settle_key(tx: Tx, key: str, made: int | None) -> None:
    """Say what a claimed key has made after all; None frees it."""
    if made is None:
        await tx.run("delete from post_key where id = {}", key)
    else:
        await tx.run("update post_key set post = {} where id = {}", made, key)


async def forget_keys(tx: Tx, now: int) -> None:
    """Take away the keys that are free again."""
    await tx.run("delete from post_key where at <= {}", now - HELD_FOR)
