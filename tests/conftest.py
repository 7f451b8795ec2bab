"""Fixtures that every test may ask for."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.config import Config
from app.store.engines import Database, connect, migrate
from tests.servers import PostgresServer, postgres_server

BOTH = ("sqlite", "postgresql")


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


@pytest.fixture
def sqlite_config(home: Path) -> Config:
    """The configuration of an embedded square that is not founded and has no tables yet."""
    return Config(home=home, database=f"sqlite:///{home / 'isegoria.db'}", rate_limits=False)


@pytest.fixture
def postgresql_config(home: Path, postgres: PostgresServer) -> Iterator[Config]:
    """The configuration of a square on an empty PostgreSQL database."""
    name = postgres.create()
    yield Config(home=home, database=postgres.url(name), rate_limits=False)
    postgres.drop(name)


@pytest.fixture(params=BOTH)
def config(request: pytest.FixtureRequest) -> Config:
    """Each of the two in turn, without tables."""
    found = request.getfixturevalue(f"{request.param}_config")
    assert isinstance(found, Config)
    return found


@pytest.fixture
async def database(config: Config) -> AsyncIterator[Database]:
    """Each of the two databases in turn, migrated and open."""
    await migrate(config)
    opened = await connect(config)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_database(sqlite_config: Config) -> AsyncIterator[Database]:
    """SQLite alone, migrated and open."""
    await migrate(sqlite_config)
    opened = await connect(sqlite_config)
    yield opened
    await opened.close()


@pytest.fixture
async def postgresql_database(postgresql_config: Config) -> AsyncIterator[Database]:
    """PostgreSQL alone, migrated and open."""
    await migrate(postgresql_config)
    opened = await connect(postgresql_config)
    yield opened
    await opened.close()
