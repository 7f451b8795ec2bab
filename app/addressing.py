"""Whom a text names and what it is about: @handles and #hashtags, found where a reader sees them."""

import unicodedata
from collections.abc import Iterator
from typing import Final, Literal

import regex
from msgspec import Struct

LONGEST_TAG: Final = 100
MOST_MENTIONS: Final = 50
MOST_TAGS: Final = 60

# What stands within a word, an address or another name is neither: "me@host", "/@ann", "&#39;", "a#b".
_NAMED: Final = regex.compile(
    r"(?<![\p{L}\p{N}\p{M}_/@&#.])"
    r"(?:@(?P<handle>[A-Za-z0-9_]{2,30})(?![\p{L}\p{N}_]|@[A-Za-z0-9])|#(?P<tag>[\p{L}\p{N}\p{M}_\u00b7\u200c]+))"
)
_LETTER: Final = regex.compile(r"\p{L}")


class Name(Struct, frozen=True):
    """A name at `[start, end)` of a text: an account's handle or a hashtag, in small letters."""

    kind: Literal["handle", "tag"]
    name: str
    start: int
    end: int


class Addressed(Struct, frozen=True):
    """The handles and hashtags of a text, each once, in the order in which they come."""

    handles: tuple[str, ...]
    tags: tuple[str, ...]


def names_in(text: str) -> Iterator[Name]:
    """Every @handle and #hashtag of a text without markup; whether somebody has the handle is not looked at."""
    for match in _NAMED.finditer(text):
        handle, tag = match["handle"], match["tag"]
        if handle is not None:
            yield Name("handle", handle.lower(), match.start(), match.end())
        elif tag is not None and (name := tag_of(tag)):
            yield Name("tag", name, match.start(), match.end())


def tag_of(text: str) -> str:
    """A hashtag as it is kept, without its sign: one for all ways to write it; "" for what is none.

    It has a letter, so that "#1" is a number, and at most 100 characters.
    """
    name = unicodedata.normalize("NFKC", text.removeprefix("#")).casefold().replace("\u200c", "")
    fits = 0 < len(name) <= LONGEST_TAG and _LETTER.search(name) is not None
    return name if fits and regex.fullmatch(r"[\p{L}\p{N}\p{M}_\u00b7]+", name) else ""
