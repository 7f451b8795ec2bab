"""Acts of votes and of certified polls: the roll, the seals of the box, the result."""

from typing import Annotated

from msgspec import Meta

from governance.acts.words import Act, Commits, Count, Hash, Index, PostId, Time

MOST_COUNTS = 33
"""Most numbers that a result has: 32 candidates of an election, and the blank ballots."""


class OpenVote(Act, frozen=True, tag="open_vote"):
    """A vote on a proposal, or of a jury, named by its draw; the other of the two is 0.

    The roll is drawn after `closures` accounts had closed, which is 0 for a jury; `roll_root` is an RFC 6962 root over
    "m:<n>" in the order of the numbers.
    """

    proposal: Index
    jury: Index
    closures: Count
    roll_size: Count
    roll_root: Hash
    closes: Time


class OpenPoll(Act, frozen=True, tag="open_poll"):
    """A certified poll, named by the `post` that asks it; its ballots go to a box, as those of a vote do.

    A ballot gives one of the answers, or where `several` any of them, or none. `commits`: the post's words as
    "question", and the answers as option/1 … option/n. The roll is drawn as for a vote.
    """

    post: PostId
    several: bool
    closures: Count
    roll_size: Count
    roll_root: Hash
    closes: Time
    commits: Commits


class SealBox(Act, frozen=True, tag="seal_box"):
    """The box of a vote or a poll, named by the entry that opened it, held `size` ballots, with this root."""

    vote: Index
    size: Count
    root: Hash


class CloseVote(Act, frozen=True, tag="close_vote"):
    """`counts` by choice (0 yes, 1 no, 2 blank); `late` ballots came after the seal that counts and are void.

    In an election: how often each candidate was approved, and last the blank ballots; in a poll likewise for each
    answer, of which every ballot gives one at most unless it takes several. `commits`: what jurors gave as
    their reasons, reasons/1 … reasons/n, and nothing in any other vote.
    """

    vote: Index
    size: Count
    root: Hash
    openings_root: Hash
    marks_root: Hash
    late: Count
    counts: Annotated[tuple[Count, ...], Meta(min_length=2, max_length=MOST_COUNTS)]
    commits: Commits
