"""Emergencies that may not stand."""

from msgspec.structs import replace

from governance.acts.emergencies import Second
from tests.governance.world import STEWARD, World


def an_emergency_is_invoked_by_who_may(world: World) -> None:
    """A moderator or a steward, about another's post."""
    post = world.post("ann")
    world.is_refused("office-1", "bo", world.invoke(post))
    world.is_refused("member-1", "mia", replace(world.invoke(post), author="m:999"))
    world.is_refused("recusal-1", "mia", world.invoke(world.post("mia")))
    emergency = world.invokes("mia", world.post("moe"))
    world.is_refused("recusal-1", "moe", world.second(emergency))


def an_emergency_binds_what_it_withholds(world: World) -> None:
    """A version that has been made, its words, the reasons and the coin of the draw."""
    act = world.invoke(world.post("ann"))
    world.is_refused("emergency-2", "mia", replace(act, posted=world.now + 1))
    world.is_refused("emergency-2", "mia", replace(act, commits=act.commits[:1]))
    world.is_refused("emergency-4", "mia", replace(act, coin=""))


def what_nobody_is_shown_is_not_bound(world: World) -> None:
    """No words, no reasons, no coin; and whoever signs brings nothing to a draw that is not made."""
    act, unshown = world.invoke(world.post("ann")), world.invoke(world.post("ann"), "child_abuse")
    world.is_refused("emergency-6", "mia", replace(act, ground="child_abuse"))
    world.is_refused("emergency-6", "mia", replace(unshown, coin=act.coin))
    emergency = world.does("mia", unshown)
    world.is_refused("emergency-4", "moe", world.second(emergency))
    other = world.does("mia", act)
    world.is_refused("emergency-4", "moe", world.second(other, unshown=True))


def another_person_signs_in_time(world: World) -> None:
    """Not the same, not twice, and not when it is over."""
    emergency, late = world.invokes("mia", world.post("ann")), world.invokes("mia", world.post("ann"))
    world.is_refused("emergency-1", "moe", Second(1, "0" * 64))
    world.is_refused("emergency-3", "mia", world.second(emergency))
    world.does(STEWARD, world.second(emergency))
    world.is_refused("emergency-3", "moe", world.second(emergency))
    world.now = world.after("second")
    world.is_refused("emergency-3", "moe", world.second(late))


def a_post_is_not_withheld_again_so_soon(world: World) -> None:
    """Whoever would, on whatever ground; only what nobody may see can follow another."""
    post = world.post("ann")
    world.invokes("mia", post)
    again = world.after("emergency_again")
    world.passes("7h")
    world.is_refused("emergency-5", "moe", world.invoke(post, "violence"))
    world.now = again - 1
    world.is_refused("emergency-5", "moe", world.invoke(post))
    world.invokes("moe", post, "child_abuse")
    world.passes("40d")
    world.is_refused("emergency-5", "mia", world.invoke(post, "child_abuse"))


def words_that_were_erased_are_not_bound_anew(world: World) -> None:
    """Nobody's power brings them back."""
    world.has_officer()
    post = world.post("ann")
    case = world.reports("bo", post, "1.1")
    world.decides("mia", case, "withhold")
    world.does("olga", world.erase(case, "content", case, by="bo"))
    world.is_refused("erase-8", "moe", world.invoke(post))


def an_emergency_is_ended_by_who_may(world: World) -> None:
    """A moderator, and what nobody is shown by the legal officer; not by its author, and once."""
    world.has_officer()
    emergency = world.invokes("mia", world.post("moe"))
    world.is_refused("office-1", "bo", world.lift(emergency))
    world.is_refused("recusal-1", "moe", world.lift(emergency))
    world.is_refused("lift-2", "max", replace(world.lift(emergency), commits=()))
    world.does("max", world.lift(emergency))
    world.is_refused("lift-1", "max", world.lift(emergency))
    unshown = world.invokes("mia", world.post("ann"), "child_abuse")
    world.is_refused("office-1", "max", world.lift(unshown))
    world.does("olga", world.lift(unshown))


def withheld_words_are_kept_while_it_matters(world: World) -> None:
    """Their author has them erased when the emergency is over, and never what the law wants kept."""
    emergency = world.invokes("mia", world.post("ann"))
    act = world.erase(emergency, "content", emergency, "request")
    world.is_refused("erase-5", "ann", act)
    world.is_refused("erase-1", "ann", world.erase(emergency, "content", emergency, "request", by="bo"))
    world.is_refused("erase-3", "bo", act)
    post = world.post("ann")
    case = world.reports("bo", post)
    world.decides("mia", case)
    unshown = world.invokes("mia", post, "child_abuse")
    world.is_refused("erase-1", "ann", world.erase(unshown, "content", unshown, "request"))
    world.now = world.after("appeal")
    world.is_refused("emergency-6", "ann", world.erase(case, "content", case, "request", by="bo"))


def reasons_of_an_emergency_are_named_where_they_stand(world: World) -> None:
    """By the act that invoked it or the one that ended it; of what nobody is shown there are none."""
    world.has_officer()
    emergency = world.invokes("mia", world.post("ann"))
    world.is_refused("erase-1", "olga", world.erase(emergency + 1, "reasons", emergency))
    unshown = world.invokes("mia", world.post("ann"), "child_abuse")
    world.is_refused("erase-1", "olga", world.erase(unshown, "reasons", unshown))


def a_jury_is_drawn_for_what_two_signed_and_stands(world: World) -> None:
    """Not for what one invoked, what nobody is shown, or what is over; and once."""
    world.joins(*(f"juror{number}" for number in range(20)))
    world.registers(*(f"juror{number}" for number in range(20)))
    emergency, late = world.invokes("mia", world.post("ann")), world.invokes("mia", world.post("ann"))
    unshown = world.invokes("mia", world.post("ann"), "child_abuse")
    world.is_refused("jury-2", "clock", world.draw(emergency))
    for one in (emergency, late):
        world.does("moe", world.second(one))
    world.does("moe", world.second(unshown, unshown=True))
    world.is_refused("jury-2", "clock", replace(world.draw(emergency), matter=unshown))
    world.draws(emergency)
    world.is_refused("jury-2", "clock", world.draw(emergency))
    world.now = world.after("emergency")
    world.is_refused("jury-2", "clock", world.draw(late))
