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
    charter_file(home).write_text(policy_text())

    async def live() -> Crowd:
        database = await connect(_config(home))
        world = await settle(database, home)
        await database.close()
        return world

    return home, asyncio.run(live())


@pytest.fixture
def operator(settled: tuple[Path, Crowd], launcher: Launcher, tmp_path: Path) -> Iterator[Operator]:
    """Somebody who owns that town's database and key, and serves it."""
    home = tmp_path / "home"
    shutil.copytree(settled[0], home)
    with Operator(Served(_config(home), launcher), deepcopy(settled[1])) as operator:
        yield operator


def _config(home: Path) -> Config:
    return Config(home=home, database=f"sqlite:///{home / 'isegoria.db'}")
