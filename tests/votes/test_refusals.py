"""What the law refuses to proposers, sponsors and voters: by its clause, as a page and as JSON, nothing written."""

import pytest

from app.ballots import Ballot
from app.square import Square
from governance.acts.members import AdmitGuest
from governance.errors import Refused
from tests.votes.town import DAY, Town, rule


def test_a_class_cannot_be_chosen(town: Town) -> None:
    """Too low is refused, and too high; the right one may be named."""
    for named in ("ordinary", "charter"):
        town.is_refused("propose-3", "ann", "/proposals", town.change(**rule(), **{"class": named}))
    term = {"kind": "term", "term": "quorum_min", "value": "7"}
    town.is_refused("propose-3", "ann", "/proposals", town.change(**term, **{"class": "ordinary"}))
    proposal = town.proposes("ann", **rule(), **{"class": "restricting"})
    amendment = rule(sanctions=[])
    town.is_refused("propose-3", "ann", f"/proposals/{proposal}/amend", {**amendment, "class": "restricting"})


def test_a_term_stays_within_its_bounds(town: Town) -> None:
    """Below its floor, above its ceiling, of another kind, unknown, or what it is already."""
    for value, clause in (("1d", "charter-3"), ("31d", "charter-3"), ("7", "charter-2"), ("168h", "propose-2")):
        town.is_refused(clause, "ann", "/proposals", town.change(kind="term", term="voting", value=value))
    town.is_refused("charter-2", "ann", "/proposals", town.change(kind="term", term="mood", value="7"))


def test_a_rule_keeps_its_form(town: Town) -> None:
    """One number a rule, each sanction once, and nothing is withheld but what is unlawful or private."""
    town.is_refused("form-3", "ann", "/proposals", town.change(**rule("1.1")))
    town.is_refused("form-2", "ann", "/proposals", town.change(**rule(sanctions=["label", "label"])))
    town.is_refused("ladder-3", "ann", "/proposals", town.change(**rule(sanctions=["withhold"])))
    town.is_refused("rule-1", "ann", "/proposals", town.change(kind="repeal", target=1))
    town.is_refused("rule-1", "ann", "/proposals", town.change(**{**rule("5.1"), "kind": "amend", "target": 1}))


def test_an_amendment_keeps_to_the_question(town: Town) -> None:
    """Another question, the same text, or somebody else's proposal."""
    proposal = town.proposes("ann", **rule())
    path = f"/proposals/{proposal}/amend"
    town.is_refused("propose-6", "ann", path, rule("9.2"))
    town.is_refused("propose-6", "bo", path, rule(title="Mine"))
    town.is_refused("propose-1", "ann", "/proposals/1/amend", rule(title="None"))
    town.to_vote(proposal)
    town.is_refused("propose-7", "ann", path, rule(title="Late"))


def test_a_sponsor_is_another_member_once(town: Town) -> None:
    """Not the proposer, not twice, not after the freeze."""
    proposal = town.proposes("ann", **rule())
    path = f"/proposals/{proposal}/sponsor"
    town.is_refused("sponsor-1", "ann", path, {"version": 1})
    town.sponsored(proposal, "bo")
    town.is_refused("sponsor-3", "bo", path, {"version": 1})
    town.to_vote(proposal, "cy", "dee")
    town.is_refused("propose-7", "eve", path, {"version": 1})


def test_who_is_not_in_the_register_yet_only_speaks(town: Town) -> None:
    """Proposing and sponsoring are for members, and their ballots too."""
    proposal = town.proposes("ann", **rule())
    town.signs_up("ivy")
    town.is_refused("member-1", "ivy", "/proposals", town.change(**rule("9.2")))
    town.is_refused("member-1", "ivy", f"/proposals/{proposal}/sponsor", {"version": 1})
    town.is_refused("roll-3", "ivy", "/votes/1/ballot", {"choice": 0})
    assert "waiting" == town.told(proposal, "ivy").franchise.reason


def test_a_ballot_is_cast_once_in_time_and_says_one_of_three(town: Town) -> None:
    """A second one, a fourth choice, a vote that does not exist, and one that comes when the vote is over."""
    vote = town.to_vote(town.proposes("ann", **rule()))
    path = f"/votes/{vote.vote}/ballot"
    for choice in (3, -1):
        town.is_refused("ballot-3", "ann", path, {"choice": choice})
    town.casts("ann", vote.vote, 0)
    for choice in (0, 1):
        town.is_refused("ballot-1", "ann", path, {"choice": choice})
    town.is_refused("vote-1", "ann", "/votes/1/ballot", {"choice": 0})
    town.until(vote.closes - 1)
    town.casts("bo", vote.vote, 1)
    town.until(vote.closes)
    town.is_refused("ballot-2", "cy", path, {"choice": 0})
    town.ticks(3)
    town.is_refused("ballot-2", "cy", path, {"choice": 0})


def test_who_came_too_late_is_not_on_the_roll(town: Town) -> None:
    """A newcomer is not, whether moderator or not; nor is a guest, and nobody who had left before the opening."""
    town.joins("ivy", "jon")
    office = town.grants("jon")
    proposal = town.proposes("ann", **rule())
    town.leaves("hal")
    vote = town.to_vote(proposal).vote
    for name in ("ivy", "jon", "hal"):
        town.is_refused("roll-3", name, f"/votes/{vote}/ballot", {"choice": 0})
    reasons = [town.told(proposal, name).franchise.reason for name in ("ann", "ivy", "jon", "hal", "")]
    assert ["roll", "late", "late", "closed", "visitor"] == reasons
    assert office > 0

    async def guest(square: Square) -> None:
        number = (await square.door.record(AdmitGuest(), "clock")).index
        with pytest.raises(Refused) as caught:
            await square.polling.cast(Ballot(vote, number, 0))
        assert "roll-3" == caught.value.clause

    town.site.run(guest)


def test_nobody_votes_who_is_not_signed_in(town: Town) -> None:
    """A program is told 401, a browser goes to sign in and comes back."""
    proposal = town.proposes("ann", **rule())
    vote = town.to_vote(proposal).vote
    before = town.written()
    assert 401 == town.asks("", f"/votes/{vote}/ballot", {"choice": 0}).status_code
    assert 401 == town.asks("", "/proposals", town.change(**rule("9.2"))).status_code
    answer = town.posts_form("", f"/votes/{vote}/ballot", {"choice": 0})
    assert (303, True) == (answer.status_code, answer.headers["location"].startswith("/sign-in"))
    assert before == town.written()


def test_what_is_no_number_or_no_choice_is_named(town: Town) -> None:
    """Each wrong field of a proposal, a ballot and a receipt, all at once; and nothing is written."""
    before = town.written()
    wrong = town.change(kind="enact", label="0.1", title=" ", text="", aim="x" * 2001, elements=["\n"], category="WAR")
    errors = town.asks("ann", "/proposals", {**wrong, "heading": "", "why": ""}).json()["errors"]
    assert {"label", "title", "text", "aim", "elements", "category", "heading", "why"} == errors.keys()
    errors = town.asks("ann", "/proposals", town.change(kind="term", term="Voting", value="soon")).json()["errors"]
    assert {"term", "value"} == errors.keys()
    many = rule(elements=[f"Element {n}" for n in range(13)])
    assert {"elements"} == town.asks("ann", "/proposals", town.change(**many)).json()["errors"].keys()
    vote = town.to_vote(town.proposes("ann", **rule())).vote
    before = town.written()
    assert 422 == town.asks("ann", f"/votes/{vote}/ballot", {"choice": "yes"}).status_code
    errors = town.asks("", f"/votes/{vote}/receipt", {"place": -1, "token": "00", "choice": -1}).json()["errors"]
    assert {"place", "token", "choice"} == errors.keys()
    for path in ("/proposals/1", "/proposals/x", f"/votes/{2**53}", "/votes/1", "/rules/1", f"/rules/{10**30}"):
        assert 404 == town.program().get(path).status_code, path
    assert before == town.written()


def test_one_who_is_slowed_down_proposes_as_seldom_as_they_post(town: Town) -> None:
    """A proposal is speech: the post that carries it counts."""
    town.restrict("ann", "slow", DAY)
    town.says("ann", "One.")
    town.is_refused("ladder-4", "ann", "/proposals", town.change(**rule()))
    town.passes("10m")
    assert town.proposes("ann", **rule())
    town.restrict("bo", "suspend", DAY)
    town.is_refused("ladder-4", "bo", "/proposals", town.change(**rule("9.2")))
