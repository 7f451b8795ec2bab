"""Changes that are adopted as they ought to be, by ballots that the program took."""

from collections.abc import Sequence

from governance.acts.proposals import AnyChange
from governance.votes import vote_of
from tests.cheats.operator import Operator
from tests.fsck.whole import VOTERS

MANY, FEW = VOTERS[:40], VOTERS[40:55]


def asked(operator: Operator, yes: Sequence[str] = (), no: Sequence[str] = ()) -> int:
    """A new rule is put to the vote, and these vote; returns the vote, which is open."""
    vote = operator.world.in_vote(operator.world.enact("9.2", "fold"))
    operator.votes(vote, yes=yes, no=no)
    return vote


def adopts(operator: Operator, change: AnyChange) -> int:
    """A change is adopted and comes into force; returns the entry that enacts it."""
    vote = operator.world.in_vote(change)
    operator.votes(vote, yes=MANY, no=FEW)
    assert operator.world.counted(vote) == "adopted"
    return operator.world.enacted(vote)


def sealed(operator: Operator, vote: int) -> int:
    """The box is sealed at the close as it is; returns the seal."""
    world = operator.world
    world.now = vote_of(world.state, vote).closes
    return world.does("clock", world.seal(vote))
