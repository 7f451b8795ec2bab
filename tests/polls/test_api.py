"""Polls through the client API: the entity that clients know, answers once and in time, and who may give one."""

import time
from collections.abc import Callable

import pytest
from msgspec import Struct

from app.clock import SystemClock
from app.pollends import recount_due, tell_ends
from app.polls import BallotBox, BallotRefused
from app.square import Square
from app.store.engines import Tx
from app.store.polls import database_time
from app.store.visibility import Visibility
from app.writing import NewPoll, Words, write_post
from tests.api.client import Client
from tests.speech.world import restrict
from tests.web.serving import Site


class Who(Struct, frozen=True):
    """An account."""

    account: int


Clients = Callable[..., Client]
HOUR = 3_600_000


def asks(site: Site, author: Client, *, multiple: bool = False, hidden: bool = False, to: Visibility = "public") -> str:
    """Somebody asks for an hour: tea, coffee or water?"""
    poll = NewPoll(("tea", "coffee", "water"), multiple, hidden, HOUR)
    words = Words("Which?", "en", poll=poll, visibility=to)
    return str(site.run(lambda square: write_post(square, author.account, None, words)))


def test_a_poll_is_answered_once(site: Site, client: Clients) -> None:
    """The entity says what was counted and what one gave; a second answer is refused, and so is a late one."""
    ann, ben, cy = client("ann"), client("ben"), client("cy")
    poll = asks(site, ann, multiple=True)
    answered = ben.post(f"/api/v1/polls/{poll}/votes", {"choices": ["2", "0"]}).json()
    assert (True, [0, 2], 1, 2, False) == tuple(
        answered[name] for name in ("voted", "own_votes", "voters_count", "votes_count", "expired")
    )
    assert [1, 0, 1] == [option["votes_count"] for option in answered["options"]]
    again = ben.post(f"/api/v1/polls/{poll}/votes", {"choices": [1]})
    assert (422, {"error": "Validation failed: You have already voted on this poll"}) == (
        again.status_code,
        again.json(),
    )
    form = cy.http.post(f"/api/v1/polls/{poll}/votes", data={"choices[]": ["1"]})
    assert (200, [1]) == (form.status_code, form.json()["own_votes"])
    assert poll == answered["id"]
    site.clock.advance(HOUR)
    late = ann.post(f"/api/v1/polls/{poll}/votes", {"choices": [1]})
    assert (422, {"error": "Validation failed: The poll has already ended"}) == (late.status_code, late.json())
    assert ann.get(f"/api/v1/polls/{poll}").json()["expired"]


def test_a_blank_answer_counts_as_a_person(site: Site, client: Clients) -> None:
    """It is told apart from the answers; nobody gives it together with others."""
    ann, ben = client("ann"), client("ben")
    poll = asks(site, ann)
    both = ben.post(f"/api/v1/polls/{poll}/votes", {"choices": [-1, 1]})
    assert 422 == both.status_code
    blank = ben.post(f"/api/v1/polls/{poll}/votes", {"choices": [-1]}).json()
    assert (1, 0, 1, True, []) == tuple(
        blank[name] for name in ("voters_count", "votes_count", "blank_count", "voted", "own_votes")
    )
    site.clock.advance(HOUR)
    assert [True] == [one.agrees for one in site.run(lambda square: recount_due(square.database, square.clock))]


def test_hidden_totals_are_null_until_the_close(site: Site, client: Clients) -> None:
    """How many persons is told."""
    ann, ben = client("ann"), client("ben")
    poll = asks(site, ann, hidden=True)
    ben.post(f"/api/v1/polls/{poll}/votes", {"choices": [1]})
    for reader in (ann, ben, client("")):
        shown = reader.get(f"/api/v1/polls/{poll}").json()
        assert [None] * 3 == [option["votes_count"] for option in shown["options"]]
        assert (1, 0, None) == (shown["voters_count"], shown["votes_count"], shown["blank_count"])
    site.clock.advance(HOUR)
    assert [0, 1, 0] == [option["votes_count"] for option in ann.get(f"/api/v1/polls/{poll}").json()["options"]]


def test_who_does_not_see_a_poll_does_not_answer_it(site: Site, client: Clients) -> None:
    """For others' followers, of whoever blocks the reader, withheld or unknown: there is no record of it."""
    ann, ben, cy = client("ann"), client("ben"), client("cy")
    closed, open_, withheld = asks(site, ann, to="followers"), asks(site, ann), asks(site, ann)
    site.run(lambda square: restrict(square, "withhold", post=int(withheld), label="1.1"))
    _insert(site, "follow", cy.account, ann.account)
    assert 200 == cy.post(f"/api/v1/polls/{closed}/votes", {"choices": [0]}).status_code
    _insert(site, "block", ann.account, ben.account)
    for poll in (closed, open_, withheld, "1", "x", str(2**63)):
        answer = ben.post(f"/api/v1/polls/{poll}/votes", {"choices": [0]})
        assert (404, "Record not found") == (answer.status_code, answer.json()["error"]), poll
        assert 404 == ben.get(f"/api/v1/polls/{poll}").status_code
    assert 0 == ann.get(f"/api/v1/polls/{open_}").json()["voters_count"]
    assert 1 == ann.get(f"/api/v1/polls/{closed}").json()["voters_count"]


def test_who_asked_and_who_answered_are_told_of_the_end(site: Site, client: Clients) -> None:
    """Each once, however often the clock looks."""
    ann, ben = client("ann"), client("ben")
    poll = asks(site, ann)
    ben.post(f"/api/v1/polls/{poll}/votes", {"choices": [1]})
    site.clock.advance(HOUR)
    for _ in range(2):
        site.run(lambda square: recount_due(square.database, square.clock))
        site.run(lambda square: tell_ends(square.database, square.clock))
    told = site.run(lambda square: square.database.read(lambda tx: _told(tx, int(poll))))
    assert sorted([ann.account, ben.account]) == sorted(told)


def test_ballots_are_held_against_the_clock_of_the_database(site: Site, client: Clients) -> None:
    """A host whose own clock is wrong takes no late ballot, and refuses none that is in time."""
    ann = client("ann")
    now = time.time_ns() // 1_000_000
    assert abs(now - site.run(lambda square: square.database.read(database_time))) < 5_000
    poll = int(asks(site, ann))

    class Wrong(SystemClock):
        def now(self) -> int:
            return now + 100 * HOUR

    async def cast(square: Square, opens: int, closes: int) -> str:
        async def span(tx: Tx) -> None:
            await tx.run("delete from poll_ballot where poll = {}", poll)
            await tx.run("update poll set opens_at = {}, closes_at = {} where id = {}", opens, closes, poll)

        await square.database.write(span)
        box = BallotBox(square.database, Wrong())
        try:
            await box.cast(poll, ann.account, [0])
        except BallotRefused as refused:
            return refused.reason
        finally:
            await box.close()
        return "counted"

    assert "counted" == site.run(lambda square: cast(square, now - HOUR, now + HOUR))
    assert "closed" == site.run(lambda square: cast(square, now - HOUR, now - 5_000))
    site.run(lambda square: cast(square, now - HOUR, now + HOUR))
    assert [] == site.run(lambda square: recount_due(square.database, Wrong())), "it is open by the database's clock"


@pytest.mark.parametrize("choices", [[], ["x"], [7], [-2], "no", [0] * 100, [2**70]])
def test_what_is_no_answer_is_refused(site: Site, client: Clients, choices: object) -> None:
    """In the API's own shape, and nothing is counted."""
    ann = client("ann")
    poll = asks(site, ann)
    answer = ann.post(f"/api/v1/polls/{poll}/votes", {"choices": choices})
    assert (422, True) == (answer.status_code, "error" in answer.json())
    assert 0 == ann.get(f"/api/v1/polls/{poll}").json()["voters_count"]


def _insert(site: Site, table: str, account: int, target: int) -> None:
    async def work(tx: Tx) -> None:
        await tx.run(f"insert into {table} (account, target, created_at) values ({{}}, {{}}, 0)", account, target)

    site.run(lambda square: square.database.write(work))


async def _told(tx: Tx, post: int) -> list[int]:
    rows = await tx.all(Who, "select account from notification where kind = 'poll' and post = {}", post)
    return [row.account for row in rows]
