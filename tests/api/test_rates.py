"""How often a client may call: counted in the process, told to the others, and told to the client."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from app.config import Config
from app.rates import EVERY, UNTOLD, Rates
from app.store.engines import Database, Tx
from app.store.sessions import count_attempt
from tests.api.client import Client
from tests.web.serving import START, Site

WINDOW = 300_000
NOW = START - START % WINDOW


async def test_two_processes_count_together(database: Database) -> None:
    """What one has answered the other knows within a second; so over both nobody has more than a little too much."""
    one, other = Rates(database), Rates(database)
    now, answered = NOW, 0
    for call in range(400):
        now += 20
        answered += (await (one, other)[call % 2].count("api 7", 100, WINDOW, now)).left >= 0
    assert 100 <= answered <= 100 + 2 * UNTOLD + EVERY // 20
    assert (await one.count("api 8", 100, WINDOW, now)).left == 99
    assert (await one.count("api 7", 100, WINDOW, now + WINDOW)).left == 99


async def test_who_asks_seldom_is_written_down_nowhere(database: Database) -> None:
    """And of who asks often nothing is left after the window."""

    async def rows(tx: Tx) -> int:
        return len(await tx.rows("select * from login_attempt", ()))

    rates = Rates(database)
    for call in range(UNTOLD - 1):
        await rates.count("api 7", 100, WINDOW, NOW + call)
    assert 0 == await database.read(rows)
    for call in range(2 * UNTOLD):
        await rates.count("api 7", 100, WINDOW, NOW + call * EVERY)
    assert 1 == await database.read(rows)
    for call in range(UNTOLD + 1):
        await rates.count("api 9", 100, WINDOW, NOW + WINDOW + call)
    assert 1 == await database.read(rows)
    assert 1 == await database.write(lambda tx: count_attempt(tx, "sign-in 1.2.3.4", NOW, WINDOW))


@pytest.fixture
def limited(sqlite_migrated: Config) -> Iterator[Site]:
    """A square whose limits hold."""
    served = Site(replace(sqlite_migrated, rate_limits=True))
    yield served
    served.close()


def test_a_client_is_told_what_is_left(limited: Site) -> None:
    """In headers of every answer; after the last call it is asked to wait, and for how long."""
    ann, ben = Client(limited, "ann", "read"), Client(limited, "ben", "read")
    path = f"/api/v1/accounts/{ann.account}"
    first = ann.get(path)
    assert ("300", "299") == (first.headers["x-ratelimit-limit"], first.headers["x-ratelimit-remaining"])
    assert first.headers["x-ratelimit-reset"].endswith("Z")
    for _ in range(299):
        last = ann.get(path)
    assert (200, "0") == (last.status_code, last.headers["x-ratelimit-remaining"])
    refused = ann.get(path)
    assert (429, {"error": "Too many requests"}) == (refused.status_code, refused.json())
    assert 0 < int(refused.headers["retry-after"]) <= 301
    assert 200 == ben.get(path).status_code
    limited.clock.advance(WINDOW)
    assert 200 == ann.get(path).status_code
    ann.close()
    ben.close()
