"""Makes a square with a long ledger in an empty home, through the real door, signed again and again as it grows.

    python bench/fill.py HOME [--entries 70000] [--postgresql URL]

Members are admitted, and readers report posts to the moderators, three reports to a case in the mean; every act passes
the law. A checkpoint is signed after every so many entries, at odd sizes. Prints one JSON object with the rate, and the
limit is bench/door.py's to measure. Afterwards `isegoria fsck` and `isegoria audit` find nothing wrong.
"""

import argparse
import asyncio
import json
import random
import secrets
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.clock import SetClock, SystemClock
from app.config import Config
from app.founding import found
from app.record import Deed, Door
from app.signer import Signer
from app.store.engines import Database, Tx, connect, migrate
from app.store.ledger import read_head
from app.store.rules import versions_at
from governance.acts.cases import Report
from governance.acts.members import Admit
from governance.charter import read_charter
from governance.commitment import SALT_SIZE, Opening

AT_ONCE = 512
BETWEEN_CHECKPOINTS = 1_900
RULES = ("1.1", "1.2", "1.3")
REASONS = (
    "It calls for violence against people who can be made out.",
    "This is somebody's home address.",
    "An advertisement.",
)
WORDS = "come to the square at noon and bring what you know of the bridge and of who is to pay for it"


class Filling:
    """A founded square that is filled."""

    def __init__(self, database: Database, clock: SetClock, rules: list[int]) -> None:
        self.database = database
        self.clock = clock
        self.door = Door(database, clock)
        self.rules = rules
        self.members: list[int] = []
        self.posts: list[tuple[int, int, int]] = []
        self.dice = random.Random(6962)

    def deeds(self, count: int) -> list[Deed]:
        """The next acts."""
        return [
            self.report() if self.members and self.dice.random() < 0.9 else Deed(Admit(), "clock") for _ in range(count)
        ]

    def report(self) -> Deed:
        """A report of a new post, or of one that was reported before."""
        dice = self.dice
        if not self.posts or dice.random() < 1 / 3:
            new = (1 + dice.getrandbits(61), self.clock.now(), dice.choice(self.members))
            self.posts = [*self.posts[-999:], new]
        words = {"content": " ".join(dice.choices(WORDS.split(), k=12)), "reason": dice.choice(REASONS)}
        openings = tuple(Opening(field, secrets.token_bytes(SALT_SIZE), text) for field, text in words.items())
        post, posted, author = dice.choice(self.posts)
        act = Report(
            post=str(post),
            version=1,
            posted=posted,
            author=f"m:{author}",
            topical=False,
            rule=(self.rules[post % len(self.rules)], 1),
            reporter=f"r:{secrets.token_hex(8)}",
            commits=tuple(opening.commit() for opening in openings),
        )
        return Deed(act, "reporter", openings)

    async def add(self, count: int) -> None:
        """Append so many entries in one commit."""
        self.clock.advance(1_000)
        deeds = self.deeds(count)
        recorded = await self.door.record_all(deeds)
        admitted = [one.index for deed, one in zip(deeds, recorded, strict=True) if isinstance(deed.act, Admit)]
        self.members += admitted[: 1_000 - len(self.members)]


async def fill(config: Config, entries: int) -> dict[str, object]:
    """Found the square and fill it."""
    await migrate(config)
    database = await connect(config)
    clock = SetClock(SystemClock().now() - 86_400_000)
    charter = read_charter((ROOT / "POLICY.md").read_text(encoding="utf-8"))
    await found(config, database, clock, charter, "Filled", f"bench.example/isegoria-{secrets.token_hex(4)}")
    versions = await database.read(lambda tx: versions_at(tx, clock.now()))
    filling = Filling(database, clock, [one.rule for one in versions if one.label in RULES])
    signer = Signer(database, config.home, clock)
    size, checkpoints, begun = (await _size(database)), 0, time.perf_counter()
    next_checkpoint = size
    while size < entries:
        await filling.add(min(AT_ONCE, entries - size))
        size = await _size(database)
        if size >= next_checkpoint or size == entries:
            checkpoints += await signer.look() is not None
            next_checkpoint = size + filling.dice.randrange(1, BETWEEN_CHECKPOINTS)
    seconds = time.perf_counter() - begun
    await filling.door.close()
    await database.close()
    return {
        "entries": size,
        "checkpoints": checkpoints,
        "seconds": round(seconds, 1),
        "entries_per_s": round(size / seconds),
    }


async def _size(database: Database) -> int:
    async def read(tx: Tx) -> int:
        return (await read_head(tx)).size

    return await database.read(read)


def main() -> None:
    """Fills and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--entries", type=int, default=70_000)
    parser.add_argument("--postgresql", metavar="URL", help="fill this empty database instead of one in HOME")
    asked = parser.parse_args()
    asked.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    config = Config(home=asked.home, database=asked.postgresql or f"sqlite:///{asked.home / 'isegoria.db'}")
    print(json.dumps(asyncio.run(fill(config, asked.entries)), indent=1))


if __name__ == "__main__":
    main()
