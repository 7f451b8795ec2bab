"""What people do to one another, on both databases, also all at once."""

import asyncio
import random

import pytest

from app import relations
from app.relations import NotPossible, Relationship
from app.store.blocks import blocked_among
from app.store.circles import HIGHEST, Circle, Span, circle_of
from app.store.engines import Database, Tx
from app.store.follows import familiar_followers, follows
from app.store.profiles import Profile
from app.store.requests import is_locked
from tests.people.town import ANN, BEN, CLEO, DAN, DAY, NOW, PEOPLE, lock_account, miscounted, people


@pytest.fixture(autouse=True)
async def _town(database: Database) -> None:
    await database.write(people)


async def between(database: Database, reader: int, target: int, now: int = NOW) -> Relationship:
    """How two stand to one another."""
    return (await database.read(lambda tx: relations.relationships(tx, reader, [target], now)))[target]


async def around(database: Database, circle: Circle, of: int) -> list[int]:
    """Who stands around an account."""
    return await database.read(lambda tx: circle_of(tx, circle, of, Span(100), NOW))


async def test_following_tells_how(database: Database) -> None:
    """With boosts unless said otherwise; said again it changes how, and what is not said stays."""
    await database.write(lambda tx: relations.follow(tx, ANN, BEN, NOW))
    assert Relationship(BEN, following=True, boosts=True) == await between(database, ANN, BEN)
    assert Relationship(ANN, followed_by=True) == await between(database, BEN, ANN)
    await database.write(lambda tx: relations.follow(tx, ANN, BEN, NOW, boosts=False, notifies=True))
    await database.write(lambda tx: relations.follow(tx, ANN, BEN, NOW))
    assert Relationship(BEN, following=True, notifies=True) == await between(database, ANN, BEN)
    assert [] == await miscounted(database)
    await database.write(lambda tx: relations.unfollow(tx, ANN, BEN))
    await database.write(lambda tx: relations.unfollow(tx, ANN, BEN))
    assert Relationship(BEN) == await between(database, ANN, BEN)
    assert [] == await miscounted(database)


async def test_who_is_locked_is_asked(database: Database) -> None:
    """A request waits; accepted it is a follow as it was wished, rejected it is gone, and it may be withdrawn."""
    await database.write(lambda tx: lock_account(tx, BEN))
    assert await database.read(lambda tx: is_locked(tx, BEN))
    await database.write(lambda tx: relations.follow(tx, ANN, BEN, NOW, notifies=True))
    assert Relationship(BEN, requested=True) == await between(database, ANN, BEN)
    assert Relationship(ANN, requested_by=True) == await between(database, BEN, ANN)
    assert await database.write(lambda tx: relations.accept(tx, BEN, ANN, NOW))
    assert not await database.write(lambda tx: relations.accept(tx, BEN, ANN, NOW))
    assert Relationship(BEN, following=True, boosts=True, notifies=True) == await between(database, ANN, BEN)
    await database.write(lambda tx: relations.follow(tx, CLEO, BEN, NOW))
    assert await database.write(lambda tx: relations.reject(tx, BEN, CLEO))
    assert not await database.write(lambda tx: relations.reject(tx, BEN, CLEO))
    await database.write(lambda tx: relations.follow(tx, DAN, BEN, NOW))
    await database.write(lambda tx: relations.unfollow(tx, DAN, BEN))
    assert [] == await around(database, "requests", BEN)
    assert [ANN] == await around(database, "followers", BEN)
    assert [] == await miscounted(database)


async def test_who_asks_no_more_lets_everybody_in_who_waits(database: Database) -> None:
    """Whoever waited follows as they wished once the account is locked no longer; other changes let nobody in."""
    await database.write(lambda tx: lock_account(tx, BEN))
    for one in (ANN, CLEO):
        await database.write(lambda tx, a=one: relations.follow(tx, a, BEN, NOW, notifies=True))  # type: ignore[misc]
    await database.write(lambda tx: relations.present(tx, Profile(BEN, locked=True, bot=True), NOW))
    assert [CLEO, ANN] == await around(database, "requests", BEN)
    await database.write(lambda tx: relations.present(tx, Profile(BEN), NOW))
    assert [] == await around(database, "requests", BEN)
    assert [CLEO, ANN] == await around(database, "followers", BEN)
    assert (await between(database, ANN, BEN)).notifies
    assert [] == await miscounted(database)


async def test_who_follows_already_is_not_asked_again(database: Database) -> None:
    """Who wants to be asked from now on keeps their followers, and these may change how they follow."""
    await database.write(lambda tx: relations.follow(tx, ANN, BEN, NOW))
    await database.write(lambda tx: lock_account(tx, BEN))
    await database.write(lambda tx: relations.follow(tx, ANN, BEN, NOW, boosts=False))
    assert Relationship(BEN, following=True) == await between(database, ANN, BEN)


async def test_a_block_ends_everything_between_two(database: Database) -> None:
    """Follows and requests in both directions are gone and do not come back; neither follows across a block."""
    await database.write(lambda tx: relations.follow(tx, ANN, BEN, NOW))
    await database.write(lambda tx: lock_account(tx, ANN))
    await database.write(lambda tx: relations.follow(tx, BEN, ANN, NOW))
    await database.write(lambda tx: relations.block(tx, ANN, BEN, NOW))
    assert Relationship(BEN, blocking=True) == await between(database, ANN, BEN)
    assert Relationship(ANN, blocked_by=True) == await between(database, BEN, ANN)
    assert [] == await miscounted(database)
    for one, other, why in ((BEN, ANN, "blocked by them"), (ANN, BEN, "blocked by you")):
        with pytest.raises(NotPossible, match=why):
            await database.write(lambda tx, a=one, b=other: relations.follow(tx, a, b, NOW))  # type: ignore[misc]
    await database.write(lambda tx: relations.unblock(tx, ANN, BEN))
    assert Relationship(BEN) == await between(database, ANN, BEN)


async def test_a_mute_ends_by_itself(database: Database) -> None:
    """A mute holds until its time and not a millisecond longer; one without an end holds for good."""
    await database.write(lambda tx: relations.mute(tx, ANN, BEN, NOW, lasts=DAY, notifications=False))
    await database.write(lambda tx: relations.mute(tx, ANN, CLEO, NOW))
    timed = Relationship(BEN, muting=True, muted_until=NOW + DAY)
    assert timed == await between(database, ANN, BEN, NOW + DAY - 1)
    assert Relationship(BEN) == await between(database, ANN, BEN, NOW + DAY)
    forever = Relationship(CLEO, muting=True, muting_notifications=True)
    assert forever == await between(database, ANN, CLEO, NOW + 10_000 * DAY)
    assert [CLEO, BEN] == await around(database, "mutes", ANN)
    late = await database.read(lambda tx: circle_of(tx, "mutes", ANN, Span(10), NOW + DAY))
    assert [CLEO] == late
    await database.write(lambda tx: relations.unmute(tx, ANN, CLEO))
    assert Relationship(CLEO) == await between(database, ANN, CLEO)


async def test_a_note_is_seen_by_its_writer_alone(database: Database) -> None:
    """It stands in the writer's view and in nobody else's; an empty one takes it away."""
    await database.write(lambda tx: relations.take_note(tx, ANN, BEN, "met at the pool"))
    assert "met at the pool" == (await between(database, ANN, BEN)).note
    assert "" == (await between(database, BEN, ANN)).note
    await database.write(lambda tx: relations.take_note(tx, ANN, BEN, ""))
    assert "" == (await between(database, ANN, BEN)).note


async def test_nobody_does_this_to_themselves(database: Database) -> None:
    """Following, blocking, muting and noting oneself are refused."""
    for act in (relations.follow, relations.block, relations.mute):
        with pytest.raises(NotPossible, match="oneself"):
            await database.write(lambda tx, act=act: act(tx, ANN, ANN, NOW))  # type: ignore[misc]
    with pytest.raises(NotPossible, match="oneself"):
        await database.write(lambda tx: relations.take_note(tx, ANN, ANN, "me"))


async def test_familiar_followers_are_whom_one_follows(database: Database) -> None:
    """Of a stranger's followers those whom the reader follows; nobody who hides whom they follow."""
    for one, other in ((ANN, BEN), (ANN, CLEO), (BEN, DAN), (CLEO, DAN), (DAN, BEN)):
        await database.write(lambda tx, a=one, b=other: relations.follow(tx, a, b, NOW))  # type: ignore[misc]

    async def familiar(tx: Tx) -> list[tuple[int, int]]:
        return [(one.target, one.account) for one in await familiar_followers(tx, ANN, [BEN, DAN])]

    assert [(DAN, BEN), (DAN, CLEO)] == await database.read(familiar)
    await database.write(lambda tx: lock_account(tx, CLEO))
    await database.write(lambda tx: tx.run("update profile set hides_follows = {} where account = {}", True, CLEO))
    assert [(DAN, BEN)] == await database.read(familiar)


async def test_a_hundred_follows_at_once_are_one(database: Database) -> None:
    """A button pressed a hundred times at once is one row, one follower, one notification."""
    await asyncio.gather(*(database.write(lambda tx: relations.follow(tx, ANN, BEN, NOW)) for _ in range(100)))
    assert [ANN] == await around(database, "followers", BEN)
    assert [] == await miscounted(database)
    await asyncio.gather(*(database.write(lambda tx: relations.unfollow(tx, ANN, BEN)) for _ in range(20)))
    assert [] == await around(database, "followers", BEN)
    assert [] == await miscounted(database)


@pytest.mark.parametrize("seed", range(2))
async def test_whatever_happens_at_once_nobody_follows_across_a_block(database: Database, seed: int) -> None:
    """Follows, requests, answers and blocks of four people in all directions at once, and the counters are right."""
    chance = random.Random(seed)
    await database.write(lambda tx: lock_account(tx, DAN))

    async def act(_: int) -> None:
        one, other = chance.sample(list(PEOPLE), 2)
        name = chance.choice(["follow", "follow", "follow", "unfollow", "block", "unblock", "accept", "remove"])

        async def work(tx: Tx) -> None:
            if name in ("follow", "block", "accept"):
                known = {"follow": relations.follow, "block": relations.block, "accept": relations.accept}
                await known[name](tx, one, other, NOW)
            else:
                undone = {
                    "unfollow": relations.unfollow,
                    "unblock": relations.unblock,
                    "remove": relations.remove_follower,
                }
                await undone[name](tx, one, other)

        try:
            await database.write(work)
        except NotPossible:
            return

    await asyncio.gather(*map(act, range(200)))
    assert [] == await miscounted(database)

    async def across(tx: Tx) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for one in PEOPLE:
            for other in await blocked_among(tx, one, [other for other in PEOPLE if other != one]):
                found += [(a, b) for a, b in ((one, other), (other, one)) if await follows(tx, a, b)]
                asked = [await circle_of(tx, "requests", one, Span(9), NOW), [other]]
                assert not set(asked[0]) & set(asked[1])
        return found

    assert [] == await database.read(across)


async def test_circles_are_paged_by_id(database: Database) -> None:
    """Downwards from an id and upwards to one, whole pages and no one twice."""
    for one in (BEN, CLEO, DAN):
        await database.write(lambda tx, a=one: relations.follow(tx, a, ANN, NOW))  # type: ignore[misc]

    async def page(span: Span) -> list[int]:
        return await database.read(lambda tx: circle_of(tx, "followers", ANN, span, NOW))

    assert [DAN, CLEO] == await page(Span(2))
    assert [BEN] == await page(Span(2, below=CLEO))
    assert [DAN] == await page(Span(2, above=CLEO))
    assert [CLEO, BEN] == await page(Span(2, above=0, upwards=True))
    assert [DAN] == await page(Span(2, below=HIGHEST, above=CLEO, upwards=True))
