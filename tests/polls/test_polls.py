"""Polls: one counted ballot a person, in time, whatever happens at the same moment."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from app.pollends import recount_due
from app.polls import LONGEST, SHORTEST, BallotBox, BallotRefused, Poll
from app.store.engines import Tx
from app.store.polls import VOTERS, PollRow, Recount, add_poll, import_ballots, polls_among, tallies_among
from app.store.posts import NewPost, add_post
from tests.speech.world import ON_SQLITE, People, Programs, Said, account_of, read, say
from tests.web.client import Browser, Program
from tests.web.serving import START, Site

HOUR = 3_600_000


def poll_of(client: Program, post: Said) -> Poll:
    """The poll of a post as this reader sees it."""
    poll = read(client, post).poll
    assert poll is not None
    return poll


def votes(client: Program, post: Said) -> list[int | None]:
    """How often each answer was given, as this reader is told."""
    return [option.votes for option in poll_of(client, post).options]


def answer(client: Program, post: Said, *choices: int) -> httpx.Response:
    """Answer a poll."""
    return client.post(f"/posts/{post.id}/ballot", {"choices": list(choices)})


def ask(client: Program, *options: str, **more: object) -> Said:
    """Open a poll, for an hour unless told otherwise."""
    return say(client, "Which?", options=list(options), closes_in=3600, **more)


def kind_of(refused: httpx.Response) -> str:
    """The kind of a problem that was told."""
    assert "application/problem+json" == refused.headers["content-type"].partition(";")[0]
    return str(refused.json()["type"]).removeprefix("urn:isegoria:problem:")


def test_people_answer_a_poll_without_javascript(member: People, visitor: Callable[[], Browser]) -> None:
    """A form under the post; then the count, one's own answer by words; visitors read it and may sign in."""
    ann, ben = member("ann"), member("ben")
    filling = {"text": "Which evening?", "options": ["Tuesday", "Thursday", "No opinion", ""]}
    opener = ann.submit("/posts", filling, at="/compose?poll=1").path
    ballot = f"/posts/{opener.rpartition('/')[2]}/ballot"
    page = ben.submit(ballot, {"choices": "1"}, at="/local")
    assert "/local" == page.path
    assert "Thursday your answer100% (1)" in page.text
    assert "1 answer · closes" in page.text
    page = ann.submit(ballot, {"choices": "2"}, at=opener)
    assert "No opinion your answer50% (1)" in page.text
    read_only = visitor().open(opener)
    assert "Sign in to answer" in read_only.text
    assert not read_only.document.all("fieldset")


def test_a_second_ballot_is_refused_and_the_first_one_stays(member: People, program: Programs) -> None:
    """As a page and as problem+json, whatever the second one says, and after a poll of several answers too."""
    ann, ben = program("ann"), member("ben")
    post = ask(ann, "a", "b")
    assert 201 == answer(ann, post, 0).status_code
    for choice in (0, 1):
        again = answer(ann, post, choice)
        assert (409, "ballot-answered") == (again.status_code, kind_of(again))
    ballot = f"/posts/{post.id}/ballot"
    early = ben.open(post.url).form(ballot)
    ben.submit(ballot, {"choices": "1"})
    page = type(ben.open(post.url))(ben._post(ballot, early.filled({"choices": "0"}, None)))
    assert 409 == page.status
    assert "You have answered this poll" == page.heading
    assert [1, 1] == votes(ann, post)
    several = ask(ann, "a", "b", "c", multiple=True)
    assert 201 == answer(ann, several, 2, 0, 2).status_code
    assert 409 == answer(ann, several, 1).status_code
    assert [1, 0, 1] == votes(ann, several)
    assert (1, True) == (poll_of(ann, several).voters, poll_of(ann, several).answered)


def test_a_hundred_ballots_of_one_person_at_once_are_one(site: Site, program: Programs) -> None:
    """One is counted, 99 are refused, and the recount agrees; over HTTP, on a hundred connections."""
    ann = program("ann")
    post = ask(ann, "a", "b")
    headers = {"Accept": "application/json", "X-CSRF-Token": ann.token()}

    async def all_at_once() -> list[int]:
        limits = httpx.Limits(max_connections=100)
        async with httpx.AsyncClient(
            base_url=site.url, cookies=ann.http.cookies, headers=headers, limits=limits, timeout=60
        ) as client:
            url = f"/posts/{post.id}/ballot"
            sent = (client.post(url, json={"choices": [n % 2]}) for n in range(100))
            return [response.status_code for response in await asyncio.gather(*sent)]

    statuses = asyncio.run(all_at_once())
    assert 1 == statuses.count(201)
    # Beyond the share of the queue that one person may hold, the answer is to come again.
    assert {201, 409} <= set(statuses) <= {201, 409, 503}
    assert 1 == poll_of(ann, post).voters
    assert 1 == sum(count or 0 for count in votes(ann, post))
    site.clock.advance(2 * HOUR)
    assert [True] == [result.agrees for result in site.run(lambda square: recount_due(square.database, square.clock))]


def test_a_late_ballot_is_refused_by_the_clock_inside_the_transaction(site: Site, program: Programs) -> None:
    """The last millisecond counts, the next one does not; what is late is not written."""
    ann, ben = program("ann"), program("ben")
    post = ask(ann, "a", "b")
    closes = poll_of(ann, post).closes_at
    site.clock.set(closes - 1)
    assert 201 == answer(ann, post, 0).status_code
    site.clock.set(closes)
    late = answer(ben, post, 0)
    assert (409, "ballot-closed") == (late.status_code, kind_of(late))
    assert [1, 0] == votes(ann, post)
    assert poll_of(ann, post).closed
    assert poll_of(ann, post).recounted_at is None
    site.run(lambda square: recount_due(square.database, square.clock))
    assert closes == poll_of(ann, post).recounted_at
    site.clock.set(closes - 1)
    assert "ballot-closed" == kind_of(answer(ben, post, 0)), "a clock that is set back opens no recounted poll"


@ON_SQLITE
def test_what_is_no_answer_is_not_counted(program: Programs) -> None:
    """None, two where one is asked, one that is not there, no poll, no post: each is told for what it is."""
    ann = program("ann")
    post = ask(ann, "a", "b")
    wanted = {(): "nothing-chosen", (0, 1): "one-only", (2,): "no-such-answer"}
    for choices, kind in wanted.items():
        refused = answer(ann, post, *choices)
        assert (422, f"ballot-{kind}") == (refused.status_code, kind_of(refused))
    for choices in ((-1, 0), (-1, 0, 1)):
        assert "one-only" == kind_of(answer(ann, post, *choices)).removeprefix("ballot-")
    several = ask(ann, "a", "b", multiple=True)
    assert "ballot-no-such-answer" == kind_of(answer(ann, several, -1, 0))
    assert 422 == ann.post(f"/posts/{post.id}/ballot", {"choices": [-2]}).status_code
    assert 422 == ann.post(f"/posts/{post.id}/ballot", {"choices": ["0"]}).status_code
    assert 404 == answer(ann, say(ann, "no poll"), 0).status_code
    ann.post(f"/posts/{post.id}/delete")
    assert (404, "ballot-no-poll") == ((gone := answer(ann, post, 0)).status_code, kind_of(gone))
    assert 401 == answer(program(""), post, 0).status_code


def test_hidden_totals_are_hidden_from_everybody_until_the_close(site: Site, program: Programs) -> None:
    """From the author too, on every page and in JSON; how many answered is told, the figures at the end."""
    ann, ben = program("ann"), program("ben")
    post = ask(ann, "a", "b", hide_totals=True)
    answer(ben, post, 1)
    for client in (ann, ben, program("")):
        assert [None, None] == votes(client, post)
        assert 1 == poll_of(client, post).voters
    page = ann.http.get(post.url, headers={"Accept": "text/html"}).text
    assert "counts hidden until then" in page
    assert "%" not in page.partition("<main")[2].partition("</main>")[0]
    assert poll_of(ben, post).options[1].mine
    site.clock.advance(HOUR)
    assert [0, 1] == votes(ann, post)


@ON_SQLITE
def test_a_poll_has_its_bounds(program: Programs) -> None:
    """Two to twenty answers, five minutes to thirty days; a blank answer is one like any other."""
    ann = program("ann")
    twenty = [f"answer {n}" for n in range(20)]
    assert 20 == len(poll_of(ann, say(ann, "x", options=twenty, closes_in=SHORTEST // 1000)).options)
    assert 2 == len(poll_of(ann, say(ann, "x", options=["Yes", "(blank)"], closes_in=LONGEST // 1000)).options)
    for wrong in (
        {"options": [*twenty, "more"]},
        {"options": ["one"]},
        {"options": ["a", "a"]},
        {"options": ["a", "\u200b"]},
    ):
        refused = ann.post("/posts", {"text": "x", **wrong})
        assert (422, ["options"]) == (refused.status_code, list(refused.json()["errors"]))
    for seconds in (SHORTEST // 1000 - 1, LONGEST // 1000 + 1):
        refused = ann.post("/posts", {"text": "x", "options": ["a", "b"], "closes_in": seconds})
        assert (422, ["closes_in"]) == (refused.status_code, list(refused.json()["errors"]))


async def enter_poll(tx: Tx, poll: PollRow) -> None:
    """A post with a poll of three answers, without anybody at the door."""
    assert await add_post(tx, NewPost(poll.id, 1, "Which?", "en", "", None, poll.id, poll.opens_at))
    await add_poll(tx, poll, ["agree", "disagree", "pass"])


def test_imported_ballots_stand_in_a_closed_poll_with_its_real_span(site: Site, program: Programs) -> None:
    """They are counted once however often they are brought, the recount agrees, and nobody can add to them."""
    ann = program("ann")
    poll = PollRow(START << 16, False, False, 1_438_000_000_000, 1_440_000_000_000, None)
    rows = [(1000 + n, (n % 3,)) for n in range(100)]
    author = account_of(ann)

    async def bring(tx: Tx) -> int:
        if not await polls_among(tx, [poll.id]):
            await add_post(tx, NewPost(poll.id, author, "Which?", "en", "", None, poll.id, START))
            await add_poll(tx, poll, ["agree", "disagree", "pass"])
        return await import_ballots(tx, poll.id, rows)

    assert [100, 0] == [site.run(lambda square: square.database.write(bring)) for _ in range(2)]
    site.run(lambda square: recount_due(square.database, square.clock))
    seen = read(ann, str(poll.id)).poll
    assert seen is not None
    assert (1_438_000_000_000, 1_440_000_000_000, True, 100) == (
        seen.opens_at,
        seen.closes_at,
        seen.closed,
        seen.voters,
    )
    assert [34, 33, 33] == [option.votes for option in seen.options]
    assert START == seen.recounted_at
    assert 409 == ann.post(f"/posts/{poll.id}/ballot", {"choices": [0]}).status_code


def test_two_boxes_count_one_poll_as_two_processes_do(site: Site) -> None:
    """400 people at two boxes on one database, half of them at both: each counts once."""
    poll = PollRow(START << 16, True, False, START, START + HOUR, None)

    async def vote() -> tuple[int, dict[int, int]]:
        database, clock = site.square.database, site.clock
        await database.write(lambda tx: enter_poll(tx, poll))
        boxes = [BallotBox(database, clock), BallotBox(database, clock)]
        ballots = [boxes[n % 2].cast(poll.id, n, [n % 3, 2]) for n in range(400)]
        ballots += [boxes[1 - n % 2].cast(poll.id, n, [0]) for n in range(200)]
        results = await asyncio.gather(*ballots, return_exceptions=True)
        refused = [result for result in results if isinstance(result, BallotRefused)]
        assert {"answered"} == {result.reason for result in refused}
        for box in boxes:
            await box.close()
        return 600 - len(refused), (await database.read(lambda tx: tallies_among(tx, [poll.id])))[poll.id]

    counted, tally = site.run(lambda _: vote())
    assert (400, 400) == (counted, tally[VOTERS])
    site.clock.advance(HOUR)
    assert [True] == [result.agrees for result in site.run(lambda square: recount_due(square.database, square.clock))]


def test_a_tally_that_the_ballots_do_not_bear_out_is_never_called_recounted(site: Site, program: Programs) -> None:
    """Whoever changes a figure in the database is found at the close, once, and the page warns of it from then on."""
    ann = program("ann")
    author = account_of(ann)
    poll = PollRow(START << 16, False, False, START, START + HOUR, None)

    async def spoil(tx: Tx) -> None:
        await add_post(tx, NewPost(poll.id, author, "Which?", "en", "", None, poll.id, START))
        await add_poll(tx, poll, ["agree", "disagree", "pass"])
        await import_ballots(tx, poll.id, [(n, (n % 3,)) for n in range(10)])
        await tx.run("update poll_tally set votes = votes + 1 where poll = {} and place = 0", poll.id)

    site.run(lambda square: square.database.write(spoil))
    site.clock.advance(HOUR)
    found: list[Recount] = site.run(lambda square: recount_due(square.database, square.clock))
    assert [(False, 4, 5)] == [(one.agrees, one.counted[0], one.tallied[0]) for one in found]
    assert [] == site.run(lambda square: recount_due(square.database, square.clock))
    seen = read(ann, str(poll.id)).poll
    assert seen is not None
    assert (False, START + HOUR) == (seen.agrees, seen.recounted_at)
    page = ann.http.get(f"/@ann/{poll.id}", headers={"Accept": "text/html"}).text
    assert "The recount gave other figures than these" in page


@pytest.mark.parametrize("people", [3, 3000])
@ON_SQLITE
def test_a_result_takes_as_many_rows_whatever_the_number_of_ballots(site: Site, people: int) -> None:
    """What a page reads are the tallies: a row for each answer and one for the persons, of each process that counts."""
    poll = PollRow(START << 16, False, False, START, START + HOUR, None)

    async def rows(tx: Tx) -> int:
        await enter_poll(tx, poll)
        await import_ballots(tx, poll.id, [(n, (n % 3,)) for n in range(people)])
        return await tx.run("update poll_tally set votes = votes where poll = {}", poll.id)

    assert 4 == site.run(lambda square: square.database.write(rows))
