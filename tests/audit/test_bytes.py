"""Bytes: what is flipped, cut off or missing is found, and nothing passes because it was not there."""

from pathlib import Path

import pytest

from governance.audit import CHECKS
from governance.cases import case_of
from ledger.note import SignerKey
from tests.audit.auditing import audit, row, unverified, violated
from tests.audit.cheating import CheatingWorld
from tests.audit.publishing import SIGNER, Files, ledger_files, openings_file, openings_of, publish
from tests.audit.stories import town, whole_life

WORLD = whole_life()
HONEST = publish(WORLD)
ALL = {check.id for check in CHECKS}
NOT_HERE = {"C1", "T1", "W1"}
REPLAYED = ALL - NOT_HERE


def flipped(files: Files, path: str, at: int) -> Files:
    """The files with one bit of one of them flipped."""
    data = files[path]
    at %= len(data)
    return files | {path: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]}


def without(files: Files, path: str) -> Files:
    """The files but one."""
    return {name: data for name, data in files.items() if name != path}


def test_an_honest_ledger_holds(tmp_path: Path) -> None:
    """Nearly everything that can happen, done lawfully, passes every check but those that need more than a copy."""
    report = audit(HONEST, tmp_path, at=WORLD.now)
    assert 0 == report.exit
    assert dict.fromkeys(REPLAYED, "holds") | dict.fromkeys(NOT_HERE, "not checked") == {
        r.id: r.result for r in report.checks
    }
    assert len(WORLD.leaves) == report.judged == row(report, "L1").judged


def test_every_check_looked_at_something(tmp_path: Path) -> None:
    """The honest story gives every check that replays something to judge, so that none holds for want of anything."""
    report = audit(HONEST, tmp_path, at=WORLD.now)
    assert [] == [r.id for r in report.checks if not r.judged and r.id not in NOT_HERE]
    assert 0 == row(report, "L2").missing


@pytest.mark.parametrize("path", sorted(HONEST))
def test_a_flipped_bit_is_found_in_every_file(path: str, tmp_path: Path) -> None:
    """A bit at the beginning, in the middle and at the end of every served file: never exit code 0."""
    for number, at in enumerate((0, len(HONEST[path]) // 2, len(HONEST[path]) - 1)):
        report = audit(flipped(HONEST, path, at), tmp_path / str(number), key=None, at=WORLD.now)
        if path in ("ledger/checkpoint", "ledger/key"):
            assert (2, REPLAYED) == (report.exit, unverified(report) - NOT_HERE)
        elif path == "data/openings.jsonl":
            assert report.exit in (1, 2) and {"L2"} == unverified(report) | violated(report).keys()
        else:
            assert 1 == report.exit and "L1" in violated(report)


@pytest.mark.parametrize("path", sorted(HONEST.keys() - {"ledger/key"}))
def test_a_missing_file_lets_nothing_pass(path: str, tmp_path: Path) -> None:
    """Every served file in turn is not there: it could not be verified, and that is exit code 2."""
    report = audit(without(HONEST, path), tmp_path, at=WORLD.now)
    assert (2, {}) == (report.exit, violated(report))
    assert unverified(report)


@pytest.mark.parametrize("path", sorted(path for path in HONEST if "/tile/" in path))
def test_a_file_cut_short_is_found(path: str, tmp_path: Path) -> None:
    """A tile or a bundle that lacks its last byte is a violation of L1."""
    report = audit(HONEST | {path: HONEST[path][:-1]}, tmp_path, at=WORLD.now)
    assert 1 == report.exit and "L1" in violated(report)


def test_openings_cut_short_are_no_openings(tmp_path: Path) -> None:
    """A file of openings that breaks off inside a line could not be verified."""
    cut = HONEST | {"data/openings.jsonl": HONEST["data/openings.jsonl"][:-3]}
    report = audit(cut, tmp_path, at=WORLD.now)
    assert (2, {"L2"}) == (report.exit, unverified(report))


def test_openings_out_of_order_are_refused(tmp_path: Path) -> None:
    """The pass reads the openings beside the entries, so their order is part of the format."""
    turned = HONEST | {"data/openings.jsonl": openings_file(openings_of(WORLD)[::-1])}
    report = audit(turned, tmp_path, at=WORLD.now)
    assert (2, {"L2"}) == (report.exit, unverified(report))


def test_missing_reasons_are_not_verified(tmp_path: Path) -> None:
    """They are public: what is not shown, and was erased by no entry, nobody can look at."""
    world = whole_life()
    decided = next(at for at, entry in enumerate(world.entries) if type(entry.act).__name__ == "Decide")
    world.hides(decided, "reasons")
    report = audit(world, tmp_path, at=world.now)
    assert (2, {"L2"}, 1) == (report.exit, unverified(report), row(report, "L2").missing)


def _erased_life() -> tuple[CheatingWorld, int, int]:
    """A square whose legal officer has erased the reasons of a decision: the decision, and the erasure."""
    world = town()
    world.joins("olga")
    world.grants("olga", "legal_officer")
    case = world.folded()
    decision = len(world.entries) - 1
    return world, decision, world.does("olga", world.erase(decision, "reasons", case))


def test_erased_texts_are_named_with_their_erasure(tmp_path: Path) -> None:
    """What an entry erased is not missing: the audit holds, counts it, and says by which entry and why."""
    world, decision, erasure = _erased_life()
    found = row(audit(world, tmp_path, at=world.now), "L2")
    assert ("holds", 0, 2) == (found.result, found.missing, found.erased)
    assert (f"entry {decision}: reasons erased by entry {erasure}, ground: order",) == found.notes


@pytest.mark.parametrize("fields", [("reasons", "milder/unrecommend"), ("reasons",), ("milder/unrecommend",)])
def test_what_was_erased_is_not_shown(tmp_path: Path, fields: tuple[str, ...]) -> None:
    """A square that goes on showing what it says it erased, or a part of it, is caught."""
    world, decision, erasure = _erased_life()
    openings = [opening for opening in world.kept.values() if opening.field in fields]
    world.openings = sorted([*world.openings, *((decision, one) for one in openings)], key=lambda one: one[0])
    found = row(audit(world, tmp_path, at=world.now), "L2")
    assert ("violated", (decision,)) == (found.result, found.entries)
    assert f"entry {erasure} erased them" in found.findings[0].why


def test_an_erased_rule_is_no_secret_law(tmp_path: Path) -> None:
    """Its words may be gone because it is no law any more."""
    world, _, _ = _erased_life()
    rule = world.becomes_law(world.enact("9.7", "fold"))
    world.does("olga", world.erase(rule, "words", rule))
    found = row(audit(world, tmp_path, at=world.now), "L2")
    assert ("holds", 6) == (found.result, found.erased)


def test_erased_words_of_a_post_are_not_shown(tmp_path: Path) -> None:
    """Nor are the reported words, where they were public before."""
    world = town()
    case = world.folded("dee")
    words = [one for one in world.openings if one[0] == case and one[1].field == "content"]
    world.now = case_of(world.state, case).appeal_until
    world.does("dee", world.erase(case, "content", case, "request", by="bo"))
    assert "holds" == row(audit(world, tmp_path, at=world.now), "L2").result
    world.openings = sorted([*words, *world.openings], key=lambda one: one[0])
    assert (case,) == row(audit(world, tmp_path / "shown", at=world.now), "L2").entries


def test_the_wrong_key_verifies_nothing(tmp_path: Path) -> None:
    """Under another key of the same name the checkpoint is nobody's."""
    other = SignerKey(SIGNER.name, bytes(32))
    report = audit(HONEST, tmp_path, key=other.verifier, at=WORLD.now)
    assert (2, ALL) == (report.exit, unverified(report))
    assert "not signed by the key" in report.stopped


def test_another_origin_is_another_ledger(tmp_path: Path) -> None:
    """Entries founded under one name and signed under another: L1 at entry 0."""
    other = SignerKey("elsewhere.example/isegoria-00000000", bytes(range(32)))
    report = audit(HONEST | ledger_files(WORLD.leaves, other), tmp_path, key=None, at=WORLD.now)
    assert {"L1": (0,)} == violated(report)


def test_without_a_key_the_shown_one_is_used_with_a_warning(tmp_path: Path) -> None:
    """The report says that nobody vouches for the key."""
    report = audit(HONEST, tmp_path, key=None, at=WORLD.now)
    assert (0, False) == (report.exit, report.key_given)
    assert "THE KEY WAS NOT GIVEN" in report.warnings[0]


def test_what_is_no_entry_is_found_at_its_place(tmp_path: Path) -> None:
    """A leaf that is not the canonical encoding of an act is L1's, and the rest is judged all the same."""
    world = town()
    world.folded()
    spaced = world.leaves[-1].replace(b'","', b'", "', 1)
    world.leaves[-1] = spaced
    world.openings = [one for one in world.openings if one[0] != len(world.leaves) - 1]
    report = audit(world, tmp_path, at=world.now)
    assert {"L1": (len(world.leaves) - 1,)} == violated(report)


def test_nothing_is_founded_here_yet(tmp_path: Path) -> None:
    """A ledger without entries holds nothing, and so verifies nothing."""
    report = audit(ledger_files([]) | {"data/openings.jsonl": b""}, tmp_path, at=1)
    assert (2, ALL) == (report.exit, unverified(report) | NOT_HERE)


def test_another_tree_is_found_by_its_root(tmp_path: Path) -> None:
    """Entries and tiles that agree with each other and not with the signed root."""
    world = town()
    before = publish(world)
    world.leaves[-1], world.leaves[-2] = world.leaves[-2], world.leaves[-1]
    forged = publish(world) | {"ledger/checkpoint": before["ledger/checkpoint"]}
    report = audit(forged, tmp_path, at=world.now)
    assert 1 == report.exit and "L1" in violated(report)
