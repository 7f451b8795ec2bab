"""What the founding may not do, and what may not be done to it."""

from msgspec.structs import replace

from governance.acts.members import Admit, Found, Grant, TermSpec
from governance.acts.proposals import Enact, RepealRule, SetTerm
from governance.acts.words import Amount
from governance.entry import Entry
from governance.law import replay
from governance.members import number
from tests.governance.charters import the_charter
from tests.governance.world import STEWARD, World


def _found() -> Found:
    return the_charter().found("The square", "square.example/isegoria-0a1b2c3d")


def _with_term(name: str, value: Amount) -> Found:
    found = _found()
    terms = tuple(replace(term, value=value) if term.name == name else term for term in found.terms)
    return replace(found, terms=terms)


def nothing_comes_before_the_founding(peopled: World) -> None:
    """The first entry is Found, by the founders."""
    world = peopled.beside(World())
    world.is_refused("charter-1", "clock", Admit())
    world.is_refused("charter-1", "clock", _found())


def the_founding_ends(world: World) -> None:
    """Once anybody else has acted the founders act no more."""
    world.is_refused("charter-1", "founding", Admit())


def a_square_is_founded_once(peopled: World) -> None:
    """A second Found is refused, also by the founders."""
    world = peopled.beside(World.founded())
    world.is_refused("charter-1", "founding", _found())


def a_charter_gives_each_term_once(peopled: World) -> None:
    """Twice, never, or one that nobody knows: the founding is refused."""
    world, found = peopled.beside(World()), _found()
    world.is_refused("charter-2", "founding", replace(found, terms=(*found.terms, found.terms[0])))
    world.is_refused("charter-2", "founding", replace(found, terms=found.terms[1:]))
    unknown = TermSpec("mood", "7", "1", "9", entrenched=False)
    world.is_refused("charter-2", "founding", replace(found, terms=(*found.terms, unknown)))


def a_term_is_of_its_kind_and_within_its_bounds(peopled: World) -> None:
    """Days are not persons, and a value lies between its floor and its ceiling."""
    world = peopled.beside(World())
    world.is_refused("charter-2", "founding", _with_term("decision", "7"))
    world.is_refused("charter-3", "founding", _with_term("decision", "900d"))


def the_founding_brings_rules_and_nothing_else(peopled: World) -> None:
    """A founding rule has no proposal, and no term is set and no rule repealed by the founders."""
    world = peopled.beside(World.founded())
    world.is_refused("enact-1", "founding", Enact(3, world.enact("9.1")))
    world.is_refused("enact-1", "founding", Enact(0, SetTerm("decision", "6d")))
    world.is_refused("enact-1", "founding", Enact(0, RepealRule(world.rule("4.1"))))


def a_founding_grant_has_no_basis(peopled: World) -> None:
    """Before the founding there was no grant that could be a basis."""
    world = peopled.beside(World.founded())
    member = world.does("founding", Admit())
    world.is_refused("office-2", "founding", Grant(member, "steward", world.after("office"), 2))


def a_vote_sets_a_term_that_exists(world: World) -> None:
    """Another term, another kind, the same value, or one out of bounds may not even be proposed."""
    post = world.post("ann")
    world.is_refused("charter-2", "ann", world.propose(post, SetTerm("mood", "7")))
    world.is_refused("charter-2", "ann", world.propose(post, SetTerm("decision", "7")))
    world.is_refused("propose-2", "ann", world.propose(post, SetTerm("decision", "168h")))
    world.is_refused("charter-3", "ann", world.propose(post, SetTerm("decision", "15d")))
    world.is_refused("charter-3", "ann", world.propose(post, SetTerm("appeal", "182d")))


def entries_stand_in_order_of_time(world: World) -> None:
    """A history in which time runs backwards is refused."""
    entries = [*world.entries, Entry(Admit(), world.entries[-1].at - 1, "clock")]
    world.refuses("ledger-1", lambda: list(replay(entries)).clear())


def the_stewards_office_was_given_at_the_founding(world: World) -> None:
    """A steward cannot make another steward."""
    grant = Grant(number(world.by("ann")), "steward", world.after("office"), 2)
    world.is_refused("office-2", STEWARD, grant)
