"""The facts that a condition may ask for, version 1: what everybody can see of a post, and nothing else.

A fact that is not known is None, and whatever hangs on it is unknown. All of them are counted from the public text, its
time, and the public posts of its author before it, so that anybody counts the same.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, Literal, get_args

from msgspec import Struct

from governance.figures.likeness import shingles, words_of

VERSION: Final = 1

TextFact = Literal["text", "folded"]
WordFact = Literal["language", "place"]
ListFact = Literal["tags", "hosts"]
NumberFact = Literal[
    "characters", "words", "lines", "links", "mentions", "hashtags", "capitals", "similar", "account_days"
]
Fact = TextFact | WordFact | ListFact | NumberFact | Literal["ages"]

PERCENTS: Final[frozenset[NumberFact]] = frozenset(("capitals", "similar"))
"""Numbers from 0 to 100."""

DAY: Final = 86_400_000
EARLIER: Final = 50
"""Earlier posts of the author that a post is compared with."""

LOOKED_BACK: Final = 7 * DAY
"""How long before the post they were made, at most, in ms; rates look back a day."""

NUMBERS: Final[tuple[NumberFact, ...]] = get_args(NumberFact)

_LINK: Final = re.compile(r"https?://([^\s/?#<>\"']+)", re.IGNORECASE)
_MENTION: Final = re.compile(r"(?<![\w@./])@\w+(?:@[\w.-]+)?")
_HASHTAG: Final = re.compile(r"(?<![\w#/&])#(\w*[^\W\d_]\w*)")


Shingles = frozenset[tuple[str, ...]]
"""The runs of three words of a text."""


class Facts(Struct, frozen=True, gc=False):
    """The facts of one post; None is unknown.

    `text` is the post as it was written, `folded` the same without the difference of capitals and of the forms that a
    character may have (NFKC, case folded). `language` is the tag that the author chose. `place` is "opening" or
    "reply". `tags` are the hashtags and `hosts` the names in the addresses, folded. Of the numbers `characters` are
    code points, `words` as likeness counts them, `lines` those with something in them, `capitals` how many of a hundred
    letters that have cases are capitals, `similar` how many of a hundred runs of three words the post shares with that
    earlier post of its author that is most like it (of the 7 days before, 50 at most), `account_days` how many days ago
    the author joined. `ages` are how long before this post, in ms, the author's posts of the day before it were made.
    """

    text: str | None = None
    folded: str | None = None
    language: str | None = None
    place: str | None = None
    tags: tuple[str, ...] | None = None
    hosts: tuple[str, ...] | None = None
    characters: int | None = None
    words: int | None = None
    lines: int | None = None
    links: int | None = None
    mentions: int | None = None
    hashtags: int | None = None
    capitals: int | None = None
    similar: int | None = None
    account_days: int | None = None
    ages: tuple[int, ...] | None = None


class Around(Struct, frozen=True, gc=False):
    """What a post's text does not say; None is unknown. `ages` are in ms.

    `earlier` are the runs of three words of the author's earlier posts, the newest first.
    """

    language: str | None = None
    place: str | None = None
    account_days: int | None = None
    earlier: tuple[Shingles, ...] | None = None
    ages: tuple[int, ...] | None = None


def facts_of(text: str, around: Around = Around(), asked: frozenset[str] | None = None) -> Facts:  # noqa: B008 - frozen
    """The facts of a post; where `asked` names facts, what takes long is counted only if it is among them."""
    links = [host.casefold() for host in _LINK.findall(text)]
    tags = [folded(tag) for tag in _HASHTAG.findall(text)]
    compared = around.earlier is not None and (asked is None or "similar" in asked)
    return Facts(
        text=text,
        folded=folded(text),
        language=around.language or None,
        place=around.place,
        tags=tuple(dict.fromkeys(tags)),
        hosts=tuple(dict.fromkeys(links)),
        characters=len(text),
        words=len(words_of(text)) if asked is None or "words" in asked else None,
        lines=sum(1 for line in text.split("\n") if line.strip()),
        links=len(links),
        mentions=len(_MENTION.findall(text)),
        hashtags=len(tags),
        capitals=_capitals(text),
        similar=similar(shingles_of(text), around.earlier or ()) if compared else None,
        account_days=around.account_days,
        ages=around.ages,
    )


def folded(text: str) -> str:
    """A text without the difference of capitals and of the forms that a character may have."""
    return unicodedata.normalize("NFKC", text).casefold()


def shingles_of(text: str) -> Shingles:
    """The runs of three words of a text."""
    return shingles(words_of(text))


def similar(mine: Shingles, earlier: Sequence[Shingles]) -> int:
    """How many of a hundred runs of three words a text shares with the most similar of earlier ones, rounded down."""
    return max((100 * len(mine & theirs) // len(mine | theirs) for theirs in earlier[:EARLIER]), default=0)


def _capitals(text: str) -> int:
    upper = sum(map(str.isupper, text))
    cased = upper + sum(map(str.islower, text))
    return 100 * upper // cased if cased else 0
