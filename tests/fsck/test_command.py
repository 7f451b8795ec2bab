"""`isegoria fsck` as somebody types it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.config import Config
from app.store.engines import connect
from tests.fsck.whole import settle, the_story

ROOT = Path(__file__).resolve().parents[2]


def fsck(config: Config, *options: str) -> "subprocess.CompletedProcess[str]":
    """The command in a process of its own, on the database that the environment names."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ISEGORIA_")}
    env = {**own, "ISEGORIA_HOME": str(config.home), "ISEGORIA_DATABASE": config.database, "COLUMNS": "120"}
    command = [sys.executable, "-m", "app.cli", "fsck", *options]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=env, check=False)


async def _settled(config: Config) -> None:
    database = await connect(config)
    await settle(database, config.home, the_story())
    await database.close()


async def test_sound(migrated: Config) -> None:
    """A square that nobody touched, on both databases: the tables that were compared, in words, and exit code 0."""
    await _settled(migrated)
    said = fsck(migrated)
    assert (0, "") == (said.returncode, said.stderr.strip())
    assert "Every row is what the ledger makes it." in said.stdout
    assert "gov_case" in said.stdout


async def test_a_fault(sqlite_migrated: Config) -> None:
    """As JSON while it is sound; then table, row, column and what is wrong, in words and as JSON, and exit code 1."""
    migrated = sqlite_migrated
    await _settled(migrated)
    told = json.loads(fsck(migrated, "--json").stdout)
    assert (True, 0, []) == (told["sound"], told["fault_count"], told["faults"])
    assert told["compared"]["ledger_entry"] == told["size"]
    database = await connect(migrated)
    await database.write(lambda tx: tx.run("update gov_term set value = {} where id = 'appeal'", b"{}"))
    await database.close()
    said = fsck(migrated)
    assert (1, "") == (said.returncode, said.stderr.strip())
    assert "FAULT  gov_term appeal value  it is not what the entries make it" in said.stdout
    told = json.loads(fsck(migrated, "--json").stdout)
    assert {"table": "gov_term", "row": "appeal", "columns": ["value"]}.items() <= told["faults"][0].items()


def test_no_database(home: Path) -> None:
    """Exit code 2, a sentence, and no database that was not there before."""
    config = Config(home=home, database=f"sqlite:///{home / 'isegoria.db'}")
    said = fsck(config)
    assert (2, "") == (said.returncode, said.stdout)
    assert "there is no database" in said.stderr
    assert [] == list(home.iterdir())


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"], indirect=True)
def test_no_tables(config: Config) -> None:
    """A database that was not migrated, or by another release, cannot be compared."""
    if config.sqlite_file is not None:
        config.sqlite_file.touch()
    said = fsck(config)
    assert 2 == said.returncode
    assert "isegoria migrate" in said.stderr


def test_no_connection(home: Path) -> None:
    """A database that does not answer."""
    said = fsck(Config(home=home, database=f"postgresql:///square?host={home}"))
    assert 2 == said.returncode
    assert "no connection to the database" in said.stderr
