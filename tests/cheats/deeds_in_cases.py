"""Deeds in cases, each with its honest twin.

Where an operator would, the deed changes the square's own tables first: its pages then show as law what is none.
"""

import msgspec

from governance.acts.proposals import Enact
from governance.entry import Entry
from governance.law import apply
from governance.members import Granted, Office, number
from governance.rules import version_key
from tests.cheats.adopting import adopts
from tests.cheats.deeds import Audited, Expected
from tests.cheats.operator import Operator
from tests.cheats.town import LASTS

replace = msgspec.structs.replace


def rule_not_in_force(operator: Operator) -> Expected:
    """A post is folded under a rule that was only proposed; the tables call it law."""
    world = operator.world
    change = world.enact("9.2", "fold")
    proposal = world.proposes("ann", change)
    world.state.update(apply(world.state, Entry(Enact(proposal, change), world.now, "clock"), proposal))
    case = world.restricts("cy", "9.2", "fold")
    return {"R1": (case, case + 1), "C1": (case,)}


def rule_in_force(operator: Operator) -> None:
    """The same under a rule that was adopted before the post was made."""
    adopts(operator, operator.world.enact("9.2", "fold"))
    operator.world.restricts("cy", "9.2", "fold")


def later_rule(operator: Operator) -> Expected:
    """A post is folded under a rule that came after it; the tables date the rule before the post."""
    world = operator.world
    post = world.post("cy", "What was allowed when it was said.")
    rule = adopts(operator, world.enact("9.2", "fold"))
    version = world.state[version_key(rule, 1)]
    assert version is not None
    world.state[version_key(rule, 1)] = replace(version, since=post.posted)
    case = world.reports("bo", post, "9.2")
    world.decides("mia", case, "fold", LASTS)
    return {"R3": (case, case + 1)}


def off_the_ladder(operator: Operator) -> Expected:
    """A post is withheld under a rule that allows to label and to fold; the tables let the rule allow it."""
    world = operator.world
    key = version_key(world.rule("9.1"), 1)
    version = world.state[key]
    assert version is not None
    world.state[key] = replace(version, sanctions=("label", "fold", "withhold"), ground="private")
    case = world.restricts("cy", "9.1", "withhold")
    return {"R4": (case + 1,)}


def on_the_ladder(operator: Operator) -> None:
    """The same post is folded."""
    operator.world.restricts("cy", "9.1", "fold")


def no_office(operator: Operator) -> Expected:
    """A member decides who is no moderator; the tables say that they are."""
    world = operator.world
    member, until = number(world.by("fay")), world.after("office")
    grant = len(world.entries) - 1
    world.state[Granted, grant] = Granted(member, "moderator", world.now, until, 2, 0)
    world.state[Office, f"moderator/{member}"] = Office(grant, member, "moderator", until)
    case = world.restricts("cy", "9.1", "fold", "fay")
    return {"A1": (case + 1,)}


def office_held(operator: Operator) -> None:
    """The same by a member to whom the steward granted it."""
    operator.world.grants("fay")
    operator.world.restricts("cy", "9.1", "fold", "fay")


def author_decides(operator: Operator) -> Expected:
    """A moderator decides that their own post stands."""
    world = operator.world
    case = world.reports("bo", world.post("mia"))
    return {"A2": (world.cheats("mia", world.decide(case, ""), "recusal-1"),)}


def another_decides(operator: Operator) -> None:
    """The same is decided by another moderator."""
    world = operator.world
    world.decides("moe", world.reports("bo", world.post("mia")), "")


def same_person_reconsiders(operator: Operator) -> Expected:
    """Whoever decided looks at their own decision again."""
    world = operator.world
    appeal = world.appeals("cy", world.restricts("cy", "9.1", "fold"))
    return {"A2": (world.cheats("mia", world.maintain(appeal), "recusal-2"),)}


def another_reconsiders(operator: Operator) -> None:
    """Somebody else looks again."""
    world = operator.world
    world.does("moe", world.maintain(world.appeals("cy", world.restricts("cy", "9.1", "fold"))))


DEEDS_IN_CASES = (
    Audited.of(1, "R1", rule_not_in_force, rule_in_force),
    Audited.of(2, "R3", later_rule, rule_in_force),
    Audited.of(3, "R4", off_the_ladder, on_the_ladder),
    Audited.of(4, "A1", no_office, office_held),
    Audited.of(5, "A2", author_decides, another_decides),
    Audited.of(6, "A2", same_person_reconsiders, another_reconsiders),
)
