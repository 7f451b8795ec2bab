"""P2: what was due and did not come is named; of it only silence about unlawful content breaks the law."""

from pathlib import Path

from governance.acts.proposals import Sponsor
from governance.proposals import proposal_of
from governance.terms import duration
from tests.audit.auditing import audit, row, violated
from tests.audit.stories import YES, town

DAY = 86_400_000


def test_an_open_case_is_no_finding_before_its_date(tmp_path: Path) -> None:
    """Until the term is over nothing is overdue."""
    world = town()
    world.reports("bo", world.post("ann"))
    at = world.now + duration(world.state, "decision")
    assert 0 == row(audit(world, tmp_path, at=at), "P2").overdue


def test_an_overdue_case_is_named_and_breaks_no_law(tmp_path: Path) -> None:
    """It counts as answered none; the audit names it and exits 0."""
    world = town()
    case = world.reports("bo", world.post("ann"))
    report = audit(world, tmp_path, at=world.now + duration(world.state, "decision") + 1)
    found = row(report, "P2")
    assert (0, 1, "holds", case) == (report.exit, found.overdue, found.result, found.findings[0].entry)
    assert "answered none, and against the square" in found.findings[0].why


def test_silence_about_unlawful_content_is_a_violation(tmp_path: Path) -> None:
    """Silence is no answer to it: it fails P2 by name."""
    world = town()
    case = world.reports("bo", world.post("ann"), "1.1")
    report = audit(world, tmp_path, at=world.now + duration(world.state, "decision") + 1)
    assert ({"P2": (case,)}, 1) == (violated(report), report.exit)


def test_an_appeal_without_a_second_look_is_named(tmp_path: Path) -> None:
    """The restriction ends by its date, and the silence is named."""
    world = town()
    appeal = world.appeals("ann", world.folded())
    report = audit(world, tmp_path, at=world.now + duration(world.state, "reconsider") + 1)
    assert [appeal] == [finding.entry for finding in row(report, "P2").findings]
    assert 0 == report.exit


def test_an_appeal_whose_case_was_lifted_in_time_is_answered(tmp_path: Path) -> None:
    """Nobody owes a second look at what does not stand any more."""
    world = town()
    case = world.folded()
    world.appeals("ann", case)
    world.does("moe", world.lift(case))
    report = audit(world, tmp_path, at=world.now + duration(world.state, "reconsider") + 1)
    assert () == row(report, "P2").findings


def test_steps_of_the_clock_that_are_late_are_named(tmp_path: Path) -> None:
    """Freeze, vote, close and enactment each in turn, when the clock is silent."""
    world = town()
    change = world.enact("9.1", "label")
    proposal = world.proposes("ann", change)
    for name in ("bo", "cy"):
        world.does(name, Sponsor(proposal, 1))
    named = []
    for step in ("freeze", "vote", "close", "enactment"):
        due = proposal_of(world.state, proposal).due_at
        early, late = audit(world, tmp_path / f"{step}0", at=due), audit(world, tmp_path / step, at=due + DAY)
        assert (0, 0) == (row(early, "P2").overdue, late.exit)
        named += [finding.why for finding in row(late, "P2").findings]
        if step == "freeze":
            world.now = due
            world.does("clock", world.freeze(proposal, 1))
        elif step == "vote":
            vote = world.opens_vote(proposal)
        elif step == "close":
            world.votes(vote, yes=YES)
    waits = ["its freeze", "its vote", "the close of its vote", "its enactment"]
    assert [f"proposal {proposal} waits for {step}, which was due" for step in waits] == named


def test_what_was_due_before_is_not_judged_again(tmp_path: Path) -> None:
    """With --from N only dates count that passed after entry N came."""
    world = town()
    world.reports("bo", world.post("ann"), "1.1")
    world.passes("30d")
    later = world.reports("bo", world.post("cy"), "1.1")
    at = world.now + duration(world.state, "decision") + 1
    assert {"P2": (later,)} == violated(audit(world, tmp_path, at=at, since=later))


def test_a_time_before_the_last_entry_is_refused(tmp_path: Path) -> None:
    """Open dates cannot be judged at a time that the ledger has passed."""
    world = town()
    report = audit(world, tmp_path, at=world.entries[-1].at - 1)
    assert (2, True) == (report.exit, "--at" in report.stopped)
