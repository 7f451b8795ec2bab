"""The real command, in a process of its own: what it prints, and its exit codes."""

import json
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from governance.audit import CHECKS, LIMITS
from ledger.note import SignerKey
from tests.audit.lying import LyingSquare, serve
from tests.audit.publishing import SIGNER, publish, write
from tests.audit.stories import town, whole_life

ROOT = Path(__file__).resolve().parents[2]
KEY = SIGNER.verifier.format()
NO_SERVER = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"litestar", "piccolo", "structlog", "apscheduler", "uvicorn", "jinja2", "argon2"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
from app.cli import main
main(prog_name="isegoria")
"""


def isegoria(*words: str | Path, bare: bool = False) -> "subprocess.CompletedProcess[str]":
    """Run the command; `bare` where nothing of the extra `server` can be imported."""
    start = ["-c", NO_SERVER] if bare else ["-m", "app.cli"]
    command = [sys.executable, *start, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


def test_an_honest_folder(tmp_path: Path) -> None:
    """Exit code 0, a row for each check, and last what replay cannot find."""
    world = whole_life()
    done = isegoria("audit", write(publish(world), tmp_path), "--key", KEY, "--at", str(world.now), bare=True)
    assert (0, "") == (done.returncode, done.stderr)
    for check in CHECKS:
        assert f"│ {check.id} " in done.stdout
    assert "Everything that was checked holds" in done.stdout
    assert "What replay cannot find" in done.stdout.split("exit code 0")[1]
    assert "nobody can find them" in done.stdout.splitlines()[-2]


def test_the_same_as_json(tmp_path: Path) -> None:
    """One document with every check, its definition, counts and findings."""
    world = whole_life()
    done = isegoria("audit", write(publish(world), tmp_path), "--key", KEY, "--at", str(world.now), "--json")
    report = json.loads(done.stdout)
    assert (0, "holds") == (report["exit"], report["verdict"])
    assert [check.id for check in CHECKS] == [row["id"] for row in report["checks"]]
    assert all(row["definition"] and row["version"] >= 1 for row in report["checks"])
    assert len(world.leaves) == report["size"] == sum(report["acts"].values())
    assert [what for what, _ in LIMITS] == [limit["what"] for limit in report["cannot_find"]]


def test_a_violation_is_named_with_its_entry_and_clause(tmp_path: Path) -> None:
    """Exit code 1, and a line that says where and why."""
    world = town()
    entry = world.cheats("mia", world.decide(world.reports("bo", world.post("mia"))), "recusal-1")
    done = isegoria("audit", write(publish(world), tmp_path), "--key", KEY, "--at", str(world.now))
    assert 1 == done.returncode
    line = next(line for line in done.stdout.splitlines() if "A2  violation" in line)
    assert line.endswith(f"entry {entry}  nobody decides about their own post [recusal-1]")


def test_findings_of_a_live_square_are_links() -> None:
    """Over HTTP each finding leads to the page of its entry."""
    world = town()
    posts = [world.post("mia")]
    entry = world.cheats("mia", world.decide(world.reports("bo", posts[0])), "recusal-1")
    with serve(world, posts) as square:
        done = isegoria("audit", square.url, "--key", KEY, "--copy", "--at", str(world.now))
    assert 1 == done.returncode
    assert f"A2  violation  {square.url}/ledger/{entry}  nobody decides" in done.stdout


def test_without_a_key_it_warns_first(tmp_path: Path) -> None:
    """The warning stands above everything."""
    world = town()
    done = isegoria("audit", write(publish(world), tmp_path), "--at", str(world.now))
    assert 0 == done.returncode
    assert done.stdout.startswith("WARNING: THE KEY WAS NOT GIVEN")


def test_two_views(tmp_path: Path) -> None:
    """A kept checkpoint that contradicts the ledger: exit code 3, both notes printed."""
    world = town()
    kept = tmp_path / "kept.note"
    world.folded()
    kept.write_bytes(publish(world)["ledger/checkpoint"])
    forked = town()
    forked.folded("cy")
    folder = write(publish(forked), tmp_path / "square")
    done = isegoria("audit", folder, "--key", KEY, "--at", str(world.now), "--checkpoint", kept)
    assert 3 == done.returncode
    assert kept.read_text() in done.stdout and "TWO VIEWS" in done.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("audit", "nowhere"), "neither a folder nor an address"),
        (("audit", "ftp://square.example"), "not the address of a square"),
        (("audit", "http://127.0.0.1:1"), "no ledger is shown"),
        (("audit", "."), "no ledger is shown"),
        (("audit", ".", "--key", "nonsense"), "a key is written name+id+base64"),
        (("audit", ".", "--at", "tomorrow"), "is no time"),
        (("audit", ".", "--at", "0"), "is no time that an entry can have"),
        (("audit", ".", "--from", "-1"), "not in the range"),
        (("audit", ".", "--checkpoint", "nowhere"), "does not exist"),
        (("audit",), "Missing argument"),
    ],
)
def test_what_cannot_be_audited_says_why(words: tuple[str, ...], sentence: str) -> None:
    """Exit code 2 and a sentence; never a traceback."""
    done = isegoria(*words)
    said = " ".join((done.stdout + done.stderr).replace("│", " ").split())
    assert (2, True) == (done.returncode, sentence in said), said
    assert "Traceback" not in said


def test_the_wrong_key_and_a_truncated_folder(tmp_path: Path) -> None:
    """Both could not be verified."""
    world = town()
    folder = write(publish(world), tmp_path)
    other = SignerKey(SIGNER.name, bytes(32)).verifier.format()
    assert 2 == isegoria("audit", folder, "--key", other).returncode
    next((folder / "ledger/tile/entries").rglob("*/*")).unlink()
    done = isegoria("audit", folder, "--key", KEY, "--at", str(world.now))
    assert 2 == done.returncode
    assert "could not be read to its end" in done.stdout


def test_an_iso_time_is_a_time(tmp_path: Path) -> None:
    """A date without a zone is UTC."""
    world = town()
    folder = write(publish(world), tmp_path)
    done = isegoria("audit", folder, "--key", KEY, "--at", "2031-02-03T04:05:06", "--json")
    assert 1_927_857_906_000 == json.loads(done.stdout)["at"]


def test_what_is_no_ledger_over_http(tmp_path: Path) -> None:
    """An address where something else is served."""
    with LyingSquare({"ledger/key": b"<html>", "ledger/checkpoint": b"<html>"}) as square:
        done = isegoria("audit", square.url)
    assert (2, True) == (done.returncode, "cannot be read" in done.stdout)


def test_a_crash_of_the_auditor_is_no_violation(tmp_path: Path) -> None:
    """A mistake of ours exits 2 with its trace, and never 1."""
    broken = "import app.auditor.run as run; run.Audit = None; " + NO_SERVER.strip().splitlines()[-2]
    command = [sys.executable, "-c", f"{broken}; main()", "audit", str(write(publish(town()), tmp_path))]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (2, True) == (done.returncode, "Traceback" in done.stderr)


def test_an_interrupted_audit_is_no_violation(tmp_path: Path) -> None:
    """Ctrl-C while it waits for an answer: exit code 130."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        where = f"http://127.0.0.1:{silent.getsockname()[1]}"
        started = subprocess.Popen([sys.executable, "-m", "app.cli", "audit", where], cwd=ROOT, stderr=subprocess.PIPE)
        silent.accept()
        for _ in range(5):
            # Python may lose an interrupt that comes while it collects garbage; people press the keys again.
            started.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                started.communicate(timeout=10)
                break
    assert 130 == started.returncode


def test_the_help_needs_no_server() -> None:
    """Where the extra is missing, the commands that need it are listed, and say how to get it."""
    listed = isegoria("--help", bare=True)
    assert 0 == listed.returncode
    assert "audit" in listed.stdout and "needs the extra `server`" in listed.stdout
    serve_it = isegoria("serve", "--port", "8000", bare=True)
    said = " ".join(serve_it.stderr.replace("│", " ").split())
    assert (2, True) == (serve_it.returncode, "pip install 'isegoria[server]'" in said)


def test_a_command_that_there_is_not() -> None:
    """A mistyped command is named."""
    done = isegoria("adit")
    assert (2, True) == (done.returncode, "No such command 'adit'" in done.stderr)
