"""Proposals, amendments, sponsors and enactments that the law stops on their way."""

from msgspec.structs import replace

from governance.acts.proposals import Enact, RepealRule, SetTerm, Sponsor, Withdraw
from governance.proposals import proposal_of
from governance.votes import vote_of
from tests.governance.world import MEMBERS, World


def a_proposal_must_exist(world: World) -> None:
    """Whoever acts on one names one."""
    change = world.enact("9.1")
    world.is_refused("propose-1", "ann", Sponsor(1, 1))
    world.is_refused("propose-1", "ann", Withdraw(1))
    world.is_refused("propose-1", "ann", world.amendment(1, change))
    world.is_refused("propose-1", "clock", world.freeze(1, 1))
    world.is_refused("propose-1", "clock", Enact(0, change))


def the_class_is_computed(world: World) -> None:
    """Too low and too high are both refused, of a proposal and of its amendment."""
    act = world.propose(world.post("ann"), world.enact("9.1", "fold"))
    assert act.required == "restricting"
    world.is_refused("propose-3", "ann", replace(act, required="ordinary"))
    world.is_refused("propose-3", "ann", replace(act, required="charter"))
    proposal = world.does("ann", act)
    amendment = world.amendment(proposal, world.enact("9.1"))
    world.is_refused("propose-3", "ann", replace(amendment, required="restricting"))


def a_post_carries_one_proposal(world: World) -> None:
    """A second one needs a post, and a debate, of its own."""
    post = world.post("ann")
    world.does("ann", world.propose(post, world.enact("9.1")))
    world.is_refused("propose-4", "ann", world.propose(post, world.enact("9.2")))


def a_rejected_question_waits(world: World) -> None:
    """It may be put again when the term is over, to the millisecond."""
    assert world.votes(world.in_vote(world.enact("9.1", "fold")), yes=["ann"], no=MEMBERS[1:]) == "rejected"
    until = world.after("again")
    again = world.propose(world.post("bo"), world.enact("9.1", "label"))
    world.is_refused("propose-5", "bo", again)
    world.now = until - 1
    world.is_refused("propose-5", "bo", again)
    world.now = until
    world.does("bo", again)


def a_proposal_is_its_proposers(world: World) -> None:
    """Nobody else amends or withdraws it, and an amendment keeps to the question and changes the text."""
    change = world.enact("9.1", "fold")
    proposal = world.proposes("ann", change)
    world.is_refused("propose-6", "bo", world.amendment(proposal, world.enact("9.1")))
    world.is_refused("propose-6", "bo", Withdraw(proposal))
    world.is_refused("propose-6", "ann", world.amendment(proposal, world.enact("9.2", "fold")))
    world.is_refused("propose-6", "ann", world.amendment(proposal, change))


def a_proposal_is_open_until_its_freeze(world: World) -> None:
    """After it nobody amends, withdraws or sponsors."""
    proposal = world.proposes("ann", world.enact("9.1", "fold"))
    world.frozen(proposal)
    world.is_refused("propose-7", "ann", world.amendment(proposal, world.enact("9.1")))
    world.is_refused("propose-7", "ann", Withdraw(proposal))
    world.is_refused("propose-7", "dee", Sponsor(proposal, 1))


def sponsors_come_in_time(world: World) -> None:
    """When the time is over no sponsor counts, and no amendment could find any."""
    lonely = world.proposes("ann", world.enact("9.1", "fold"))
    liked = world.proposes("ann", world.enact("9.2", "fold"))
    over = world.after("sponsoring")
    world.now = over - 1
    world.sponsored(liked)
    world.now = over
    world.is_refused("propose-7", "bo", Sponsor(lonely, 1))
    world.is_refused("propose-7", "ann", world.amendment(lonely, world.enact("9.1")))
    world.is_refused("propose-7", "ann", world.amendment(liked, world.enact("9.2")))


def the_clock_freezes_what_was_discussed(world: World) -> None:
    """Nobody else, not sooner, not before there were sponsors, and no other version."""
    proposal = world.proposes("ann", world.enact("9.1", "fold"))
    world.is_refused("propose-8", "clock", world.freeze(proposal, 1))
    world.does("ann", world.amendment(proposal, world.enact("9.1", "label")))
    world.sponsored(proposal)
    world.is_refused("propose-8", "clock", world.freeze(proposal, 2))
    world.now = world.after("discussion")
    world.is_refused("propose-8", "ann", world.freeze(proposal, 2))
    world.is_refused("propose-8", "clock", world.freeze(proposal, 1))
    world.does("clock", world.freeze(proposal, 2))


def a_freeze_publishes_what_was_looked_at(world: World) -> None:
    """One text, and no other."""
    proposal = world.proposes("ann", world.enact("9.1", "fold"))
    world.sponsored(proposal)
    world.now = world.after("discussion")
    act = world.freeze(proposal)
    world.is_refused("propose-9", "clock", replace(act, commits=()))
    world.is_refused("propose-9", "clock", replace(act, commits=(*act.commits, *act.commits)))
    world.is_refused("propose-9", "clock", replace(act, commits=(world.commit("reasons", "why not"),)))
    world.does("clock", act)


def a_sponsor_is_another_who_read_the_version(world: World) -> None:
    """Not the proposer, not of an older version, not twice."""
    proposal = world.proposes("ann", world.enact("9.1", "fold"))
    world.is_refused("sponsor-1", "ann", Sponsor(proposal, 1))
    world.is_refused("sponsor-2", "bo", Sponsor(proposal, 2))
    world.does("bo", Sponsor(proposal, 1))
    world.is_refused("sponsor-3", "bo", Sponsor(proposal, 1))
    world.does("ann", world.amendment(proposal, world.enact("9.1")))
    world.is_refused("sponsor-2", "bo", Sponsor(proposal, 1))


def law_comes_by_the_clock_when_its_time_has_come(world: World) -> None:
    """Not from a member, not before the vote, not in the vacatio, not another text, and once."""
    change = world.enact("9.1", "fold")
    vote = world.in_vote(change)
    proposal = vote_of(world.state, vote).proposal
    world.is_refused("enact-2", "clock", Enact(proposal, change))
    world.votes(vote, yes=MEMBERS)
    world.is_refused("enact-1", "ann", Enact(proposal, change))
    world.is_refused("enact-3", "clock", Enact(proposal, change))
    world.now = proposal_of(world.state, proposal).due_at
    world.is_refused("enact-4", "clock", Enact(proposal, world.enact("9.1", "fold")))
    world.is_refused("enact-4", "clock", Enact(proposal, SetTerm("decision", "6d")))
    world.does("clock", Enact(proposal, change))
    world.is_refused("enact-2", "clock", Enact(proposal, change))


def what_became_impossible_is_not_enacted(world: World) -> None:
    """Two votes repealed the same rule: the second finds nothing to repeal."""
    repeal = RepealRule(world.rule("4.1"))
    first, second = (world.proposes(name, repeal) for name in ("ann", "dee"))
    for proposal in (first, second):
        world.frozen(proposal)
    for proposal in (first, second):
        assert world.votes(world.opens_vote(proposal), yes=MEMBERS) == "adopted"
    world.now = proposal_of(world.state, second).due_at
    world.does("clock", Enact(first, repeal))
    world.is_refused("rule-1", "clock", Enact(second, repeal))
