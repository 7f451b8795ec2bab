"""Ways to cheat at an election: each writes its breach and returns the entry at which it has to be found."""

from collections.abc import Callable

import msgspec

from governance.acts.elections import Stand
from governance.acts.proposals import Enact
from governance.proposals import proposal_of
from governance.votes import vote_of
from tests.audit.cheating import CheatingWorld
from tests.governance.charters import the_charter
from tests.governance.world import MEMBERS

Found = tuple[str, Callable[[CheatingWorld], int]]
TEXT = the_charter().text
replace = msgspec.structs.replace


def voted(world: CheatingWorld) -> tuple[int, int]:
    """Bo and cy stand for one seat, and all approve bo; the box is sealed. Returns the proposal and the vote."""
    proposal = world.election("bo", "cy")
    world.frozen(proposal)
    vote = world.opens_vote(proposal)
    for name in MEMBERS:
        world.approves(name, vote, "bo")
    world.now = vote_of(world.state, vote).closes
    world.does("clock", world.seal(vote))
    return proposal, vote


def in_force(world: CheatingWorld, proposal: int) -> None:
    """The election comes into force."""
    world.now = proposal_of(world.state, proposal).due_at
    world.does("clock", Enact(proposal, proposal_of(world.state, proposal).change))


def approvals_misstated(world: CheatingWorld) -> int:
    """One approval of cy more than the ballots give."""
    _, vote = voted(world)
    return world.does("clock", replace(world.close(vote), counts=(6, 1, 0)))


def office_for_a_loser(world: CheatingWorld) -> int:
    """The office goes to who was not elected."""
    proposal, vote = voted(world)
    world.does("clock", world.close(vote))
    in_force(world, proposal)
    world.does("clock", world.take_office("bo", proposal))
    return world.cheats("clock", world.take_office("cy", proposal), "elect-7")


def office_shortened(world: CheatingWorld) -> int:
    """Who was elected gets the office for a day."""
    proposal, vote = voted(world)
    world.does("clock", world.close(vote))
    in_force(world, proposal)
    act = replace(world.take_office("bo", proposal), until=world.now + 86_400_000)
    return world.cheats("clock", act, "elect-8")


def stood_too_late(world: CheatingWorld) -> int:
    """A candidate who comes when the candidates are fixed."""
    proposal = world.election("bo")
    world.frozen(proposal)
    return world.cheats("cy", Stand(proposal), "propose-7")


def article_three_rewritten(world: CheatingWorld) -> int:
    """The second of two texts of the charter takes a price for a ballot; the law, which reads no text, takes it."""
    world.becomes_law(world.charter(TEXT + "One line more.\n"))
    return world.becomes_law(world.charter(TEXT.replace("**[never-6]** A price.", "**[never-6]** No.")))


CHEATS_AT_ELECTIONS: tuple[Found, ...] = (
    ("R2", approvals_misstated),
    ("R2", stood_too_late),
    ("R2", article_three_rewritten),
    ("A1", office_for_a_loser),
    ("A1", office_shortened),
)
"""Each with the check that finds it."""
