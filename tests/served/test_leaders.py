"""Two processes serve one square: one signs and does what the clock has to do, and the other takes over."""

import asyncio
import time

import pytest
from msgspec import Struct

from app.running import LEASE
from governance.entry import decode
from tests.served.laws import HARASSMENT, rules_for
from tests.served.people import Person, Posted, people, read
from tests.served.processes import Served
from tests.served.remembering import assert_each_duty_was_done_once, verified_leaves
from tests.served.town import Proposal, Receipt, Town

KILLED = LEASE / 1000 + 4
"""Seconds in which another signs instead of one that was killed: the lease runs out, and is looked at every second."""

ENDED = 3
"""Seconds in which another signs instead of one that has ended in order, and has given the lease back."""


class _Ledger(Struct, frozen=True):
    signed: int


@pytest.mark.alone
@pytest.mark.timeout(300)
async def test_another_takes_over(postgresql_served: Served) -> None:
    """Where the one that signs is killed the other does in ten seconds; what the clock has to do is done once."""
    served = postgresql_served
    first = served.start()
    second = served.start()
    async with people([second.url], "ann", "bo", "cy", "dee", "eve") as everyone:
        town = Town(everyone, 0)
        await town.settle()
        for number in town.proposals:
            await _all_vote(town, number)
        first.kill()
        killed = time.monotonic()
        async with people([second.url], "fay") as (fay,):
            await _signed_report(fay)
            assert time.monotonic() - killed < KILLED
            await fay.admitted()
            town.people = [*everyone, fay]
            await town.decided()
            third = await asyncio.to_thread(served.start)
            assert 0 == await asyncio.to_thread(second.stop)
            ended = time.monotonic()
            fay.urls = everyone[0].urls = [third.url]
            await _signed_report(fay)
            assert time.monotonic() - ended < ENDED
            leaves = await asyncio.to_thread(verified_leaves, third.url, served.key, set[bytes]())
            await assert_each_duty_was_done_once(town, [decode(leaf) for leaf in leaves])
    served.audit(third)


async def _all_vote(town: Town, number: int) -> None:
    """Wait until the clock has opened the vote, and let everybody cast a ballot for it."""
    async with asyncio.timeout(30):
        while not (votes := read(await town.people[0].get(f"/proposals/{number}"), Proposal).votes):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    for person in town.people:
        await person.does(f"/votes/{votes[0].vote}/ballot", {"choice": 0}, Receipt)


async def _signed_report(person: Person) -> None:
    """Post and report something, and wait until a checkpoint has the report."""
    post = await person.does("/posts", {"text": "Is anybody there?"}, Posted)
    rules = await rules_for(person, post.id)
    filed = await person.report(post.id, rules[HARASSMENT].rule)
    async with asyncio.timeout(30):
        while read(await person.get("/ledger"), _Ledger).signed <= filed.entry:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
