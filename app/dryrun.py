"""A bright line tried on the public posts of the last weeks: what would it have touched?"""

from bisect import bisect_left
from collections import defaultdict
from typing import Final

from msgspec import Struct

from app.store.recent import Recent, RecentPost
from governance.conditions.evaluate import asked, holds
from governance.conditions.facts import DAY, EARLIER, LOOKED_BACK, Around, Shingles, facts_of, shingles_of
from governance.conditions.language import Condition

SHOWN: Final = 10
"""Examples, the newest posts that would have been touched."""

MOST_AGES: Final = 1_000
"""Earlier posts of a day that a rate counts."""


class DryRun(Struct, frozen=True):
    """How many `posts` made in [since, until) it was tried on and how many it would have touched; times in Unix ms."""

    posts: int
    touched: int
    examples: tuple[str, ...]
    since: int
    until: int


class _Author:
    """The posts of one account, oldest first, with what they are compared by."""

    def __init__(self) -> None:
        self.times: list[int] = []
        self.shingles: list[Shingles] = []


def dry_run(condition: Condition, recent: Recent, since: int, until: int) -> DryRun:
    """Try a condition on posts; those before `since` only say what came before others.

    Where the posts are not whole, those before the first of them are not known, and what hangs on them is unknown.
    """
    posts = recent.posts
    known_from = 0 if recent.is_whole or not posts else posts[-1].created_at
    wanted, authors = asked(condition), defaultdict[int, _Author](_Author)
    tried, touched = 0, []
    for post in reversed(posts):
        author = authors[post.account]
        if post.created_at >= since:
            tried += 1
            if holds(condition, facts_of(post.body, _around(post, author, wanted, known_from), wanted)):
                touched.append(str(post.id))
        author.times.append(post.created_at)
        if "similar" in wanted:
            author.shingles.append(shingles_of(post.body))
    return DryRun(tried, len(touched), tuple(touched[: -SHOWN - 1 : -1]), since, until)


def _around(post: RecentPost, author: _Author, wanted: frozenset[str], known_from: int) -> Around:
    at = post.created_at
    earlier: tuple[Shingles, ...] | None = None
    ages: tuple[int, ...] | None = None
    if "similar" in wanted and at - LOOKED_BACK >= known_from:
        first = max(bisect_left(author.times, at - LOOKED_BACK), len(author.times) - EARLIER)
        earlier = tuple(reversed(author.shingles[first:]))
    if "ages" in wanted and at - DAY >= known_from:
        first = max(bisect_left(author.times, at - DAY), len(author.times) - MOST_AGES)
        ages = tuple(at - time for time in author.times[first:])
    return Around(
        language=post.language,
        place="opening" if post.reply_to is None else "reply",
        account_days=max(0, (at - post.created_day) // DAY),
        earlier=earlier,
        ages=ages,
    )
