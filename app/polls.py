"""Polls as readers see them, and the box that takes ballots together."""

from collections.abc import Mapping, Sequence
from secrets import randbelow
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from app.batch import Batch
from app.clock import Clock, SystemClock
from app.store.engines import Database, Tx
from app.store.governed import values_of
from app.store.polls import (
    BLANK,
    SHARDS,
    VOTERS,
    Ballot,
    Choices,
    Facts,
    Option,
    PollRow,
    ballots_of,
    count_ballots,
    database_time,
    lock_for_ballots,
    options_among,
    polls_among,
    shut_out_among,
    tallies_among,
)
from app.store.restrictions import restrictions_of
from app.store.votes import marked_for, turnouts, votes_among
from governance.polls import PolledIn

MINUTE: Final = 60_000
SHORTEST: Final = 5 * MINUTE
LONGEST: Final = 30 * 24 * 60 * MINUTE
FEWEST_OPTIONS: Final = 2
MOST_OPTIONS: Final = 20

Reason = Literal[
    "no-poll",
    "not-open",
    "closed",
    "answered",
    "nothing-chosen",
    "one-only",
    "no-such-answer",
    "certified",
    "one-certified",
    "not-for-all",
]
"""Why a ballot does not count: `certified` asks for the poll's own page. The last two: why a poll is not certified."""


class BallotRefused(Exception):
    """A ballot that does not count, and why; nothing was written."""

    def __init__(self, reason: Reason, poll: int) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.poll = poll


class Choice(Struct, frozen=True):
    """An answer of a poll; `votes` is None while totals are hidden, `mine` whether the reader gave it."""

    place: int
    title: str
    votes: int | None
    mine: bool


class Poll(Struct, frozen=True):
    """A poll as a reader sees it. `voters` are persons; `answered` says whether the reader is one of them.

    `blank` are those of them who gave none of the answers, None while totals are hidden; `mine_blank`: the reader did.
    `recounted_at` is None until the ballots were counted once more; `agrees` is False where that gave other figures.
    A `certified` one is answered at `/polls/` and its id, once the clock has opened its `vote`, which is 0 until then;
    its figures are those of the entry that closed it.
    """

    multiple: bool
    hide_totals: bool
    opens_at: int
    closes_at: int
    closed: bool
    recounted_at: int | None
    agrees: bool
    voters: int
    answered: bool
    blank: int | None
    mine_blank: bool
    certified: bool
    vote: int
    options: tuple[Choice, ...]

    @property
    def shows_totals(self) -> bool:
        """Whether the figures of the answers may be told now."""
        return self.closed or not self.hide_totals


async def polls_of(tx: Tx, posts: Sequence[int], reader: int | None, now: int) -> dict[int, Poll]:
    """The polls of many posts, by post, with what the reader answered; one query a kind."""
    rows = await polls_among(tx, posts)
    ids = list(rows)
    options = await options_among(tx, ids)
    tallies = await tallies_among(tx, ids)
    mine = await ballots_of(tx, reader, ids) if reader is not None else {}
    shown = {
        post: _shown(row, options.get(post, []), tallies.get(post, {}), mine.get(post), now)
        for post, row in rows.items()
    }
    certified = [row for row in rows.values() if row.certified]
    return shown | await _boxed(tx, certified, shown, reader) if certified else shown


async def _boxed(tx: Tx, rows: Sequence[PollRow], shown: Mapping[int, Poll], reader: int | None) -> dict[int, Poll]:
    """The certified ones among polls: how many ballots lie in their boxes, and what these came to at the close."""
    opened = {
        int(post): one.vote for post, one in (await values_of(tx, PolledIn, [str(row.id) for row in rows])).items()
    }
    numbers = list(opened.values())
    votes, sizes = await votes_among(tx, numbers), await turnouts(tx, numbers)
    marked = await marked_for(tx, numbers, reader) if reader is not None else set()
    told: dict[int, Poll] = {}
    for row in rows:
        number = opened.get(row.id, 0)
        vote = votes.get(number)
        counts = vote.counts if vote is not None and vote.status == "counted" else None
        told[row.id] = replace(
            shown[row.id],
            hide_totals=True,
            recounted_at=vote.closed_at if vote is not None and counts is not None else None,
            voters=sizes.get(number, 0),
            answered=number in marked,
            blank=counts[-1] if counts is not None else None,
            certified=True,
            vote=number,
            options=tuple(
                replace(option, votes=counts[option.place] if counts is not None else None)
                for option in shown[row.id].options
            ),
        )
    return told


class BallotBox:
    """Takes ballots in polls: one commit for all who come together, one counted ballot a person."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._shard = randbelow(SHARDS)
        self.queue: Final[Batch[Ballot, Ballot]] = Batch(self._count)

    async def cast(self, poll: int, account: int, choices: Sequence[int]) -> Ballot:
        """Count a ballot and return it after the commit. Raises BallotRefused, Overloaded."""
        ballot = Ballot(poll, account, tuple(sorted(set(choices))))
        return await self.queue.submit(ballot, f"account:{account}")

    async def close(self) -> None:
        """Count what waits and take nothing more."""
        await self.queue.close()

    async def _count(self, ballots: Sequence[Ballot]) -> Sequence[Ballot | Exception]:
        return await self._database.write(lambda tx: self._count_in(tx, ballots))

    async def _count_in(self, tx: Tx, ballots: Sequence[Ballot]) -> Sequence[Ballot | Exception]:
        facts = await lock_for_ballots(tx, (ballot.poll for ballot in ballots))
        # The time is read behind the lock that a recount waits for, so that no ballot comes after its recount.
        now = await time_of(tx, self._clock)
        shut = await _shut_out(tx, ballots, facts, now)
        known = [None if (ballot.poll, ballot.account) in shut else facts.get(ballot.poll) for ballot in ballots]
        reasons = [refusal_of(ballot, fact, now) for ballot, fact in zip(ballots, known, strict=True)]
        good = [ballot for ballot, reason in zip(ballots, reasons, strict=True) if reason is None]
        counted = await count_ballots(tx, good, self._shard)
        answers: list[Ballot | Exception] = []
        for ballot, reason in zip(ballots, reasons, strict=True):
            key = (ballot.poll, ballot.account)
            if reason is None and key in counted:
                counted.remove(key)
                answers.append(ballot)
            else:
                answers.append(BallotRefused(reason or "answered", ballot.poll))
        return answers


async def _shut_out(tx: Tx, ballots: Sequence[Ballot], facts: Mapping[int, Facts], now: int) -> set[tuple[int, int]]:
    """Who may not see the poll that they answer, as (poll, account): there is none for them."""
    standing = await restrictions_of(tx, [str(poll) for poll in facts], now)
    withheld = {int(poll) for poll, found in standing.items() if any(one.here and not one.opens for one in found)}
    shut: set[tuple[int, int]] = set()
    for poll, fact in facts.items():
        accounts = [ballot.account for ballot in ballots if ballot.poll == poll]
        out = accounts if poll in withheld else await shut_out_among(tx, fact, sorted(set(accounts)))
        shut.update((poll, account) for account in out)
    return shut


async def time_of(tx: Tx, clock: Clock) -> int:
    """The time by which polls open and close: the database's, so that hosts whose clocks differ agree.

    A clock that was set, as tests and demonstrations do, stands for the database's as well.
    """
    return await database_time(tx) if isinstance(clock, SystemClock) else clock.now()


def refusal_of(ballot: Ballot, facts: Facts | None, now: int) -> Reason | None:
    """Why a ballot cannot count, None where only an earlier one of the same person can stand against it."""
    if facts is None:
        return "no-poll"
    if facts.certified:
        return "certified"
    if not facts.is_open_at(now):
        return "not-open" if now < facts.opens_at else "closed"
    return choices_refused(ballot.choices, facts.options, multiple=facts.multiple)


def choices_refused(choices: Choices, answers: int, *, multiple: bool) -> Reason | None:
    """Why these are no answer to a poll of so many, None where they are; the blank one is given alone."""
    if not choices:
        return "nothing-chosen"
    if choices == (BLANK,):
        return None
    if len(choices) > 1 and not multiple:
        return "one-only"
    return None if 0 <= choices[0] <= choices[-1] < answers else "no-such-answer"


def _shown(row: PollRow, options: Sequence[Option], tally: Mapping[int, int], mine: Choices | None, now: int) -> Poll:
    closed = now >= row.closes_at
    hidden = row.hide_totals and not closed
    return Poll(
        multiple=row.multiple,
        hide_totals=row.hide_totals,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        closed=closed,
        recounted_at=abs(row.recounted_at) if row.recounted_at is not None else None,
        agrees=row.recounted_at is None or row.recounted_at > 0,
        voters=tally.get(VOTERS, 0),
        answered=mine is not None,
        blank=None if hidden else tally.get(BLANK, 0),
        mine_blank=mine == (BLANK,),
        certified=False,
        vote=0,
        options=tuple(
            Choice(
                place=option.place,
                title=option.title,
                votes=None if hidden else tally.get(option.place, 0),
                mine=mine is not None and option.place in mine,
            )
            for option in options
        ),
    )
