"""Casting ballots: many in one transaction, each with its mark and its place in the box, and no join of the two."""

import asyncio
import secrets
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from app.batch import Batch
from app.clock import Clock
from app.deeds import KeyReused
from app.store import boxes
from app.store.boxes import Cast
from app.store.engines import Database, OutcomeUnknown, Tx, Unavailable
from app.store.governed import values_of
from app.store.jurors import recused
from app.store.votes import voters_among
from governance.boxes import ballot_commitment, mark_line, opening_line
from governance.commitment import SALT_SIZE
from governance.errors import Refused
from governance.votes import Vote, check_ballot, count_places, places_counted
from ledger.merkle import Edge, hash_leaf

AT_ONCE = 4_096
"""Ballots read in one query while counting."""

KEPT_FOR = 60.0
"""Seconds for which a receipt can be had again by the key of the request that cast the ballot."""

KEPT_AT_MOST = 65_536
"""Receipts that are kept for that; in a rush the oldest go sooner, so that memory stays small."""


class Ballot(Struct, frozen=True):
    """What a member casts; `choice` is one of the vote's (governance/votes.py)."""

    vote: int
    member: int
    choice: int


class Receipt(Struct, frozen=True):
    """What the voter keeps: with it the ballot is found in the box. Nobody else has it, and lost is lost."""

    vote: int
    place: int
    token: bytes
    choice: int


class Polling:
    """The ballot boxes of a square: group commit, one transaction for up to 512 ballots, the head never locked."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.queue: Final[Batch[Ballot, Receipt]] = Batch(self._commit)
        self._kept = _Kept()

    async def cast(self, ballot: Ballot, key: str = "") -> Receipt:
        """Put a ballot into its box; the same ballot with the same key gets the same receipt for a minute.

        A ballot with a key is cast even if its caller goes away, as a browser does at the second of two clicks.
        Raises Refused, KeyReused, Overloaded, Unavailable; then nothing is written.
        """
        if not key:
            return await self.queue.submit(ballot, f"m:{ballot.member}")
        name = (ballot.member, ballot.vote, key)
        known = self._kept.find(name)
        if known is None:
            known = self._kept.keep(name, ballot, asyncio.create_task(self._submit(ballot)))
        elif known.ballot != ballot:
            raise KeyReused("this request key was used for another ballot")
        return await asyncio.shield(known.answer)

    @property
    def kept(self) -> int:
        """How many receipts can be had again by the key of their request."""
        return len(self._kept)

    async def close(self) -> None:
        """Take no more ballots and answer all who wait."""
        await self.queue.close()
        self._kept.forget_all()

    async def _submit(self, ballot: Ballot) -> Receipt:
        return await self.queue.submit(ballot, f"m:{ballot.member}")

    async def _commit(self, ballots: Sequence[Ballot]) -> Sequence[Receipt | Exception]:
        async def work(tx: Tx) -> list[Receipt | Exception]:
            return await _cast_all(tx, ballots, self._clock)

        try:
            return await self._database.write(work)
        except OutcomeUnknown as lost:
            # The mark is a ballot's own idempotence: asking again tells the voter whether it was counted.
            raise Unavailable(
                "the connection was lost while your ballot was written: look whether it is marked"
            ) from lost


_Name = tuple[int, int, str]


class _Answer(Struct, frozen=True):
    ballot: Ballot
    answer: asyncio.Task[Receipt]
    at: float


class _Kept:
    """Receipts of the last minute by member, vote and key: in memory alone, as no table may join these."""

    def __init__(self) -> None:
        self._answers: dict[_Name, _Answer] = {}  # oldest first
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._answers)

    def find(self, name: _Name) -> _Answer | None:
        known = self._answers.get(name)
        return known if known is not None and known.at + KEPT_FOR > _seconds() else None

    def keep(self, name: _Name, ballot: Ballot, answer: asyncio.Task[Receipt]) -> _Answer:
        self._answers.pop(name, None)
        kept = self._answers[name] = _Answer(ballot, answer, _seconds())
        answer.add_done_callback(lambda done: self._drop_failure(name, done))
        if len(self._answers) > KEPT_AT_MOST:
            del self._answers[next(iter(self._answers))]
        if self._timer is None:
            self._wake_in(KEPT_FOR)
        return kept

    def forget_all(self) -> None:
        self._answers.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _drop_failure(self, name: _Name, done: asyncio.Task[Receipt]) -> None:
        """What was refused may be asked anew; only a receipt is kept."""
        kept = self._answers.get(name)
        if (done.cancelled() or done.exception() is not None) and kept is not None and kept.answer is done:
            del self._answers[name]

    def _wake_in(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._forget_old)

    def _forget_old(self) -> None:
        self._timer = None
        until = _seconds() - KEPT_FOR
        while self._answers:
            name, oldest = next(iter(self._answers.items()))
            if oldest.at > until:
                self._wake_in(oldest.at - until)
                return
            del self._answers[name]


def _seconds() -> float:
    return asyncio.get_running_loop().time()


async def _cast_all(tx: Tx, ballots: Sequence[Ballot], clock: Clock) -> list[Receipt | Exception]:
    votes = await values_of(tx, Vote, {ballot.vote for ballot in ballots})
    # Always in order of number, so that two processes never wait for each other.
    held = {vote: await boxes.lock_box(tx, vote, votes[vote].closes) for vote in sorted(int(v) for v in votes)}
    if tx.kind == "postgresql":
        votes = await values_of(tx, Vote, list(votes))  # what was read before the wait may be old
    members = await voters_among(tx, {ballot.member for ballot in ballots})
    # POLICY [jury-10], which the law cannot see
    out = await recused(tx, {int(vote): value for vote, value in votes.items()}, members)
    now = clock.now()  # after the wait for the boxes: who seals a closed box finds all of it
    answers: list[Receipt | Exception | None] = [None] * len(ballots)
    lawful: list[int] = []
    for place, ballot in enumerate(ballots):
        try:
            vote = votes.get(ballot.vote)
            if vote is None:
                raise Refused("vote-1", "there is no vote %(vote)s", vote=ballot.vote)
            check_ballot(vote, ballot.member, members.get(ballot.member), ballot.choice, now)
            if (ballot.vote, ballot.member) in out:
                raise Refused("jury-10", "you reported the post that this jury judges, and cast no ballot")
            lawful.append(place)
        except Refused as refusal:
            answers[place] = refusal
    counted = await _mark(tx, ballots, lawful, answers)
    for vote_id, box in held.items():
        await _put(tx, box, ballots, [place for place in counted if ballots[place].vote == vote_id], answers)
    return [_answered(answer) for answer in answers]


async def _mark(
    tx: Tx, ballots: Sequence[Ballot], lawful: Sequence[int], answers: list[Receipt | Exception | None]
) -> list[int]:
    free = await boxes.mark(tx, [(ballots[place].vote, ballots[place].member) for place in lawful])
    counted: list[int] = []
    for place in lawful:
        key = (ballots[place].vote, ballots[place].member)
        if key in free:
            free.remove(key)
            counted.append(place)
        else:
            answers[place] = Refused("ballot-1", "you have voted already: a ballot is cast once and cannot be changed")
    return counted


async def _put(
    tx: Tx,
    box: boxes.BoxRow,
    ballots: Sequence[Ballot],
    counted: list[int],
    answers: list[Receipt | Exception | None],
) -> None:
    if not counted:
        return
    cast: list[Cast] = []
    # Shuffled, so that places do not tell in which order the voters of one commit came.
    for place, (position, token) in enumerate(zip(_shuffled(counted), _tokens(len(counted)), strict=True), box.size):
        choice = ballots[position].choice
        cast.append(Cast(place, ballot_commitment(box.vote, token, choice), choice, token))
        answers[position] = Receipt(box.vote, place, token, choice)
    await boxes.put(tx, box, cast)


def _shuffled(items: Sequence[int]) -> list[int]:
    """The items in an order of chance: sorted by 16 random bytes each, which cost one call of the system."""
    by_chance = sorted(zip(_pieces(len(items), 16), items, strict=True))
    return [item for _, item in by_chance]


def _tokens(count: int) -> list[bytes]:
    return _pieces(count, SALT_SIZE)


def _pieces(count: int, size: int) -> list[bytes]:
    random = secrets.token_bytes(count * size)
    return [random[start : start + size] for start in range(0, count * size, size)]


class Tally(Struct, frozen=True):
    """What a closed box comes to: roots (hex) over its openings and over the marks, and the counts by choice."""

    openings_root: str
    marks_root: str
    counts: tuple[int, ...]


async def tally(tx: Tx, vote: int, value: Vote) -> Tally:
    """Count the sealed ballots of a box, and root their openings and the marks of all who voted."""
    counts, size = [0] * count_places(value), value.sealed_size
    openings, marks = Edge(), Edge()
    for first in range(0, size, AT_ONCE):
        cast = await boxes.read_cast(tx, vote, first, min(size, first + AT_ONCE))
        for ballot in cast:
            for place in places_counted(value, ballot.choice):
                counts[place] += 1
        openings = openings.extend(
            hash_leaf(opening_line(ballot.choice, ballot.place, ballot.token)) for ballot in cast
        )
    member = 0
    while members := await boxes.marks_from(tx, vote, member, AT_ONCE):
        marks = marks.extend(hash_leaf(mark_line(one)) for one in members)
        member = members[-1] + 1
    return Tally(openings.root().hex(), marks.root().hex(), tuple(counts))


def _answered(answer: Receipt | Exception | None) -> Receipt | Exception:
    assert answer is not None, "every ballot is answered"
    return answer
