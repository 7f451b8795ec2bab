"""A town that is settled once for all the tests of a run, and served anew for each of them."""

import asyncio
import shutil
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest

from app.config import Config
from app.founding import charter_file
from app.resources import policy_text
from app.store.engines import connect
from tests.cheats.operator import Operator
from tests.cheats.town import Crowd, settle
from tests.served.launcher import Launcher
from tests.served.processes import Served, environment
from tests.servers import PostgresServer


@pytest.fixture(scope="session")
def launcher() -> Iterator[Launcher]:
    """The program, loaded once for every server."""
    launcher = Launcher(environment())
    yield launcher
    launcher.close()


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path) -> tuple[Path, Crowd]:
    """The home of a town of a few hundred, and its story."""
    home = tmp_path_factory.mktemp("town") / "home"
    home.mkdir(mode=0o700)
    shutil.copyfile(_sqlite_template, home / "isegoria.db")
    return home, asyncio.run(_live(_embedded(home)))


@pytest.fixture(scope="session")
def settled_on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, _postgresql_template: str
) -> tuple[Path, str, Crowd]:
    """The home and the database of such a town on PostgreSQL, and its story."""
    home = tmp_path_factory.mktemp("town") / "home"
    home.mkdir(mode=0o700)
    name = postgres.create("town", template=_postgresql_template)
    return home, name, asyncio.run(_live(Config(home=home, database=postgres.url(name))))


@pytest.fixture
def operator(settled: tuple[Path, Crowd], launcher: Launcher, tmp_path: Path) -> Iterator[Operator]:
    """Somebody who owns that town's database and key, and serves it."""
    home = tmp_path / "home"
    shutil.copytree(settled[0], home)
    with Operator(Served(_embedded(home), launcher), deepcopy(settled[1])) as operator:
        yield operator


@pytest.fixture
def operator_of_postgresql(
    settled_on_postgresql: tuple[Path, str, Crowd], launcher: Launcher, postgres: PostgresServer, tmp_path: Path
) -> Iterator[Operator]:
    """The same on PostgreSQL."""
    folder, template, world = settled_on_postgresql
    home = tmp_path / "home"
    shutil.copytree(folder, home)
    name = postgres.create(template=template)
    with Operator(Served(Config(home=home, database=postgres.url(name)), launcher), deepcopy(world)) as operator:
        yield operator
    postgres.drop(name)


async def _live(config: Config) -> Crowd:
    charter_file(config.home).write_text(policy_text())
    database = await connect(config)
    world = await settle(database, config.home)
    await database.close()
    return world


def _embedded(home: Path) -> Config:
    return Config(home=home, database=f"sqlite:///{home / 'isegoria.db'}")
