"""Fixtures that every test may ask for."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app import passwords
from app.config import Config
from app.store.engines import Database, connect, migrate
from tests.servers import PostgresServer, postgres_server

BOTH = ("sqlite", "postgresql")
_REAL_COST = (passwords.TIME_COST, passwords.MEMORY_COST)


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Whoever signs up in a test does so at once, unless it asks for `real_passwords`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "TIME_COST", 1)
        patch.setattr(passwords, "MEMORY_COST", 8)
        yield


@pytest.fixture
def real_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost what they cost outside of tests."""
    monkeypatch.setattr(passwords, "TIME_COST", _REAL_COST[0])
    monkeypatch.setattr(passwords, "MEMORY_COST", _REAL_COST[1])


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this run's own (one for each process of a parallel run)."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty folder for ISEGORIA_HOME."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    """Each of the two databases in turn."""
    return str(request.param)


@pytest.fixture
def config(kind: str, request: pytest.FixtureRequest) -> Config:
    """The configuration of a square on each database in turn, without tables."""
    return _chosen(request, f"{kind}_config")


@pytest.fixture
def migrated(kind: str, request: pytest.FixtureRequest) -> Config:
    """The configuration of a square on each database in turn, with its tables."""
    return _chosen(request, f"{kind}_migrated")


@pytest.fixture
async def database(migrated: Config) -> AsyncIterator[Database]:
    """Each of the two databases in turn, with its tables, open."""
    opened = await connect(migrated)
    yield opened
    await opened.close()


@pytest.fixture
def sqlite_config(home: Path) -> Config:
    """The configuration of an embedded square without tables."""
    return Config(home=home, database=f"sqlite:///{home / 'isegoria.db'}", rate_limits=False)


@pytest.fixture
def postgresql_config(home: Path, postgres: PostgresServer) -> Iterator[Config]:
    """The configuration of a square on a PostgreSQL database without tables."""
    name = postgres.create()
    yield Config(home=home, database=postgres.url(name), rate_limits=False)
    postgres.drop(name)


@pytest.fixture
def sqlite_migrated(sqlite_config: Config, _sqlite_template: Path) -> Config:
    """The configuration of an embedded square with its tables."""
    assert sqlite_config.sqlite_file is not None
    shutil.copyfile(_sqlite_template, sqlite_config.sqlite_file)
    return sqlite_config


@pytest.fixture
def postgresql_migrated(home: Path, postgres: PostgresServer, _postgresql_template: str) -> Iterator[Config]:
    """The configuration of a square on a PostgreSQL database with its tables."""
    name = postgres.create(template=_postgresql_template)
    yield Config(home=home, database=postgres.url(name), rate_limits=False)
    postgres.drop(name)


@pytest.fixture
async def sqlite_database(sqlite_migrated: Config) -> AsyncIterator[Database]:
    """SQLite alone, with its tables, open."""
    opened = await connect(sqlite_migrated)
    yield opened
    await opened.close()


@pytest.fixture
async def postgresql_database(postgresql_migrated: Config) -> AsyncIterator[Database]:
    """PostgreSQL alone, with its tables, open."""
    opened = await connect(postgresql_migrated)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    asyncio.run(migrate(Config(home=folder, database=f"sqlite:///{folder / 'isegoria.db'}")))
    return folder / "isegoria.db"


@pytest.fixture(scope="session")
def _postgresql_template(postgres: PostgresServer) -> str:
    name = postgres.create("migrated")
    asyncio.run(migrate(Config(home=postgres.folder, database=postgres.url(name))))
    return name


def _chosen(request: pytest.FixtureRequest, name: str) -> Config:
    found = request.getfixturevalue(name)
    assert isinstance(found, Config)
    return found
