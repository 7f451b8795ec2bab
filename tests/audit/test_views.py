"""Two views of one ledger: checkpoints that somebody kept, and a ledger that changes while it is looked at."""

from pathlib import Path

from app.auditor import Question, Report, Seen, run_audit
from app.clock import SetClock
from ledger.checkpoint import Checkpoint, sign_checkpoint
from tests.audit.auditing import audit, row, unverified, violated
from tests.audit.publishing import SIGNER, Files, ledger_files, publish, write
from tests.audit.stories import town
from tests.governance.world import World


def grown() -> tuple[World, Seen]:
    """A square, and its checkpoint from before the last case."""
    world = town()
    world.folded()
    seen = Seen("kept.note", publish(world)["ledger/checkpoint"])
    world.folded("cy")
    return world, seen


def fork(world: World) -> Files:
    """Another history of the same square, of the same length, signed by the same key."""
    leaves = [*world.leaves[:-3], world.leaves[-2], world.leaves[-3], world.leaves[-1]]
    return publish(world) | ledger_files(leaves)


def test_a_kept_checkpoint_that_fits_holds(tmp_path: Path) -> None:
    """The ledger begins with the one that was seen before."""
    world, seen = grown()
    assert 0 == audit(world, tmp_path, at=world.now, seen=(seen,)).exit


def test_two_signed_checkpoints_that_contradict_each_other(tmp_path: Path) -> None:
    """A kept checkpoint with another root at its size: exit code 3, and both notes are kept as evidence."""
    world, _ = grown()
    seen = Seen("kept.note", fork(world)["ledger/checkpoint"])
    report = audit(world, tmp_path, at=world.now, seen=(seen,))
    assert 3 == report.exit
    ((kept, served),) = report.two_views
    assert ("kept.note", len(world.leaves), len(world.leaves)) == (kept.name, kept.size, served.size)
    assert kept.root != served.root and kept.note == seen.note.decode()


def test_a_fork_before_the_kept_checkpoint_is_found_as_well(tmp_path: Path) -> None:
    """The ledger has grown on another branch since."""
    world, _ = grown()
    seen = Seen("kept.note", fork(world)["ledger/checkpoint"])
    world.folded("dee")
    assert 3 == audit(world, tmp_path, at=world.now, seen=(seen,)).exit


def test_a_ledger_that_went_back_is_not_verified(tmp_path: Path) -> None:
    """A kept checkpoint that is longer than the ledger: no contradiction is proven, and nothing passes."""
    world, _ = grown()
    longer = Seen("kept.note", sign_checkpoint(Checkpoint(SIGNER.name, len(world.leaves) + 1, bytes(32)), SIGNER))
    report = audit(world, tmp_path, at=world.now, seen=(longer,))
    assert (2, {"L1"}) == (report.exit, unverified(report))


def test_a_kept_checkpoint_of_somebody_else_stops_the_audit(tmp_path: Path) -> None:
    """A note that the key has not signed says nothing about this ledger."""
    world, _ = grown()
    foreign = Seen("kept.note", publish(world)["ledger/checkpoint"].replace(b"\n\n", b"\nx\n\n"))
    report = audit(world, tmp_path, at=world.now, seen=(foreign,))
    assert 2 == report.exit
    assert "kept.note" in report.stopped


def audit_while(folder: Path, before: Files, after: Files, now: int) -> Report:
    """An audit during which the files change, once the entries have been read."""
    write(before, folder)

    def tell(what: str, done: int, total: int) -> None:
        if what == "entries" and done == total:
            write(after, folder)

    return run_audit(Question(where=str(folder), key=SIGNER.verifier, at=now), SetClock(now), tell)


def test_growth_meanwhile_is_read_and_holds(tmp_path: Path) -> None:
    """New entries come while the audit runs: it judges what the first checkpoint signed."""
    world, _ = grown()
    before = publish(world)
    world.folded("dee")
    report = audit_while(tmp_path, before, publish(world), world.now)
    assert (0, len(world.leaves) - 2) == (report.exit, report.size)


def test_a_fork_meanwhile_is_two_views(tmp_path: Path) -> None:
    """The checkpoint that is served after the audit does not begin with the one before."""
    world, _ = grown()
    assert 3 == audit_while(tmp_path / "same", publish(world), fork(world), world.now).exit
    before, forked = publish(world), fork(world)
    leaves = [*world.leaves[:-3], world.leaves[-2], world.leaves[-3], world.leaves[-1], world.leaves[-1]]
    longer = forked | ledger_files(leaves)
    assert 3 == audit_while(tmp_path / "longer", before, longer, world.now).exit


def test_going_back_meanwhile_is_not_verified(tmp_path: Path) -> None:
    """The checkpoint that is served after the audit is shorter."""
    world, _ = grown()
    before = publish(world)
    report = audit_while(tmp_path, before, ledger_files(world.leaves[:-2]), world.now)
    assert (2, {"L1"}) == (report.exit, unverified(report))


def test_tiles_that_change_meanwhile_are_no_proof_of_two_views(tmp_path: Path) -> None:
    """A longer checkpoint whose tiles are broken is L1's violation, not a contradiction of signatures."""
    world, _ = grown()
    before = publish(world)
    world.folded("dee")
    after = publish(world)
    tile = next(path for path in after if path.startswith("ledger/tile/0/"))
    report = audit_while(tmp_path, before, after | {tile: bytes(len(after[tile]))}, world.now)
    assert (1, ["L1"]) == (report.exit, list(violated(report)))
    assert () == report.two_views


def test_from_judges_from_there_on(tmp_path: Path) -> None:
    """What lies before N is replayed and not judged."""
    world = town()
    case = world.reports("bo", world.post("mia"))
    breach = world.cheats("mia", world.decide(case), "recusal-1")
    later = world.folded("cy")
    whole = audit(world, tmp_path, at=world.now)
    after = audit(world, tmp_path, at=world.now, since=breach + 1)
    assert ({"A2": (breach,)}, {}) == (violated(whole), violated(after))
    assert (1, 0) == (whole.exit, after.exit)
    assert (len(world.leaves), len(world.leaves) - later) == (whole.judged, after.judged)
    assert 1 == row(after, "R4").judged


def test_from_beyond_the_end_is_refused(tmp_path: Path) -> None:
    """There is nothing to judge from there on, and nothing may pass."""
    world = town()
    report = audit(world, tmp_path, at=world.now, since=len(world.leaves))
    assert (2, True) == (report.exit, "there is no entry" in report.stopped)
