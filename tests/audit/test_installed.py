"""The auditor as a stranger installs it: a wheel without extras, in an environment of its own."""

import shutil
import subprocess
import sys
import venv
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.audit.publishing import publish, write
from tests.audit.test_command import KEY, ROOT
from tests.audit.test_verify import DECIDED, WORLD, proof_of


def needed(name: str, found: dict[str, object]) -> None:
    """What a distribution needs without any extra, and what that needs."""
    for line in distribution(name).requires or []:
        one = Requirement(line)
        if one.name not in found and (one.marker is None or one.marker.evaluate({"extra": ""})):
            found[one.name] = distribution(one.name)
            needed(one.name, found)


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`isegoria` from a wheel, with the packages of its base dependencies and no other."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, ROOT], check=True)
    venv.create(folder / "own", symlinks=True)
    python = folder / "own" / "bin" / "python"
    wheel = next(folder.glob("*.whl"))
    subprocess.run([*pip, "--python", python, "install", "--no-index", "--no-deps", wheel], check=True)
    site = next((folder / "own" / "lib").glob("python*/site-packages"))
    found: dict[str, object] = {}
    needed("isegoria", found)
    for name in found:
        dist = distribution(name)
        for file in dist.files or []:
            if not file.parts[0].startswith("..") and "__pycache__" not in file.parts:
                place = site / str(file)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(dist.locate_file(file)), place)
    return folder / "own" / "bin" / "isegoria"


def run(command: Path, *words: str | Path) -> "subprocess.CompletedProcess[str]":
    """The installed command, in a folder where no sources lie."""
    return subprocess.run([command, *map(str, words)], capture_output=True, text=True, cwd=command.parent, check=False)


def test_every_tool_of_an_auditor_runs(command: Path, tmp_path: Path) -> None:
    """verify, audit, monitor and mirror end with 0 on an honest square; fsck says what it needs."""
    square = write(publish(WORLD), tmp_path / "square")
    (tmp_path / "one.tlog-proof").write_bytes(proof_of(DECIDED))
    (tmp_path / f"entry-{DECIDED}.json").write_bytes(WORLD.leaves[DECIDED])
    at = str(WORLD.now)
    for words in (
        ("verify", tmp_path / "one.tlog-proof"),
        ("monitor", square, "--memory", tmp_path / "memory", "--tolerance", "9999d"),
        ("mirror", square, tmp_path / "copy"),
        ("audit", tmp_path / "copy", "--at", at),
    ):
        done = run(command, *words, "--key", KEY)
        assert (0, "") == (done.returncode, done.stderr), words
    fsck = run(command, "fsck")
    assert (2, True) == (fsck.returncode, "isegoria[server]" in fsck.stderr)
