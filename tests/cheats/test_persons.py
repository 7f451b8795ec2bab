"""Deeds 19 and 20, and what else the person alone finds in whose name it was done: at their page, by their receipt."""

import pytest

from governance.acts.proposals import Sponsor
from governance.members import number
from governance.votes import vote_of
from tests.cheats.adopting import FEW, MANY, asked
from tests.cheats.asking import acts, compared, holds, is_told_of_a_mark, lies, words_of
from tests.cheats.operator import Operator
from tests.fsck.whole import VOTERS
from tests.governance.boxes import CHOICE

ABSTAINS = VOTERS[60]
SAID, NEVER_SAID = "I have read the rule and I am for it.", "Whoever is for this rule is a fool."


def with_mark(operator: Operator) -> int:
    """A ballot is cast for a member who abstains, and their mark is set."""
    vote = asked(operator, yes=FEW, no=MANY)
    operator.world.boxes[vote].put(number(operator.world.by(ABSTAINS)), CHOICE["yes"])
    operator.world.counted(vote)
    operator.behind_the_door()
    return vote


def without_mark(operator: Operator) -> int:
    """The member abstains."""
    vote = asked(operator, yes=FEW, no=MANY)
    operator.world.counted(vote)
    operator.through_the_door()
    return vote


@pytest.mark.parametrize("is_marked", [True, False])
def test_a_mark_for_an_abstainer_is_told_to_them(operator: Operator, *, is_marked: bool) -> None:
    """At /me/acts, and where the vote stands; nobody else can know, and where there is none it is told as well."""
    vote = with_mark(operator) if is_marked else without_mark(operator)
    assert holds(operator)
    assert 0 == compared(operator).exit_code
    member, proposal = operator.member(ABSTAINS), vote_of(operator.world.state, vote).proposal
    assert is_marked == (vote in {mark.vote for mark in acts(member).marks})
    assert is_marked == is_told_of_a_mark(member, proposal)
    assert is_told_of_a_mark(operator.member(MANY[0]), proposal)


@pytest.mark.parametrize("is_forged", [True, False])
def test_an_act_in_my_name_stands_at_my_page(operator: Operator, *, is_forged: bool) -> None:
    """Somebody is made a sponsor who was entitled to be one and never was asked: their page names the entry."""
    world = operator.world
    proposal = world.proposes("ann", world.enact("9.2", "fold"))
    sponsor = world.does(ABSTAINS if is_forged else VOTERS[61], Sponsor(proposal, 1))
    operator.through_the_door()
    assert holds(operator)
    assert is_forged == (sponsor in acts(operator.member(ABSTAINS)).entries)


@pytest.mark.parametrize("is_forged", [True, False])
def test_my_words_changed_are_read_by_me(operator: Operator, *, is_forged: bool) -> None:
    """A post is made to say what its author never wrote, is reported and folded: my page names the case."""
    world = operator.world
    post = world.post(ABSTAINS, NEVER_SAID if is_forged else SAID)
    case = world.reports("bo", post, "9.1")
    world.decides("mia", case, "fold", "170d")
    operator.through_the_door()
    assert holds(operator)
    author = operator.member(ABSTAINS)
    assert {case} <= acts(author).entries
    assert (NEVER_SAID if is_forged else SAID) == words_of(author, post.id)


@pytest.mark.parametrize("is_altered", [True, False])
def test_a_ballot_altered_before_it_was_sealed_is_found_by_its_voter(operator: Operator, *, is_altered: bool) -> None:
    """The box is sealed as it was altered, so every count holds; the receipt says what was cast, and does not fit."""
    world = operator.world
    vote = world.in_vote(world.enact("9.2", "fold"))
    receipts = operator.votes(vote, no=MANY)
    if is_altered:
        place, token = receipts[0].place, receipts[0].token
        world.boxes[vote].ballots[place] = (CHOICE["yes"], token)
    world.counted(vote)
    operator.behind_the_door()
    assert holds(operator)
    voter = operator.member(MANY[0])
    assert ("other" if is_altered else "sealed") == lies(voter, receipts[0])
    assert "sealed" == lies(voter, receipts[1])
