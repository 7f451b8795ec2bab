"""Rows of `follow`, which the tests of the databases write and read."""

import msgspec

from app.store.engines import Database, Tx

ADD = "insert into follow (account, target, created_at) values ({}, {}, {})"


class Follow(msgspec.Struct, frozen=True):
    """A row of follow."""

    account: int
    target: int
    created_at: int


class Count(msgspec.Struct, frozen=True):
    """A number."""

    n: int


async def follows(database: Database) -> list[Follow]:
    """All of follow, in order."""

    async def work(tx: Tx) -> list[Follow]:
        return await tx.all(Follow, "select account, target, created_at from follow order by account, target")

    return await database.read(work)
