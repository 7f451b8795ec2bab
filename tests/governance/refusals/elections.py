"""Elections, recalls and changes of the charter that the law stops on their way."""

from msgspec.structs import replace

from governance.acts.elections import Stand, StandDown
from governance.acts.members import CloseAccount, Grant, Revoke
from governance.acts.proposals import AmendCharter, Elect, Enact, Recall
from governance.charter import check_amended
from governance.members import Office, number
from governance.proposals import proposal_of
from governance.votes import vote_of
from tests.governance.charters import the_charter
from tests.governance.world import MEMBERS, STEWARD, World

ANOTHER = the_charter().text.replace("as far as a public record can forget", "as far as a public record may forget")


def one_stands_in_an_election(world: World) -> None:
    """Not in a vote on a rule."""
    proposal = world.proposes("ann", world.enact("9.1", "fold"))
    world.is_refused("elect-1", "bo", Stand(proposal))
    world.is_refused("elect-1", "bo", StandDown(proposal))
    world.is_refused("propose-1", "bo", Stand(1))


def who_stands_is_on_the_roll(world: World) -> None:
    """A newcomer cannot be called in to win, and a guest never stands."""
    world.joins("new")
    world.visits("gus")
    proposal = world.election()
    world.is_refused("elect-2", "new", Stand(proposal))
    world.is_refused("member-1", "gus", Stand(proposal))


def one_stands_once_and_until_the_freeze(world: World) -> None:
    """Nobody twice, nobody down who does not stand, and after the freeze nothing moves any more."""
    proposal = world.election("bo", "cy")
    world.is_refused("elect-3", "bo", Stand(proposal))
    world.is_refused("elect-3", "dee", StandDown(proposal))
    world.frozen(proposal)
    world.is_refused("propose-7", "dee", Stand(proposal))
    world.is_refused("propose-7", "bo", StandDown(proposal))


def a_ballot_has_an_end(world: World) -> None:
    """Of more than thirty-two candidates nobody could read who they are."""
    names = [f"member {n}" for n in range(33)]
    world.joins(*names)
    world.now = world.after("vote_after")
    proposal = world.election(*names[:32])
    world.is_refused("elect-3", names[32], Stand(proposal))


def one_election_for_an_office_at_a_time(world: World) -> None:
    """The second is frozen when the first is closed."""
    first, second = world.election("bo"), world.election("cy")
    world.sponsored(first)
    world.sponsored(second)
    world.now = proposal_of(world.state, first).due_at
    world.does("clock", world.freeze(first))
    world.is_refused("elect-4", "clock", world.freeze(second))
    vote = world.opens_vote(first)
    world.is_refused("elect-4", "clock", world.freeze(second))
    world.counted(vote)
    world.does("clock", world.freeze(second))


def a_ballot_of_an_election_approves_who_stands(world: World) -> None:
    """A number that names nobody who stands is no ballot, and the counts are what the ballots can have given."""
    proposal = world.election("bo", "cy")
    world.frozen(proposal)
    vote = world.opens_vote(proposal)
    world.refuses("ballot-3", lambda: _casts(world, vote, 4))
    for name in MEMBERS:
        world.approves(name, vote, "bo")
    world.now = vote_of(world.state, vote).closes
    world.does("clock", world.seal(vote))
    act = world.close(vote)
    assert act.counts == (6, 0, 0)
    for wrong in ((7, 0, 0), (6, 0), (6, 0, 1), (3, 2, 0), (6, 0, 0, 0)):
        world.is_refused("vote-5", "clock", replace(act, counts=wrong))
    world.does("clock", act)


def _casts(world: World, vote: int, choice: int) -> None:
    world.puts("ann", vote, choice)


def _elected(world: World) -> tuple[int, Grant]:
    """Bo was chosen and cy was not: the proposal, adopted, and bo's grant."""
    proposal = world.election("bo", "cy")
    world.frozen(proposal)
    vote = world.opens_vote(proposal)
    for name in MEMBERS:
        world.approves(name, vote, "bo")
    assert world.counted(vote) == "adopted"
    world.now = proposal_of(world.state, proposal).due_at
    return proposal, world.take_office("bo", proposal)


def an_office_is_given_to_whom_an_election_chose(world: World) -> None:
    """Not before it is in force, not to a loser, not another office, not on a vote about a rule, and once."""
    proposal, grant = _elected(world)
    world.is_refused("elect-7", "clock", grant)
    world.does("clock", Enact(proposal, Elect("moderator", 1)))
    world.is_refused("elect-7", "clock", world.take_office("cy", proposal))
    world.is_refused("elect-7", "clock", replace(grant, role="steward"))
    other = world.proposes("ann", world.enact("9.1", "fold"))
    world.is_refused("elect-7", "clock", replace(grant, basis=other))
    world.is_refused("office-1", "bo", grant)
    world.does("clock", grant)
    world.is_refused("elect-7", "clock", grant)


def who_has_left_takes_no_office(world: World) -> None:
    """The seat stays empty."""
    proposal, grant = _elected(world)
    world.does("clock", Enact(proposal, Elect("moderator", 1)))
    world.does("bo", CloseAccount(number(world.by("bo"))))
    world.is_refused("elect-7", "clock", grant)


def an_elected_office_lasts_its_term(world: World) -> None:
    """The clock neither shortens nor prolongs what the members gave."""
    proposal, grant = _elected(world)
    world.does("clock", Enact(proposal, Elect("moderator", 1)))
    world.is_refused("elect-8", "clock", replace(grant, until=grant.until + 1))
    world.is_refused("elect-8", "clock", replace(grant, until=grant.until - 60_001))
    world.does("clock", replace(grant, until=grant.until - 60_000))


def a_steward_ends_no_elected_office(world: World) -> None:
    """Also in the founders' time."""
    world.elects("bo")
    office = world.state[Office, f"moderator/{number(world.by('bo'))}"]
    assert office is not None
    world.is_refused("office-4", STEWARD, Revoke(office.grant, 2))


def a_recall_names_an_office_that_is_held(world: World) -> None:
    """Neither an entry that is no grant, nor an office that is over."""
    grant = world.grants("dee")
    world.is_refused("recall-1", "ann", world.propose(world.post("ann"), Recall(1)))
    world.does("dee", Revoke(grant, grant))
    world.is_refused("recall-1", "ann", world.propose(world.post("ann"), Recall(grant)))


def a_change_of_the_charter_commits_to_another_text(world: World) -> None:
    """Without its text it is nothing, and the text in force is no change."""
    change = world.charter(ANOTHER)
    post = world.post("ann")
    world.is_refused("charter-5", "ann", world.propose(post, replace(change, commits=())))
    world.is_refused("propose-2", "ann", world.propose(post, world.charter(the_charter().text)))
    world.is_refused("propose-3", "ann", replace(world.propose(post, change), required="ordinary"))


def what_the_charter_keeps(world: World) -> None:
    """Article 3, the appeal, the vote and the ledger, what the program reads, and what it enforces."""
    text = the_charter().text

    def asks(clause: str, new: str, *, program: bool = False) -> None:
        world.refuses(clause, lambda: check_amended(text, new, program=program))

    asks("charter-5", "All is well.")
    asks("charter-7", text.replace("**[never-6]** A price.", "**[never-6]** A high price."), program=True)
    clause = next(line for line in text.splitlines() if line.startswith("**[appeal-2]**"))
    asks("charter-7", text.replace(clause, ""), program=True)
    asks("charter-8", text.replace('value = "183d"', 'value = "184d"', 1), program=True)
    asks("charter-8", text.replace(clause, clause.replace("An appeal binds", "Every appeal binds")))
    check_amended(text, ANOTHER, program=False)


def a_text_that_was_overtaken_is_not_enacted(world: World) -> None:
    """Two texts were adopted, each against the one that stood: the first comes into force, the second does not."""
    first, second = (world.charter(ANOTHER + end) for end in ("One more line.\n", "Another line.\n"))
    proposals = [world.proposes("ann", change) for change in (first, second)]
    for proposal in proposals:
        world.frozen(proposal)
    for _ in range(2):
        votes = [world.opens_vote(proposal) for proposal in proposals]
        for vote in votes:
            world.votes(vote, yes=MEMBERS)
    world.now = max(proposal_of(world.state, proposal).due_at for proposal in proposals)
    world.does("clock", Enact(proposals[0], first))
    world.is_refused("charter-9", "clock", Enact(proposals[1], second))
    assert isinstance(proposal_of(world.state, proposals[1]).change, AmendCharter)
