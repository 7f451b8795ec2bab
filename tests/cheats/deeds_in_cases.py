"""Deeds in cases, each with its honest twin.

Where an operator would, the deed changes the square's own tables first: its pages then show as law what is none.
"""

from dataclasses import replace as replaced
from hashlib import sha256
from itertools import count

import msgspec

from governance.acts.juries import DrawJury
from governance.acts.proposals import Enact
from governance.entry import Entry
from governance.juries import drawn_seats
from governance.law import apply
from governance.matters import matter_of
from governance.members import Granted, Office, number
from governance.rules import version_key
from tests.cheats.adopting import adopts
from tests.cheats.deeds import Audited, Expected
from tests.cheats.operator import Operator
from tests.cheats.town import JURORS, LASTS

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


def younger_than_it_is(operator: Operator) -> Expected:
    """The same, and no table lies: the report says that the post is as young as the rule."""
    world = operator.world
    post = world.post("cy", "What was allowed when it was said.")
    adopts(operator, world.enact("9.2", "fold"))
    case = world.reports("bo", replaced(post, posted=world.now), "9.2")
    world.decides("mia", case, "fold", LASTS)
    return {"C1": (case,)}


def never_said(operator: Operator) -> Expected:
    """A post is folded for words that the report puts into its author's mouth."""
    world = operator.world
    case = world.reports("bo", replaced(world.post("cy", "Good morning."), text="Get out of here."), "9.1")
    world.decides("mia", case, "fold", LASTS)
    return {"C1": (case,)}


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


def juror_not_by_the_seed(operator: Operator) -> Expected:
    """A juror sits whom the seed did not draw, in the seat of one whom it did."""
    world = operator.world
    draw = world.draw(_contested(operator))
    friend = next(one for one in (number(world.by(name)) for name in JURORS) if one not in draw.seats)
    return _tried(operator, replace(draw, seats=(friend, *draw.seats[1:])), "jury-4")


def another_secret(operator: Operator) -> Expected:
    """Secrets are tried until one draws a friend, and that one is opened; every seat is as its own seed says."""
    world = operator.world
    appeal = _contested(operator)
    draw, matter, friend = world.draw(appeal), matter_of(world.state, appeal), number(world.by(JURORS[0]))
    tried = (sha256(str(n).encode()).hexdigest() for n in count())
    draws = ((secret, drawn_seats(world.state, matter, secret)) for secret in tried)
    secret, seats = next((secret, seats) for secret, seats in draws if friend in seats[:7])
    return _tried(operator, replace(draw, secret=secret, seats=seats), "jury-3")


def jurors_by_the_seed(operator: Operator) -> None:
    """Those sit whom the seed drew, and all vote."""
    world = operator.world
    jury = world.does("clock", world.draw(_contested(operator)))
    vote = world.in_jury(jury)
    operator.votes(vote, yes=world.jurors(jury))
    world.counted(vote)


def _contested(operator: Operator) -> int:
    """An appeal that another moderator has maintained; a jury is to judge it."""
    world = operator.world
    appeal = world.appeals("cy", world.restricts("cy", "9.1", "fold"))
    world.does("moe", world.maintain(appeal))
    return appeal


def _tried(operator: Operator, draw: DrawJury, clause: str) -> Expected:
    """The draw is written, and the jury that it made upholds."""
    world = operator.world
    jury = world.cheats("clock", draw, clause)
    world.judges(jury, 7)
    return {"P3": (jury,)}


DEEDS_IN_CASES = (
    Audited.of(1, "R1", rule_not_in_force, rule_in_force),
    Audited.of(2, "R3", later_rule, rule_in_force),
    Audited.of(2, "C1", younger_than_it_is, rule_in_force),
    Audited.of(3, "R4", off_the_ladder, on_the_ladder),
    Audited.of(4, "A1", no_office, office_held),
    Audited.of(5, "A2", author_decides, another_decides),
    Audited.of(6, "A2", same_person_reconsiders, another_reconsiders),
    Audited.of(14, "P3", juror_not_by_the_seed, jurors_by_the_seed),
    Audited.of(14, "P3", another_secret, jurors_by_the_seed),
    Audited.of(20, "C1", never_said, rule_in_force),
)
