"""The life of proposals over HTTP, from the first word to the force of law and what ends it."""

from tests.votes.town import NAMES, SECOND, Town, rule


def test_a_proposal_becomes_law(town: Town) -> None:
    """Each step at its date and not before; then the rule judges what is said from then on, and nothing older."""
    proposal = town.proposes("ann", **rule())
    told = town.told(proposal)
    assert ("sponsoring", "restricting", "A change") == (told.phase, told.class_, told.heading)
    old = town.says("hal", "What has four legs in the morning?")
    vote = town.to_vote(proposal)
    assert (len(NAMES) + 1, 5) == (vote.roll_size, vote.needed)
    town.vote(vote.vote, yes=NAMES[:4], no=NAMES[4:6], blank=NAMES[6:7])
    assert (7, None) == ((open_ := town.told(proposal).votes[0]).ballots, open_.counts)
    closed = town.closes(proposal)
    assert ("adopted", (4, 2, 1), (4, 2, 1)) == (closed.phase, closed.votes[0].counts, closed.votes[0].recounted)
    assert "adopted" == town.told(proposal).phase, "nothing comes into force before its time"
    assert [] == town.rules("9.1")
    done = town.enacted(proposal)
    steps = [(step.what, step.state) for step in done.steps]
    assert "enacted" == done.phase
    assert [(what, "done") for what in ("proposed", "sponsored", "frozen", "opened", "closed", "enacted")] == steps
    assert sorted(step.entry for step in done.steps) == [step.entry for step in done.steps]
    made = town.rules("9.1")
    assert [done.steps[-1].entry] == made
    new = town.says("hal", "What has none in the evening?")
    town.is_refused("rule-2", "bo", f"/posts/{old}/report", {"rule": made[0], "reason": "A riddle."})
    answer = town.asks("bo", f"/posts/{new}/report", {"rule": made[0], "reason": "A riddle."})
    assert 201 == answer.status_code, answer.text
    town.audit()


def test_a_rule_is_amended_and_repealed(town: Town) -> None:
    """Both keep the number of the rule; each version stands on its page with the vote that brought it."""
    number = town.rules("5.1")[0]
    other = {**rule("5.1", sanctions=["label"]), "kind": "amend", "target": number}
    amended = town.becomes_law("ann", **other)
    assert "restricting" == amended.class_
    page = town.program().get(f"/rules/{number}").json()
    assert [2, 1] == [version["version"] for version in page["versions"]]
    assert [5, 0, 0] == page["current"]["adopted"]["counts"]
    repealed = town.becomes_law("bo", kind="repeal", target=number)
    assert "ordinary" == repealed.class_
    page = town.program().get(f"/rules/{number}").json()
    assert ("repealed", []) == (page["status"], town.rules("5.1"))
    town.is_refused("rule-1", "cy", "/proposals", town.change(kind="repeal", target=number))
    town.audit()


def test_a_term_is_changed(town: Town) -> None:
    """The next proposal lives under the new value."""
    town.becomes_law("ann", kind="term", term="discussion", value="3d")
    terms = {term["name"]: term["value"] for term in town.program().get("/terms").json()["items"]}
    assert "3d" == terms["discussion"]
    proposal = town.proposes("bo", **rule())
    town.sponsored(proposal, "ann", "cy")
    assert town.site.clock.now() + 3 * 86_400_000 == town.told(proposal).due_at


def test_a_change_of_the_charter_passes_twice(town: Town) -> None:
    """Once is not enough: the second vote opens a month after the first, on the same roll."""
    proposal = town.proposes("ann", kind="term", term="quorum_min", value="6")
    first = town.to_vote(proposal)
    town.vote(first.vote, yes=NAMES[:6])
    between = town.closes(proposal)
    assert ("charter", "between", "adopted") == (between.class_, between.phase, between.votes[0].status)
    second = town.opens(proposal)
    assert second.vote > first.vote and (first.roll_size, first.roll_root) == (second.roll_size, second.roll_root)
    town.vote(second.vote, yes=NAMES[:6])
    assert "adopted" == town.closes(proposal).phase
    done = town.enacted(proposal)
    opened = [step.at for step in done.steps if step.what == "opened"]
    assert "enacted" == done.phase and opened[1] - opened[0] >= 30 * 86_400_000
    town.audit()


def test_a_charter_change_that_fails_the_second_time_is_rejected(town: Town) -> None:
    """What one vote adopted another may still stop."""
    proposal = town.proposes("ann", kind="term", term="quorum_min", value="6")
    town.vote(town.to_vote(proposal).vote, yes=NAMES[:6])
    town.closes(proposal)
    town.vote(town.opens(proposal).vote, yes=NAMES[:3], no=NAMES[3:6])
    assert ["adopted", "rejected"] == [vote.status for vote in town.closes(proposal).votes]
    assert "rejected" == town.told(proposal).phase


def test_a_vote_without_its_quorum_is_void(town: Town) -> None:
    """It decided nothing, and the question may be put again at once."""
    proposal = town.proposes("ann", **rule())
    town.vote(town.to_vote(proposal).vote, yes=NAMES[:4])
    assert "void" == town.closes(proposal).phase
    assert town.proposes("bo", **rule()) > proposal
    town.audit()


def test_a_vote_in_which_nobody_votes_is_closed(town: Town) -> None:
    """An empty box needs no seal."""
    proposal = town.proposes("ann", **rule())
    town.to_vote(proposal)
    assert ("void", (0, 0, 0)) == ((closed := town.closes(proposal)).phase, closed.votes[0].counts)
    town.audit()


def test_a_rejected_question_waits(town: Town) -> None:
    """It may be put again when the term `again` is over."""
    proposal = town.proposes("ann", **rule())
    town.vote(town.to_vote(proposal).vote, yes=NAMES[:2], no=NAMES[2:6])
    assert "rejected" == town.closes(proposal).phase
    town.is_refused("propose-5", "bo", "/proposals", town.change(**rule()))
    town.passes("90d")
    assert town.proposes("bo", **rule()) > proposal


def test_an_amended_proposal_asks_its_sponsors_anew(town: Town) -> None:
    """Who sponsored the text before has to read and sponsor the new one; the old version takes no sponsors."""
    proposal = town.proposes("ann", **rule())
    town.sponsored(proposal, "bo", "cy")
    assert "discussion" == town.told(proposal).phase
    answer = town.asks("ann", f"/proposals/{proposal}/amend", rule(title="Riddles and rhymes"))
    assert 201 == answer.status_code, answer.text
    told = town.told(proposal, "bo")
    assert (2, "sponsoring", (), True) == (told.version, told.phase, told.sponsors, told.may.sponsor)
    town.is_refused("sponsor-2", "bo", f"/proposals/{proposal}/sponsor", {"version": 1})
    town.sponsored(proposal, "bo", "dee")
    told = town.told(proposal)
    assert (("discussion", 2), "amended") == ((told.phase, len(told.sponsors)), told.steps[1].what)
    town.audit()


def test_a_proposal_is_withdrawn(town: Town) -> None:
    """Only by its proposer, and only until its freeze."""
    proposal = town.proposes("ann", **rule())
    assert (True, False) == (town.told(proposal, "ann").may.withdraw, town.told(proposal, "bo").may.withdraw)
    town.is_refused("propose-6", "bo", f"/proposals/{proposal}/withdraw", {})
    assert 201 == town.asks("ann", f"/proposals/{proposal}/withdraw", {}).status_code
    told = town.told(proposal)
    assert ("withdrawn", "withdrawn") == (told.phase, told.steps[-1].what)
    town.is_refused("propose-7", "bo", f"/proposals/{proposal}/sponsor", {"version": 1})


def test_a_proposal_without_sponsors_lapses(town: Town) -> None:
    """By its date, though nobody writes it down."""
    proposal = town.proposes("ann", **rule())
    town.until(town.told(proposal).due_at)
    told = town.told(proposal, "bo")
    assert ("lapsed", False) == (told.phase, told.may.sponsor)
    town.is_refused("propose-7", "bo", f"/proposals/{proposal}/sponsor", {"version": 1})
    town.ticks()
    assert "lapsed" == town.told(proposal).phase


def test_a_closed_account_is_off_the_roll(town: Town) -> None:
    """Closed before the opening: off. Closed after it: the roll stays as it was drawn."""
    proposal = town.proposes("ann", **rule())
    town.leaves("gil")
    vote = town.to_vote(proposal)
    assert len(NAMES) == vote.roll_size
    town.leaves("hal")
    assert len(NAMES) == town.told(proposal).votes[0].roll_size
    town.vote(vote.vote, yes=NAMES[:5])
    assert "adopted" == town.closes(proposal).phase
    town.audit()


def test_ballots_behind_the_last_seal_are_void(town: Town) -> None:
    """The square was down at the close: what was sealed before counts, what came after is void and named."""
    proposal = town.proposes("ann", **rule())
    vote = town.to_vote(proposal)
    counted = town.vote(vote.vote, yes=NAMES[:5])
    town.ticks()
    assert 5 == town.told(proposal).votes[0].sealed.size
    late = town.vote(vote.vote, no=NAMES[5:8])
    assert ["unsealed"] * 3 == [town.finds(receipt).lies for receipt in late]
    town.until(vote.closes + 60_001)
    town.ticks(2)
    told = town.told(proposal).votes[0]
    assert ("adopted", (5, 0, 0), 3) == (told.status, told.counts, told.late)
    assert (["sealed"] * 5, ["late"] * 3) == (
        [town.finds(receipt).lies for receipt in counted],
        [town.finds(receipt).lies for receipt in late],
    )
    town.audit()


def test_what_came_last_is_sealed_within_a_minute(town: Town) -> None:
    """The clock was away for half a minute after the close: every ballot counts."""
    proposal = town.proposes("ann", **rule())
    vote = town.to_vote(proposal)
    town.vote(vote.vote, yes=NAMES[:3])
    town.ticks()
    town.vote(vote.vote, yes=NAMES[3:6])
    town.until(vote.closes + 30 * SECOND)
    town.ticks(2)
    told = town.told(proposal).votes[0]
    assert ((6, 0, 0), 0) == (told.counts, told.late)
    town.audit()


def test_a_change_whose_words_are_gone_holds_nothing_up(town: Town) -> None:
    """Nobody could read the rule, so it does not come into force; every other proposal goes on."""
    lost, other = town.proposes("ann", **rule()), town.proposes("bo", kind="term", term="voting", value="5d")
    vote = town.to_vote(lost, "cy", "dee")
    town.vote(vote.vote, yes=NAMES[:5])
    assert "adopted" == town.closes(lost).phase
    town.forgets(lost, "aim")
    town.sponsored(other, "cy", "dee")
    town.until(town.told(other).due_at)
    town.ticks(2)
    told = town.told(lost)
    assert ("adopted", "frozen", []) == (told.phase, town.told(other).phase, town.rules("9.1"))
    assert "The rights of others to know" not in town.browser("ann").open(f"/proposals/{lost}").text


def test_an_adopted_change_that_cannot_come_into_force_says_why(town: Town) -> None:
    """Two adopted proposals want the same number: the second waits, and its page names the clause."""
    first, second = town.proposes("ann", **rule()), town.proposes("bo", **rule(title="Other riddles"))
    for proposal in (first, second):
        town.sponsored(proposal, "cy", "dee")
    town.until(town.told(first).due_at)
    town.ticks()
    town.until(town.told(first).due_at)
    town.ticks()
    for proposal in (first, second):
        town.vote(town.told(proposal).votes[0].vote, yes=NAMES[:5])
    town.closes(first)
    town.enacted(first)
    town.ticks()
    told = [town.told(proposal) for proposal in (first, second)]
    assert ["enacted", "adopted"] == [one.phase for one in told]
    assert told[1].refused.startswith("[form-3]")
