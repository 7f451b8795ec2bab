"""`isegoria mirror`: a copy that audits the same, grows by what is new, and survives whatever interrupts it."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import rmtree
from threading import Thread

import pytest

from app.auditor import Question, Report, run_audit
from app.auditor.mirror import Mirrored, Request, mirror
from app.clock import SetClock
from governance.acts.members import Found
from governance.acts.votes import SealBox
from governance.entry import Entry, encode
from ledger.note import SignerKey
from tests.audit.auditing import row
from tests.audit.cheating import CheatingWorld
from tests.audit.lying import LyingSquare, pages_of
from tests.audit.publishing import SIGNER, Files, ledger_files, publish, write
from tests.audit.stories import town, whole_life
from tests.audit.test_command import KEY, ROOT, isegoria
from tests.governance.charters import the_charter

WORLD = whole_life()


def copy(where: str | Path, folder: Path, *, key: bool = True, whole: bool = False) -> Mirrored:
    """One run of the mirror."""
    return mirror(Request(str(where), folder, SIGNER.verifier if key else None, whole), lambda *_: None)


def audit(where: str | Path, at: int, *, copied: bool = False) -> Report:
    """An audit at a time, of a folder or an address."""
    question = Question(str(where), SIGNER.verifier, at=at, copy=copied, pause=0.0)
    return run_audit(question, SetClock(at), lambda *_: None)


def table(report: Report) -> dict[str, tuple[str, int, int]]:
    """What an audit found, but for C1."""
    return {one.id: (one.result, one.judged, one.violations) for one in report.checks if one.id != "C1"}


def files_of(folder: Path) -> dict[str, bytes]:
    """Everything in a folder."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def square(world: CheatingWorld) -> LyingSquare:
    """A square with its charter, served over HTTP."""
    served = LyingSquare(publish(world), pages_of(world, []))
    served.pages["charter/founding"] = {"text": the_charter().text}
    return served


@contextmanager
def static_server(folder: Path) -> Iterator[str]:
    """The folder behind Python's own web server, which knows nothing of ledgers."""

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_copy_audits_the_same(tmp_path: Path) -> None:
    """From the folder, behind any web server, and a copy of the copy: the same rows as the square, but for C1."""
    folder = tmp_path / "copy"
    with square(WORLD) as served:
        done = copy(served.url, folder)
        original = audit(served.url, WORLD.now)
    assert (0, len(WORLD.leaves), 6) == (done.exit, done.size, done.boxes), done.words
    found = WORLD.entries[0].act
    assert isinstance(found, Found)
    assert found.charter == sha256((folder / "charter.md").read_bytes()).hexdigest()
    assert table(original) == table(audit(folder, WORLD.now))
    with static_server(folder) as url:
        behind = audit(url, WORLD.now)
        again = copy(url, tmp_path / "again")
    assert (0, table(original)) == (behind.exit, table(behind))
    assert "not checked" == row(behind, "C1").result and "serves a copy" in behind.warnings[0]
    assert (0, table(original)) == (again.exit, table(audit(tmp_path / "again", WORLD.now)))


def test_a_square_that_says_that_it_is_a_copy_is_looked_at(tmp_path: Path) -> None:
    """Whoever shows a public timeline is a square, and C1 is made."""
    with square(WORLD) as served:
        copy(served.url, tmp_path)
        served.files["mirror.json"] = (tmp_path / "mirror.json").read_bytes()
        assert "not checked" != row(audit(served.url, WORLD.now), "C1").result


def test_only_what_is_new_is_fetched(tmp_path: Path) -> None:
    """The second run asks for the checkpoint, the openings and what grew; old partial tiles go."""
    world = town()
    for _ in range(130):
        world.folded()
    with square(world) as served:
        copy(served.url, tmp_path)
        served.asked.clear()
        assert (0, 0) == ((nothing := copy(served.url, tmp_path)).exit, nothing.files)
        assert ["/ledger/checkpoint", "/data/openings.jsonl"] == served.asked
        world.folded()
        served.files = publish(world)
        done = copy(served.url, tmp_path)
    assert (0, 2, len(world.leaves)) == (done.exit, done.new, done.size)
    assert done.files <= 4
    assert (
        files_of(tmp_path).items()
        >= {path: data for path, data in publish(world).items() if path.startswith("ledger/")}.items()
    )
    assert {path for path in publish(world) if ".p/" in path} == {path for path in files_of(tmp_path) if ".p/" in path}


def test_boxes_grow_and_are_published(tmp_path: Path) -> None:
    """A vote that is sealed again, and closed, between two runs."""
    world = town()
    vote = world.in_vote(world.enact("9.1", "label"))
    world.casts("ann", vote, "yes")
    world.does("clock", world.seal(vote))
    with square(world) as served:
        assert (0, 1) == ((first := copy(served.url, tmp_path)).exit, first.boxes)
        world.votes(vote, yes=("bo", "cy", "dee", "eve"))
        served.files = publish(world)
        assert 0 == copy(served.url, tmp_path).exit
    assert (0, table(audit(write(publish(world), tmp_path / "made"), world.now))) == (
        audit(tmp_path, world.now).exit,
        table(audit(tmp_path, world.now)),
    )


def test_what_is_wrong_is_not_copied(tmp_path: Path) -> None:
    """A wrong tile, a wrong box, openings that break off, a missing file: the copy stays as it was, byte for byte."""
    world = whole_life()
    with square(world) as served:
        copy(served.url, tmp_path)
        before = files_of(tmp_path)
        world.folded("dee", label="9.1")
        vote = max(world.boxes)
        world.passes("1h")
        world.casts("cy", vote, "yes")
        world.does("clock", world.seal(vote))
        good = publish(world)
        for path in ("ledger/tile/0/", f"votes/{vote}/box/tile/0/", "ledger/tile/entries/"):
            wrong = next(one for one in good if one.startswith(path))
            served.files = good | {wrong: good[wrong][:-1] + bytes([good[wrong][-1] ^ 1])}
            assert 1 == copy(served.url, tmp_path).exit
            assert before == files_of(tmp_path)
            served.files = {one: data for one, data in good.items() if one != wrong}
            assert 2 == copy(served.url, tmp_path).exit
            rmtree(tmp_path / ".incoming", ignore_errors=True)  # good files, which a later run would not ask for again
        served.files = good | {"data/openings.jsonl": good["data/openings.jsonl"][:-5]}
        assert 2 == copy(served.url, tmp_path).exit
        kept = {path: data for path, data in files_of(tmp_path).items() if not path.startswith(".incoming")}
        assert before == kept
        served.files = good
        assert 0 == copy(served.url, tmp_path).exit


def fork(world: CheatingWorld, *more: bytes) -> Files:
    """Another history, signed by the same key."""
    return publish(world) | ledger_files([*world.leaves[:-2], *world.leaves[:-3:-1], *more])


@pytest.mark.parametrize("whole", [False, True])
def test_a_split_view_never_overwrites_a_copy(tmp_path: Path, whole: bool) -> None:
    """Shorter, as long, and longer: exit code 3, both notes are kept, and the copy stays as it was."""
    world = town()
    world.folded()
    write(publish(world), tmp_path / "square")
    folder = tmp_path / "copy"
    copy(tmp_path / "square", folder)
    before = files_of(folder)
    more = encode(Entry(SealBox(0, 0, "00" * 32), world.now, "clock"))
    forks = (fork(world), fork(world, more), publish(world) | ledger_files([*world.leaves[:-2], b"{}"]))
    for number, files in enumerate(forks, 1):
        write(files, tmp_path / f"fork{number}")
        done = copy(tmp_path / f"fork{number}", folder, whole=whole)
        assert (3, number) == (done.exit, len(list((folder / "evidence").iterdir()))), done.words
        kept = {path: data for path, data in files_of(folder).items() if not path.startswith("evidence")}
        assert before == kept


def test_a_ledger_that_went_back_leaves_the_copy(tmp_path: Path) -> None:
    """The copy has more than the square shows: exit code 2, and the copy is what others need now."""
    world = town()
    before = write(publish(world), tmp_path / "before")
    world.folded()
    copy(write(publish(world), tmp_path / "after"), tmp_path / "copy")
    done = copy(before, tmp_path / "copy")
    assert (2, True, len(world.leaves)) == (done.exit, "THE LOG WENT BACK" in done.words[-1], done.size)


def test_a_damaged_copy_is_mended(tmp_path: Path) -> None:
    """With --whole: a tile that rotted, a bundle that is gone, a file about itself that is gone."""
    source = write(publish(WORLD), tmp_path / "square")
    folder = tmp_path / "copy"
    copy(source, folder)
    good = files_of(folder)
    for pattern in ("ledger/tile/0/*.p/*", "ledger/tile/entries/*.p/*", "votes/*/box/tile/0/*.p/*"):
        next(folder.glob(pattern)).write_bytes(b"rot")
        assert 0 == copy(source, folder, whole=True).exit
        assert good == files_of(folder)
    next(folder.glob("ledger/tile/entries/*.p/*")).unlink()
    (folder / "mirror.json").unlink()
    assert 0 == copy(source, folder).exit
    assert good == files_of(folder)


def test_the_key_stays(tmp_path: Path) -> None:
    """Without --key the shown one is believed at first, with a warning, and from then on no other."""
    source = write(publish(WORLD), tmp_path / "square")
    assert "THE KEY WAS NOT GIVEN" in copy(source, tmp_path / "copy", key=False).words[0]
    other = SignerKey(SIGNER.name, bytes(32))
    write(publish(WORLD, other), tmp_path / "square")
    done = copy(source, tmp_path / "copy", key=False)
    assert (2, True) == (done.exit, "is not signed by the key" in done.words[-1])


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    """Nobody's files are mixed with a copy."""
    (tmp_path / "letters").mkdir()
    done = copy(write(publish(WORLD), tmp_path.with_name("square")), tmp_path)
    assert (2, ["letters"]) == (done.exit, [one.name for one in tmp_path.iterdir() if one.name != ".lock"])


def test_killed_at_any_moment_it_goes_on(tmp_path: Path) -> None:
    """kill -9 again and again: what lies in the folder always audits, and in the end it is the whole."""
    world = town()
    for _ in range(400):
        world.folded()
    half = list(world.leaves[:300])
    openings = publish(world)["data/openings.jsonl"]
    folder = tmp_path / "copy"
    with square(world) as served:
        served.files = publish(world) | ledger_files(half)
        assert 0 == copy(served.url, folder).exit
        served.files = publish(world)
        command = [sys.executable, "-m", "app.cli", "mirror", served.url, str(folder), "--key", KEY]
        delay = 0.25
        while True:
            run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
            try:
                assert 0 == run.wait(delay)
                break
            except subprocess.TimeoutExpired:
                run.send_signal(signal.SIGKILL)
                run.wait()
            at = world.now
            report = audit(folder, at)
            assert report.size in (300, len(world.leaves)) and row(report, "L1").result == "holds", report.stopped
            delay *= 1.3
            time.sleep(0)
    assert publish(world)["ledger/checkpoint"] == (folder / "ledger/checkpoint").read_bytes()
    assert openings == (folder / "data/openings.jsonl").read_bytes()
    assert not (folder / ".incoming").exists()
    assert 0 == audit(folder, world.now).exit


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    """What was copied, in words, where nothing of the server is installed."""
    source = write(publish(WORLD), tmp_path / "square")
    done = isegoria("mirror", source, tmp_path / "copy", "--key", KEY, bare=True)
    assert (0, True) == (done.returncode, f"{len(WORLD.leaves)} entries" in done.stdout), done.stderr
    assert "files fetched" in done.stdout
