"""Fixtures for tests of a square that is served by processes of its own."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.config import Config
from app.resources import policy_text
from tests.served.charter import short_charter
from tests.served.processes import Served
from tests.servers import PostgresServer

NAME = "served.example/test"


@pytest.fixture
def served(kind: str, request: pytest.FixtureRequest) -> Served:
    """A founded square that nothing serves yet, on each database in turn."""
    found = request.getfixturevalue(f"{kind}_served")
    assert isinstance(found, Served)
    return found


@pytest.fixture
def sqlite_served(home: Path, _sqlite_founded: Path) -> Iterator[Served]:
    """A founded square on SQLite that nothing serves yet."""
    shutil.copytree(_sqlite_founded, home, dirs_exist_ok=True)
    with Served(Config(home=home, database=f"sqlite:///{home / 'isegoria.db'}")) as served:
        yield served


@pytest.fixture
def postgresql_served(home: Path, postgres: PostgresServer, _postgresql_founded: tuple[Path, str]) -> Iterator[Served]:
    """A founded square on PostgreSQL that nothing serves yet."""
    folder, template = _postgresql_founded
    shutil.copytree(folder, home, dirs_exist_ok=True)
    name = postgres.create(template=template)
    # What is acknowledged is on the disk, whatever becomes of the database's server.
    postgres.run_sql(f"alter database {name} set synchronous_commit = on")
    with Served(Config(home=home, database=postgres.url(name))) as served:
        yield served
    postgres.drop(name)


@pytest.fixture(scope="session")
def _sqlite_founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("founded") / "home"
    found(Config(home=home, database=f"sqlite:///{home / 'isegoria.db'}"))
    return home


@pytest.fixture(scope="session")
def _postgresql_founded(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer) -> tuple[Path, str]:
    home, name = tmp_path_factory.mktemp("founded") / "home", postgres.create()
    found(Config(home=home, database=postgres.url(name)))
    return home, name


def found(config: Config) -> None:
    """Found a square by the command, under the short charter."""
    charter = config.home.parent / "charter.md"
    charter.write_text(short_charter(policy_text()))
    with Served(config) as served:
        served.must("found", "--name", "The Square", "--origin", NAME, "--charter", str(charter))


@pytest.fixture
def unfounded(tmp_path: Path) -> Iterator[Callable[[str], Served]]:
    """Makes homes, by name, in which nothing is founded."""
    made: list[Served] = []

    def make(name: str) -> Served:
        home = tmp_path / name
        made.append(Served(Config(home=home, database=f"sqlite:///{home / 'isegoria.db'}")))
        return made[-1]

    yield make
    for one in made:
        one.close()
