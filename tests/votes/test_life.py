"""The life of proposals over HTTP, from the first word to the force of law and what ends it."""

from tests.votes.town import NAMES, Town, rule


def test_a_proposal_becomes_law(town: Town) -> None:
    """Proposed, sponsored, discussed, frozen, voted on, counted, in force: each step at its date and not before."""
    proposal = town.proposes("ann", **rule())
    assert ("sponsoring", "restricting") == ((told := town.told(proposal)).phase, told.class_)
    vote = town.to_vote(proposal)
    assert (len(NAMES) + 1, 5) == (vote.roll_size, vote.needed)
    town.vote(vote.vote, yes=NAMES[:4], no=NAMES[4:6], blank=NAMES[6:7])
    closed = town.closes(proposal)
    assert ("adopted", (4, 2, 1), (4, 2, 1)) == (closed.phase, closed.votes[0].counts, closed.votes[0].recounted)
    town.ticks()
    assert town.told(proposal).phase == "adopted"
    done = town.enacted(proposal)
    assert done.phase == "enacted"
    steps = [(step.what, step.state) for step in done.steps]
    assert [(what, "done") for what in ("proposed", "sponsored", "frozen", "opened", "closed", "enacted")] == steps
    assert sorted(step.entry for step in done.steps) == [step.entry for step in done.steps]
    town.audit()
