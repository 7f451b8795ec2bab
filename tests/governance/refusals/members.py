"""Who may not act: strangers, guests, the closed, and those without an office."""

from msgspec.structs import replace

from governance.acts.members import Admit, AdmitGuest, CloseAccount, Grant, Revoke
from governance.members import number
from tests.governance.world import STEWARD, World

THE_STEWARDS = 2
"""The entry that granted the steward's office."""


def _grant(world: World, name: str) -> Grant:
    return Grant(number(world.by(name)), "moderator", world.after("office"), THE_STEWARDS)


def only_who_stands_in_the_register_acts(world: World) -> None:
    """A guest is no member, the clock is no person, and nobody has a number that was never given."""
    world.visits("gus")
    case = world.folded()
    world.is_refused("member-1", "gus", world.propose(world.post("gus"), world.enact("9.1")))
    world.is_refused("member-1", "clock", world.appeal(case))
    world.is_refused("member-1", "m:999", world.appeal(case))
    world.is_refused("member-1", world.by("gus").replace("g", "m"), world.appeal(case))


def members_do_not_admit(world: World) -> None:
    """Members and guests are admitted by the clock."""
    world.is_refused("member-2", "ann", Admit())
    world.is_refused("member-2", "ann", AdmitGuest())


def an_account_is_its_owners(world: World) -> None:
    """It is closed by nobody else, and then does nothing more."""
    world.is_refused("member-3", "bo", CloseAccount(number(world.by("ann"))))
    world.does("ann", CloseAccount(number(world.by("ann"))))
    world.is_refused("member-3", "ann", world.propose(world.post("ann"), world.enact("9.1")))


def only_a_moderator_decides(world: World) -> None:
    """Neither a member, nor the steward, nor a moderator whose time is over."""
    case = world.reports("bo", world.post("ann"))
    world.is_refused("office-1", "cy", world.decide(case))
    world.is_refused("office-1", STEWARD, world.decide(case))
    world.passes("184d")
    world.is_refused("office-1", "mia", world.decide(case))


def an_office_is_granted_to_a_member_who_lacks_it(world: World) -> None:
    """Not to a guest, not to somebody who left, not twice, and on no other basis than the steward's own grant."""
    world.visits("gus")
    world.does("fay", CloseAccount(number(world.by("fay"))))
    world.is_refused("office-2", STEWARD, _grant(world, "gus"))
    world.is_refused("office-2", STEWARD, _grant(world, "fay"))
    world.is_refused("office-2", STEWARD, replace(_grant(world, "ann"), member=0))
    world.is_refused("office-2", STEWARD, _grant(world, "mia"))
    world.is_refused("office-2", STEWARD, replace(_grant(world, "ann"), basis=1))
    world.is_refused("office-1", "ann", _grant(world, "ann"))


def an_office_has_an_end(world: World) -> None:
    """It lies ahead, and no further than the term."""
    grant = _grant(world, "ann")
    world.is_refused("office-3", STEWARD, replace(grant, until=world.now))
    world.is_refused("office-3", STEWARD, replace(grant, until=grant.until + 1))


def the_founders_time_ends_with_their_five_hundredth_member(world: World) -> None:
    """Then a steward neither makes moderators nor ends them."""
    grant = world.grants("dee")
    for number_ in range(len(world.people), 500):
        world.joins(f"member {number_}")
    world.is_refused("office-4", STEWARD, _grant(world, "ann"))
    world.is_refused("office-4", STEWARD, Revoke(grant, THE_STEWARDS))


def an_office_that_is_held_ends_early_on_its_basis(world: World) -> None:
    """No other entry is a grant, a resignation names itself, and a steward ends no steward."""
    grant = world.grants("dee")
    world.is_refused("office-5", STEWARD, Revoke(0, THE_STEWARDS))
    world.is_refused("office-5", "dee", Revoke(grant, THE_STEWARDS))
    world.is_refused("office-5", STEWARD, Revoke(grant, 1))
    world.is_refused("office-1", "ann", Revoke(grant, THE_STEWARDS))
    world.does("dee", Revoke(grant, grant))
    world.is_refused("office-5", "dee", Revoke(grant, grant))
    grant = world.grants("cy")
    world.now = world.after("office")
    world.is_refused("office-5", "cy", Revoke(grant, grant))
