"""Certified polls: opened in the ledger, answered into a box as a vote is, and counted by everybody."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final, Literal
from weakref import WeakKeyDictionary

from msgspec import Struct

from app.ballots import Ballot
from app.ballots import Receipt as Cast
from app.batch import Overloaded
from app.clock import Clock
from app.deeds import Deed, Frozen
from app.moderation import bind
from app.polls import BallotRefused, choices_refused
from app.posts import Post, show_posts
from app.record import Door
from app.square import Square
from app.store import boxes
from app.store.accounts import Account
from app.store.duties import read_roll
from app.store.engines import Database, StoreError, Tx
from app.store.governed import value_of
from app.store.ledger import openings_of
from app.store.polls import BLANK, note_opened, options_among, polls_among, waiting_polls
from app.store.posts import find_post, posts_among
from app.voting import VoteShown, show_vote
from governance.acts.votes import OpenPoll
from governance.commitment import Opening
from governance.errors import Refused
from governance.members import REGISTER, Member, Register, number
from governance.polls import PolledIn
from governance.terms import Term, size_of
from governance.votes import Vote, is_on_roll, places_counted

ROOM: Final = 1_000
"""Milliseconds that a poll is opened longer than was asked, so that the door's own wait does not shorten it."""

Roll = tuple[int, str]

# The roll of all members, drawn anew only when somebody came or left: many polls may be opened in a day.
_rolls: Final[WeakKeyDictionary[Database, tuple[Register, Roll]]] = WeakKeyDictionary()


async def open_waiting(database: Database, door: Door, clock: Clock) -> None:
    """Open every certified poll that is not opened yet; one that cannot be now is tried again at the next look."""
    for poll in await database.read(waiting_polls):
        with suppress(Refused):
            await _open(database, door, clock, poll)


async def open_now(square: Square, poll: int) -> None:
    """Open a certified poll that was asked just now; where that cannot be, the clock does it."""
    with suppress(Refused, Frozen, Overloaded, StoreError):
        await _open(square.database, square.door, square.clock, poll)


async def _open(database: Database, door: Door, clock: Clock, poll: int) -> None:
    now = clock.now()

    async def draw(tx: Tx) -> tuple[OpenPoll, tuple[Opening, ...]] | None:
        row, post = (await polls_among(tx, [poll]))[poll], await find_post(tx, poll)
        if post is None or post.deleted_at is not None or row.vote is not None:
            return None
        register = await value_of(tx, Register, REGISTER)
        assert register is not None, "a founded square has a register"
        answers = (await options_among(tx, [poll]))[poll]
        bound = (bind("question", post.body), *(bind(f"option/{one.place + 1}", one.title) for one in answers))
        size, root = await _roll_of(database, tx, register)
        closes = now + row.closes_at - row.opens_at + ROOM
        commits = tuple(opening.commit() for opening in bound)
        return OpenPoll(str(poll), row.multiple, register.closures, size, root, closes, commits), bound

    drawn = await database.read(draw)
    if drawn is None:
        return
    act, openings = drawn

    async def note(tx: Tx, entry: int) -> None:
        await note_opened(tx, poll, entry, now, act.closes)

    await door.record_all([Deed(act, "clock", openings, beside=note)])


async def _roll_of(database: Database, tx: Tx, register: Register) -> Roll:
    known = _rolls.get(database)
    if known is None or known[0] != register:
        known = _rolls[database] = (register, await read_roll(tx, register.length))
    return known[1]


def number_of_choice(vote: Vote, poll: int, choices: Sequence[int]) -> int:
    """The number that a ballot says: an answer's place, the last for a blank one; of several answers their bits.

    Raises BallotRefused.
    """
    given = tuple(sorted(set(choices)))
    answers = vote.options if vote.approval else vote.options - 1
    reason = choices_refused(given, answers, multiple=vote.approval)
    if reason is not None:
        raise BallotRefused(reason, poll)
    if vote.approval:
        return sum(1 << place for place in given if place != BLANK)
    return answers if given == (BLANK,) else given[0]


def answers_of(vote: Vote, choice: int) -> tuple[int, ...]:
    """The places of the answers that a ballot gives, none where it is blank."""
    answers = vote.options if vote.approval else vote.options - 1
    return tuple(place for place in places_counted(vote, choice) if place < answers)


async def cast(square: Square, by: Account, poll: int, choices: Sequence[int], key: str = "") -> Cast:
    """Answer a certified poll, once; the receipt is the voter's alone. Raises BallotRefused, Refused."""
    vote, value = await square.database.read(lambda tx: _vote_of(tx, poll, by.id))
    choice = number_of_choice(value, poll, choices)
    if by.member is None or not by.member.startswith("m:"):
        raise Refused("roll-3", "you are not on the roll of this vote: you are no member of the register yet")
    return await square.polling.cast(Ballot(vote, number(by.member), choice), key)


async def _vote_of(tx: Tx, poll: int, reader: int) -> tuple[int, Vote]:
    """The vote of a poll whose post this reader sees."""
    row = (await polls_among(tx, [poll])).get(poll)
    shown = await show_posts(tx, await posts_among(tx, [poll]), reader, 0)
    if row is None or not row.certified or not shown or shown[0].stands in ("deleted", "withheld"):
        raise BallotRefused("no-poll", poll)
    known = await value_of(tx, PolledIn, str(poll))
    value = await value_of(tx, Vote, known.vote) if known is not None else None
    if known is None or value is None:
        raise BallotRefused("not-open", poll)
    return known.vote, value


class Answer(Struct, frozen=True):
    """An answer of a certified poll: `title` is "" where its post is not shown, `votes` None before the count."""

    place: int
    title: str
    votes: int | None


Reason = Literal["visitor", "waiting", "guest", "closed", "late", "roll"]
"""Whether somebody may answer, and why (app/voting.py), `late` for who came after the opening."""


class PollFile(Struct, frozen=True):
    """A certified poll: what it asks, its vote with roll, seals and count, and whether the reader may answer.

    `post` is None where the reader is not shown it, `voted` whether a mark stands for the reader. `blank` are the blank
    ballots, None before the count.
    """

    post: Post | None
    vote: VoteShown
    several: bool
    answers: tuple[Answer, ...]
    blank: int | None
    reason: Reason
    voted: bool


async def poll_file(tx: Tx, poll: int, reader: Account | None, now: int, country: str) -> PollFile | None:
    """The certified poll of a post, None where there is none."""
    known = await value_of(tx, PolledIn, str(poll))
    value = await value_of(tx, Vote, known.vote) if known is not None else None
    term = await value_of(tx, Term, "secret_roll")
    if known is None or value is None:
        return None
    assert term is not None, "a founded square has the term secret_roll"
    shown = await show_posts(tx, await posts_among(tx, [poll]), reader.id if reader is not None else None, now, country)
    posts = [post for post in shown if post.stands not in ("deleted", "withheld")]
    vote = await show_vote(tx, known.vote, value, int(size_of(term.value)), now)
    titles = await _titles(tx, known.vote) if posts else {}
    counts = vote.counts
    answers = value.options if value.approval else value.options - 1
    return PollFile(
        post=posts[0] if posts else None,
        vote=vote,
        several=value.approval,
        answers=tuple(
            Answer(place, titles.get(place, ""), counts[place] if counts is not None else None)
            for place in range(answers)
        ),
        blank=counts[-1] if counts is not None else None,
        reason=await _reason(tx, value, reader),
        voted=await _has_voted(tx, known.vote, reader),
    )


async def _titles(tx: Tx, vote: int) -> dict[int, str]:
    """The answers as the ledger binds them."""
    rows = [row for row in await openings_of(tx, [vote]) if row.field.startswith("option/")]
    return {int(row.field.removeprefix("option/")) - 1: row.value for row in rows}


async def _reason(tx: Tx, vote: Vote, reader: Account | None) -> Reason:
    if reader is None:
        return "visitor"
    if reader.member is None:
        return "waiting"
    member = await value_of(tx, Member, number(reader.member))
    if member is None or member.guest:
        return "guest"
    if is_on_roll(vote, number(reader.member), member):
        return "roll"
    return "closed" if member.closed else "late"


async def _has_voted(tx: Tx, vote: int, reader: Account | None) -> bool:
    is_member = reader is not None and reader.member is not None and reader.member.startswith("m:")
    return is_member and reader is not None and await boxes.is_marked(tx, vote, number(reader.member or ""))
