"""Lists of accounts: whom one follows, so many, and never somebody else's; on both databases."""

import asyncio

import pytest

from app import lists, relations
from app.relations import NotPossible
from app.store import lists as kept
from app.store.circles import Span, circle_of
from app.store.engines import Database, Tx
from app.store.lists import MOST_IN_LIST, MOST_LISTS, List
from tests.people.town import ANN, BEN, CLEO, NOW, people

FRIENDS = List(1, ANN, "Friends", "list", False)


@pytest.fixture(autouse=True)
async def _town(database: Database) -> None:
    async def work(tx: Tx) -> None:
        await people(tx)
        await relations.follow(tx, ANN, BEN, NOW)
        assert await kept.add_list(tx, FRIENDS)

    await database.write(work)


async def members(database: Database, of: List = FRIENDS) -> list[int]:
    """Who stands in a list."""
    return await database.read(lambda tx: circle_of(tx, "list", of.id, Span(MOST_IN_LIST), NOW))


async def test_who_stands_in_a_list_is_followed(database: Database) -> None:
    """Whom the owner follows, or the owner; nobody else, and then nobody of those who were named with them."""
    await database.write(lambda tx: lists.put_in_list(tx, FRIENDS, [BEN, ANN, BEN]))
    with pytest.raises(NotPossible, match="not followed"):
        await database.write(lambda tx: lists.put_in_list(tx, FRIENDS, [BEN, CLEO]))
    assert [BEN, ANN] == await members(database)
    assert [FRIENDS] == await database.read(lambda tx: kept.lists_with(tx, ANN, BEN))
    await database.write(lambda tx: kept.take_from_list(tx, FRIENDS.id, [ANN]))
    assert [BEN] == await members(database)


async def test_who_is_followed_no_longer_stands_in_no_list(database: Database) -> None:
    """Ceasing to follow, and a block by either, take somebody out; the lists of others stay as they are."""
    await database.write(lambda tx: relations.follow(tx, CLEO, BEN, NOW))
    others = List(2, CLEO, "Others", "none", True)
    await database.write(lambda tx: kept.add_list(tx, others))
    await database.write(lambda tx: lists.put_in_list(tx, others, [BEN]))
    for end in (
        lambda tx: relations.unfollow(tx, ANN, BEN),
        lambda tx: relations.block(tx, BEN, ANN, NOW),
    ):
        await database.write(lambda tx: relations.unblock(tx, BEN, ANN))
        await database.write(lambda tx: relations.follow(tx, ANN, BEN, NOW))
        await database.write(lambda tx: lists.put_in_list(tx, FRIENDS, [BEN]))
        await database.write(end)
        assert [] == await members(database)
    assert [BEN] == await members(database, others)


async def test_ceasing_to_follow_at_once_with_listing_leaves_nobody(database: Database) -> None:
    """Whichever comes first, nobody stands in a list whom its owner does not follow."""

    async def put(_: int) -> None:
        try:
            await database.write(lambda tx: lists.put_in_list(tx, FRIENDS, [BEN]))
        except NotPossible:
            return

    for _ in range(5):
        await database.write(lambda tx: relations.follow(tx, ANN, BEN, NOW))
        unfollow = database.write(lambda tx: relations.unfollow(tx, ANN, BEN))
        await asyncio.gather(*map(put, range(5)), unfollow, *map(put, range(5)))
        assert [] == await members(database)


async def test_there_are_so_many_lists_and_so_many_in_one(database: Database) -> None:
    """At most 50 lists, also when they are made all at once, and at most 500 in each."""

    async def make(number: int) -> bool:
        new = List(100 + number, ANN, str(number), "list", False)
        return await database.write(lambda tx: kept.add_list(tx, new))

    made = await asyncio.gather(*map(make, range(MOST_LISTS + 10)))
    assert MOST_LISTS - 1 == sum(made)

    async def fill(tx: Tx) -> None:
        rows = [(ANN, 1000 + number, NOW) for number in range(MOST_IN_LIST + 1)]
        await tx.many("insert into follow (account, target, created_at) values ({}, {}, {})", list(rows))

    await database.write(fill)
    everyone = [1000 + number for number in range(MOST_IN_LIST + 1)]
    await database.write(lambda tx: lists.put_in_list(tx, FRIENDS, everyone[:-1]))
    await database.write(lambda tx: lists.put_in_list(tx, FRIENDS, everyone[:-1]))
    with pytest.raises(NotPossible, match="too many in a list"):
        await database.write(lambda tx: lists.put_in_list(tx, FRIENDS, everyone[-1:]))
    assert MOST_IN_LIST == len(await members(database))


async def test_a_list_is_its_owners(database: Database) -> None:
    """Nobody else finds it, changes it or takes it away; when it goes, everybody in it goes too."""
    await database.write(lambda tx: lists.put_in_list(tx, FRIENDS, [BEN]))
    assert await database.read(lambda tx: kept.list_of(tx, BEN, FRIENDS.id)) is None
    assert not await database.write(lambda tx: kept.remove_list(tx, BEN, FRIENDS.id))
    await database.write(lambda tx: kept.change_list(tx, List(FRIENDS.id, BEN, "Mine now", "none", True)))
    assert FRIENDS == await database.read(lambda tx: kept.list_of(tx, ANN, FRIENDS.id))
    changed = List(FRIENDS.id, ANN, "Old friends", "followed", True)
    await database.write(lambda tx: kept.change_list(tx, changed))
    assert [changed] == await database.read(lambda tx: kept.lists_of(tx, ANN))
    assert await database.write(lambda tx: kept.remove_list(tx, ANN, FRIENDS.id))
    assert [] == await members(database)
