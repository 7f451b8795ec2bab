"""Votes: who is on the roll, what the box holds, how it is counted, and what the count does."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from governance.acts.members import CloseAccount
from governance.acts.proposals import Enact, EnactRule, RepealRule, SetTerm
from governance.acts.words import Class
from governance.members import Member, number
from governance.proposals import proposal_of
from governance.terms import Term
from governance.votes import EMPTY_ROOT, LAST_SEAL, Vote, is_on_roll, is_strict, result_of, vote_of
from tests.governance.boxes import root
from tests.governance.world import MEMBERS, MODERATORS, STEWARD, World

ALL = (STEWARD, *MODERATORS, *MEMBERS)


@pytest.fixture
def world() -> World:
    """A peopled square of ten."""
    return World.peopled()


def _vote(quorum: str, quorum_min: int, threshold: str, strictly: bool, roll: int) -> Vote:
    return Vote(1, 1, 0, 1, roll, roll, EMPTY_ROOT, quorum, quorum_min, threshold, strictly)


@given(
    roll=st.integers(0, 60),
    counts=st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20)),
    quorum=st.fractions(0, 1, max_denominator=20),
    least=st.integers(0, 9),
    threshold=st.fractions(Fraction(1, 2), 1, max_denominator=10),
    strictly=st.booleans(),
)
def test_a_result_is_what_the_words_of_the_charter_say(
    roll: int,
    counts: tuple[int, int, int],
    quorum: Fraction,
    least: int,
    threshold: Fraction,
    strictly: bool,
) -> None:
    """Enough of the roll and enough persons; then the share of yes among yes and no, without any rounding."""
    written = [f"{share.numerator}/{share.denominator}" for share in (quorum, threshold)]
    vote = _vote(written[0], least, written[1], strictly, roll)
    yes, no, blank = counts
    cast = yes + no + blank
    if cast < least or cast * quorum.denominator < roll * quorum.numerator:
        expected = "void"
    elif yes + no == 0:
        expected = "rejected"
    else:
        enough = yes * threshold.denominator - (yes + no) * threshold.numerator
        expected = "adopted" if enough > 0 or (enough == 0 and not strictly) else "rejected"
    assert expected == result_of(vote, counts)


@pytest.mark.parametrize(
    ("class_", "yes", "no", "expected"),
    [
        ("ordinary", 5, 5, "rejected"),
        ("ordinary", 6, 5, "adopted"),
        ("restricting", 6, 4, "adopted"),
        ("restricting", 59, 41, "rejected"),
        ("charter", 20, 10, "adopted"),
        ("charter", 19, 10, "rejected"),
    ],
)
def test_thresholds_are_reached_or_passed_as_the_class_asks(class_: Class, yes: int, no: int, expected: str) -> None:
    """More than half, at least three fifths, at least two thirds."""
    threshold = {"ordinary": "1/2", "restricting": "3/5", "charter": "2/3"}[class_]
    assert expected == result_of(_vote("1/20", 5, threshold, is_strict(class_), 100), (yes, no, 0))


@pytest.mark.parametrize(("roll", "needed"), [(0, 5), (50, 5), (51, 6), (60, 6), (61, 7), (1_000, 100)])
def test_a_quorum_is_a_share_rounded_up_and_some_persons(roll: int, needed: int) -> None:
    """No quorum is below the fewest persons."""
    assert needed == _vote("1/10", 5, "3/5", False, roll).ballots_needed


def test_a_vote_opens_with_what_it_takes(world: World) -> None:
    """The terms of that day hold for it, whatever is voted meanwhile."""
    vote = vote_of(world.state, world.in_vote(world.enact("9.1", "fold")))
    assert ("open", 1, 10, 10) == (vote.status, vote.round, vote.edge, vote.roll_size)
    assert ("1/10", 5, "3/5", False) == (vote.quorum, vote.quorum_min, vote.threshold, vote.strictly)
    assert (0, EMPTY_ROOT) == (vote.sealed_size, vote.sealed_root)
    assert world.after("voting") == vote.closes


def test_a_term_voted_meanwhile_does_not_touch_an_open_vote(world: World) -> None:
    """What a vote takes was fixed at its opening."""
    change, term = world.enact("9.1", "fold"), SetTerm("quorum_min", "10")
    slow = world.proposes("ann", term)
    world.frozen(slow)
    assert "adopted" == world.votes(world.opens_vote(slow), yes=ALL)
    second = world.opens_vote(slow)
    assert "adopted" == world.votes(second, yes=ALL)
    vote = world.in_vote(change)
    world.now = max(world.now, proposal_of(world.state, slow).due_at)
    world.does("clock", Enact(slow, term))
    assert 5 == vote_of(world.state, vote).quorum_min
    assert "adopted" == world.votes(vote, yes=MEMBERS[:5])


def test_the_roll_is_who_came_in_time_and_has_not_left(world: World) -> None:
    """Closed before the opening is off; closed after it stays on; who came later is not on it."""
    world.joins("new")
    proposal = world.proposes("ann", world.enact("9.1", "fold"))
    world.frozen(proposal)
    world.does("fay", CloseAccount(number(world.by("fay"))))
    vote = world.opens_vote(proposal)
    world.passes("1d")
    world.does("eve", CloseAccount(number(world.by("eve"))))
    value = vote_of(world.state, vote)
    assert 9 == value.roll_size
    on = {name for name in (*ALL, "new") if _is_on(world, value, name)}
    assert set(ALL) - {"fay"} == on


def _is_on(world: World, vote: Vote, name: str) -> bool:
    member = world.state[Member, number(world.by(name))]
    assert member is not None
    return is_on_roll(vote, 0, member)


def test_the_boxs_seals_follow_its_growth(world: World) -> None:
    """Each seal is the root over the ballots so far, and the close has exactly the last one."""
    vote = world.in_vote(world.enact("9.1", "fold"))
    for name in MEMBERS:
        world.casts(name, vote, "yes")
        world.does("clock", world.seal(vote))
        value, box = vote_of(world.state, vote), world.boxes[vote]
        assert (len(box.ballots), root(box.entries()), world.now) == (
            value.sealed_size,
            value.sealed_root,
            value.sealed_at,
        )
        world.now = world.after("seal")
    world.now = vote_of(world.state, vote).closes
    world.does("clock", world.close(vote))
    closed, box = vote_of(world.state, vote), world.boxes[vote]
    assert ("adopted", (6, 0, 0), world.now, 0) == (closed.status, closed.counts, closed.closed_at, closed.late)
    assert (root(box.openings(6)), root(box.mark_lines())) == (closed.openings_root, closed.marks_root)


def test_ballots_of_the_last_moment_are_sealed_in_the_last_minute(world: World) -> None:
    """After the close the term `seal` does not hold, and a minute is enough."""
    vote = world.in_vote(world.enact("9.1", "fold"))
    for name in MEMBERS:
        world.casts(name, vote, "yes")
    world.now = vote_of(world.state, vote).closes - 1
    world.does("clock", world.seal(vote))
    world.casts("mia", vote, "no")
    world.passes("1ms")
    world.does("clock", world.seal(vote))
    world.now = vote_of(world.state, vote).closes + LAST_SEAL
    world.does("clock", world.close(vote))
    assert (6, 1, 0) == vote_of(world.state, vote).counts


def test_the_last_minute_has_its_last_moment(world: World) -> None:
    """A seal in it counts, and while it lasts no ballot is called late."""
    vote = world.in_vote(world.enact("9.1", "fold"))
    for name in MEMBERS:
        world.casts(name, vote, "yes")
    world.now = vote_of(world.state, vote).closes + LAST_SEAL
    world.is_refused("box-4", "clock", world.close(vote))
    world.does("clock", world.seal(vote))
    world.does("clock", world.close(vote))
    assert (6, 0, 0) == vote_of(world.state, vote).counts


def test_who_left_as_the_vote_opened_is_off_its_roll(world: World) -> None:
    """Closed in the same moment, but in an entry before the opening."""
    proposal = world.proposes("ann", world.enact("9.1", "fold"))
    world.frozen(proposal)
    world.now = proposal_of(world.state, proposal).due_at
    world.does("fay", CloseAccount(number(world.by("fay"))))
    vote = vote_of(world.state, world.opens_vote(proposal))
    assert 9 == vote.roll_size
    assert not _is_on(world, vote, "fay")


def test_when_the_square_was_down_the_seal_before_counts(world: World) -> None:
    """Ballots after it are void, and their number is named."""
    vote = world.in_vote(world.enact("9.1", "fold"))
    for name in MEMBERS:
        world.casts(name, vote, "yes")
    world.does("clock", world.seal(vote))
    for name in MODERATORS:
        world.casts(name, vote, "no")
    world.now = vote_of(world.state, vote).closes + LAST_SEAL + 1
    world.does("clock", world.close(vote))
    closed = vote_of(world.state, vote)
    assert ("adopted", 3, (6, 0, 0)) == (closed.status, closed.late, closed.counts)


def test_an_empty_box_closes_void(world: World) -> None:
    """Nobody came: nothing is decided, and nothing was sealed."""
    vote = world.in_vote(world.enact("9.1", "fold"))
    assert "void" == world.votes(vote)
    assert (0, EMPTY_ROOT) == (vote_of(world.state, vote).sealed_size, vote_of(world.state, vote).openings_root)


def test_blank_ballots_make_the_quorum_and_not_the_share(world: World) -> None:
    """One yes among four blanks carries."""
    vote = world.in_vote(world.enact("9.1", "fold"))
    assert "adopted" == world.votes(vote, yes=["ann"], blank=MEMBERS[1:5])


def test_all_blank_is_rejected(world: World) -> None:
    """Nobody said yes."""
    assert "rejected" == world.votes(world.in_vote(world.enact("9.1", "fold")), blank=MEMBERS)


def test_the_charter_is_changed_by_two_votes_a_gap_apart(world: World) -> None:
    """The second opens no sooner than the gap after the first opened, on the same edge."""
    change = SetTerm("quorum_min", "6")
    first = world.in_vote(change)
    proposal = vote_of(world.state, first).proposal
    opened = vote_of(world.state, first).opened_at
    assert "adopted" == world.votes(first, yes=MEMBERS)
    between = proposal_of(world.state, proposal)
    gap = world.after("charter_gap") - world.now
    assert ("between", opened + gap) == (between.status, between.due_at)
    world.is_refused("enact-2", "clock", Enact(proposal, change))
    world.now = between.due_at - 1
    world.is_refused("vote-2", "clock", world.open_vote(proposal))
    second = world.opens_vote(proposal)
    assert (2, opened + gap, 10) == (
        vote_of(world.state, second).round,
        vote_of(world.state, second).opened_at,
        vote_of(world.state, second).edge,
    )
    assert "adopted" == world.votes(second, yes=MEMBERS)
    world.now = proposal_of(world.state, proposal).due_at
    world.does("clock", Enact(proposal, change))
    term = world.state[Term, "quorum_min"]
    assert term is not None
    assert ("6", "5", "100", True) == (term.value, term.floor, term.ceiling, term.entrenched)


def test_a_charter_change_that_fails_the_second_time_is_rejected(world: World) -> None:
    """Once is not enough."""
    first = world.in_vote(SetTerm("quorum_min", "6"))
    proposal = vote_of(world.state, first).proposal
    assert "adopted" == world.votes(first, yes=MEMBERS)
    assert "rejected" == world.votes(world.opens_vote(proposal), no=MEMBERS)
    assert "rejected" == proposal_of(world.state, proposal).status
    world.is_refused("propose-5", "ann", world.propose(world.post("ann"), SetTerm("quorum_min", "7")))


def test_a_restricting_rule_needs_three_fifths_and_its_repeal_a_majority(world: World) -> None:
    """It is easier to free speech than to bind it."""
    six_of_ten = (*MEMBERS[:6],)
    others = (STEWARD, *MODERATORS)
    five, five_others = MEMBERS[:5], (MEMBERS[5], *others)
    assert "adopted" == world.votes(world.in_vote(world.enact("9.1", "fold")), yes=six_of_ten, no=others)
    assert "rejected" == world.votes(world.in_vote(world.enact("9.2", "fold")), yes=five, no=five_others[:4])
    assert "adopted" == world.votes(world.in_vote(RepealRule(world.rule("4.1"))), yes=five, no=five_others[:4])
    assert "rejected" == world.votes(world.in_vote(RepealRule(world.rule("5.1"))), yes=five, no=five_others)


def test_an_adopted_rule_waits_its_vacatio(world: World) -> None:
    """The clock may come later, never sooner."""
    change = world.enact("9.1", "fold")
    vote = world.in_vote(change)
    world.votes(vote, yes=MEMBERS)
    proposal = proposal_of(world.state, vote_of(world.state, vote).proposal)
    assert ("adopted", world.after("vacatio")) == (proposal.status, proposal.due_at)
    assert isinstance(proposal.change, EnactRule)
    assert replace(proposal.change.rule, label="9.1") == proposal.change.rule
