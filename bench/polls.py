"""How many ballots a second one poll takes, with the limit of the same database measured beside it in the same run.

    python bench/polls.py [--ballots 60000] [--callers 256] [--rounds 2] [--postgresql URL]

Opens one poll in a temporary folder (SQLite, synchronous=FULL) and, when a URL is given, in that empty PostgreSQL
database; then as many people as there are ballots answer it once, through the box that a served square has. Beside
it: every person answers a second time (all are refused), one result is read while few and while all ballots are in,
the ballots are recounted, and, as the limit, the same rows are inserted by plain grouped statements. Prints one JSON
object; rates are ballots a second, the best of the rounds.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.batch import MOST_AT_ONCE
from app.clock import SystemClock
from app.config import Config
from app.polls import LONGEST, BallotBox, BallotRefused, polls_of
from app.store.engines import ColumnType, Database, Tx, connect, migrate
from app.store.polls import PollRow, add_poll, recount
from app.store.posts import NewPost, add_post

TARGETS = {"sqlite": 40_000, "postgresql": 22_000}
FEW = 1_000
ANSWERS = ("agree", "disagree", "pass")
BALLOT: dict[str, ColumnType] = {"poll": "bigint", "account": "bigint", "choices": "text"}
READS = 200


async def rate(callers: int, work: Callable[[int], Awaitable[object]], times: int) -> int:
    """Calls `work` with 0 … times-1 from so many callers at once; how many calls a second ended."""
    numbers = iter(range(times))

    async def call() -> None:
        for number in numbers:
            await work(number)

    begun = time.perf_counter()
    await asyncio.gather(*(call() for _ in range(callers)))
    return round(times / (time.perf_counter() - begun))


async def open_poll(database: Database, poll: int) -> None:
    """A post with a poll of three answers."""
    now = SystemClock().now()

    async def work(tx: Tx) -> None:
        assert await add_post(tx, NewPost(poll, 1, "Which?", "en", "", None, poll, now))
        await add_poll(tx, PollRow(poll, False, False, now, now + LONGEST, None), ANSWERS)

    await database.write(work)


async def raw_insert(database: Database, poll: int, ballots: int, callers: int) -> int:
    """The limit: the same rows into the same table, in groups as large as the callers make them, and nothing else."""
    begun = time.perf_counter()
    for first in range(0, ballots, min(callers, MOST_AT_ONCE)):
        accounts = range(first, min(first + min(callers, MOST_AT_ONCE), ballots))
        rows = [(poll, account, str(account % 3)) for account in accounts]
        await database.write(partial(_insert, rows=rows))
    return round(ballots / (time.perf_counter() - begun))


async def _insert(tx: Tx, rows: Sequence[tuple[int, int, str]]) -> None:
    if tx.kind == "sqlite":
        await tx.many("insert into poll_ballot (poll, account, choices) values ({}, {}, {})", rows)
    else:
        await tx.insert_new("poll_ballot", ("poll", "account"), BALLOT, rows)


async def result(database: Database, poll: int) -> tuple[int, float]:
    """How many the result says have answered, and the milliseconds that reading it took, the median of many."""
    times = []
    voters = 0
    for _ in range(READS):
        begun = time.perf_counter()
        shown = await database.read(lambda tx: polls_of(tx, [poll], 1, SystemClock().now()))
        times.append(time.perf_counter() - begun)
        voters = shown[poll].voters
    return voters, round(sorted(times)[READS // 2] * 1000, 3)


async def measure(database: Database, ballots: int, callers: int, poll: int) -> dict[str, float]:
    """One round: one poll for the box, one for the limit."""
    await open_poll(database, poll)
    box = BallotBox(database, SystemClock())

    async def answer(account: int) -> None:
        await box.cast(poll, account, [account % 3])

    async def answer_again(account: int) -> None:
        with suppress(BallotRefused):
            await box.cast(poll, account, [0])
            raise AssertionError("a second ballot was counted")

    figures: dict[str, float] = {}
    await rate(callers, answer, FEW)
    _, figures["result_ms_of_few"] = await result(database, poll)
    figures["ballots"] = await rate(callers, lambda number: answer(FEW + number), ballots - FEW)
    figures["second_ballots"] = await rate(callers, answer_again, ballots)
    voters, figures["result_ms_of_all"] = await result(database, poll)
    assert ballots == voters, f"{ballots} answered, and the result says {voters}"
    await box.close()
    begun = time.perf_counter()
    counted = await database.write(lambda tx: recount(tx, poll, SystemClock().now() + 2 * LONGEST))
    figures["recount_ms"] = round((time.perf_counter() - begun) * 1000, 1)
    assert counted.agrees
    figures["limit_raw_insert"] = await raw_insert(database, poll + 1, ballots, callers)
    return figures


async def measure_all(config: Config, ballots: int, callers: int, rounds: int) -> dict[str, object]:
    """All figures of one database: of rates the highest, of times the shortest."""
    await migrate(config)
    database = await connect(config)
    try:
        runs = [await measure(database, ballots, callers, 1000 * (n + 1)) for n in range(rounds)]
    finally:
        await database.close()
    best = {name: (min if "_ms" in name else max)(run[name] for run in runs) for name in runs[0]}
    target = TARGETS[database.kind]
    share = round(best["ballots"] / best["limit_raw_insert"], 2)
    return {**best, "ballots_share_of_limit": share, "target": target, "reached": best["ballots"] >= target}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ballots", type=int, default=60_000)
    parser.add_argument("--callers", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--postgresql", metavar="URL", help="an empty database to measure as well")
    asked = parser.parse_args()
    figures: dict[str, object] = {"people": asked.ballots, "callers": asked.callers, "python": sys.version.split()[0]}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        urls = {"sqlite": f"sqlite:///{home / 'isegoria.db'}"}
        if asked.postgresql:
            urls["postgresql"] = asked.postgresql
        for kind, url in urls.items():
            config = Config(home=home, database=url)
            figures[kind] = asyncio.run(measure_all(config, asked.ballots, asked.callers, asked.rounds))
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
