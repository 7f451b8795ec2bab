"""Elections, recalls and another text of the charter over HTTP, from the proposal to the office and to the page."""

from hashlib import sha256

import pytest

from governance.terms import size_of
from tests.governance.charters import the_charter
from tests.votes.town import DAY, NAMES, Town

TEXT = the_charter().text
ANOTHER = TEXT.replace("as far as a public record can forget", "as far as a public record is able to forget")


def _holders(town: Town, role: str = "moderator") -> list[object]:
    return [one["member"] for one in town.offices() if one["role"] == role]


def test_moderators_are_elected_when_the_founders_time_is_over(town: Town) -> None:
    """Nobody holds an office any more; two of three who stand are chosen, take office, and decide."""
    town.passes("340d")
    assert [] == town.offices()
    proposal = town.proposes("ann", kind="elect", role="moderator", seats=2)
    told = town.told(proposal, "bo")
    assert ("ordinary", True, False) == (told.class_, told.may.stand, told.may.stand_down)
    town.stands(proposal, "bo", "cy", "dee", "eve")
    assert town.told(proposal, "bo").may.stand_down
    assert 201 == town.asks("eve", f"/proposals/{proposal}/stand-down", {}).status_code
    vote = town.to_vote(proposal)
    for name in NAMES[:4]:
        town.approves(name, vote.vote, "bo", "dee")
    receipt = town.approves("eve", vote.vote, "cy", "dee")
    town.approves("fay", vote.vote)
    assert (6, (town.members["cy"], town.members["dee"])) == (receipt.choice, receipt.approved)
    town.is_refused("ballot-1", "eve", f"/votes/{vote.vote}/ballot", {"choice": 0})
    closed = town.closes(proposal)
    assert ("adopted", (4, 1, 5, 1), (4, 1, 5, 1)) == (closed.phase, *_counts(closed.votes[0]))
    found = town.finds(receipt)
    assert ("sealed", receipt.approved) == (found.lies, found.approved)
    assert "other" == town.finds(receipt, choice=4).lies
    done = town.enacted(proposal)
    assert done.election is not None
    chosen = {one.member: (one.elected, one.grant > 0) for one in done.election.candidates}
    assert [(True, True), (False, False), (True, True)] == list(chosen.values())
    assert {town.members["bo"], town.members["dee"]} == set(_holders(town))
    assert {("election", proposal)} == {(one["by"], one["basis"]) for one in town.offices()}
    town.audit()


def _counts(vote: object) -> tuple[object, object]:
    return getattr(vote, "counts"), getattr(vote, "recounted")  # noqa: B009 - of whatever is told


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_pages_of_an_election(town: Town, language: str) -> None:
    """Who stands, boxes to tick, the receipt that names whom one approved, and the result with its bars."""
    proposal = town.proposes("ann", kind="elect", role="moderator", seats=1)
    page = town.browser("bo", language).open(f"/proposals/{proposal}")
    assert f'action="/proposals/{proposal}/stand"' in page.html
    town.stands(proposal, "bo", "cy")
    vote = town.to_vote(proposal)
    page = town.browser("dee", language).open(f"/proposals/{proposal}")
    for name in ("bo", "cy"):
        assert f'type="checkbox" name="approves" value="{town.members[name]}"' in page.html
    answer = town.posts_form("dee", f"/votes/{vote.vote}/ballot", {"approves": [town.members["bo"]]})
    assert 201 == answer.status_code, answer.text
    assert f"<bdi>{town.members['bo']}</bdi>" in answer.text and '"choice":1' in _plain(answer.text)
    for name in ("ann", "bo", "cy", "eve"):
        town.approves(name, vote.vote, "bo")
    assert "adopted" == town.closes(proposal).phase
    page = town.browser("", language).open(f"/proposals/{proposal}")
    assert 2 <= page.html.count('class="bar"')
    town.enacted(proposal)
    page = town.browser("ann", language).open("/offices")
    assert f'href="/proposals/{proposal}"' in page.html
    assert 200 == town.browser("ann", language).open("/proposals").status


def _plain(text: str) -> str:
    return text.replace("%22", '"').replace("%3A", ":").replace("%2C", ",").replace("&#34;", '"')


def test_what_a_ballot_of_an_election_cannot_say(town: Town) -> None:
    """It names nobody who does not stand, and no number of another vote's."""
    proposal = town.proposes("ann", kind="elect", role="moderator", seats=1)
    town.stands(proposal, "bo", "cy")
    vote = town.to_vote(proposal).vote
    path = f"/votes/{vote}/ballot"
    town.is_refused("ballot-3", "dee", path, {"approves": [town.members["eve"]]})
    town.is_refused("ballot-3", "dee", path, {"choice": 4})
    other = town.to_vote(town.proposes("ann", kind="term", term="discussion", value="3d")).vote
    assert 422 == town.asks("dee", f"/votes/{other}/ballot", {}).status_code


def test_who_is_elected_anew_and_one_election_at_a_time(town: Town) -> None:
    """The second election for an office waits for the first; re-elected, one holds the office by a new grant."""
    town.elects("bo")
    first = town.offices()
    proposal = town.proposes("ann", kind="elect", role="moderator", seats=1)
    second = town.proposes("cy", kind="elect", role="moderator", seats=1)
    town.stands(proposal, "bo")
    town.stands(second, "dee")
    town.sponsored(proposal, "bo", "cy")
    town.sponsored(second, "ann", "bo")
    town.until(max(town.told(one).due_at for one in (proposal, second)))
    town.ticks()
    told = town.told(second)
    assert told.election is not None
    assert ("discussion", proposal) == (told.phase, told.election.waits_for)
    town.is_refused("propose-7", "eve", f"/proposals/{proposal}/stand", {})
    vote = town.opens(proposal)
    for name in NAMES[:5]:
        town.approves(name, vote.vote, "bo")
    town.closes(proposal)
    town.ticks()
    assert "frozen" == town.told(second).phase
    town.enacted(proposal)
    again = [one for one in town.offices() if one["member"] == town.members["bo"]]
    assert 1 == len(again) and again[0]["grant"] not in {one["grant"] for one in first}
    town.audit()


def test_an_office_is_held_while_one_elects(town: Town) -> None:
    """The page says that its date has passed, and until when it is held at most."""
    town.elects("bo")
    office = next(one for one in town.offices() if one["member"] == town.members["bo"])
    until = office["until"]
    assert isinstance(until, int)
    town.until(until - 12 * DAY)
    proposal = town.proposes("ann", kind="elect", role="moderator", seats=1)
    town.stands(proposal, "cy")
    vote = town.to_vote(proposal)
    town.until(until + 1)
    held = next(one for one in town.offices() if one["member"] == town.members["bo"])
    assert (True, until + int(size_of("30d"))) == (held["prolonged"], held["until"])
    assert vote.closes > until
    town.closes(proposal)
    assert [] == _holders(town)
    town.audit()


def test_a_moderator_is_recalled(town: Town) -> None:
    """By an ordinary vote, a steward's grant or an election's alike; the entry of it is under their number."""
    town.grants("bo")
    grant = next(one["grant"] for one in town.offices() if one["role"] == "moderator")
    page = town.browser("ann").open(f"/proposals/new?kind=recall&grant={grant}")
    assert f'name="target" value="{grant}"' in page.html
    done = town.becomes_law("ann", kind="recall", target=grant)
    assert "ordinary" == done.class_
    assert [] == _holders(town)
    town.is_refused("recall-1", "ann", "/proposals", town.change(kind="recall", target=grant))
    town.audit()


def test_the_charter_is_amended_in_two_votes(town: Town) -> None:
    """Then its page shows the new text and the vote that brought it; the founding's stays at an address of its own."""
    path = "/proposals"
    town.is_refused("charter-7", "ann", path, town.change(kind="charter", charter=TEXT.replace("A price.", "A fee.")))
    town.is_refused("charter-5", "ann", path, town.change(kind="charter", charter="All is well."))
    page = town.browser("ann").open("/proposals/new?kind=charter")
    assert "as far as a public record can forget" in page.html
    proposal = town.proposes("ann", kind="charter", charter=ANOTHER)
    page = town.browser("bo").open(f"/proposals/{proposal}")
    assert "is able to" in page.html and "<ins>" in page.html and "<del>" in page.html
    first = town.to_vote(proposal)
    town.vote(first.vote, yes=NAMES[:6])
    assert "between" == town.closes(proposal).phase
    second = town.opens(proposal)
    town.vote(second.vote, yes=NAMES[:6])
    assert "adopted" == town.closes(proposal).phase
    assert TEXT == town.program().get("/charter").json()["text"]
    done = town.enacted(proposal)
    served = town.program().get("/charter").json()
    assert (ANOTHER, sha256(ANOTHER.encode()).hexdigest()) == (served["text"], served["digest"])
    assert (served["digest"], done.steps[-1].entry, proposal) == (served["stated"], served["entry"], served["proposal"])
    assert TEXT == town.program().get("/charter/founding").json()["text"]
    assert f'href="/proposals/{proposal}"' in town.browser().open("/charter").html
    assert "<ins>" in town.browser("bo").open(f"/proposals/{proposal}").html
    town.audit()


def test_a_change_that_takes_a_program_waits_for_its_release(town: Town) -> None:
    """It is not in force while the release that runs carries another text, and nothing is overdue."""
    proposal = town.proposes("ann", kind="charter", charter=ANOTHER, program=True)
    town.vote(town.to_vote(proposal).vote, yes=NAMES[:6])
    town.closes(proposal)
    town.vote(town.opens(proposal).vote, yes=NAMES[:6])
    town.closes(proposal)
    assert "adopted" == town.enacted(proposal).phase
    town.passes("30d")
    town.ticks()
    assert "adopted" == town.told(proposal).phase
    assert TEXT == town.program().get("/charter").json()["text"]
    town.audit()


def test_a_draft_of_the_charter_is_looked_at_first(town: Town) -> None:
    """The check says what the law would say, and shows the difference in words."""
    answer = town.posts_form("ann", "/proposals/new", town.change(kind="charter", charter=ANOTHER))
    assert 200 == answer.status_code and "is able to" in answer.text and "Removed:" in answer.text
    answer = town.posts_form(
        "ann", "/proposals/new", town.change(kind="charter", charter=TEXT.replace("A price.", "A fee."))
    )
    assert "clause <bdi>charter-7</bdi>" in answer.text
    for kind in ("elect", "recall"):
        assert 200 == town.browser("ann").open(f"/proposals/new?kind={kind}").status
