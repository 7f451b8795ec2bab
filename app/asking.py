"""What somebody types to find posts, read as far as it makes sense: bad syntax is words, and never an error."""

from datetime import UTC, date, datetime
from typing import Final, TypeVar

import regex
from msgspec import Struct
from msgspec.structs import replace

from app.addressing import tag_of
from app.text import is_language
from app.wording import words_in

T = TypeVar("T")

LONGEST: Final = 500
"""Code points that are read."""

MOST: Final = 20
"""Words, phrases and conditions that are read."""

DAY: Final = 86_400_000

_PART: Final = regex.compile(
    r'(?P<not>-)?(?:"(?P<phrase>[^"]*)"?|(?P<key>[a-z]+):"?(?P<value>[^\s"]+)"?|(?P<word>\S+))'
)

_HANDLE: Final = regex.compile(r"@?[A-Za-z0-9_]{1,30}")

Phrase = tuple[str, ...]
"""Words that follow one another."""


class Wish(Struct, frozen=True):
    """What a post must say and be, and, by `no_…`, what it must not; `before` and `since` are Unix ms, [since, before).

    An author is a handle in small letters, "me" for the reader.
    """

    phrases: tuple[Phrase, ...] = ()
    no_phrases: tuple[Phrase, ...] = ()
    authors: tuple[str, ...] = ()
    no_authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    no_tags: tuple[str, ...] = ()
    media: bool | None = None
    poll: bool | None = None
    language: str = ""
    since: int | None = None
    before: int | None = None

    @property
    def finds(self) -> bool:
        """Whether there is something to begin with: the rest only narrows it."""
        return bool(self.phrases or self.authors or self.tags)


class _Part(Struct, frozen=True):
    without: bool
    key: str
    value: str


def read_wish(text: str) -> Wish:
    """What a query asks for."""
    phrases: dict[bool, list[Phrase]] = {False: [], True: []}
    authors: dict[bool, list[str]] = {False: [], True: []}
    tags: dict[bool, list[str]] = {False: [], True: []}
    rest = Wish()
    for part in _parts(text):
        match part.key:
            case "":
                phrases[part.without].append(tuple(words_in(part.value)))
            case "from":
                authors[part.without].append(part.value)
            case "tag":
                tags[part.without].append(part.value)
            case _:
                rest = _narrowed(rest, part)
    return replace(
        rest,
        phrases=_each_once(phrases[False]),
        no_phrases=_each_once(phrases[True]),
        authors=_each_once(authors[False]),
        no_authors=_each_once(authors[True]),
        tags=_each_once(tags[False]),
        no_tags=_each_once(tags[True]),
    )


def _each_once(found: list[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(found))


def _parts(text: str) -> list[_Part]:
    parts = []
    for match in _PART.finditer(text[:LONGEST]):
        part = _part(match)
        if part.key or words_in(part.value):
            parts.append(part)
    return parts[:MOST]


def _part(match: "regex.Match[str]") -> _Part:
    without = match["not"] is not None
    if match["phrase"] is not None:
        return _Part(without, "", match["phrase"])
    if match["word"] is not None:
        tag = tag_of(match["word"]) if match["word"].startswith("#") else ""
        return _Part(without, "tag", tag) if tag else _Part(without, "", match["word"])
    key, value = match["key"], match["value"]
    return _Part(without, key, value.removeprefix("@").lower()) if _makes_sense(key, value) else _plain(match)


def _plain(match: "regex.Match[str]") -> _Part:
    return _Part(match["not"] is not None, "", f"{match['key']} {match['value']}")


def _makes_sense(key: str, value: str) -> bool:
    match key:
        case "from":
            return _HANDLE.fullmatch(value) is not None
        case "has":
            return value in ("media", "image", "poll")
        case "language":
            return is_language(value)
        case "before" | "after":
            return _day(value) is not None
        case _:
            return False


def _narrowed(wish: Wish, part: _Part) -> Wish:
    if part.key == "has":
        return replace(wish, poll=not part.without) if part.value == "poll" else replace(wish, media=not part.without)
    if part.key == "language":
        return wish if part.without else replace(wish, language=part.value)
    day = _day(part.value)
    assert day is not None, "a date that makes no sense is a word"
    # "before" a day ends as it begins, "after" it begins as it ends; without one it is the other way round.
    if (part.key == "before") != part.without:
        return replace(wish, before=day + (DAY if part.without else 0))
    return replace(wish, since=day + (0 if part.without else DAY))


def _day(text: str) -> int | None:
    """The begin of a day (UTC), Unix ms."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return int(begin.timestamp()) * 1000 if day.year > 1970 else None
