"""Members, guests, offices, and the day on which the founders are done."""

import pytest

from governance.acts.members import CloseAccount, Grant, Revoke
from governance.acts.proposals import SetTerm
from governance.members import Granted, Member, Office, Place, Square, holds, number, register_of
from governance.offices import founding_is_over
from governance.state import LoadedState, State, Unread
from governance.terms import Term, count, duration, fraction, kind_of, size_of
from tests.governance.charters import the_charter, the_demonstrations_charter
from tests.governance.world import MEMBERS, START, STEWARD, World

THE_STEWARDS = 2


@pytest.fixture
def world() -> World:
    """A peopled square."""
    return World.peopled()


def test_the_founding_makes_a_square_a_steward_and_the_law() -> None:
    """One thing an entry, and afterwards the ledger is the law in force."""
    world = World.founded()
    assert (
        Square("The square", "square.example/isegoria-0a1b2c3d", the_charter().digest, False, START, "")
        == world.state[Square, "square"]
    )
    assert "m:1" == world.people[STEWARD]
    assert holds(world.state, "steward", 1, world.now) is not None
    assert 3 + len(the_charter().rules) == len(world.entries)
    assert register_of(world.state).founding
    world.joins("ann")
    assert not register_of(world.state).founding


def test_a_member_is_the_entry_that_admitted_them(world: World) -> None:
    """Each has a place of their own in a register without holes; guests have none."""
    world.visits("gus")
    index = len(world.entries)
    world.joins("new")
    assert f"m:{index}" == world.people["new"]
    assert Member(False, 10, world.now, 0) == world.state[Member, index]
    assert Place(index, world.now) == world.state[Place, 10]
    assert Member(True, -1, world.now, 0) == world.state[Member, number(world.by("gus"))]
    register = register_of(world.state)
    assert (11, 0, 1, 11) == (register.length, register.closures, register.guests, register.members)


def test_who_leaves_keeps_their_place(world: World) -> None:
    """The register only grows; a closed account is counted out and never struck."""
    world.does("ann", CloseAccount(number(world.by("ann"))))
    register = register_of(world.state)
    assert (10, 1, 9) == (register.length, register.closures, register.members)
    member = world.state[Member, number(world.by("ann"))]
    assert member is not None
    assert (4, world.now) == (member.place, member.closed)


def test_an_office_lasts_its_term(world: World) -> None:
    """To the millisecond; then it can be granted anew."""
    grant = world.grants("ann")
    held = number(world.by("ann"))
    until = world.after("office")
    assert Granted(held, "moderator", world.now, until, THE_STEWARDS, 0) == world.state[Granted, grant]
    assert Office(grant, held, "moderator", until) == holds(world.state, "moderator", held, until - 1)
    assert holds(world.state, "moderator", held, until) is None
    world.now = until
    assert grant != world.grants("ann")
    assert holds(world.state, "moderator", held, world.now) is not None


@pytest.mark.parametrize("who", ["ann", STEWARD])
def test_an_office_ends_early(world: World, who: str) -> None:
    """By resignation, or by the steward; at once, and with its basis."""
    grant = world.grants("ann")
    world.passes("1h")
    world.does(who, Revoke(grant, grant if who == "ann" else THE_STEWARDS))
    granted = world.state[Granted, grant]
    assert granted is not None
    assert world.now == granted.revoked
    assert holds(world.state, "moderator", number(world.by("ann")), world.now) is None


def test_a_steward_resigns_and_nobody_makes_another(world: World) -> None:
    """The house is without a keeper then, and the rules go on."""
    world.does(STEWARD, Revoke(THE_STEWARDS, THE_STEWARDS))
    grant = Grant(number(world.by("ann")), "moderator", world.after("office"), THE_STEWARDS)
    world.is_refused("office-1", STEWARD, grant)
    world.becomes_law(world.enact("9.1", "fold"))


def test_the_founders_time_ends_by_time_or_by_members(world: World) -> None:
    """Whichever comes first; who leaves does not count."""
    over = START + duration(world.state, "founding_time")
    assert not founding_is_over(world.state, over - 1)
    assert founding_is_over(world.state, over)
    for name in range(490):
        world.joins(f"member {name}")
    assert founding_is_over(world.state, world.now)
    world.does("ann", CloseAccount(number(world.by("ann"))))
    assert not founding_is_over(world.state, world.now)


def test_a_stewards_office_covers_the_founders_time() -> None:
    """So a square does not lose its moderators before it can be without its founders."""
    world = World.founded()
    office = holds(world.state, "steward", 1, START + duration(world.state, "founding_time") - 1)
    assert office is not None


def test_a_term_changes_by_vote_and_keeps_its_bounds(world: World) -> None:
    """What was fixed by dates before the change stays as it was."""
    case = world.reports("bo", world.post("ann"))
    before = world.after("decision")
    world.becomes_law(SetTerm("decision", "3d"), MEMBERS)
    assert Term("decision", "3d", "1d", "14d", False) == world.state[Term, "decision"]
    assert 3 * 86_400_000 == duration(world.state, "decision")
    world.is_refused("decide-2", "mia", world.decide(case))
    assert before < world.now


@pytest.mark.parametrize(
    ("amount", "kind", "size"),
    [
        ("250ms", "duration", 250),
        ("20s", "duration", 20_000),
        ("10m", "duration", 600_000),
        ("72h", "duration", 259_200_000),
        ("183d", "duration", 15_811_200_000),
        ("0", "count", 0),
        ("500", "count", 500),
        ("1/2", "fraction", 0.5),
        ("3/4", "fraction", 0.75),
    ],
)
def test_an_amount_says_its_kind_and_size(amount: str, kind: str, size: float) -> None:
    """Durations in milliseconds, counts and shares as they are."""
    assert kind == kind_of(amount)
    assert size == size_of(amount)


def test_terms_are_read_by_their_kind() -> None:
    """The demonstration counts in minutes what every square counts in days."""
    world = World.founded(the_demonstrations_charter())
    assert 1_800_000 == duration(world.state, "voting")
    assert 5 == count(world.state, "quorum_min")
    assert size_of("2/3") == fraction(world.state, "threshold_charter")
    with pytest.raises(AssertionError):
        duration(world.state, "quorum_min")


def test_a_state_that_loads_says_what_it_has_not_read() -> None:
    """The door loads those keys and asks again; what is known to be absent is None."""
    state = LoadedState()
    with pytest.raises(Unread) as caught:
        state[Member, 7]
    assert frozenset({(Member, 7)}) == caught.value.keys
    state.absent.add((Member, 7))
    assert state[Member, 7] is None
    with pytest.raises(Unread) as caught:
        state.need([(Member, 7), (Member, 8), (Place, 1)])
    assert frozenset({(Member, 8), (Place, 1)}) == caught.value.keys
    state.update({(Member, 7): Member(False, 0, 1, 0), (Member, 8): Member(False, 1, 1, 0)})
    assert Member(False, 0, 1, 0) == state[Member, 7]
    state.need([(Member, 7), (Member, 8)])
    State().need([(Member, 7)])
    assert State()[Member, 7] is None
