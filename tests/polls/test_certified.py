"""Certified polls: a box, a receipt, a count that everybody repeats; and words that stay their author's."""

from collections.abc import Callable, Iterator, Sequence

import msgspec
import pytest
from msgspec import Struct

from app.auditor.receipts import Receipt as Kept
from app.auditor.receipts import find_ballot
from app.batch import Overloaded
from app.duties import admit_account
from app.founding import read_key
from app.fsck import compare
from app.fsck.findings import Report
from app.polls import Poll
from app.square import Square
from app.writing import NewPoll, Words, write_post
from governance.votes import EMPTY_ROOT
from ledger.note import VerifierKey
from tests.api.client import Client
from tests.votes.told import Receipt, VoteTold
from tests.votes.town import SECOND, Town
from tests.web.client import Page
from tests.web.serving import ON_SQLITE, Site

HOUR = 3_600


class AnswerTold(Struct, frozen=True):
    """An answer of a certified poll."""

    title: str
    votes: int | None


class PollTold(Struct, frozen=True):
    """A certified poll as far as the tests ask."""

    vote: VoteTold
    answers: tuple[AnswerTold, ...]
    blank: int | None
    reason: str
    voted: bool


class Posted(Struct, frozen=True):
    """A post with a poll."""

    id: str
    poll: Poll


@pytest.fixture
def town(site: Site) -> Iterator[Town]:
    """Eight members, on each of the two databases in turn."""
    settled = Town.settled(site)
    yield settled
    settled.close()


def asks(town: Town, name: str, *answers: str, **more: object) -> Posted:
    """Somebody asks a certified poll for an hour, which is opened at once."""
    said = {"text": "Which?", "options": list(answers), "certified": True, "closes_in": HOUR, **more}
    answer = town.asks(name, "/posts", said)
    assert answer.status_code == 201, answer.text
    return msgspec.json.decode(answer.content, type=Posted)


def told(town: Town, post: str, name: str = "") -> PollTold:
    """The page of a poll as somebody's program reads it."""
    answer = town.program(name).get(f"/polls/{post}")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=PollTold)


def answers(town: Town, name: str, post: str, *choices: int) -> Receipt:
    """A member answers; returns the receipt."""
    answer = town.asks(name, f"/polls/{post}/ballot", {"choices": list(choices)})
    assert answer.status_code == 201, answer.text
    return msgspec.json.decode(answer.content, type=Receipt)


def closes(town: Town, post: str) -> PollTold:
    """The poll comes to its close, and the clock seals, counts and closes."""
    town.until(told(town, post).vote.closes + SECOND)
    town.ticks(2)
    return told(town, post)


def votes(poll: PollTold) -> list[int | None]:
    """How often each answer was given."""
    return [answer.votes for answer in poll.answers]


def test_a_certified_poll_is_counted_out_of_its_box(town: Town) -> None:
    """Nothing but the turnout is told before the close; then each answer, and the blank ballots apart."""
    post = asks(town, "ann", "tea", "coffee", "water").id
    for name, choice in (("ann", 0), ("bo", 2), ("cy", 2), ("dee", -1)):
        answers(town, name, post, choice)
    open_ = told(town, post, "ann")
    assert ([None] * 3, None, 4, True) == (votes(open_), open_.blank, open_.vote.ballots, open_.voted)
    shown = msgspec.json.decode(town.program().get(f"/posts/{post}").content, type=Posted).poll
    assert (True, 4, [None] * 3) == (shown.certified, shown.voters, [option.votes for option in shown.options])
    closed = closes(town, post)
    assert ([1, 0, 2], 1) == (votes(closed), closed.blank)
    assert ("counted", (1, 0, 2, 1)) == (closed.vote.status, closed.vote.counts)
    assert closed.vote.counts == closed.vote.recounted
    shown = msgspec.json.decode(town.program().get(f"/posts/{post}").content, type=Posted).poll
    assert ([1, 0, 2], 1, True) == ([option.votes for option in shown.options], shown.blank, shown.agrees)
    town.audit()
    assert [] == faults(town)


def test_several_answers_are_one_ballot(town: Town) -> None:
    """Who gives none of them is blank."""
    post = asks(town, "ann", "tea", "coffee", "water", multiple=True).id
    receipts = [answers(town, name, post, *given) for name, given in (("bo", (0, 2)), ("cy", (2,)), ("dee", (-1,)))]
    assert [0b101, 0b100, 0] == [receipt.choice for receipt in receipts]
    closed = closes(town, post)
    assert ([1, 0, 2], 1) == (votes(closed), closed.blank)
    town.audit()


def test_a_receipt_is_found_in_the_box(town: Town) -> None:
    """On the page, by the command, before and after the close; another choice is another ballot."""
    post = asks(town, "ann", "tea", "coffee").id
    receipt = answers(town, "bo", post, 1)
    town.ticks()
    assert "sealed" == town.finds(receipt).lies
    assert "other" == town.finds(receipt, choice=0).lies
    page = Page(
        town.program().http.post(
            receipt.url,
            data={"csrf": town.program().token(), "place": receipt.place, "token": receipt.token, "choice": 1},
            headers={"Accept": "text/html", "Origin": town.site.url},
        )
    )
    assert "It says: Answer 2." in page.text
    closes(town, post)
    assert "sealed" == town.finds(receipt).lies
    town.sign()
    kept = Kept(receipt.vote, receipt.place, receipt.token, receipt.choice)
    key: VerifierKey = read_key(town.site.square.config.home).verifier
    found = find_ballot(kept, town.site.url, key)
    assert (0, "answer 2", (0, 1, 0)) == (found.exit, found.choice, found.counts)
    assert ("answer 1", "answer 2", "blank") == found.named


def test_one_ballot_a_member_and_none_for_others(town: Town) -> None:
    """Who is no member yet, came after the opening, or answered already, casts none; the everyday box takes none."""
    post = asks(town, "ann", "tea", "coffee").id
    town.signs_up("wim")
    town.joins("new")
    assert "late" == told(town, post, "new").reason
    assert "waiting" == told(town, post, "wim").reason
    for name in ("new", "wim"):
        town.is_refused("roll-3", name, f"/polls/{post}/ballot", {"choices": [0]})
    answers(town, "bo", post, 0)
    town.is_refused("ballot-1", "bo", f"/polls/{post}/ballot", {"choices": [1]})
    elsewhere = town.asks("cy", f"/posts/{post}/ballot", {"choices": [1]})
    assert (409, "urn:isegoria:problem:ballot-certified") == (elsewhere.status_code, elsewhere.json()["type"])
    for choices, kind in (
        ((), "nothing-chosen"),
        ((0, 1), "one-only"),
        ((2,), "no-such-answer"),
        ((-1, 0), "one-only"),
    ):
        wrong = town.asks("cy", f"/polls/{post}/ballot", {"choices": list(choices)})
        assert (422, f"urn:isegoria:problem:ballot-{kind}") == (wrong.status_code, wrong.json()["type"])
    assert 401 == town.asks("", f"/polls/{post}/ballot", {"choices": [0]}).status_code
    town.until(told(town, post).vote.closes)
    town.is_refused("ballot-2", "cy", f"/polls/{post}/ballot", {"choices": [0]})
    assert (1, "late") == (told(town, post).vote.ballots, told(town, post, "new").reason)


def test_the_clock_opens_what_could_not_be_opened_at_once(town: Town) -> None:
    """A door that takes nothing does not keep a post from being written; the poll is open as long as was asked."""
    square = town.site.square
    frozen = square.door.record_all
    square.door.record_all = _refuse  # type: ignore[method-assign,assignment]
    try:
        post = asks(town, "ann", "tea", "coffee")
    finally:
        square.door.record_all = frozen  # type: ignore[method-assign]
    assert (True, 0) == (post.poll.certified, post.poll.vote)
    assert 404 == town.program().get(f"/polls/{post.id}").status_code
    early = town.asks("bo", f"/polls/{post.id}/ballot", {"choices": [0]})
    assert (409, "urn:isegoria:problem:ballot-not-open") == (early.status_code, early.json()["type"])
    town.passes("10m")
    town.ticks(3)
    opened = told(town, post.id)
    assert HOUR * 1000 - 5_000 <= opened.vote.closes - town.site.clock.now() <= HOUR * 1000 + 5_000
    assert EMPTY_ROOT == opened.vote.sealed.root
    answers(town, "bo", post.id, 0)


async def _refuse(_: Sequence[object]) -> list[object]:
    raise Overloaded("too many are waiting")


def test_words_go_with_the_post_and_the_count_stays(town: Town) -> None:
    """After its author deleted it nobody is shown a word; ballots that were cast are counted, and all is audited."""
    post = asks(town, "ann", "tea", "coffee").id
    openings = town.program().http.get("/data/openings.jsonl").text
    assert all(f'"{word}"' in openings for word in ("tea", "coffee", "Which?"))
    receipt = answers(town, "bo", post, 1)
    assert 201 == town.asks("ann", f"/posts/{post}/delete", {}).status_code
    openings = town.program().http.get("/data/openings.jsonl").text
    assert not any(f'"{word}"' in openings for word in ("tea", "coffee", "Which?"))
    late = town.asks("cy", f"/polls/{post}/ballot", {"choices": [0]})
    assert 404 == late.status_code
    closed = closes(town, post)
    assert ["", ""] == [answer.title for answer in closed.answers]
    assert [0, 1] == votes(closed)
    assert "sealed" == town.finds(receipt).lies
    town.audit()
    assert [] == faults(town)


def test_what_is_bound_is_not_edited(town: Town) -> None:
    """A question that people answer does not become another one; the law says why."""
    post = asks(town, "ann", "tea", "coffee").id
    town.is_refused("poll-2", "ann", f"/posts/{post}/edit", {"text": "Which not?", "options": ["tea", "coffee"]})


def test_words_that_were_changed_are_found(town: Town) -> None:
    """An answer that becomes another while people answer is found on the database, and the page shows the bound one."""
    post = asks(town, "ann", "tea", "coffee").id
    sql = "update poll_option set title = 'beer' where poll = {} and place = 0"
    town.site.run(lambda square: square.database.write(lambda tx: tx.run(sql, int(post))))
    assert ["tea", "coffee"] == [answer.title for answer in told(town, post).answers]
    assert ["poll_option"] == faults(town)


def test_a_certified_poll_is_for_everybody_and_one_at_a_time(town: Town) -> None:
    """The next may be asked when the one before is closed."""
    post = asks(town, "ann", "tea", "coffee").id
    said = {"text": "And now?", "options": ["a", "b"], "certified": True, "closes_in": HOUR}
    second = town.asks("ann", "/posts", said)
    assert (422, "urn:isegoria:problem:ballot-one-certified") == (second.status_code, second.json()["type"])
    asks(town, "bo", "a", "b")
    closes(town, post)
    asks(town, "ann", "a", "b")


@ON_SQLITE
def test_people_answer_and_keep_their_receipt(town: Town) -> None:
    """From the post to the poll's page, the ballot, the receipt that is shown once, and the mark in one's own list."""
    post = asks(town, "ann", "tea", "coffee").id
    browser = town.browser("bo")
    page = browser.open(f"/posts/{post}")
    assert "Certified: its ballots lie in a box" in page.text
    page = browser.follow("Read and answer")
    assert "so few ballots cannot hide" in page.text
    page = browser.submit(f"/polls/{post}/ballot", {"choices": "1"})
    assert (201, True) == (page.status, "Your ballot is in the box" in page.text)
    assert "coffee" in page.document.all(cls="receipt")[0].text
    assert "A mark stands for you" in browser.open(f"/polls/{post}").text
    town.until(told(town, post).vote.closes + SECOND)
    town.ticks(2)
    browser = town.browser("bo")
    page = browser.open(f"/polls/{post}")
    assert "coffee100% (1)" in page.text
    assert "Recounted just now from the 1 ballot in the box: the same." in page.text
    vote = told(town, post).vote.vote
    assert f"Vote {vote}, closed" in browser.open("/me").text
    assert "A certified poll was opened" in browser.open(f"/ledger/{vote}").text
    assert f"Vote {vote}, closed" not in town.browser("cy").open("/me").text


def test_clients_answer_a_certified_poll(site: Site, client: Callable[..., Client]) -> None:
    """The answer bears the receipt, once; the entity says that the poll is certified, and hides its totals."""
    ann, ben = client("ann"), client("ben")
    site.run(lambda square: admit_account(square.door, ann.account))
    words = Words("Which?", "en", poll=NewPoll(("tea", "coffee"), False, False, HOUR * 1000, certified=True))
    post = site.run(lambda square: write_post(square, ann.account, None, words))
    answered = ann.post(f"/api/v1/polls/{post}/votes", {"choices": [1]}).json()
    assert (True, 1, [None, None]) == (
        answered["voted"],
        answered["voters_count"],
        [option["votes_count"] for option in answered["options"]],
    )
    assert (answered["certified"], 0, 1) == tuple(answered["receipt"][name] for name in ("vote", "place", "choice"))
    assert "receipt" not in ann.get(f"/api/v1/polls/{post}").json()
    again = ann.post(f"/api/v1/polls/{post}/votes", {"choices": [0]})
    assert (403, "ballot-1") == (again.status_code, again.json()["clause"])
    outside = ben.post(f"/api/v1/polls/{post}/votes", {"choices": [0]})
    assert (403, "roll-3") == (outside.status_code, outside.json()["clause"])


def faults(town: Town) -> list[str]:
    """The tables in which fsck finds something wrong."""

    async def look(square: Square) -> Report:
        return await compare(square.database, square.config.home, lambda what, done, whole: None)

    return sorted({fault.table for fault in town.site.run(look).faults})
