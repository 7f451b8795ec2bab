"""Certified polls: who is on the roll, how the box is counted, and that nothing comes of it."""

import pytest
from msgspec.structs import replace

from governance.acts.members import CloseAccount
from governance.members import Member, number
from governance.polls import PolledIn
from governance.votes import Vote, is_on_roll, vote_of
from tests.governance.polling import asks
from tests.governance.world import World


@pytest.fixture
def world() -> World:
    """A peopled square of ten."""
    return World.peopled()


def test_all_who_are_members_at_the_opening_are_on_the_roll(world: World) -> None:
    """However short they have been; who comes later is not, and who leaves meanwhile stays."""
    world.joins("new")
    poll = asks(world)
    world.joins("newer")
    world.visits("gus")
    world.passes("1m")
    world.does("fay", CloseAccount(number(world.by("fay"))))
    vote = vote_of(world.state, poll)
    on_roll = {
        name: is_on_roll(vote, one, member)
        for name in ("ann", "new", "newer", "gus", "fay")
        if (member := world.state[Member, one := number(world.by(name))]) is not None
    }
    assert {"ann": True, "new": True, "newer": False, "gus": False, "fay": True} == on_roll
    assert 11 == vote.roll_size


def test_a_poll_of_one_answer_counts_each_and_the_blank(world: World) -> None:
    """The last count are the blank ballots."""
    poll = asks(world, ("tea", "coffee", "water"))
    for name, choice in (("ann", 0), ("bo", 2), ("cy", 2), ("dee", 3)):
        world.puts(name, poll, choice)
    assert "counted" == world.counted(poll)
    assert (1, 0, 2, 1) == vote_of(world.state, poll).counts


def test_a_poll_of_several_answers_counts_who_gave_which(world: World) -> None:
    """A ballot that gives none is blank."""
    poll = asks(world, ("tea", "coffee", "water"), several=True)
    for name, choice in (("ann", 0b101), ("bo", 0b100), ("cy", 0)):
        world.puts(name, poll, choice)
    assert "counted" == world.counted(poll)
    assert (1, 0, 2, 1) == vote_of(world.state, poll).counts


def test_nothing_comes_of_a_poll(world: World) -> None:
    """Its close changes its own value and no other; it needs no quorum, and nobody need answer."""
    poll = asks(world)
    before = dict(world.state)
    assert "counted" == world.counted(poll)
    changed = {key for key, value in world.state.items() if before.get(key) != value}
    assert {(Vote, poll)} == changed
    assert (0, 0, 0) == vote_of(world.state, poll).counts
    assert PolledIn(poll) == world.state[PolledIn, "117"]


def test_counts_add_up_to_the_ballots_of_the_box(world: World) -> None:
    """As in a vote."""
    poll = asks(world)
    world.puts("ann", poll, 1)
    world.now = vote_of(world.state, poll).closes
    world.does("clock", world.seal(poll))
    act = world.close(poll)
    for counts in ((0, 0, 0), (0, 2, 0), (0, 1), (0, 1, 0, 0)):
        world.is_refused("vote-5", "clock", replace(act, counts=counts))
    world.does("clock", act)
