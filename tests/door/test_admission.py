"""An account and its number: written in the transaction that admits, once."""

import asyncio

import pytest

from app.record import Deed, Recorded
from app.store.engines import Database, Tx
from governance.acts.members import Admit, AdmitGuest
from governance.errors import Refused
from tests.door.square import Square, assert_sound, contents
from tests.governance.world import World

ACCOUNT = (
    "insert into account (id, handle, skeleton, name, bio, kind, origin, locale, theme, created_day)"
    " values ({}, {}, {}, '', '', {}, null, '', '', 0)"
)


@pytest.fixture
async def square(database: Database) -> Square:
    """A peopled square with three accounts that wait for their numbers."""

    async def add(tx: Tx) -> None:
        for account, name in enumerate(("ann", "bo", "cy"), 1):
            await tx.run(ACCOUNT, account, name, name, "person")

    await database.write(add)
    return await Square.of(database, World.peopled())


async def numbers(database: Database) -> dict[int, str | None]:
    """The number of each account."""
    rows = (await contents(database))["account"]
    return {int(str(row["id"])): row["member"] if isinstance(row["member"], str) else None for row in rows}


async def test_an_account_gets_the_number_of_its_entry(square: Square) -> None:
    """A member's is m: and a guest's is g:, with the index of the entry that admits."""
    first = len(square.world.entries)
    await asyncio.gather(
        square.door.record(Admit(), "clock", account=2), square.door.record(AdmitGuest(), "clock", account=1)
    )
    assert {1: f"g:{first + 1}", 2: f"m:{first}", 3: None} == await numbers(square.database)


async def test_an_account_is_admitted_once(square: Square) -> None:
    """Twice in one transaction, again later, or through another door: one entry, and no member without an account."""
    other = Square(square.database, square.world)
    answers = await asyncio.gather(
        square.door.record(Admit(), "clock", account=1),
        square.door.record(Admit(), "clock", account=1),
        other.door.record(AdmitGuest(), "clock", account=1),
        return_exceptions=True,
    )
    assert [1, 2] == [sum(isinstance(one, kind) for one in answers) for kind in (Recorded, Refused)]
    before = await contents(square.database)
    with pytest.raises(Refused) as caught:
        await square.door.record(Admit(), "clock", account=1)
    assert "member-2" == caught.value.clause
    assert before == await contents(square.database)


async def test_nobody_is_admitted_for_an_account_that_is_gone(square: Square) -> None:
    """A member whom no person is behind would count in every quorum."""
    with pytest.raises(Refused):
        await square.door.record(Admit(), "clock", account=99)
    await assert_sound(square.database)


async def test_an_admission_that_fell_gives_no_number(square: Square) -> None:
    """The number that its entry would have had is its neighbour's entry's, and nobody's own."""
    group = [Deed(Admit(), "clock", account=1), Deed(Admit(), "m:0")]
    report = square.world.report(square.world.post("ann"))
    await asyncio.gather(square.door.record_all(group), square.does("reporter", report), return_exceptions=True)
    assert {1: None, 2: None, 3: None} == await numbers(square.database)


async def test_an_admission_that_falls_with_its_group_may_be_made_again(square: Square) -> None:
    """The account waits on, for its neighbour in the same transaction as well, and the number is the neighbour's."""
    group = [Deed(Admit(), "clock", account=1), Deed(Admit(), "m:0")]
    answers = await asyncio.gather(
        square.door.record_all(group),
        square.door.record(Admit(), "clock", account=2),
        square.door.record(Admit(), "clock", account=1),
        return_exceptions=True,
    )
    assert [Refused, Recorded, Recorded] == [type(answer) for answer in answers]
    first = len(square.world.entries)
    assert {1: f"m:{first + 1}", 2: f"m:{first}", 3: None} == await numbers(square.database)
