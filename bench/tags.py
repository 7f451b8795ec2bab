"""How long it takes to tell how much a hashtag is used, and what trends, however often hashtags are used.

    python bench/tags.py [--uses 1000000] [--accounts 100000] [--tags 5000] [--postgresql URL URL]

Fills a database (SQLite in a temporary folder, or two empty PostgreSQL ones) with that many uses of hashtags in the
last eight days, few hashtags having most of them, and first with a hundredth of that; then reads the week of the
hashtag that is used most, and the trends of this minute. As the limit, the same week is counted from all uses. Prints
one JSON object.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from msgspec import Struct

from app.config import Config
from app.identifiers import DAY, TIME_SHIFT
from app.store.engines import Database, Tx, connect, migrate
from app.store.tags import uses_of_tags
from app.store.trends import voices_of_tags
from bench.crowd import ACCOUNT, POST, TAG, write_rows

NOW = 1_793_620_800_000
TIMES = 9
DAYS = (
    "insert into tag_day (tag, day, accounts, uses) select tag, post / {}, count(distinct account), count(*) "
    "from post_tag group by 1, 2"
)
COUNTED = (
    "select t.post / {} as day, count(distinct t.account) as n from post_tag t join post p on p.id = t.post "
    "where t.tag = {} and t.post >= {} and p.visibility = 'public' and p.deleted_at is null group by 1"
)

Row = tuple[int | str | bool | None, ...]


class Count(Struct, frozen=True):
    """A number."""

    n: int


def uses(many: int, accounts: int, tags: int) -> Iterator[Row]:
    """Uses of hashtags: tag, post, account, and that it counts."""
    dice = random.Random(6962)
    for number in range(many):
        at = NOW - 8 * DAY + number * 8 * DAY // many
        tag = f"tag{int(tags * dice.random() ** 3)}"
        yield (tag, (at << TIME_SHIFT) + number % 1000, 1 + int(accounts * dice.random() ** 2), True)


def post_of(use: Row) -> Row:
    """The post of a use."""
    said = ("x", "en", "", "", False, "public")
    return (use[1], use[2], *said, None, use[1], None, 1, NOW)


async def fill(database: Database, many: int, accounts: int, tags: int) -> None:
    """The tables as so many posts would have left them."""
    people = ((n, f"p{n}", f"p{n}", "", "", "person", "en", "", 0) for n in range(1, accounts + 1))
    await write_rows(database, "account", ("id",), ACCOUNT, people)
    rows = uses(many, accounts, tags)
    while some := list(islice(rows, 20_000)):
        await write_rows(database, "post", ("id",), POST, map(post_of, some))
        await write_rows(database, "post_tag", ("tag", "post"), TAG, iter(some))
    await database.write(lambda tx: tx.run(DAYS, DAY << TIME_SHIFT))
    if database.kind == "postgresql":
        await database.write(lambda tx: tx.run("analyze"))


async def milliseconds(database: Database, ask: Callable[[Tx], Awaitable[object]]) -> float:
    """The median of a few times."""
    times = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        await database.read(ask)
        times.append((time.perf_counter() - begun) * 1000)
    return round(statistics.median(times), 2)


async def measure(config: Config, many: int, accounts: int, tags: int) -> dict[str, float]:
    """The figures of one size."""
    await migrate(config)
    database = await connect(config)
    week = NOW // DAY - 6
    try:
        await fill(database, many, accounts, tags)
        asked = (DAY << TIME_SHIFT, "tag0", week * DAY << TIME_SHIFT)
        return {
            "week_ms": await milliseconds(database, lambda tx: uses_of_tags(tx, ["tag0"], week)),
            "limit_week_counted_ms": await milliseconds(database, lambda tx: tx.all(Count, COUNTED, *asked)),
            "trends_ms": await milliseconds(database, lambda tx: voices_of_tags(tx, NOW)),
        }
    finally:
        await database.close()


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uses", type=int, default=1_000_000)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--tags", type=int, default=5_000)
    parser.add_argument("--postgresql", nargs=2, metavar="URL", help="two empty databases, in the place of SQLite")
    asked = parser.parse_args()
    figures: dict[str, object] = {"python": sys.version.split()[0]}
    for number, many in enumerate((asked.uses // 100, asked.uses)):
        with tempfile.TemporaryDirectory() as folder:
            url = asked.postgresql[number] if asked.postgresql else f"sqlite:///{folder}/isegoria.db"
            config = Config(home=Path(folder), database=url)
            figures[f"{many} uses"] = asyncio.run(measure(config, many, asked.accounts, asked.tags))
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
