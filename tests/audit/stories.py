"""Stories that several tests begin from."""

from governance.acts.cases import CoSign
from governance.acts.juries import ExcuseJuror, LeaveJury
from governance.acts.members import CloseAccount
from governance.acts.proposals import Withdraw
from governance.members import number
from tests.audit.cheating import CheatingWorld

YES = ("ann", "bo", "cy", "dee", "eve")


def town() -> CheatingWorld:
    """A square with its rules, three moderators and six members who may vote."""
    world = CheatingWorld.peopled()
    assert isinstance(world, CheatingWorld)
    return world


def whole_life() -> CheatingWorld:
    """A square in which nearly everything has happened that can, and a vote is open."""
    world = town()
    _cases(world)
    _proposals(world)
    return world


def _cases(world: CheatingWorld) -> None:
    world.visits("guest")
    folded = world.folded()
    world.does("mia", world.lift(folded))
    appealed = world.folded("cy", decider="moe")
    world.does("max", world.reverse(world.appeals("cy", appealed)))
    upheld = world.folded("guest")
    world.does("moe", world.maintain(world.appeals("guest", upheld)))
    none = world.reports("bo", world.post("dee"))
    world.reports("eve", world.post("dee"))
    world.decides("mia", none, "")
    world.does("moe", world.reverse(world.reporter_appeals("bo", none)))
    world.decides("max", none)
    suspended = world.reports("bo", world.post("fay"), "1.2")
    world.decides("mia", suspended, "suspend", lasts="20d")
    world.does("moe", CoSign(suspended))
    jurors = tuple(f"juror{one}" for one in range(20))
    world.joins(*jurors)
    world.registers(*jurors)
    judged = world.folded("eve")
    world.does("moe", world.maintain(world.appeals("eve", judged)))
    jury = world.draws(len(world.entries) - 2)
    world.does(world.jurors(jury)[0], ExcuseJuror(jury, 0))
    world.does(jurors[0], LeaveJury())
    assert world.judges(jury, 5, 1, 1) == "carried"
    world.joins("olga")
    world.grants("olga", "legal_officer")
    _powers(world)
    erased = world.folded("eve")
    decision = len(world.entries) - 1
    world.does("olga", world.erase(decision, "reasons", erased, "private"))
    world.does("olga", world.correct(decision))
    world.passes("10d")


def _powers(world: CheatingWorld) -> None:
    """An emergency that two have signed, one that fell by its date, and orders obeyed and refused."""
    emergency = world.invokes("mia", world.post("dee"))
    world.does("moe", world.second(emergency))
    world.invokes("max", world.post("bo"), "violence")
    order, other = world.does("olga", world.receive()), world.does("olga", world.receive("disclose"))
    world.does("olga", world.comply(order, world.post("cy")))
    world.does("olga", world.refuse(other))


def _proposals(world: CheatingWorld) -> None:
    world.becomes_law(world.enact("9.1", "label", "fold"))
    world.votes(world.in_vote(world.enact("9.2", "label")), yes=("ann",), no=YES[1:])
    world.votes(world.in_vote(world.enact("9.3", "label")), yes=("ann",))
    world.elects("bo", "cy")
    withdrawn = world.proposes("bo", world.enact("9.4", "label"))
    world.does("bo", Withdraw(withdrawn))
    world.does("fay", CloseAccount(number(world.by("fay"))))
    world.folded("dee", label="9.1")
    vote = world.in_vote(world.amend("9.1", "label"))
    world.casts("ann", vote, "yes")
    world.does("clock", world.seal(vote))
    world.passes("1d")
    world.casts("bo", vote, "no")
    world.does("clock", world.seal(vote))
