"""`isegoria monitor`: what was seen is remembered, and each look is held against all of it."""

from datetime import datetime
from pathlib import Path

import msgspec

from app.auditor import Question, Report, run_audit
from app.auditor.memory import Memory
from app.auditor.monitor import Look, Watch, look
from app.clock import SetClock
from governance.acts.keys import RotateKey
from ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.client import fetch_ahead
from ledger.note import SignerKey, VerifierKey
from tests.audit.auditing import row
from tests.audit.cheating import CheatingWorld
from tests.audit.publishing import SIGNER, Files, ledger_files, publish, write
from tests.audit.stories import town

MINUTE = 60_000


class Post:
    """A watch post: a folder that a square serves, and a monitor of it with its own clock."""

    def __init__(self, folder: Path, world: CheatingWorld) -> None:
        self.world = world
        self.square = folder / "square"
        self.memory = folder / "memory"
        self.clock = SetClock(world.now)

    def serves(self, files: Files | None = None) -> None:
        """The square shows these files, or all that it has; what it showed before is gone."""
        for old in sorted(self.square.rglob("*"), reverse=True):
            old.rmdir() if old.is_dir() else old.unlink()
        write(publish(self.world) if files is None else files, self.square)

    def looks(self, key: VerifierKey | None = SIGNER.verifier, compare: tuple[Path, ...] = ()) -> Look:
        """One look, at the world's time."""
        self.clock.set(self.world.now)
        return look(Watch(str(self.square), self.memory, key, compare), self.clock, lambda *_: None)

    def audits(self) -> Report:
        """An audit with the memory."""
        question = Question(str(self.square), SIGNER.verifier, at=self.world.now, memory=self.memory)
        return run_audit(question, self.clock, lambda *_: None)


def post(folder: Path) -> Post:
    """A square that has been looked at once."""
    made = Post(folder, town())
    made.serves()
    assert 0 == made.looks().exit
    return made


def test_a_growing_ledger_is_followed(tmp_path: Path) -> None:
    """Only what is new is read; each checkpoint is remembered with its times; the key need not be given again."""
    here = post(tmp_path)
    first, sizes = len(here.world.leaves), [len(here.world.leaves)]
    for _ in range(3):
        here.world.passes("10m")
        here.world.folded()
        here.serves()
        seen = here.looks(key=None)
        assert (0, len(here.world.leaves) - sizes[-1]) == (seen.exit, seen.new), seen.words
        sizes.append(len(here.world.leaves))
    here.world.passes("1m")
    assert (0, 0) == (here.looks().exit, here.looks().new)
    remembered = list(Memory(here.memory).seen())
    assert sizes == [one.size for one in remembered] and first == sizes[0]
    assert remembered[-1].last.timestamp() - remembered[-1].first.timestamp() == 60
    for one in remembered:
        assert one.size == open_checkpoint(one.note.encode(), [SIGNER.verifier]).size
    line = (here.memory / "seen.jsonl").read_text().splitlines()[0]
    assert datetime.fromisoformat(msgspec.json.decode(line)["first"]) == remembered[0].first
    assert ("holds", len(here.world.leaves)) == (row(here.audits(), "T1").result, row(here.audits(), "T1").judged)


def fork(world: CheatingWorld) -> Files:
    """Another history of the same length, signed by the same key."""
    leaves = [*world.leaves[:-3], world.leaves[-2], world.leaves[-3], world.leaves[-1]]
    return publish(world) | ledger_files(leaves)


def test_two_views_are_kept_as_evidence(tmp_path: Path) -> None:
    """Of one size, and of a later one: exit code 3, both notes in a folder, and the memory stays with the first."""
    here = post(tmp_path)
    size = len(here.world.leaves)
    here.serves(fork(here.world))
    seen = here.looks()
    assert (3, 1) == (seen.exit, len(seen.evidence))
    notes = [(Path(seen.evidence[0]) / name).read_bytes() for name in ("first.note", "second.note")]
    roots = [open_checkpoint(note, [SIGNER.verifier]) for note in notes]
    assert roots[0].size == roots[1].size == size and roots[0].root != roots[1].root
    here.serves(fork(here.world) | ledger_files([*here.world.leaves[:-2], *here.world.leaves[-1:-3:-1], b"{}"]))
    assert 3 == here.looks().exit
    assert size == Memory(here.memory).latest.size  # type: ignore[union-attr]
    assert 2 == len(list((here.memory / "evidence").iterdir()))


def test_a_ledger_put_back_and_gone_on_otherwise_is_two_views(tmp_path: Path) -> None:
    """Shorter than the latest, longer than one before it, and not what was seen in between."""
    here = post(tmp_path)
    first = len(here.world.leaves)
    here.world.folded()
    here.world.folded("cy")
    here.serves()
    assert 0 == here.looks().exit
    here.serves(publish(here.world) | ledger_files([*here.world.leaves[: first - 1], b"{}", b"{}"]))
    seen = here.looks()
    assert (3, (first, first + 1)) == (seen.exit, tuple(view.size for view in seen.two_views[0])), seen.words


def test_an_older_checkpoint_and_a_log_that_shrank(tmp_path: Path) -> None:
    """Both exit 2, each in its own words."""
    here = post(tmp_path)
    before = publish(here.world)
    here.world.folded()
    here.serves()
    here.looks()
    here.serves(publish(here.world) | {"ledger/checkpoint": before["ledger/checkpoint"]} | before)
    older = here.looks()
    here.serves(before)
    shrank = here.looks()
    assert (2, 2) == (older.exit, shrank.exit)
    assert "AN OLDER CHECKPOINT IS SERVED" in older.words[0] and "THE LOG SHRANK" in shrank.words[0]


def test_a_ledger_that_is_not_what_it_signs(tmp_path: Path) -> None:
    """A tile that is wrong is a violation; the notes on either side are kept, and the memory stays."""
    here = post(tmp_path)
    here.world.folded()
    files = publish(here.world)
    tile = next(path for path in files if path.startswith("ledger/tile/0/"))
    here.serves(files | {tile: files[tile][:-32] + bytes(32)})
    seen = here.looks()
    assert (1, 1, ()) == (seen.exit, len(seen.evidence), seen.two_views)
    here.serves()
    assert 0 == here.looks().exit


def test_an_entry_dated_before_a_checkpoint_without_it(tmp_path: Path) -> None:
    """T1, at the look and in the audit, by index; a minute is allowed."""
    here = post(tmp_path)
    then = here.world.now
    here.world.passes("10m")
    assert 0 == here.looks().exit
    here.world.now = then + 9 * MINUTE + 1_000
    allowed = here.world.folded()
    here.world.now = then + 8 * MINUTE
    backdated = [here.world.folded("cy"), len(here.world.leaves) - 1]
    here.world.now = then + 20 * MINUTE
    here.serves()
    seen = here.looks()
    assert (1, backdated) == (seen.exit, [one.entry for one in seen.wrong_times]), allowed
    assert 2 == len((here.memory / "findings.jsonl").read_text().splitlines())
    assert (1, tuple(backdated)) == (here.audits().exit, row(here.audits(), "T1").entries)
    assert 0 == here.looks().exit


def test_an_entry_dated_in_the_future(tmp_path: Path) -> None:
    """T1: an entry cannot bear a time at which it had been seen already."""
    here = post(tmp_path)
    now = here.world.now
    here.world.now = now + 2 * MINUTE
    late = here.world.folded()
    here.world.now = now
    here.serves()
    assert [late, late + 1] == [one.entry for one in here.looks().wrong_times]
    here.world.now = now + 9 * MINUTE
    assert (late, late + 1) == row(here.audits(), "T1").entries


def test_without_a_memory_t1_needs_one(tmp_path: Path) -> None:
    """Not checked, and the row says what it needs; a memory of another ledger, or none, stops the audit."""
    here = post(tmp_path)
    report = run_audit(Question(str(here.square), SIGNER.verifier, at=here.world.now), here.clock, lambda *_: None)
    assert ("not checked", True) == (row(report, "T1").result, "needs the memory" in row(report, "T1").notes[0])
    here.memory = tmp_path
    assert (2, True) == (here.audits().exit, "no memory of a monitor" in here.audits().stopped)


def test_monitors_compare(tmp_path: Path) -> None:
    """A checkpoint, a memory, a copy of somebody else: the same ledger, a longer one, another one."""
    here, forked = post(tmp_path / "here"), Post(tmp_path / "there", town())
    here.world.folded()
    kept = tmp_path / "kept.note"
    kept.write_bytes(publish(here.world)["ledger/checkpoint"])
    assert (2, True) == ((seen := here.looks(compare=(kept,))).exit, "others are shown more" in seen.words[-1])
    here.serves()
    assert 0 == here.looks(compare=(kept, here.memory, here.square)).exit
    forked.world.folded("cy")
    forked.serves()
    assert 0 == forked.looks().exit
    assert 3 == here.looks(compare=(forked.memory,)).exit
    forked.world.folded("cy")
    forked.serves()
    assert 0 == forked.looks().exit
    assert 3 == here.looks(compare=(forked.memory,)).exit
    assert "neither a checkpoint" in here.looks(compare=(tmp_path,)).words[-1]


def test_a_crash_between_two_writes_loses_nothing(tmp_path: Path) -> None:
    """Half a line, or a line that stands in the latest as well: the memory reads on."""
    here = post(tmp_path)
    latest = (here.memory / "latest.json").read_bytes()
    here.world.folded()
    here.serves()
    here.looks()
    seen = here.memory / "seen.jsonl"
    seen.write_bytes(seen.read_bytes() + b'{"size":99,"ro')
    here.world.folded()
    here.serves()
    assert 0 == here.looks().exit
    assert 3 == len(list(Memory(here.memory).seen()))
    (here.memory / "latest.json").write_bytes(latest)
    assert 1 == len(list(Memory(here.memory).seen()))
    (here.memory / "latest.json").write_bytes(latest[:-20])
    assert (2, True) == ((broken := here.looks()).exit, "is damaged" in broken.words[0])


def test_the_key_is_followed(tmp_path: Path) -> None:
    """A new key that an entry names is believed from there on, and the old one no more."""
    here = post(tmp_path)
    new = SignerKey(SIGNER.name, bytes(range(1, 33)))
    until = here.world.after("discussion")
    old = SIGNER.verifier.public.hex()
    here.world.does("sol", RotateKey(old, new.verifier.public.hex(), until))
    files = publish(here.world)
    checkpoint = open_checkpoint(files["ledger/checkpoint"], [SIGNER.verifier])
    here.serves(files)
    assert (2, True) == ((seen := here.looks()).exit, "is not signed by the key" in seen.words[0])
    here.serves(files | {"ledger/checkpoint": sign_checkpoint(checkpoint, SIGNER, new)})
    assert 0 == here.looks().exit
    here.world.folded()
    files = publish(here.world)
    last = open_checkpoint(files["ledger/checkpoint"], [SIGNER.verifier])
    here.serves(files)
    assert 2 == here.looks(key=None).exit
    here.serves(files | {"ledger/checkpoint": sign_checkpoint(Checkpoint(*_of(last)), new)})
    assert 0 == here.looks(key=None).exit


def _of(checkpoint: Checkpoint) -> tuple[str, int, bytes]:
    return checkpoint.origin, checkpoint.size, checkpoint.root


def test_the_pages_ahead_are_in_order() -> None:
    """What is fetched ahead comes in the order in which it was asked for."""
    paths = [f"tile/0/{n:03}" for n in range(40)]
    assert [path.encode() for path in paths] == list(fetch_ahead(str.encode, paths, 3))
