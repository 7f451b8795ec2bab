"""How a change of the law is proposed, sponsored, amended and frozen, and which class it is of."""

from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.acts.members import CloseAccount
from governance.acts.proposals import AnyChange, Enact, RepealRule, SetTerm, Withdraw
from governance.acts.words import Class
from governance.members import REGISTER, Member, Place, Register, number
from governance.proposals import Sponsored, proposal_of, roll_edge, sponsors_needed
from governance.rules import class_of
from governance.state import State
from governance.terms import Term
from tests.governance.world import MEMBERS, World


@pytest.fixture
def world() -> World:
    """A peopled square."""
    return World.peopled()


def _changes(world: World) -> list[tuple[AnyChange, Class]]:
    return [
        (world.enact("9.1", "label"), "restricting"),
        (world.enact("9.1"), "ordinary"),
        (world.amend("4.1", "label"), "restricting"),
        (world.amend("4.1"), "ordinary"),
        (RepealRule(world.rule("4.1")), "ordinary"),
        (SetTerm("decision", "6d"), "ordinary"),
        (world.ranking(4, 3, 2, 1, 6), "ordinary"),
        (world.ranking(4, 3, 2, 1, 6, first=True), "charter"),
        (SetTerm("appeal", "200d"), "charter"),
        (SetTerm("threshold_ordinary", "3/5"), "charter"),
        (SetTerm("quorum_min", "6"), "charter"),
        (SetTerm("vote_after", "31d"), "charter"),
    ]


def test_the_class_of_a_change_is_computed(world: World) -> None:
    """What restricts speech takes more than what does not, and what guards the vote takes most."""
    for change, expected in _changes(world):
        assert expected == class_of(world.state, change)
        assert expected == proposal_of(world.state, world.proposes("ann", change)).class_


def test_a_proposal_begins_with_what_it_needs(world: World) -> None:
    """Its roll is fixed the moment it is made, and so is how many must sponsor it."""
    world.joins("new")
    proposal = proposal_of(world.state, world.proposes("ann", world.enact("9.1", "fold")))
    assert ("sponsoring", 1, world.after("sponsoring")) == (proposal.status, proposal.version, proposal.due_at)
    assert (10, 2) == (proposal.edge, proposal.needed)
    assert world.by("ann") == proposal.proposer


@pytest.mark.parametrize(
    ("edge", "needed"), [(0, 2), (10, 2), (200, 2), (201, 3), (300, 3), (301, 4), (100_000, 1_000)]
)
def test_a_share_of_the_roll_sponsors(world: World, edge: int, needed: int) -> None:
    """One in a hundred, rounded up, and at least two."""
    assert needed == sponsors_needed(world.state, edge)


@given(
    admitted=st.lists(st.integers(0, 60), max_size=40).map(sorted),
    at=st.integers(0, 80),
    after=st.sampled_from([1, 7, 30]),
)
@settings(deadline=None)
def test_the_edge_of_the_roll_is_what_counting_finds(admitted: list[int], at: int, after: int) -> None:
    """The bisection agrees with reading the whole register, at every day and in every crowd."""
    state = State()
    state.update({(Register, REGISTER): Register(len(admitted), 0, 0, False)})
    state.update({(Term, "vote_after"): Term("vote_after", f"{after}ms", "1ms", "90ms", True)})
    state.update({(Place, place): Place(place + 1, day) for place, day in enumerate(admitted)})
    assert sum(day <= at - after for day in admitted) == roll_edge(state, at)


def test_enough_sponsors_begin_the_discussion(world: World) -> None:
    """More may follow, and change nothing of its dates."""
    proposal = world.proposes("ann", world.enact("9.1", "fold"))
    world.sponsored(proposal, ["bo"])
    assert "sponsoring" == proposal_of(world.state, proposal).status
    world.sponsored(proposal, ["cy"])
    discussed = proposal_of(world.state, proposal)
    assert ("discussion", world.now, world.after("discussion")) == (
        discussed.status,
        discussed.sponsored_at,
        discussed.due_at,
    )
    world.passes("1d")
    world.sponsored(proposal, ["dee"])
    assert 3 == proposal_of(world.state, proposal).sponsors
    assert discussed.due_at == proposal_of(world.state, proposal).due_at


def test_an_amendment_asks_its_sponsors_anew(world: World) -> None:
    """They had put their name under another text; the time for it is not prolonged."""
    proposal = world.proposes("ann", world.enact("9.1", "fold"))
    opened = proposal_of(world.state, proposal)
    world.sponsored(proposal)
    world.passes("3d")
    change = world.enact("9.1")
    entry = world.does("ann", world.amendment(proposal, change))
    amended = proposal_of(world.state, proposal)
    assert ("sponsoring", 2, 0, 0, change, "ordinary", entry) == (
        amended.status,
        amended.version,
        amended.sponsors,
        amended.sponsored_at,
        amended.change,
        amended.class_,
        amended.written,
    )
    assert (opened.due_at, opened.edge, opened.needed) == (amended.due_at, amended.edge, amended.needed)
    world.sponsored(proposal)
    assert "discussion" == proposal_of(world.state, proposal).status
    assert world.state[Sponsored, f"{proposal}/1/{number(world.by('bo'))}"] is not None
    assert world.state[Sponsored, f"{proposal}/2/{number(world.by('bo'))}"] is not None


def test_a_frozen_text_is_the_one_that_stood(world: World) -> None:
    """The clock may be late, and then the frozen time begins late."""
    proposal = world.proposes("ann", world.enact("9.1", "fold"))
    world.sponsored(proposal)
    world.passes("9d")
    world.does("clock", world.freeze(proposal, 1))
    assert ("frozen", world.after("freeze")) == (
        proposal_of(world.state, proposal).status,
        proposal_of(world.state, proposal).due_at,
    )


def test_what_is_withdrawn_may_be_put_again_at_once(world: World) -> None:
    """Nobody said no to it, also when its time had passed."""
    proposal = world.proposes("ann", world.enact("9.1", "fold"))
    world.passes("31d")
    world.does("ann", Withdraw(proposal))
    assert "withdrawn" == proposal_of(world.state, proposal).status
    world.proposes("ann", world.enact("9.1", "fold"))


@pytest.mark.parametrize(("votes", "result", "waits"), [((1, 5), "rejected", True), ((2, 0), "void", False)])
def test_only_a_rejected_question_waits(
    world: World, votes: tuple[int, int], result: Literal["rejected", "void"], waits: bool
) -> None:
    """A vote without its quorum decided nothing."""
    yes, no = votes
    assert result == world.votes(world.in_vote(world.enact("9.1", "fold")), MEMBERS[:yes], MEMBERS[yes : yes + no])
    again = world.propose(world.post("ann"), world.enact("9.1", "label"))
    if waits:
        world.is_refused("propose-5", "ann", again)
        world.proposes("ann", world.enact("9.2", "fold"))
    else:
        world.does("ann", again)


def test_a_change_comes_into_force_as_it_was_voted(world: World) -> None:
    """And not before its vacatio has passed."""
    change = world.enact("9.1", "fold")
    index = world.becomes_law(change)
    enacted = world.entries[index].act
    assert isinstance(enacted, Enact)
    assert change == enacted.change
    proposal = proposal_of(world.state, enacted.proposal)
    assert ("enacted", index) == (proposal.status, world.rule("9.1"))


def test_who_leaves_keeps_nothing_up(world: World) -> None:
    """A proposal whose proposer has left goes on: it is everybody's by then."""
    proposal = world.proposes("ann", world.enact("9.1", "fold"))
    world.does("ann", CloseAccount(number(world.by("ann"))))
    member = world.state[Member, number(world.by("ann"))]
    assert member is not None
    assert member.closed == world.now
    world.frozen(proposal)
    assert "adopted" == world.votes(world.opens_vote(proposal), yes=MEMBERS[1:])
