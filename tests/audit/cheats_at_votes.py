"""Ways to cheat at a proposal or a vote: each writes its breach and returns the entry at which it has to be found."""

from collections.abc import Callable

import msgspec

from governance.acts.members import CloseAccount
from governance.acts.proposals import Enact, EnactRule, SetTerm, Sponsor
from governance.members import number
from governance.proposals import proposal_of
from governance.votes import LAST_SEAL, vote_of
from tests.audit.cheating import CheatingWorld
from tests.audit.stories import YES
from tests.governance.boxes import CHOICE, root
from tests.governance.polling import open_poll

Found = tuple[str, Callable[[CheatingWorld], int]]
replace = msgspec.structs.replace


def wrong_roll(world: CheatingWorld) -> int:
    """A vote on a roll from which one member was struck."""
    proposal = world.proposes("ann", world.enact("9.1", "label"))
    world.frozen(proposal)
    world.now = proposal_of(world.state, proposal).due_at
    act = world.open_vote(proposal)
    struck = world.roll(proposal_of(world.state, proposal).edge)[:-1]
    leaves = [f"m:{member}".encode() for member in struck]
    return world.does("clock", replace(act, roll_size=len(struck), roll_root=root(leaves)))


def roll_in_another_order(world: CheatingWorld) -> int:
    """A vote on a roll of the right people under another root."""
    proposal = world.proposes("ann", world.enact("9.1", "label"))
    world.frozen(proposal)
    world.now = proposal_of(world.state, proposal).due_at
    members = world.roll(proposal_of(world.state, proposal).edge)
    leaves = [f"m:{member}".encode() for member in reversed(members)]
    return world.does("clock", replace(world.open_vote(proposal), roll_root=root(leaves)))


def late_seal(world: CheatingWorld) -> int:
    """A seal two minutes after the close."""
    vote = world.in_vote(world.enact("9.1", "label"))
    for name in YES:
        world.casts(name, vote, "yes")
    world.now = vote_of(world.state, vote).closes + 2 * LAST_SEAL
    entry = world.cheats("clock", world.seal(vote), "box-4")
    world.does("clock", world.close(vote))
    return entry


def closed_early(world: CheatingWorld) -> int:
    """A vote closed before its date."""
    vote = world.in_vote(world.enact("9.1", "label"))
    for name in YES:
        world.casts(name, vote, "yes")
    world.passes("1h")
    world.does("clock", world.seal(vote))
    return world.cheats("clock", world.close(vote), "vote-4")


def ballot_dropped_after_sealing(world: CheatingWorld) -> int:
    """A ballot that was sealed is not in the box any more, and another stands in its place."""
    vote = world.in_vote(world.enact("9.1", "label"))
    for name in YES[:3]:
        world.casts(name, vote, "no")
    seal = world.does("clock", world.seal(vote))
    world.boxes[vote].ballots.pop(0)
    world.boxes[vote].marks.discard(number(world.by("ann")))
    world.passes("1h")
    for name in ("dee", "eve", "fay"):
        world.casts(name, vote, "yes")
    world.now = vote_of(world.state, vote).closes
    world.does("clock", world.seal(vote))
    world.does("clock", world.close(vote))
    return seal


def ballot_altered_after_sealing(world: CheatingWorld) -> int:
    """A sealed ballot says something else at the close, opening and all."""
    vote = world.in_vote(world.enact("9.1", "label"))
    for name in YES:
        world.casts(name, vote, "no")
    seal = world.does("clock", world.seal(vote))
    _, token = world.boxes[vote].ballots[2]
    world.boxes[vote].ballots[2] = (CHOICE["yes"], token)
    world.now = vote_of(world.state, vote).closes
    world.does("clock", world.close(vote))
    return seal


def result_misstated(world: CheatingWorld) -> int:
    """The counts are turned round, which adopts what was rejected."""
    vote = world.in_vote(world.enact("9.1", "label"))
    for name in YES:
        world.casts(name, vote, "no")
    world.now = vote_of(world.state, vote).closes
    world.does("clock", world.seal(vote))
    return world.does("clock", replace(world.close(vote), counts=(5, 0, 0)))


def mark_outside_the_roll(world: CheatingWorld) -> int:
    """A ballot of somebody who joined too late to vote."""
    world.joins("zoe")
    vote = world.in_vote(world.enact("9.1", "label"))
    for name in YES:
        world.casts(name, vote, "yes")
    world.boxes[vote].put(number(world.by("zoe")), CHOICE["yes"])
    world.now = vote_of(world.state, vote).closes
    world.does("clock", world.seal(vote))
    return world.does("clock", world.close(vote))


def mark_of_who_had_left(world: CheatingWorld) -> int:
    """A ballot of somebody whose account was closed before the vote opened."""
    proposal = world.proposes("ann", world.enact("9.1", "label"))
    world.frozen(proposal)
    world.does("fay", CloseAccount(number(world.by("fay"))))
    vote = world.opens_vote(proposal)
    for name in YES:
        world.casts(name, vote, "yes")
    world.boxes[vote].put(number(world.by("fay")), CHOICE["yes"])
    world.now = vote_of(world.state, vote).closes
    world.does("clock", world.seal(vote))
    return world.does("clock", world.close(vote))


def enacted_early(world: CheatingWorld) -> int:
    """A change enacted before its vacatio has passed."""
    change = world.enact("9.1", "label")
    vote = world.in_vote(change)
    world.votes(vote, yes=YES)
    return world.cheats("clock", Enact(vote_of(world.state, vote).proposal, change), "enact-3")


def without_quorum(world: CheatingWorld) -> int:
    """A change enacted on four ballots where it takes five persons."""
    change = world.enact("9.1", "label")
    vote = world.in_vote(change)
    assert world.votes(vote, yes=YES[:4]) == "void"
    world.now = world.after("vacatio")
    return world.cheats("clock", Enact(vote_of(world.state, vote).proposal, change), "enact-2")


def another_text_enacted(world: CheatingWorld) -> int:
    """What is enacted allows more than what was voted."""
    change = world.enact("9.1", "label")
    vote = world.in_vote(change)
    world.votes(vote, yes=YES)
    proposal = vote_of(world.state, vote).proposal
    world.now = proposal_of(world.state, proposal).due_at
    stricter = EnactRule(replace(change.rule, sanctions=("label", "fold")), change.commits)
    return world.cheats("clock", Enact(proposal, stricter), "enact-4")


def frozen_early(world: CheatingWorld) -> int:
    """A proposal frozen before its discussion is over."""
    proposal = world.proposes("ann", world.enact("9.1", "label"))
    world.sponsored(proposal)
    return world.cheats("clock", world.freeze(proposal, 1), "propose-8")


def frozen_unseen(world: CheatingWorld) -> int:
    """A text that is frozen without what was looked at before the vote."""
    proposal = world.proposes("ann", world.enact("9.1", "label"))
    world.sponsored(proposal)
    world.now = proposal_of(world.state, proposal).due_at
    return world.cheats("clock", replace(world.freeze(proposal), commits=()), "propose-9")


def another_condition_shown(world: CheatingWorld) -> int:
    """A bright line that is named by one condition and binds another."""
    change = world.enact("9.1", "label")
    condition = world.commit(
        "condition", '{"facts":1,"v":1,"when":{"fact":"links","how":"ge","op":"compare","value":3}}'
    )
    line = replace(change.rule, kind="bright_line", condition="c" * 64)
    return world.does("ann", world.propose(world.post("ann"), EnactRule(line, (*change.commits, condition))))


def bright_line_without_condition(world: CheatingWorld) -> int:
    """A bright line that nobody can run again."""
    change = world.enact("9.1", "label")
    line = EnactRule(replace(change.rule, kind="bright_line"), change.commits)
    return world.cheats("ann", world.propose(world.post("ann"), line), "form-10")


def own_sponsor(world: CheatingWorld) -> int:
    """A proposer who sponsors their own proposal."""
    proposal = world.proposes("ann", world.enact("9.1", "label"))
    return world.cheats("ann", Sponsor(proposal, 1), "sponsor-1")


def term_out_of_bounds(world: CheatingWorld) -> int:
    """A term proposed beyond the ceiling of entry 0."""
    return world.cheats("ann", world.propose(world.post("ann"), SetTerm("voting", "9999d")), "charter-3")


def text_of_a_rule_missing(world: CheatingWorld) -> int:
    """A rule whose text is not shown."""
    entry = world.becomes_law(world.enact("9.1", "label"))
    world.hides(entry, "text")
    return entry


def poll_opened_by_hand(world: CheatingWorld) -> int:
    """A certified poll that a member opens, so that a number stands beside the name of who asks."""
    return world.cheats("ann", open_poll(world, ("tea", "coffee")), "poll-1")


def poll_opened_twice(world: CheatingWorld) -> int:
    """A second box for the poll of one post."""
    act = open_poll(world, ("tea", "coffee"))
    world.does("clock", act)
    return world.cheats("clock", act, "poll-1")


CHEATS_AT_VOTES: tuple[Found, ...] = (
    ("R2", result_misstated),
    ("R2", mark_outside_the_roll),
    ("R2", mark_of_who_had_left),
    ("R2", enacted_early),
    ("R2", without_quorum),
    ("R2", another_text_enacted),
    ("R2", frozen_early),
    ("R2", frozen_unseen),
    ("R2", bright_line_without_condition),
    ("L2", another_condition_shown),
    ("R2", own_sponsor),
    ("R2", term_out_of_bounds),
    ("V1", wrong_roll),
    ("V1", roll_in_another_order),
    ("V2", late_seal),
    ("V2", closed_early),
    ("V2", ballot_dropped_after_sealing),
    ("V2", ballot_altered_after_sealing),
    ("V3", poll_opened_by_hand),
    ("V3", poll_opened_twice),
    ("L2", text_of_a_rule_missing),
)
"""Each with the check that finds it."""
