"""One table of what can be wrong with what somebody is given, for each of the auditor's tools: words and exit code."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from ledger.note import SignerKey
from tests.audit.publishing import SIGNER, ledger_files, publish, write
from tests.audit.stories import town
from tests.audit.test_command import KEY
from tests.audit.test_verify import DECIDED, WORLD, proof_of

OTHER_KEY = SignerKey(SIGNER.name, bytes(32)).verifier.format()
STRANGER = SignerKey("elsewhere.example/isegoria-00000000", bytes(range(32)))
FILES = publish(WORLD)
SHORTER = publish(town())
BUNDLE = next(path for path in FILES if path.startswith("ledger/tile/entries/"))

FOLDERS = {
    "good": FILES,
    "truncated": {path: data for path, data in FILES.items() if path != BUNDLE},
    "cut": FILES | {BUNDLE: FILES[BUNDLE][:-9]},
    "stranger": FILES | ledger_files(WORLD.leaves, STRANGER),
    "shorter": SHORTER,
    "empty": {"nothing": b""},
}
NOWHERE = "http://127.0.0.1:9"
CASES = [
    ("truncated", KEY, 2, ("cannot be read to its end", "could not be read", "cannot be read to its end")),
    ("cut", KEY, 1, ("L1 violation", "not what its checkpoint signs", "not what its checkpoint signs")),
    ("empty", KEY, 2, ("no ledger is shown",) * 3),
    (NOWHERE, KEY, 2, ("no ledger is shown",) * 3),
    ("good", OTHER_KEY, 2, ("is not signed by the key",) * 3),
    ("stranger", KEY, 2, ("is of another ledger: its origin is elsewhere.example",) * 3),
    ("good", "nonsense", 2, ("a key is written name+id+base64",) * 3),
    ("shorter", KEY, 2, ("this ledger has gone back", "THE LOG SHRANK", "THE LOG WENT BACK")),
]


def isegoria(*words: str | Path) -> Result:
    """The command, in this process: there are many cases."""
    return CliRunner().invoke(main, list(map(str, words)), prog_name="isegoria")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for each thing that can be wrong."""
    root = tmp_path_factory.mktemp("bad")
    for name, files in FOLDERS.items():
        write(files, root / name)
    (root / "seen.note").write_bytes(FILES["ledger/checkpoint"])
    return root


@pytest.mark.parametrize("tool", ["audit", "monitor", "mirror"])
@pytest.mark.parametrize(("what", "key", "code", "words"), CASES, ids=[f"{case[0]}-{case[2]}" for case in CASES])
def test_what_is_wrong_is_said(
    tool: str, what: str, key: str, code: int, words: tuple[str, str, str], folders: Path, tmp_path: Path
) -> None:
    """The exit code, and a sentence that says what it is; never a traceback, and nothing is shown as verified."""
    where = what if "://" in what else str(folders / what)
    if what == "shorter":
        isegoria("monitor", folders / "good", "--memory", tmp_path, "--key", KEY, "--tolerance", "9999d")
        isegoria("mirror", folders / "good", tmp_path / "copy", "--key", KEY)
    options: dict[str, tuple[str | Path, ...]] = {
        "audit": (where, "--at", str(WORLD.now), "--checkpoint", folders / "seen.note")
        if what == "shorter"
        else (where, "--at", str(WORLD.now)),
        "monitor": (where, "--memory", tmp_path),
        "mirror": (where, tmp_path / "copy"),
    }
    done = isegoria(tool, *options[tool], "--key", key)
    said = " ".join(done.output.replace("│", " ").split())
    assert (code, True) == (done.exit_code, words[("audit", "monitor", "mirror").index(tool)] in said), said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("proof", "key", "words"),
    [
        (proof_of(DECIDED), OTHER_KEY, "is not signed by the key"),
        (proof_of(DECIDED, STRANGER), KEY, "is of another ledger: its origin is elsewhere.example"),
        (proof_of(DECIDED)[:-20], KEY, "is no proof"),
        (b"<html>", KEY, "is no proof"),
        (proof_of(DECIDED), "nonsense", "a key is written name+id+base64"),
    ],
)
def test_what_is_wrong_with_a_proof_is_said(proof: bytes, key: str, words: str, tmp_path: Path) -> None:
    """Exit code 2 and a sentence, with the entry there or not."""
    (tmp_path / "one.tlog-proof").write_bytes(proof)
    (tmp_path / f"entry-{DECIDED}.json").write_bytes(WORLD.leaves[DECIDED])
    done = isegoria("verify", tmp_path / "one.tlog-proof", "--key", key)
    said = " ".join(done.output.replace("│", " ").split())
    assert (2, True) == (done.exit_code, words in said), said


@pytest.mark.parametrize("where", ["empty", "truncated", NOWHERE])
def test_a_receipt_where_nothing_is_shown(where: str, folders: Path, tmp_path: Path) -> None:
    """No ledger, or not all of it: exit code 2."""
    vote = max(WORLD.boxes)
    (tmp_path / "receipt.json").write_text(json.dumps({"vote": vote, "place": 0, "token": "00" * 32, "choice": 0}))
    box = where if "://" in where else str(folders / where)
    done = isegoria("verify", "--receipt", tmp_path / "receipt.json", "--box", box, "--key", KEY)
    assert (2, False) == (done.exit_code, "Traceback" in done.output), done.output


def test_missing_bytes_say_where_they_are_had(tmp_path: Path) -> None:
    """A proof alone proves nothing: the entry's bytes are asked for."""
    (tmp_path / "one.tlog-proof").write_bytes(proof_of(DECIDED))
    done = isegoria("verify", tmp_path / "one.tlog-proof", "--key", KEY)
    assert (2, True) == (done.exit_code, "/ledger/<index>/bytes" in done.output)
