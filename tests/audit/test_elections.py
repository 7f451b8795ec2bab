"""What an audit says of an election whose result was misstated, and of a winner who was given nothing."""

from pathlib import Path

from msgspec.structs import replace

from tests.audit.auditing import audit, row, violated
from tests.audit.cheats_at_elections import in_force, voted
from tests.audit.stories import town


def test_an_office_by_a_misstated_election_is_found(tmp_path: Path) -> None:
    """R2 recounts the approvals, and A1 names the office of whom the ballots did not choose."""
    world = town()
    proposal, vote = voted(world)
    closed = world.does("clock", replace(world.close(vote), counts=(0, 6, 0)))
    in_force(world, proposal)
    grant = world.does("clock", world.take_office("cy", proposal))
    report = audit(world, tmp_path, at=world.now)
    assert {"R2": (closed,), "A1": (grant,)} == violated(report)
    assert "did not choose" in row(report, "A1").findings[0].why


def test_a_winner_without_the_office_is_named(tmp_path: Path) -> None:
    """Overdue, and no violation; and a clean audit once it was given."""
    world = town()
    proposal, vote = voted(world)
    world.does("clock", world.close(vote))
    in_force(world, proposal)
    world.passes("1h")
    report = audit(world, tmp_path / "late", at=world.now)
    [overdue] = row(report, "P2").findings
    assert ("overdue", proposal) == (overdue.kind, overdue.entry)
    world.does("clock", world.take_office("bo", proposal))
    report = audit(world, tmp_path / "given", at=world.now)
    assert ({}, 0) == (violated(report), report.exit)
