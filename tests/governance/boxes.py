"""The ballot box of a vote as the tests keep it: what the square would store, and nothing that joins it."""

from dataclasses import dataclass, field
from hashlib import sha256

from governance.audit.sources import Ballot, Mark
from governance.commitment import commit
from governance.votes import BLANK, NO, YES, Vote
from ledger.merkle import hash_leaf, root_of
from tests.governance.canonical import canonical

CHOICE = {"yes": YES, "no": NO, "blank": BLANK}
"""Of a jury: whether what it is asked is carried."""


@dataclass
class Box:
    """The ballots (choice and token, in order of place) and the marks of a vote."""

    vote: int
    ballots: list[tuple[int, bytes]] = field(default_factory=list)
    marks: set[int] = field(default_factory=set)

    def put(self, member: int, choice: int) -> int:
        """Cast a ballot; returns its place."""
        place = len(self.ballots)
        self.ballots.append((choice, sha256(f"token {self.vote} {place}".encode()).digest()))
        self.marks.add(member)
        return place

    def entries(self) -> list[bytes]:
        """The entries of the box: the commitment of each ballot, 32 bytes."""
        return [commit(f"ballot/{self.vote}", token, str(choice).encode()) for choice, token in self.ballots]

    def openings(self, size: int) -> list[bytes]:
        """The published openings of the first `size` ballots."""
        ballots = enumerate(self.ballots[:size])
        return [canonical(Ballot(choice, place, token.hex())) for place, (choice, token) in ballots]

    def mark_lines(self) -> list[bytes]:
        """The published marks of all who voted."""
        return [canonical(Mark(member)) for member in sorted(self.marks)]

    def counts(self, vote: Vote, size: int) -> tuple[int, ...]:
        """What the first `size` ballots come to: yes, no and blank, or each answer and the blank."""
        if vote.approval:
            return self.approvals(size, vote.options)
        choices = [choice for choice, _ in self.ballots[:size]]
        if vote.poll:
            return tuple(map(choices.count, range(vote.options)))
        return (choices.count(YES), choices.count(NO), choices.count(BLANK))

    def approvals(self, size: int, candidates: int) -> tuple[int, ...]:
        """How many of the first `size` ballots approve each candidate, and how many are blank."""
        choices = [choice for choice, _ in self.ballots[:size]]
        return (*(sum(choice // 2**place % 2 for choice in choices) for place in range(candidates)), choices.count(0))


def root(entries: list[bytes]) -> str:
    """The root over entries, in hex."""
    return root_of([hash_leaf(entry) for entry in entries]).hex()
