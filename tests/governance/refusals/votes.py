"""Rolls, ballots, seals and counts that the law refuses."""

from msgspec.structs import replace

from governance.acts.members import CloseAccount
from governance.members import Member, number
from governance.proposals import proposal_of
from governance.votes import LAST_SEAL, check_ballot, vote_of
from tests.governance.world import MEMBERS, World


def _to_vote_on(world: World) -> int:
    proposal = world.proposes("ann", world.enact("9.1", "fold"))
    world.frozen(proposal)
    world.now = proposal_of(world.state, proposal).due_at
    return proposal


def _in_vote(world: World) -> int:
    return world.in_vote(world.enact("9.1", "fold"))


def a_vote_must_exist(world: World) -> None:
    """Nothing else is sealed or closed."""
    vote = _in_vote(world)
    world.is_refused("vote-1", "clock", replace(world.seal(vote), vote=1))
    world.is_refused("vote-1", "clock", replace(world.close(vote), vote=1))


def the_clock_opens_a_vote_when_the_freeze_is_over(world: World) -> None:
    """Nobody else, not sooner, not twice."""
    proposal = _to_vote_on(world)
    act = world.open_vote(proposal)
    world.is_refused("vote-2", "mia", act)
    world.is_refused("propose-1", "clock", replace(act, proposal=1))
    world.now -= 1
    world.is_refused("vote-2", "clock", act)
    world.now += 1
    world.does("clock", act)
    world.is_refused("vote-2", "clock", act)


def a_roll_is_no_larger_than_its_edge_and_not_stale(world: World) -> None:
    """Who came later is not on it, and who left before the opening is not either."""
    proposal = _to_vote_on(world)
    act = world.open_vote(proposal)
    edge = proposal_of(world.state, proposal).edge
    world.is_refused("roll-1", "clock", replace(act, roll_size=edge + 1))
    world.does("fay", CloseAccount(number(world.by("fay"))))
    world.is_refused("roll-2", "clock", act)
    world.does("clock", world.open_vote(proposal))


def a_vote_lasts_its_term(world: World) -> None:
    """Not a moment less, and at most a minute more."""
    act = world.open_vote(_to_vote_on(world))
    world.is_refused("vote-3", "clock", replace(act, closes=act.closes - 1))
    world.is_refused("vote-3", "clock", replace(act, closes=act.closes + 60_001))
    world.does("clock", replace(act, closes=act.closes + 60_000))


def who_is_not_on_the_roll_casts_no_ballot(world: World) -> None:
    """Who came too late, a guest, somebody unknown."""
    world.joins("new")
    world.visits("gus")
    vote = vote_of(world.state, _in_vote(world))
    new, gus = (world.state[Member, number(world.by(name))] for name in ("new", "gus"))
    world.refuses("roll-3", lambda: check_ballot(vote, 0, new, 0, world.now))
    world.refuses("roll-3", lambda: check_ballot(vote, 0, gus, 0, world.now))
    world.refuses("roll-3", lambda: check_ballot(vote, 0, None, 0, world.now))


def a_ballot_comes_in_time_and_says_one_of_three(world: World) -> None:
    """At the close it is late."""
    vote = vote_of(world.state, _in_vote(world))
    ann = world.state[Member, number(world.by("ann"))]
    world.refuses("ballot-3", lambda: check_ballot(vote, 0, ann, 3, world.now))
    check_ballot(vote, 0, ann, 0, vote.closes - 1)
    world.refuses("ballot-2", lambda: check_ballot(vote, 0, ann, 0, vote.closes))


def the_clock_seals_what_has_grown(world: World) -> None:
    """Nobody else, nothing that did not grow, and not again within the term."""
    vote = _in_vote(world)
    world.is_refused("box-2", "clock", world.seal(vote))
    world.casts("ann", vote, "yes")
    world.is_refused("box-2", "mia", world.seal(vote))
    world.does("clock", world.seal(vote))
    world.casts("bo", vote, "yes")
    world.is_refused("box-2", "clock", world.seal(vote))
    world.now = world.after("seal")
    world.does("clock", world.seal(vote))
    world.is_refused("box-2", "clock", replace(world.seal(vote), size=1))


def a_box_holds_no_more_than_the_roll(world: World) -> None:
    """Neither sealed nor counted with the late ones."""
    vote = _in_vote(world)
    size = vote_of(world.state, vote).roll_size
    world.is_refused("box-3", "clock", replace(world.seal(vote), size=size + 1))
    world.now = vote_of(world.state, vote).closes + LAST_SEAL + 1
    world.is_refused("box-3", "clock", replace(world.close(vote), late=size + 1))


def the_last_seal_is_the_one_that_counts(world: World) -> None:
    """No seal comes later than a minute, no other box is counted, and nothing is late while it could be sealed."""
    vote = _in_vote(world)
    for name in MEMBERS:
        world.casts(name, vote, "yes")
    world.does("clock", world.seal(vote))
    world.casts("mia", vote, "no")
    world.now = vote_of(world.state, vote).closes
    seal, close = world.seal(vote), world.close(vote)
    assert close.late == 1
    world.is_refused("box-4", "clock", close)
    world.is_refused("box-4", "clock", replace(close, late=0, size=7, root=seal.root))
    world.is_refused("box-4", "clock", replace(close, late=0, root=seal.root))
    world.now += LAST_SEAL + 1
    world.is_refused("box-4", "clock", seal)
    world.does("clock", close)
    world.is_refused("box-4", "clock", seal)


def the_clock_closes_once_and_counts_what_is_there(world: World) -> None:
    """Nobody else, not before the date, not with other sums, not twice."""
    vote = _in_vote(world)
    for name in MEMBERS:
        world.casts(name, vote, "yes")
    world.does("clock", world.seal(vote))
    act = world.close(vote)
    world.is_refused("vote-4", "clock", act)
    world.now = vote_of(world.state, vote).closes
    world.is_refused("vote-4", "mia", act)
    world.is_refused("vote-5", "clock", replace(act, counts=(6, 1, 0)))
    world.does("clock", act)
    world.is_refused("vote-4", "clock", act)
