"""A bright line tried on 10,000 posts, as before a vote, for each kind of question that it may ask.

python bench/dryrun.py
"""

import json
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.dryrun import dry_run
from app.store.recent import Recent, RecentPost
from governance.conditions.facts import DAY
from governance.conditions.language import AnyNode, Compare, Condition, Matches, Rate

POSTS = 10_000
ACCOUNTS = 300
NOW = 1_790_000_000_000
LINES: dict[str, AnyNode] = {
    "capitals": Compare("capitals", "ge", 80),
    "pattern": Matches("text", r"(?i)(free|win).{0,90}(now|click)"),
    "rate": Rate(60, "ge", 5),
    "words": Compare("words", "ge", 80),
    "similar": Compare("similar", "ge", 80),
}


def recent() -> Recent:
    """Posts of fifty words by 300 accounts in 30 days, newest first."""
    die = random.Random(1)
    words = ["".join(die.choices("abcdefghij", k=5)) for _ in range(2_000)]
    times = sorted((NOW - die.randrange(30 * DAY) for _ in range(POSTS)), reverse=True)
    posts = (
        RecentPost(
            at << 16, die.randrange(ACCOUNTS), " ".join(die.choices(words, k=50)), "en", None, at, NOW - 400 * DAY
        )
        for at in times
    )
    return Recent(tuple(posts), is_whole=True)


def main() -> None:
    """Seconds that each line takes on all the posts."""
    posts, taken = recent(), {}
    for name, line in LINES.items():
        before = time.perf_counter()
        dry_run(Condition(1, line, 1), posts, NOW - 30 * DAY, NOW)
        taken[name] = round(time.perf_counter() - before, 2)
    print(json.dumps({"posts": POSTS, "seconds": taken}))


if __name__ == "__main__":
    main()
