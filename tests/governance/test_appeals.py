"""The life of an appeal: one for the author, one for all reporters, and no way to keep a contested restriction."""

import pytest

from governance.acts.appeals import JoinAppeal
from governance.acts.members import CloseAccount
from governance.appeals import answered_at
from governance.cases import case_of, subject_of
from governance.members import number
from tests.governance.world import World


@pytest.fixture
def world() -> World:
    """A peopled square."""
    return World.peopled()


def _stands(world: World, case: int) -> bool:
    about = case_of(world.state, case)
    stands = any(restriction.case == case for restriction in subject_of(world.state, about.post).standing(world.now))
    assert stands == about.restricts_at(world.now)
    return stands


def _long_folded(world: World) -> int:
    """A post of ann was folded for as long as can be."""
    case = world.reports("bo", world.post("ann"))
    world.decides("mia", case, "fold", "183d")
    return case


def test_an_appeal_brings_the_end_forward(world: World) -> None:
    """At once, in the value itself, so that no job has to run for it."""
    case = _long_folded(world)
    assert world.after("restriction") == case_of(world.state, case).until
    appeal = world.appeals("ann", case)
    ends_at = world.after("appeal_total")
    assert ends_at == case_of(world.state, case).until == world.appealed(appeal).ends_at
    assert world.after("reconsider") == world.appealed(appeal).due_at
    assert world.after("restriction") == case_of(world.state, case).decided_until
    assert _stands(world, case)


def test_an_appeal_never_prolongs(world: World) -> None:
    """What ends sooner anyway ends when it would have."""
    case = world.folded()
    until = case_of(world.state, case).until
    world.appeals("ann", case)
    assert until == case_of(world.state, case).until


def test_a_reversed_restriction_ends_at_once(world: World) -> None:
    """The case is over and restricts nothing."""
    case = _long_folded(world)
    appeal = world.appeals("ann", case)
    world.passes("1h")
    answer = world.does("moe", world.reverse(appeal))
    assert ("reversed", world.now) == (case_of(world.state, case).status, case_of(world.state, case).until)
    answered = world.appealed(appeal)
    assert ("reversed", world.by("moe"), answer) == (answered.status, answered.answered_by, answered.answer)
    assert not _stands(world, case)
    assert () == subject_of(world.state, case_of(world.state, case).post).restrictions


@pytest.mark.parametrize("maintained", [True, False])
def test_a_contested_restriction_ends_by_its_date(world: World, maintained: bool) -> None:
    """Maintained or never answered: without a second instance nothing keeps it."""
    case = _long_folded(world)
    appeal = world.appeals("ann", case)
    ends_at = world.appealed(appeal).ends_at
    if maintained:
        world.does("moe", world.maintain(appeal))
    world.now = ends_at - 1
    assert _stands(world, case)
    world.now = ends_at
    assert not _stands(world, case)


def test_the_unlawful_stays_under_appeal_and_goes_when_reversed(world: World) -> None:
    """Its date is not brought forward; a second look frees it as any other."""
    case = world.reports("bo", world.post("ann"), "1.1")
    world.decides("mia", case, "withhold", "183d")
    until = case_of(world.state, case).until
    appeal = world.appeals("ann", case)
    assert until == case_of(world.state, case).until
    assert _stands(world, case)
    world.does("moe", world.reverse(appeal))
    assert not _stands(world, case)


def test_who_is_suspended_appeals(world: World) -> None:
    """A suspension takes no right to contest it, not even from a guest or from who has left."""
    world.visits("gus")
    for name in ("gus", "cy"):
        case = world.reports("bo", world.post(name), "2.1")
        world.decides("mia", case, "suspend", "6d")
        if name == "cy":
            world.does(name, CloseAccount(number(world.by(name))))
        appeal = world.appeals(name, case)
        world.does("moe", world.reverse(appeal))
        assert () == subject_of(world.state, world.by(name)).standing(world.now)


def test_reporters_appeal_together(world: World) -> None:
    """One opens the appeal, the others join it, and the count is public."""
    post = world.post("ann")
    case = world.reports("bo", post)
    for name in ("cy", "dee"):
        world.reports(name, post)
    world.decides("mia", case, "")
    appeal = world.reporter_appeals("bo", case)
    world.does("reporter", JoinAppeal(appeal, world.pseudonym("cy")))
    assert ("reporters", 2, world.pseudonym("bo")) == (
        world.appealed(appeal).side,
        world.appealed(appeal).reporters,
        world.appealed(appeal).by,
    )
    assert appeal == case_of(world.state, case).reporters_appeal


def test_a_reporters_appeal_imposes_nothing_and_returns_the_case_once(world: World) -> None:
    """A third moderator decides; whatever they say, the reporters do not come again."""
    case = world.reports("bo", world.post("ann"))
    world.decides("mia", case, "")
    world.does("moe", world.reverse(world.reporter_appeals("bo", case)))
    returned = case_of(world.state, case)
    assert ("open", "", True, world.after("decision")) == (
        returned.status,
        returned.outcome,
        returned.returned,
        returned.due_at,
    )
    assert tuple(number(world.by(name)) for name in ("mia", "moe")) == returned.deciders
    world.is_refused("recusal-2", "mia", world.decide(case))
    world.is_refused("recusal-2", "moe", world.decide(case))
    world.decides("max", case, "")
    world.is_refused("appeal-5", "reporter", world.appeal(case, "bo"))


def test_a_returned_case_may_restrict_and_be_appealed_by_the_author(world: World) -> None:
    """The author's appeal is against the decision that restricts them, whichever it is."""
    case = world.reports("bo", world.post("ann"))
    world.decides("mia", case, "")
    world.does("moe", world.reverse(world.reporter_appeals("bo", case)))
    world.decides("max", case)
    assert _stands(world, case)
    appeal = world.appeals("ann", case)
    assert case_of(world.state, case).decision == world.appealed(appeal).decision
    world.grants("dee")
    world.does("dee", world.reverse(appeal))
    assert not _stands(world, case)


def test_reporters_appeal_against_silence(world: World) -> None:
    """From the day on which silence became the answer."""
    case = world.reports("bo", world.post("ann"))
    world.now = case_of(world.state, case).due_at
    assert world.now == answered_at(case_of(world.state, case))
    appeal = world.reporter_appeals("bo", case)
    assert 0 == world.appealed(appeal).decision
    world.does("moe", world.reverse(appeal))
    world.decides("mia", case)
    assert _stands(world, case)


def test_a_maintained_silence_stays_none(world: World) -> None:
    """Somebody has looked, and leaves it at that."""
    case = world.reports("bo", world.post("ann"))
    world.now = case_of(world.state, case).due_at
    world.does("moe", world.maintain(world.reporter_appeals("bo", case)))
    assert not case_of(world.state, case).restricts
    world.is_refused("recusal-2", "moe", world.decide(case))
    world.is_refused("decide-2", "mia", world.decide(case))


def test_a_milder_sanction_stands_while_the_case_is_open_again(world: World) -> None:
    """And gives way to the new decision, stricter or none."""
    for sanction in ("mute", "fold", ""):
        case = world.folded("ann")
        world.does("moe", world.reverse(world.reporter_appeals("bo", case)))
        assert ("open", "restrict") == (case_of(world.state, case).status, case_of(world.state, case).outcome)
        assert _stands(world, case)
        world.decides("max", case, sanction)
        about = case_of(world.state, case)
        keys = {about.post: sanction == "fold", about.author: sanction == "mute"}
        for key, restricted in keys.items():
            standing = subject_of(world.state, key).standing(world.now)
            assert restricted == any(restriction.case == case for restriction in standing)


def test_a_returned_case_that_nobody_decides_ends_by_its_dates(world: World) -> None:
    """The old sanction until its own end, and no other after it."""
    case = world.folded()
    world.does("moe", world.reverse(world.reporter_appeals("bo", case)))
    world.now = case_of(world.state, case).until
    assert not _stands(world, case)
    world.now = case_of(world.state, case).due_at
    world.is_refused("decide-2", "max", world.decide(case))


def test_a_lift_does_not_close_a_case_that_was_returned(world: World) -> None:
    """The restriction ends, and the reporters' new decision is still owed."""
    case = world.folded()
    world.does("moe", world.reverse(world.reporter_appeals("bo", case)))
    world.does("mia", world.lift(case))
    assert not _stands(world, case)
    assert "open" == case_of(world.state, case).status
    world.is_refused("lift-1", "mia", world.lift(case))
    world.decides("max", case)
    assert _stands(world, case)


def test_an_appeal_after_the_end_clears_the_name(world: World) -> None:
    """What is over can still have been wrong, until the last day of appeal."""
    case = world.folded()
    world.passes("30d")
    appeal = world.appeals("ann", case)
    world.does("moe", world.reverse(appeal))
    reversed_ = case_of(world.state, case)
    assert "reversed" == reversed_.status
    assert reversed_.until < world.now
