"""The course of a proposal: what was done, each step with its entry, and what comes next by itself."""

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from app.proposals import Phase
from app.store.cases import entries_among
from app.store.engines import Tx
from governance.entry import Entry
from governance.proposals import Proposal
from governance.votes import Result, Vote

What = Literal["proposed", "amended", "sponsored", "frozen", "opened", "closed", "enacted", "withdrawn"]
Done = Literal["done", "next", "later", "failed"]


class Step(Struct, frozen=True):
    """A step: `at` is when it was done, or when it comes (Unix ms, 0 where no date is fixed yet).

    `entry` is 0 for what is to come. `n` is the version of an amendment, the number of sponsors, or the round of a
    vote; `of` the sponsors that are needed; `result` what a vote that was closed came to.
    """

    what: What
    state: Done
    at: int
    entry: int = 0
    n: int = 0
    of: int = 0
    result: Literal[""] | Result = ""


async def course_of(
    tx: Tx, number: int, proposal: Proposal, votes: Mapping[int, Vote], phase: Phase
) -> tuple[Step, ...]:
    """Every step of a proposal, in order."""
    entries = await entries_among(tx, {proposal.written, proposal.frozen, proposal.ended} - {0})
    return (*_done(number, proposal, votes, entries), *_to_come(proposal, phase))


def _done(number: int, proposal: Proposal, votes: Mapping[int, Vote], entries: Mapping[int, Entry]) -> Iterator[Step]:
    yield Step("proposed", "done", proposal.opened_at, number)
    if proposal.version > 1:
        yield Step("amended", "done", entries[proposal.written].at, proposal.written, n=proposal.version)
    if proposal.sponsored:
        yield Step("sponsored", "done", proposal.sponsored_at, proposal.sponsored, proposal.sponsors, proposal.needed)
    if proposal.frozen:
        yield Step("frozen", "done", entries[proposal.frozen].at, proposal.frozen)
    for index, vote in votes.items():
        yield Step("opened", "done", vote.opened_at, index, n=vote.round)
        if vote.status != "open":
            state: Done = "done" if vote.status == "adopted" else "failed"
            yield Step("closed", state, vote.closed_at, vote.closed, n=vote.round, result=vote.status)
    if proposal.ended:
        withdrawn = proposal.status == "withdrawn"
        what: What = "withdrawn" if withdrawn else "enacted"
        yield Step(what, "failed" if withdrawn else "done", entries[proposal.ended].at, proposal.ended)


def _to_come(proposal: Proposal, phase: Phase) -> Iterator[Step]:
    """The next step with its date, and those after it."""
    due = proposal.due_at
    round_ = max(1, proposal.round)
    coming: dict[Phase, list[Step]] = {
        "sponsoring": [Step("sponsored", "next", due, 0, proposal.sponsors, proposal.needed)],
        "lapsed": [Step("sponsored", "failed", due, 0, proposal.sponsors, proposal.needed)],
        "discussion": [Step("frozen", "next", due)],
        "frozen": [Step("opened", "next", due, n=1)],
        "between": [Step("opened", "next", due, n=2)],
        "voting": [Step("closed", "next", due, n=round_)],
        "counting": [Step("closed", "next", due, n=round_)],
        "adopted": [Step("enacted", "next", due)],
    }
    yield from coming.get(phase, [])
    later: dict[Phase, tuple[What, ...]] = {
        "sponsoring": ("frozen", "opened", "closed", "enacted"),
        "discussion": ("opened", "closed", "enacted"),
        "frozen": ("closed", "enacted"),
        "between": ("closed", "enacted"),
        "voting": ("enacted",),
        "counting": ("enacted",),
    }
    for what in later.get(phase, ()):
        yield Step(what, "later", 0)
