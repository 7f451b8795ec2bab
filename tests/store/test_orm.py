"""Piccolo's own queries run in the transaction of the work that makes them."""

import pytest

from app.store.engines import Database, Tx
from app.store.governed_tables import GovTerm
from app.store.orm import ENGINE
from app.store.people_tables import LoginAttempt
from app.store.reader_tables import Follow


async def test_a_query_runs_in_the_works_transaction(database: Database) -> None:
    """What Piccolo writes in a work is seen by it and is committed with it."""

    async def work(tx: Tx) -> object:
        await Follow.insert(Follow(account=1, target=2, created_at=3), Follow(account=1, target=5, created_at=3))
        await Follow.update({Follow.created_at: 9}).where(Follow.target == 5)
        await Follow.delete().where(Follow.target == 2)
        assert ENGINE.transaction_exists()
        return await Follow.select().order_by(Follow.target)

    async def read(tx: Tx) -> object:
        return await Follow.objects().where(Follow.account == 1).first()

    kept = {"account": 1, "target": 5, "created_at": 9, "boosts": False, "notifies": False, "kept": False}
    assert [kept] == await database.write(work)
    found = await database.read(read)
    assert isinstance(found, Follow)
    assert 9 == found.created_at


async def test_a_query_is_undone_with_its_work(database: Database) -> None:
    """What Piccolo wrote is undone with the rest, inside a transaction of Piccolo's as well."""

    async def work(tx: Tx) -> None:
        async with ENGINE.transaction():
            await GovTerm.insert(GovTerm(id="a", value=b"\x00\x01"))
        await tx.run("insert into gov_term (id, value) values ({}, {})", "b", b"")
        assert [{"value": b"\x00\x01"}] == await GovTerm.select(GovTerm.value).where(GovTerm.id == "a")
        raise LookupError

    async def count(tx: Tx) -> object:
        return await GovTerm.count()

    with pytest.raises(LookupError):
        await database.write(work)
    assert 0 == await database.read(count)


async def test_a_column_named_like_a_method(database: Database) -> None:
    """`login_attempt.count` is `attempts` in Piccolo, where `count` counts rows."""

    async def work(tx: Tx) -> object:
        await LoginAttempt.insert(LoginAttempt(scope="s", window=1, attempts=3))
        return await LoginAttempt.select(LoginAttempt.window, LoginAttempt.attempts)

    assert [{"window": 1, "count": 3}] == await database.write(work)


async def test_a_query_outside_is_refused(database: Database) -> None:
    """A query that no transaction carries is an error that says where it belongs."""
    with pytest.raises(AssertionError, match="outside any transaction"):
        await Follow.select()


def test_what_would_evade_the_transaction_is_refused() -> None:
    """Piccolo's other ways to a connection are shut."""
    with pytest.raises(AssertionError, match="is not used here"):
        ENGINE.atomic()
