"""Each way to break the law is found by exactly the check that it belongs to, at the entry where it was done."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from governance.entry import (
    Admit,
    CloseAccount,
    CoSign,
    Enact,
    EnactRule,
    Freeze,
    Grant,
    SetTerm,
    Sponsor,
)
from governance.members import number
from governance.proposals import proposal_of
from governance.votes import LAST_SEAL, vote_of
from tests.audit.auditing import audit, row, violated
from tests.audit.cheating import CheatingWorld
from tests.audit.stories import YES, town
from tests.governance.boxes import CHOICE, root

Cheat = Callable[[CheatingWorld], int]
Found = tuple[str, Cheat]
replace = msgspec.structs.replace


def rule_not_in_force(world: CheatingWorld) -> int:
    """A report under a rule that was only proposed."""
    proposal = world.proposes("ann", world.enact("9.1", "fold"))
    act = replace(world.report(world.post("ann")), rule=(proposal, 1))
    return world.cheats("reporter", act, "rule-1")


def decided_under_another_rule(world: CheatingWorld) -> int:
    """A decision that cites another rule than the case."""
    case = world.reports("bo", world.post("ann"))
    return world.cheats("mia", replace(world.decide(case), rule=(world.rule("2.1"), 1)), "decide-3")


def later_rule(world: CheatingWorld) -> int:
    """A post judged by a rule that came into force after it."""
    post = world.post("ann")
    world.becomes_law(world.enact("9.1", "fold"))
    act = world.report(post, "9.1")
    return world.cheats("reporter", act, "rule-2")


def repealed_rule(world: CheatingWorld) -> int:
    """A rule applied after its sunset."""
    world.becomes_law(world.enact("9.1", "fold"))
    post = world.post("ann")
    act = world.report(post, "9.1")
    world.now = world.after("sunset")
    return world.cheats("reporter", act, "rule-3")


def off_the_ladder(world: CheatingWorld) -> int:
    """A sanction that the rule does not allow."""
    case = world.reports("bo", world.post("ann", topical=True), "5.1")
    return world.cheats("mia", world.decide(case, "mute"), "ladder-2")


def milder_unanswered(world: CheatingWorld) -> int:
    """A fold that does not say why a label is not enough."""
    case = world.reports("bo", world.post("ann", topical=True), "5.1")
    return world.cheats("mia", replace(world.decide(case, "fold"), milder=()), "ladder-5")


def no_office(world: CheatingWorld) -> int:
    """A member decides who is no moderator."""
    case = world.reports("bo", world.post("ann"))
    return world.cheats("cy", world.decide(case), "office-1")


def office_over(world: CheatingWorld) -> int:
    """A moderator decides after the office ended."""
    world.now = world.after("office")
    case = world.reports("bo", world.post("ann"))
    return world.cheats("mia", world.decide(case), "office-1")


def granted_by_nobody(world: CheatingWorld) -> int:
    """A moderator who is no steward makes another."""
    return world.cheats("mia", Grant(number(world.by("ann")), "moderator", world.after("office"), 0), "office-1")


def founding_again(world: CheatingWorld) -> int:
    """The founding acts after it is over."""
    act = Enact(0, world.enact("9.9", "fold"))
    return world.cheats("founding", act, "charter-1")


def author_decides(world: CheatingWorld) -> int:
    """A moderator decides about their own post."""
    case = world.reports("bo", world.post("mia"))
    return world.cheats("mia", world.decide(case), "recusal-1")


def same_person_reconsiders(world: CheatingWorld) -> int:
    """The decider looks at their own decision again."""
    appeal = world.appeals("ann", world.folded())
    return world.cheats("mia", world.maintain(appeal), "recusal-2")


def co_signed_for_nothing(world: CheatingWorld) -> int:
    """A co-signature where nobody is suspended."""
    return world.cheats("moe", CoSign(world.folded()), "cosign-1")


def stranger_appeals(world: CheatingWorld) -> int:
    """An appeal by somebody who is neither author nor reporter."""
    return world.cheats("cy", world.appeal(world.folded()), "appeal-3")


def late_appeal(world: CheatingWorld) -> int:
    """An appeal after its last day."""
    case = world.reports("bo", world.post("ann"))
    world.decides("mia", case)
    world.now = world.after("appeal")
    world.passes("2d")
    return world.cheats("ann", world.appeal(case), "appeal-6")


def late_decision(world: CheatingWorld) -> int:
    """A decision after the reports counted as answered."""
    case = world.reports("bo", world.post("ann"))
    world.now = world.after("decision")
    return world.cheats("mia", world.decide(case), "decide-2")


def notice_incomplete(world: CheatingWorld) -> int:
    """A notice without the route to a court."""
    act = world.decide(world.reports("bo", world.post("ann")))
    return world.cheats("mia", replace(act, notice=replace(act.notice, routes=("appeal", "authority"))), "notice-5")


def no_reasons(world: CheatingWorld) -> int:
    """A decision that commits to no reasons."""
    act = world.decide(world.reports("bo", world.post("ann")))
    return world.cheats("mia", replace(act, commits=()), "decide-9")


def decided_twice(world: CheatingWorld) -> int:
    """A case decided by a second moderator after the first."""
    case = world.folded()
    return world.cheats("moe", world.decide(case), "decide-1")


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


def admitted_by_a_member(world: CheatingWorld) -> int:
    """Somebody admits a member by themselves."""
    return world.cheats("sol", Admit(), "member-2")


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
    return world.cheats("clock", Freeze(proposal, 1), "propose-8")


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


def another_text_shown(world: CheatingWorld) -> int:
    """Reasons shown that are not those that were given."""
    case = world.reports("bo", world.post("ann"))
    world.decides("mia", case)
    entry = len(world.entries) - 1
    world.says_otherwise(entry, "reasons", "because we do not like you")
    return entry


def time_goes_backwards(world: CheatingWorld) -> int:
    """A report dated before the entry in front of it."""
    world.reports("bo", world.post("ann"))
    world.now -= 1
    entry = world.does("reporter", world.report(world.post("cy")))
    world.now += 1
    return entry


CHEATS: tuple[Found, ...] = (
    ("R1", rule_not_in_force),
    ("R1", decided_under_another_rule),
    ("R2", result_misstated),
    ("R2", mark_outside_the_roll),
    ("R2", mark_of_who_had_left),
    ("R2", enacted_early),
    ("R2", without_quorum),
    ("R2", another_text_enacted),
    ("R2", frozen_early),
    ("R2", own_sponsor),
    ("R2", term_out_of_bounds),
    ("R3", later_rule),
    ("R4", off_the_ladder),
    ("R4", milder_unanswered),
    ("R5", repealed_rule),
    ("V1", wrong_roll),
    ("V1", roll_in_another_order),
    ("V1", admitted_by_a_member),
    ("V2", late_seal),
    ("V2", closed_early),
    ("V2", ballot_dropped_after_sealing),
    ("V2", ballot_altered_after_sealing),
    ("A1", no_office),
    ("A1", office_over),
    ("A1", granted_by_nobody),
    ("A1", founding_again),
    ("A1", stranger_appeals),
    ("A2", author_decides),
    ("A2", same_person_reconsiders),
    ("A3", co_signed_for_nothing),
    ("P1", notice_incomplete),
    ("P1", no_reasons),
    ("P1", decided_twice),
    ("P2", late_appeal),
    ("P2", late_decision),
    ("L1", time_goes_backwards),
    ("L2", text_of_a_rule_missing),
    ("L2", another_text_shown),
)


@pytest.mark.parametrize(("check", "cheat"), CHEATS, ids=[cheat.__name__ for _, cheat in CHEATS])
def test_each_cheat_is_found_by_its_check_at_its_entry(check: str, cheat: Cheat, tmp_path: Path) -> None:
    """Exactly one check is violated, at exactly one entry, and the audit exits 1."""
    world = town()
    entry = cheat(world)
    report = audit(world, tmp_path, at=world.now)
    assert ({check: (entry,)}, 1) == (violated(report), report.exit), row(report, check).findings
