"""Acts as chance has them, in transactions as chance has them: the door and the law say the same of each."""

import asyncio
import shutil
import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.config import Config
from app.record import Recorded
from app.store.engines import Database, connect
from governance.entry import AnyAct, Entry, decode, encode
from governance.errors import Refused
from ledger.errors import Malformed
from tests.door.chance import Chance
from tests.door.square import Square, assert_sound, entries_of
from tests.governance.charters import the_demonstrations_charter
from tests.servers import PostgresServer

TRANSACTIONS = 30
MOST_AT_ONCE = 9
SEEDS = st.integers(0, 2**32 - 1)
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)


@settings(max_examples=25, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(seed=SEEDS)
def test_chance_on_sqlite(request: pytest.FixtureRequest, seed: int) -> None:
    """Replaying the leaves gives every governed row, and the door refuses what the law refuses, by the same clause."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "isegoria.db"
        shutil.copyfile(request.getfixturevalue("_sqlite_template"), file)
        asyncio.run(_play(Config(home=Path(folder), database=f"sqlite:///{file}"), Random(seed)))


@settings(max_examples=5, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(seed=SEEDS)
def test_chance_on_postgresql(request: pytest.FixtureRequest, postgres: PostgresServer, seed: int) -> None:
    """The same on PostgreSQL."""
    name = postgres.create(template=request.getfixturevalue("_postgresql_template"))
    asyncio.run(_play(Config(home=postgres.folder, database=postgres.url(name)), Random(seed)))
    postgres.drop(name)


async def _play(config: Config, die: Random) -> None:
    database = await connect(config)
    world = Chance.peopled(the_demonstrations_charter())
    assert isinstance(world, Chance)
    world.die, world.made = die, [world.post("ann")]
    await (await Square.of(database, world)).door.close()
    squares = [Square(database, world) for _ in range(2)]
    for _ in range(TRANSACTIONS):
        world.time_goes_on()
        await _transaction(die.choice(squares), world, die.randrange(1, MOST_AT_ONCE))
    assert world.entries == await entries_of(database)
    await assert_sound(database)
    await _close(database, squares)


async def _transaction(square: Square, world: Chance, acts: int) -> None:
    square.clock.set(world.now)
    tried, expected = [], list[int | str]()
    for _ in range(acts):
        who, act = world.tries()
        tried.append((who, act))
        expected.append(_law(world, who, act))
    answers = await asyncio.gather(*(square.does(who, act) for who, act in tried), return_exceptions=True)
    assert expected == [_said(answer) for answer in answers]


def _law(world: Chance, who: str, act: AnyAct) -> int | str:
    """What the pure law says: the index of the entry, or the clause that refuses it."""
    try:
        decode(encode(Entry(act, world.now, who)))
        return world.does(who, act)
    except Malformed:
        return "malformed"
    except Refused as refusal:
        return refusal.clause


def _said(answer: Recorded | BaseException) -> int | str:
    match answer:
        case Recorded():
            return answer.index
        case Refused():
            return answer.clause
        case Malformed():
            return "malformed"
    raise answer


async def _close(database: Database, squares: list[Square]) -> None:
    for square in squares:
        await square.door.close()
    await database.close()
