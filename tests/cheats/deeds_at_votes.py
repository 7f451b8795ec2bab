"""Deeds at votes, each with its honest twin: the same people vote the same, and what they said is counted."""

import msgspec

from governance.acts.proposals import Enact
from governance.members import number
from governance.proposals import proposal_of
from governance.votes import LAST_SEAL, vote_of
from tests.cheats.adopting import FEW, MANY, adopts, asked, sealed
from tests.cheats.deeds import Audited, Expected
from tests.cheats.operator import Operator
from tests.fsck.whole import VOTERS
from tests.governance.boxes import CHOICE, root
from tests.governance.world import MEMBERS

replace = msgspec.structs.replace
YES, NO = CHOICE["yes"], CHOICE["no"]
"""0 and 1: one less what is said is its opposite."""


def result_misstated(operator: Operator) -> Expected:
    """A vote that was lost is stated as won, and what it lost becomes law."""
    world = operator.world
    vote = asked(operator, yes=FEW, no=MANY)
    sealed(operator, vote)
    honest = world.close(vote)
    yes, no, blank = honest.counts
    close = world.does("clock", replace(honest, counts=(no, yes, blank)))
    return {"R2": (close, world.enacted(vote))}


def openings_turned(operator: Operator) -> Expected:
    """The same, and the openings are turned with it, so that whoever only adds them up finds what was stated."""
    world = operator.world
    vote = asked(operator, yes=FEW, no=MANY)
    sealed(operator, vote)
    box = world.boxes[vote]
    true, honest = box.ballots, world.close(vote)
    box.ballots = [(1 - choice, token) for choice, token in true]
    turned, box.ballots = world.close(vote), true
    close = world.does("clock", replace(turned, root=honest.root))
    operator.behind_the_door()
    sql = "update box_entry set choice = 1 - choice where vote = {}"
    operator.writes(lambda tx: tx.run(sql, vote))
    return {"R2": (close,)}


def result_stated(operator: Operator) -> None:
    """What was lost is stated as lost."""
    vote = asked(operator, yes=FEW, no=MANY)
    assert operator.world.counted(vote) == "rejected"


def ballot_dropped(operator: Operator) -> Expected:
    """A sealed ballot is taken out, its mark with it, and two for members who abstained are put in its stead."""
    world = operator.world
    vote = asked(operator, yes=FEW, no=MANY)
    seal = world.does("clock", world.seal(vote))
    box = world.boxes[vote]
    box.ballots.pop(len(box.ballots) // 2)
    box.marks.discard(number(world.by(MANY[0])))
    for name in VOTERS[60:62]:
        box.put(number(world.by(name)), YES)
    world.counted(vote)
    return {"V2": (seal,)}


def ballots_kept(operator: Operator) -> None:
    """Two who had abstained vote after the first seal, and all are counted."""
    world = operator.world
    vote = asked(operator, yes=FEW, no=MANY)
    world.does("clock", world.seal(vote))
    operator.votes(vote, yes=VOTERS[60:62])
    world.counted(vote)


def ballot_altered(operator: Operator) -> Expected:
    """A sealed ballot is made to say the opposite, in its commitment too, before one more ballot comes in."""
    world = operator.world
    vote = asked(operator, yes=FEW, no=MANY)
    seal = world.does("clock", world.seal(vote))
    operator.votes(vote, no=VOTERS[60:61])
    ballots = world.boxes[vote].ballots
    place = next(place for place, (choice, _) in enumerate(ballots) if choice == NO)
    ballots[place] = (YES, ballots[place][1])
    world.counted(vote)
    return {"V2": (seal,)}


def mark_outside_the_roll(operator: Operator) -> Expected:
    """Somebody votes who came too late to stand on the roll."""
    world = operator.world
    world.joins("zoe")
    vote = asked(operator, yes=FEW, no=MANY)
    world.boxes[vote].put(number(world.by("zoe")), YES)
    world.counted(vote)
    return {"R2": (len(world.entries) - 1,)}


def newcomer_abstains(operator: Operator) -> None:
    """The newcomer has no vote."""
    operator.world.joins("zoe")
    operator.world.counted(asked(operator, yes=FEW, no=MANY))


def wrong_roll(operator: Operator) -> Expected:
    """Those who would say no are struck from the roll before the vote opens, so that fewer make the quorum."""
    world = operator.world
    proposal = world.proposes("ann", world.enact("9.2", "fold"))
    world.frozen(proposal)
    world.now = proposal_of(world.state, proposal).due_at
    struck = {number(world.by(name)) for name in MANY}
    left = [member for member in world.roll(proposal_of(world.state, proposal).edge) if member not in struck]
    roll = root([f"m:{member}".encode() for member in left])
    vote = world.does("clock", replace(world.open_vote(proposal), roll_size=len(left), roll_root=roll))
    operator.votes(vote, yes=VOTERS[60:90])
    world.counted(vote)
    return {"V1": (vote,)}


def right_roll(operator: Operator) -> None:
    """All stand on the roll, whether they vote or not."""
    operator.world.counted(asked(operator, yes=VOTERS[60:90]))


def late_ballots(operator: Operator) -> Expected:
    """When the vote is over and lost, ballots for the members who abstained are added, and sealed with the rest."""
    world = operator.world
    vote = asked(operator, yes=FEW, no=MANY)
    world.now = vote_of(world.state, vote).closes + 2 * LAST_SEAL
    for name in VOTERS[60:160]:
        world.boxes[vote].put(number(world.by(name)), YES)
    seal = world.cheats("clock", world.seal(vote), "box-4")
    world.does("clock", world.close(vote))
    world.enacted(vote)
    return {"V2": (seal,)}


def enacted_early(operator: Operator) -> Expected:
    """A rule is brought into force before everybody could learn it."""
    world = operator.world
    vote = asked(operator, yes=MANY, no=FEW)
    world.counted(vote)
    proposal = vote_of(world.state, vote).proposal
    change = proposal_of(world.state, proposal).change
    return {"R2": (world.cheats("clock", Enact(proposal, change), "enact-3"),)}


def enacted_in_time(operator: Operator) -> None:
    """The same when its time has come."""
    adopts(operator, operator.world.enact("9.2", "fold"))


def enacted_without_quorum(operator: Operator) -> Expected:
    """A rule is brought into force for which too few had voted."""
    world = operator.world
    vote = asked(operator, yes=MEMBERS)
    assert world.counted(vote) == "void"
    world.now = world.after("vacatio")
    proposal = vote_of(world.state, vote).proposal
    change = proposal_of(world.state, proposal).change
    return {"R2": (world.cheats("clock", Enact(proposal, change), "enact-2"),)}


def void_without_quorum(operator: Operator) -> None:
    """It is void, and nothing comes into force."""
    assert operator.world.counted(asked(operator, yes=MEMBERS)) == "void"


DEEDS_AT_VOTES = (
    Audited.of(7, "R2", result_misstated, result_stated),
    Audited.of(7, "R2", openings_turned, result_stated),
    Audited.of(8, "V2", ballot_dropped, ballots_kept),
    Audited.of(9, "V2", ballot_altered, ballots_kept),
    Audited.of(10, "R2", mark_outside_the_roll, newcomer_abstains),
    Audited.of(11, "V1", wrong_roll, right_roll),
    Audited.of(12, "V2", late_ballots, result_stated),
    Audited.of(13, "R2", enacted_early, enacted_in_time),
    Audited.of(13, "R2", enacted_without_quorum, void_without_quorum),
)
