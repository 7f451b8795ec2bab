"""Emergencies: hours by one, days by two, and what ends by itself."""

import pytest

from governance.acts.emergencies import Emergent
from governance.cases import subject_of
from governance.emergencies import NO_END, emergency_of
from governance.terms import duration
from tests.governance.making import Post
from tests.governance.world import MEMBERS, MODERATORS, STEWARD, World

JURORS = tuple(f"juror{number}" for number in range(20))


@pytest.fixture
def world() -> World:
    """A square with moderators and a legal officer."""
    world = World.peopled()
    world.has_officer()
    return world


def _is_withheld(world: World, post: Post) -> bool:
    return any(one.sanction == "withhold" for one in subject_of(world.state, post.id).standing(world.now))


@pytest.mark.parametrize("who", ["mia", STEWARD])
def test_one_withholds_for_hours(world: World, who: str) -> None:
    """A moderator or a steward acts at once; nobody signs, and the post is shown again without anybody's act."""
    post = world.post("ann")
    world.invokes(who, post)
    assert _is_withheld(world, post)
    world.now = world.after("second")
    assert not _is_withheld(world, post)


def test_two_withhold_for_days(world: World) -> None:
    """Counted from the first act; with no jury it falls by its date."""
    post, first = world.post("ann"), world.now
    emergency = world.invokes("mia", post)
    world.passes("5h")
    world.does("moe", world.second(emergency))
    world.now = first + duration(world.state, "emergency") - 1
    assert _is_withheld(world, post)
    world.passes("1ms")
    assert not _is_withheld(world, post)


def test_what_nobody_is_shown_is_ended_by_no_date(world: World) -> None:
    """Nor by anybody but the legal officer; a second signature may come late, and is named."""
    post = world.post("ann")
    emergency = world.invokes("mia", post, "child_abuse")
    world.passes("300d")
    assert _is_withheld(world, post)
    assert emergency_of(world.state, emergency).until == NO_END
    world.grants("bo")
    world.has_officer("olaf")
    world.does("bo", world.second(emergency, unshown=True))
    assert _is_withheld(world, post)
    world.does("olaf", world.lift(emergency))
    assert not _is_withheld(world, post)


@pytest.mark.parametrize("who", ["moe", "mia"])
def test_any_moderator_ends_it_before_its_date(world: World, who: str) -> None:
    """Also who invoked it and knows better now."""
    post = world.post("ann")
    emergency = world.invokes("mia", post)
    world.does(who, world.lift(emergency))
    assert not _is_withheld(world, post)
    assert emergency_of(world.state, emergency).status == "lifted"


@pytest.mark.parametrize("ground", ["doxxing", "violence", "malware"])
def test_after_a_month_the_same_post_may_be_withheld_again(world: World, ground: Emergent) -> None:
    """Not before: see the refusals."""
    post, again = world.post("ann"), world.after("emergency_again")
    world.invokes("mia", post)
    world.now = again
    world.invokes("mia", post, ground)
    assert _is_withheld(world, post)


def test_an_emergency_stands_beside_what_a_case_says(world: World) -> None:
    """A folded post is withheld, and folded again when the emergency is over."""
    case = world.folded()
    post = world.post_of(case)
    emergency = world.invokes("mia", post)
    assert ["fold", "withhold"] == [one.sanction for one in subject_of(world.state, post.id).standing(world.now)]
    world.does("moe", world.lift(emergency))
    assert ["fold"] == [one.sanction for one in subject_of(world.state, post.id).standing(world.now)]
    world.reports("cy", post, "1.2")
    assert subject_of(world.state, post.id).emergency == emergency


def test_without_its_reasons_an_emergency_is_over(world: World) -> None:
    """What cannot be shown restricts nobody; the words can go while they are withheld."""
    post = world.post("ann")
    emergency = world.invokes("mia", post)
    world.does("olga", world.erase(emergency, "content", emergency, "unlawful"))
    assert subject_of(world.state, post.id).erased
    assert _is_withheld(world, post)
    world.does("olga", world.erase(emergency, "reasons", emergency))
    assert not _is_withheld(world, post)


def test_its_author_has_the_words_erased_when_it_is_over(world: World) -> None:
    """And the reasons of what is over end nothing any more."""
    emergency = world.invokes("mia", world.post("ann"))
    lifted = world.does("moe", world.lift(emergency))
    world.does("ann", world.erase(emergency, "content", emergency, "request"))
    world.does("olga", world.erase(emergency, "reasons", emergency))
    world.does("olga", world.erase(lifted, "reasons", emergency))
    assert emergency_of(world.state, emergency).status == "lifted"


def test_guests_are_withheld_as_members_are(world: World) -> None:
    """And the legal officer has their words erased at their request, when it is over."""
    world.visits("gus")
    emergency = world.invokes("mia", world.post("gus"))
    world.is_refused("erase-6", "olga", world.erase(emergency, "content", emergency, "request"))
    world.now = world.after("second")
    world.does("olga", world.erase(emergency, "content", emergency, "request"))


def _signed(world: World) -> tuple[Post, int]:
    """An emergency about a post of ann's that mia invoked and moe signed, where all of them may be jurors."""
    world.joins(*JURORS)
    world.registers(*JURORS, *MEMBERS, *MODERATORS)
    post = world.post("ann")
    emergency = world.invokes("mia", post)
    world.does("moe", world.second(emergency))
    return post, emergency


def test_a_jury_confirms_and_it_stands(world: World) -> None:
    """For `restriction`, counted from the first act; neither the author nor the two who acted judge it."""
    post, emergency = _signed(world)
    jury = world.draws(emergency)
    assert not {"mia", "moe", "ann"} & set(world.jurors(jury))
    assert world.judges(jury, 5, 2) == "carried"
    value = emergency_of(world.state, emergency)
    assert ("confirmed", value.invoked_at + duration(world.state, "restriction")) == (value.status, value.until)
    assert _is_withheld(world, post)
    world.does("max", world.lift(emergency))
    assert not _is_withheld(world, post)


@pytest.mark.parametrize(("uphold", "against", "blank"), [(4, 3, 0), (0, 7, 0), (4, 0, 0), (4, 0, 3)])
def test_a_jury_does_not_confirm_and_it_falls(world: World, uphold: int, against: int, blank: int) -> None:
    """At once, and not on its date: by fewer than two thirds, or by too few ballots."""
    post, emergency = _signed(world)
    world.judges(world.draws(emergency), uphold, against, blank)
    value = emergency_of(world.state, emergency)
    assert value.status == "fallen"
    assert not _is_withheld(world, post)
    assert world.now < value.invoked_at + duration(world.state, "emergency")


def test_what_was_lifted_meanwhile_stays_lifted(world: World) -> None:
    """A verdict brings nothing back."""
    post, emergency = _signed(world)
    jury = world.draws(emergency)
    world.does("max", world.lift(emergency))
    world.judges(jury, 7)
    value = emergency_of(world.state, emergency)
    assert value.status == "lifted"
    assert value.verdict
    assert not _is_withheld(world, post)
