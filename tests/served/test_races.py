"""Many at once, through two processes that share one database."""

import asyncio
from collections import Counter
from collections.abc import Sequence

import httpx
import pytest
from msgspec import Struct

from tests.served.laws import HARASSMENT, Rule, folding, rules_for
from tests.served.people import Person, Posted, Recorded, Reported, people, read, refusal
from tests.served.processes import Served, all_ready

REQUESTS = 200
pytestmark = pytest.mark.timeout(300)


class _Ledger(Struct, frozen=True):
    size: int


async def test_two_hundred_decisions_at_once(postgresql_served: Served) -> None:
    """Of 200 requests to decide a case, one is an entry and 199 are refused; sent under one key, all are that entry."""
    served = postgresql_served
    processes = [served.launch(), served.launch()]
    all_ready(processes)
    async with people([process.url for process in processes], "ann", "bo", "nadia", "omar") as (ann, bo, nadia, omar):
        for moderator in (nadia, omar):
            await asyncio.to_thread(served.must, "member", "grant", moderator.handle)
        await assert_one_of_many_stands(ann, bo, (nadia, omar))
        await assert_one_request_is_one_act(ann, bo, nadia)
    served.audit(processes[1])


async def assert_one_of_many_stands(ann: Person, bo: Person, moderators: Sequence[Person]) -> None:
    """Each request is an act of its own: one stands, the others are refused by the clause that says so."""
    post, rule, filed = await reported(ann, bo)
    before = await size_of(bo)
    every = [moderators[turn % len(moderators)] for turn in range(REQUESTS)]
    answers = await asyncio.gather(*(one.post(f"/cases/{filed.case}/decide", folding(rule)) for one in every))
    assert Counter({201: 1, 409: REQUESTS - 1}) == Counter(answer.status_code for answer in answers)
    refused = [refusal(answer) for answer in answers if answer.status_code == 409]
    assert {(409, "decide-1")} == {(problem.status, problem.clause) for problem in refused}
    won = next(answer for answer in answers if answer.status_code == 201)
    assert before == read(won, Recorded).entry
    assert before + 1 == await size_of(bo)
    shown = [read(await bo.get(f"/posts/{post.id}"), Posted) for _ in bo.urls]
    assert ["folded"] * len(bo.urls) == [one.stands for one in shown]


async def assert_one_request_is_one_act(ann: Person, bo: Person, nadia: Person) -> None:
    """The same request again and again, under one key, is one act, and every answer names it."""
    _, rule, filed = await reported(ann, bo)
    before = await size_of(bo)

    async def decide() -> httpx.Response:
        # More than a member's share of the queue: who is told to wait asks again.
        return await nadia.insist(f"/cases/{filed.case}/decide", folding(rule), "one request")

    answers = await asyncio.gather(*(decide() for _ in range(REQUESTS)))
    assert {(201, before)} == {(answer.status_code, read(answer, Recorded).entry) for answer in answers}
    assert before + 1 == await size_of(bo)


async def reported(author: Person, reporter: Person) -> tuple[Posted, Rule, Reported]:
    """A post and the case that a report of it has opened."""
    post = await author.does("/posts", {"text": "You are nobody, and everybody should know."}, Posted)
    rule = (await rules_for(reporter, post.id))[HARASSMENT]
    return post, rule, await reporter.report(post.id, rule.rule)


async def size_of(person: Person) -> int:
    """How many entries the ledger has."""
    return read(await person.get("/ledger"), _Ledger).size
