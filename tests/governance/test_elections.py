"""Who is elected, who holds an office while one elects, how an office is recalled, and how the charter changes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.acts.elections import Stand, StandDown
from governance.acts.members import Admit, CloseAccount, Revoke
from governance.acts.proposals import Elect, Enact, Recall
from governance.amendments import charter_text
from governance.elections import Elected, approved, candidates_of, winners
from governance.law import replay
from governance.members import Granted, Office, holds, number
from governance.offices import founding_is_over
from governance.proposals import Rejection, proposal_of
from governance.terms import size_of
from governance.votes import Vote, count_places, has_choice, places_counted, vote_of, winners_of
from tests.governance.refusals.elections import ANOTHER
from tests.governance.world import MEMBERS, MODERATORS, STEWARD, World

HALF = size_of("1/2")


@pytest.fixture
def world() -> World:
    """A peopled square."""
    return World.peopled()


def _holds(world: World, name: str, role: str = "moderator") -> bool:
    office = holds(world.state, "steward" if role == "steward" else "moderator", number(world.by(name)), world.now)
    return office is not None


def _office(world: World, name: str) -> Office:
    office = world.state[Office, f"moderator/{number(world.by(name))}"]
    assert office is not None
    return office


def _vote(world: World, proposal: int) -> int:
    world.frozen(proposal)
    return world.opens_vote(proposal)


def test_a_square_outlives_its_founders(world: World) -> None:
    """After their time nobody gives offices but the members, stewards among them, and the law goes on."""
    world.now = world.after("founding_time")
    assert founding_is_over(world.state, world.now)
    assert not any(_holds(world, name) for name in MODERATORS)
    world.elects("bo", "cy")
    world.elects("dee", role="steward")
    assert _holds(world, "bo") and _holds(world, "cy") and _holds(world, "dee", "steward")
    world.becomes_law(world.enact("9.1", "fold"))
    world.decides("bo", world.reports("eve", world.post("ann"), "9.1"))
    *_, (_, _, replayed) = replay(world.entries)
    assert replayed == world.state


def test_most_approvals_win_and_ties_go_to_who_is_longer_here(world: World) -> None:
    """As many as there are seats, and only whom more than half approve."""
    proposal = world.election("eve", "bo", "cy", "dee", seats=2)
    vote = _vote(world, proposal)
    for name, choice in zip(
        MEMBERS, (("eve", "bo"), ("eve", "bo"), ("eve", "bo", "cy"), ("eve", "bo"), ("dee",), ()), strict=True
    ):
        world.approves(name, vote, *choice)
    assert "adopted" == world.counted(vote)
    assert (4, 4, 1, 1, 1) == vote_of(world.state, vote).counts
    chosen = tuple(number(world.by(name)) for name in ("bo", "eve"))
    assert Elected("moderator", chosen, chosen, world.after("vacatio")) == world.state[Elected, proposal]


def test_half_of_the_ballots_do_not_elect(world: World) -> None:
    """Blank ballots are cast as well; and choosing nobody rejects no question."""
    proposal = world.election("bo")
    vote = _vote(world, proposal)
    for place, name in enumerate(MEMBERS):
        world.approves(name, vote, *(("bo",) if place < 3 else ()))
    assert "rejected" == world.counted(vote)
    assert (3, 3) == vote_of(world.state, vote).counts
    assert world.state[Rejection, "elect/moderator"] is None
    world.election("bo")


def test_too_few_ballots_elect_nobody(world: World) -> None:
    """The quorum counts ballots, however many each approves."""
    proposal = world.election("bo", "cy", "dee")
    vote = _vote(world, proposal)
    for name in MEMBERS[:4]:
        world.approves(name, vote, "bo", "cy", "dee")
    assert "void" == world.counted(vote)
    assert world.state[Elected, proposal] is None


def test_who_stands_down_is_no_candidate(world: World) -> None:
    """The others move up, and one may come back, at the end."""
    proposal = world.election("bo", "cy", "dee")
    world.does("bo", StandDown(proposal))
    world.does("bo", Stand(proposal))
    assert tuple(number(world.by(name)) for name in ("cy", "dee", "bo")) == candidates_of(world.state, proposal)


def test_where_nobody_stands_there_is_no_vote(world: World) -> None:
    """The freeze makes it void, and another election may be proposed at once."""
    proposal = world.election()
    world.frozen(proposal)
    assert ("void", 0) == (proposal_of(world.state, proposal).status, proposal_of(world.state, proposal).due_at)
    world.frozen(world.election("bo"))


def test_somebody_may_stand_until_the_clock_has_come(world: World) -> None:
    """However late it comes to freeze."""
    proposal = world.election("bo")
    world.sponsored(proposal)
    world.now = proposal_of(world.state, proposal).due_at + 5
    world.does("cy", Stand(proposal))
    world.does("clock", world.freeze(proposal))
    assert 2 == vote_of(world.state, world.opens_vote(proposal)).options


def test_who_is_elected_anew_holds_one_grant(world: World) -> None:
    """The new one; the one before is over in that moment, and nobody ends the office by it."""
    world.elects("bo")
    before = _office(world, "bo").grant
    world.elects("bo")
    granted = world.state[Granted, before]
    assert granted is not None
    assert world.now == granted.revoked
    assert before != _office(world, "bo").grant
    world.is_refused("office-5", "bo", Revoke(before, before))
    assert _holds(world, "bo")


def test_an_office_is_held_until_its_election_is_closed(world: World) -> None:
    """But not by who resigned, and not longer than the term allows."""
    world.now = _office(world, "mia").until - int(size_of("15d"))
    proposal = world.election("bo")
    vote = _vote(world, proposal)
    assert world.now < _office(world, "mia").until
    world.does("moe", Revoke(_office(world, "moe").grant, _office(world, "moe").grant))
    world.now = _office(world, "mia").until
    assert _holds(world, "mia") and not _holds(world, "moe")
    world.decides("mia", world.reports("eve", world.post("ann")))
    world.now = vote_of(world.state, vote).closes - 1
    assert _holds(world, "mia")
    world.counted(vote)
    assert not _holds(world, "mia")


def test_an_election_that_never_closes_keeps_nobody_for_ever(world: World) -> None:
    """A clock that stands still prolongs an office by the term and no more."""
    world.now = _office(world, "mia").until - int(size_of("15d"))
    _vote(world, world.election("bo"))
    end = _office(world, "mia").until + int(size_of("30d"))
    world.now = end - 1
    assert _holds(world, "mia")
    world.now = end
    assert not _holds(world, "mia")


def test_an_election_that_begins_too_late_prolongs_nothing(world: World) -> None:
    """What is over does not come back."""
    world.now = _office(world, "mia").until
    world.frozen(world.election("bo"))
    assert not _holds(world, "mia")


def test_an_office_is_recalled_by_vote(world: World) -> None:
    """A steward's too, also in the founders' time; and who was recalled may stand again."""
    for name, grant in (("mia", _office(world, "mia").grant), (STEWARD, 2)):
        vote = world.in_vote(Recall(grant))
        assert "adopted" == world.votes(vote, yes=MEMBERS)
        assert _holds(world, name, "steward" if name == STEWARD else "moderator")
        proposal = vote_of(world.state, vote).proposal
        world.now = proposal_of(world.state, proposal).due_at
        world.does("clock", Enact(proposal, Recall(grant)))
        assert not _holds(world, name, "steward" if name == STEWARD else "moderator")
    world.elects("mia")
    assert _holds(world, "mia")


def test_who_resigns_in_the_vacatio_is_recalled_all_the_same(world: World) -> None:
    """The vote is carried out, and finds the office empty."""
    grant = _office(world, "mia").grant
    vote = world.in_vote(Recall(grant))
    world.votes(vote, yes=MEMBERS)
    world.does("mia", Revoke(grant, grant))
    proposal = vote_of(world.state, vote).proposal
    resigned = world.state[Granted, grant]
    world.now = proposal_of(world.state, proposal).due_at
    world.does("clock", Enact(proposal, Recall(grant)))
    assert resigned == world.state[Granted, grant]
    assert "enacted" == proposal_of(world.state, proposal).status


def test_the_recall_of_one_grant_leaves_a_later_one(world: World) -> None:
    """Whom the members elected anew meanwhile they have answered."""
    world.elects("bo")
    grant = _office(world, "bo").grant
    vote = world.in_vote(Recall(grant))
    world.elects("bo")
    world.now = max(world.now, vote_of(world.state, vote).closes)
    for name in MEMBERS:
        world.boxes[vote].put(number(world.by(name)), 0)
    world.does("clock", world.close(vote))
    assert "void" == vote_of(world.state, vote).status
    assert _holds(world, "bo")


def test_the_text_of_the_charter_changes_in_two_votes(world: World) -> None:
    """Its hash and its entry stand in the State from then on."""
    assert 0 == charter_text(world.state).entry
    change = world.charter(ANOTHER)
    index = world.becomes_law(change)
    assert (change.charter, index) == (charter_text(world.state).digest, charter_text(world.state).entry)
    assert 2 == sum(vote.proposal == index_of(world, index) for vote in _votes(world))
    world.is_refused("propose-2", "ann", world.propose(world.post("ann"), change))


def index_of(world: World, enacted: int) -> int:
    """The proposal that an entry brought into force."""
    act = world.entries[enacted].act
    assert isinstance(act, Enact)
    return act.proposal


def _votes(world: World) -> list[Vote]:
    return [value for value in world.state.values() if isinstance(value, Vote)]


def test_only_the_same_text_of_the_charter_waits_when_it_was_rejected(world: World) -> None:
    """Another text is another question."""
    change = world.charter(ANOTHER)
    world.votes(world.in_vote(change), no=MEMBERS)
    world.is_refused("propose-5", "ann", world.propose(world.post("ann"), change))
    world.proposes("ann", world.charter(ANOTHER + "And one line more.\n"))


def test_an_election_is_amended_within_its_office(world: World) -> None:
    """The number of seats may change, and who stands stays."""
    proposal = world.election("bo")
    world.does("ann", world.amendment(proposal, Elect("moderator", 2)))
    assert 1 == len(candidates_of(world.state, proposal))
    world.is_refused("propose-6", "ann", world.amendment(proposal, Elect("steward", 2)))


def test_who_left_is_still_on_the_ballot_and_takes_no_office(world: World) -> None:
    """The names were fixed by the freeze."""
    proposal = world.election("bo", "cy", seats=2)
    vote = _vote(world, proposal)
    for name in MEMBERS:
        world.approves(name, vote, "bo", "cy")
    world.does("bo", CloseAccount(number(world.by("bo"))))
    world.counted(vote)
    world.now = proposal_of(world.state, proposal).due_at
    world.does("clock", Enact(proposal, Elect("moderator", 2)))
    world.does("clock", world.take_office("cy", proposal))
    assert (number(world.by("bo")),) == world.state[Elected, proposal].waiting  # type: ignore[union-attr]
    world.does("clock", Admit())


@given(choices=st.lists(st.integers(0, 15), min_size=1, max_size=12), seats=st.integers(1, 5))
@settings(deadline=None)
def test_the_count_is_what_counting_by_hand_finds(choices: list[int], seats: int) -> None:
    """Ballots as masks and ballots as lists of names come to the same, and to the same winners."""
    vote = Vote(1, 1, 0, 9, 9, 40, "", "1/20", 1, "1/2", True, options=4, approval=True, seats=seats)
    counts = [0] * count_places(vote)
    for choice in choices:
        assert has_choice(vote, choice)
        for place in places_counted(vote, choice):
            counts[place] += 1
    names = [approved(choice, (7, 8, 9, 10)) for choice in choices]
    assert [sum(one in some for some in names) for one in (7, 8, 9, 10)] == counts[:4]
    assert names.count(()) == counts[4]
    chosen = winners([(7, 3), (8, 2), (9, 1), (10, 0)], counts[:4], seats=seats, ballots=len(choices), threshold=HALF)
    carried = [one for one in (10, 9, 8, 7) if sum(one in some for some in names) * 2 > len(choices)]
    ranked = sorted(carried, key=lambda one: -sum(one in some for some in names))
    assert tuple(ranked[:seats]) == chosen


def test_a_vote_that_is_no_election_elects_nobody(world: World) -> None:
    """Its counts are yes, no and blank."""
    vote = world.in_vote(world.enact("9.1", "fold"))
    world.votes(vote, yes=MEMBERS)
    assert () == winners_of(world.state, vote_of(world.state, vote), vote_of(world.state, vote).counts)
