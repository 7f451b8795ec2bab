"""Juries: drawn by lot from two hands, excused without a cause, and a restriction that they do not uphold is over."""

import pytest

from governance.acts.juries import ExcuseJuror, LeaveJury
from governance.cases import case_of
from governance.juries import Juror, jury_of
from governance.members import number
from governance.votes import vote_of
from tests.governance.world import MEMBERS, World

MORE = tuple(f"juror{number}" for number in range(30))


@pytest.fixture
def world() -> World:
    """A peopled square with 36 members in the register of jurors."""
    world = World.peopled()
    world.joins(*MORE)
    world.registers(*MEMBERS, *MORE)
    return world


def _folded(world: World, label: str = "4.1", sanction: str = "fold") -> int:
    case = world.reports("bo", world.post("ann"), label)
    world.decides("mia", case, sanction, "100d")  # type: ignore[arg-type]
    return case


def _sitting(world: World, name: str) -> int:
    juror = world.state[Juror, number(world.by(name))]
    assert juror is not None
    return juror.sitting


def test_a_jury_that_upholds_sets_the_end_back(world: World) -> None:
    """The appeal had brought it forward; two thirds of the ballots give it back."""
    case = _folded(world)
    appeal = world.appeals("ann", case)
    world.does("moe", world.maintain(appeal))
    jury = world.draws(appeal)
    assert 7 == len(jury_of(world.state, jury).serving)
    assert 14 == len(jury_of(world.state, jury).seats)
    assert "carried" == world.judges(jury, 5, 2)
    assert ("upheld", case_of(world.state, case).decided_until) == (
        world.appealed(appeal).status,
        case_of(world.state, case).until,
    )


@pytest.mark.parametrize(("uphold", "against", "blank"), [(4, 3, 0), (4, 0, 3), (0, 7, 0), (3, 1, 1), (4, 0, 0)])
def test_otherwise_it_is_reversed(world: World, uphold: int, against: int, blank: int) -> None:
    """A blank ballot is cast and does not uphold; without a quorum nothing is upheld."""
    case = _folded(world)
    appeal = world.appeals("ann", case)
    jury = world.draws(appeal)
    assert "carried" != world.judges(jury, uphold, against, blank)
    assert ("reversed", "reversed") == (world.appealed(appeal).status, case_of(world.state, case).status)
    assert world.now == case_of(world.state, case).until


def test_who_sits_is_nobody_who_had_a_part(world: World) -> None:
    """Neither the author nor who decided, whichever seed is drawn."""
    world.registers("mia", "moe")
    for _ in range(5):
        case = _folded(world)
        appeal = world.appeals("ann", case)
        world.does("moe", world.maintain(appeal))
        seats = set(jury_of(world.state, world.draws(appeal)).seats)
        assert not seats & {number(world.by(name)) for name in ("ann", "mia", "moe")}
        world.passes("20d")


def test_who_sits_in_three_cases_is_passed_over(world: World) -> None:
    """Of 36 jurors 35 may sit; four juries of fourteen seats need 56, and none sits in more than three."""
    juries = [world.draws(world.appeals("ann", _folded(world))) for _ in range(4)]
    assert max(_sitting(world, name) for name in (*MEMBERS, *MORE)) <= 3
    for jury in juries:
        if world.now < jury_of(world.state, jury).evidence_until:
            world.judges(jury, 0, 7)
    while any(jury_of(world.state, jury).status == "evidence" for jury in juries):
        world.judges(next(jury for jury in juries if jury_of(world.state, jury).status == "evidence"), 0, 7)
    assert {0} == {_sitting(world, name) for name in (*MEMBERS, *MORE)}


def test_who_left_the_register_or_came_late_is_passed_over(world: World) -> None:
    """The pool is fixed by the decision; of it only those are drawn who may be drawn now."""
    case = _folded(world)
    leavers = MORE[:10]
    for name in leavers:
        world.does(name, LeaveJury())
    world.joins("late")
    world.registers("late")
    case = _folded(world)
    seats = jury_of(world.state, world.draws(world.appeals("ann", case))).seats
    assert not set(seats) & {number(world.by(name)) for name in leavers}
    assert 14 == len(seats)


def test_the_next_seat_moves_up_for_who_is_excused(world: World) -> None:
    """Nobody is drawn anew; the alternate sits, and votes."""
    jury = world.draws(world.appeals("ann", _folded(world)))
    before = jury_of(world.state, jury)
    excused, eighth = world.jurors(jury)[2], before.seats[7]
    world.does(excused, ExcuseJuror(jury, 2))
    after = jury_of(world.state, jury)
    assert (before.seats, (*before.serving[:2], *before.serving[3:], eighth)) == (after.seats, after.serving)
    assert 0 == _sitting(world, excused)
    vote = world.in_jury(jury)
    assert eighth in vote_of(world.state, vote).jurors


def test_after_seven_excuses_the_restriction_falls(world: World) -> None:
    """A crowd cannot sit a jury out until it pleases them."""
    case = _folded(world)
    appeal = world.appeals("ann", case)
    jury = world.draws(appeal)
    for place in range(7):
        assert "evidence" == jury_of(world.state, jury).status
        world.does(world.jurors(jury)[0], ExcuseJuror(jury, place))
    assert ("dissolved", "reversed") == (jury_of(world.state, jury).status, case_of(world.state, case).status)
    assert {0} == {_sitting(world, name) for name in (*MEMBERS, *MORE)}


def test_on_unlawful_content_nothing_falls_for_want_of_a_jury(world: World) -> None:
    """The restriction stands to its end; a jury that does vote may reverse it."""
    case = _folded(world, "1.1", "withhold")
    until = case_of(world.state, case).until
    appeal = world.appeals("ann", case)
    world.now = world.appealed(appeal).ends_at
    assert "void" == world.judges(world.draws(appeal), 0, 4)
    assert ("unheard", until) == (world.appealed(appeal).status, case_of(world.state, case).until)
    other = _folded(world, "1.1", "withhold")
    assert "failed" == world.judges(world.draws(world.appeals("ann", other)), 3, 4)
    assert "reversed" == case_of(world.state, other).status


def test_what_fell_by_its_date_is_not_raised_by_a_late_verdict(world: World) -> None:
    """The clock was away: the jury upholds when the restriction has ended, and it stays ended."""
    case = _folded(world)
    appeal = world.appeals("ann", case)
    world.now = world.appealed(appeal).ends_at - 1
    jury = world.draws(appeal)
    until = case_of(world.state, case).until
    assert "carried" == world.judges(jury, 7)
    assert (until, False) == (case_of(world.state, case).until, case_of(world.state, case).restricts_at(world.now))


def test_against_none_a_jury_returns_the_case_and_imposes_nothing(world: World) -> None:
    """Two thirds of the ballots return it, once; another moderator decides."""
    case = world.reports("bo", world.post("ann"))
    world.decides("mia", case, "")
    appeal = world.reporter_appeals("bo", case)
    world.does("moe", world.maintain(appeal))
    assert "carried" == world.judges(world.draws(appeal), 5, 2)
    returned = case_of(world.state, case)
    assert ("open", True, "") == (returned.status, returned.returned, returned.outcome)
    world.is_refused("recusal-2", "mia", world.decide(case))
    world.decides("max", case)
    world.appeals("ann", case)


@pytest.mark.parametrize(("back", "keep", "blank"), [(4, 3, 0), (0, 7, 0), (4, 0, 0)])
def test_otherwise_the_answer_stands(world: World, back: int, keep: int, blank: int) -> None:
    """Doubt favours speech: a third of the ballots is enough to keep it."""
    case = world.reports("bo", world.post("ann"))
    world.decides("mia", case, "")
    appeal = world.reporter_appeals("bo", case)
    world.judges(world.draws(appeal), back, keep, blank)
    assert ("upheld", "none") == (world.appealed(appeal).status, case_of(world.state, case).outcome)


def test_the_second_appeal_goes_to_fifteen_others_and_is_final(world: World) -> None:
    """None of the first jury's seats sits again, and its coin was committed before the words were typed."""
    world.joins(*(f"other{number}" for number in range(20)))
    world.registers(*(f"other{number}" for number in range(20)))
    case = _folded(world)
    first = world.appeals("ann", case)
    one = world.draws(first)
    assert "carried" == world.judges(one, 7)
    second = world.appeals("ann", case)
    assert second == world.appealed(first).second
    assert case_of(world.state, case).until == world.appealed(second).ends_at
    two = jury_of(world.state, world.draws(second))
    assert 15 == two.size == len(two.serving)
    assert not set(two.seats) & set(jury_of(world.state, one).seats)
    assert "failed" == world.judges(world.appealed(second).jury, 9, 6)
    assert ("reversed", "reversed") == (world.appealed(second).status, case_of(world.state, case).status)


def test_an_edit_that_mends_the_post_ends_the_restriction(world: World) -> None:
    """The decision was right and is not reversed; it is over."""
    case = _folded(world)
    until = case_of(world.state, case).until
    appeal = world.does("ann", world.edited(case))
    assert until == case_of(world.state, case).until
    world.does("moe", world.reverse(appeal))
    assert ("lifted", world.now) == (case_of(world.state, case).status, case_of(world.state, case).until)


def test_jurors_reasons_are_bound_without_a_number(world: World) -> None:
    """They stand in the entry that closes the vote."""
    jury = world.draws(world.appeals("ann", _folded(world)))
    vote = world.in_jury(jury)
    for name in world.jurors(jury):
        world.casts(name, vote, "yes")
    world.now = vote_of(world.state, vote).closes
    world.does("clock", world.seal(vote))
    entry = world.does("clock", world.close(vote, ("it was mild", "so I think")))
    assert ["reasons/1", "reasons/2"] == [opening.field for at, opening in world.openings if at == entry]
    assert ("carried", entry) == (jury_of(world.state, jury).status, jury_of(world.state, jury).closed)
