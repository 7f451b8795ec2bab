"""What hashtags many people use just now and did not use before.

The score of a hashtag is a whole number, and /trends says it in words: `NOW` points for each account that used it in
the 24 hours before a minute, less `BEFORE` for each that used it in the seven days before these. So what is used every
day by the same people has no points, however many they are. An account counts once, however often it says the word.
Fewer than `FEWEST` accounts are no trend. Of two with one score that of more accounts stands first, then the order of
letters. Posts count that everybody may read and that are shown: nothing else is read, and every reader sees the same.
"""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

VERSION: Final = 1
NOW: Final = 7
BEFORE: Final = 1
FEWEST: Final = 2
RECENT: Final = 86_400_000
EARLIER: Final = 7 * RECENT


class Voices(Struct, frozen=True):
    """How many accounts used a hashtag in the last 24 hours, and how many in the seven days before."""

    tag: str
    now: int
    before: int


class Trend(Struct, frozen=True):
    """A hashtag with its score, and the accounts that the score is made of."""

    tag: str
    score: int
    now: int
    before: int


def rank_tags(voices: Iterable[Voices]) -> list[Trend]:
    """The hashtags that trend, most points first."""
    trends = [Trend(one.tag, NOW * one.now - BEFORE * one.before, one.now, one.before) for one in voices]
    told = [trend for trend in trends if trend.now >= FEWEST and trend.score > 0]
    return sorted(told, key=lambda trend: (-trend.score, -trend.now, trend.tag))
