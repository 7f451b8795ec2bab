"""Keyword filters: which of a reader's filters catch which posts, in the reader's eyes alone.

Keywords are looked for as they were written, capitals and small letters alike, by scanning: a keyword is no pattern.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

import regex
from msgspec import Struct
from msgspec.structs import replace

from app.events import FiltersChanged
from app.posts import Caught, Post
from app.relations import NotPossible
from app.store import filters
from app.store.engines import Tx
from app.store.filters import MOST_FILTERS, MOST_IN_FILTER, MOST_KEYWORDS, Context, Filter, Keyword

LONGEST_TITLE: Final = 200
LONGEST_KEYWORD: Final = 200

_PIECE: Final = regex.compile(r"[\p{L}\p{M}\p{N}\p{Pc}]+|.", regex.DOTALL)


class _Keyword(Struct, frozen=True):
    written: str
    sought: str
    whole: bool


def filtered(
    posts: Sequence[Post], of_reader: Sequence[Filter], context: Context | None, now: int
) -> Mapping[str, tuple[Caught, ...]]:
    """Which filters of the reader catch which posts in a context, by id of post; nobody's own posts are caught.

    None: in whatever context.
    """
    holding = [
        one
        for one in of_reader
        if (context is None or context in one.contexts) and (one.until is None or one.until > now)
    ]
    sought = [[_keyword(word) for word in one.keywords] for one in holding]
    found: dict[str, tuple[Caught, ...]] = {}
    for post in posts if holding else ():
        if post.mine:
            continue
        text = folded(words_of(post))
        in_words = marked(text)
        tried = [_caught(one, words, text, in_words, post) for one, words in zip(holding, sought, strict=True)]
        if caught := tuple(one for one in tried if one is not None):
            found[post.id] = caught
    return found


async def mark(
    tx: Tx, posts: Sequence[Post], reader: int | None, context: Context | None, now: int
) -> tuple[Post, ...]:
    """The posts, those that filters of the reader catch in a context marked with these."""
    of_reader = await filters.filters_of(tx, reader) if reader is not None and posts else []
    found = filtered(posts, of_reader, context, now)
    return tuple(replace(post, filtered=found[post.id]) if post.id in found else post for post in posts)


async def sift(tx: Tx, posts: Sequence[Post], reader: int | None, context: Context, now: int) -> tuple[Post, ...]:
    """The posts as a page shows them to a reader: without those to hide, and those to warn of marked."""
    marked_posts = await mark(tx, posts, reader, context, now)
    return tuple(post for post in marked_posts if not any(one.action == "hide" for one in post.filtered))


def words_of(post: Post) -> str:
    """Everything that a post says in words, one thing a line: warning, text, answers, descriptions of pictures."""
    options = [option.title for option in post.poll.options] if post.poll is not None else []
    return "\n".join([post.warning, post.text, *options, *(picture.description for picture in post.media)])


def folded(text: str) -> str:
    """A text in which capital and small letters are one, however its marks are composed."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def marked(text: str) -> str:
    """A folded text with NUL wherever a word may begin or end, so that what is found with its marks is no part of one.

    Letters, marks, digits and connectors (Unicode's L, M, N, Pc) that stand together are a word.
    """
    return "\0".join(["", *_PIECE.findall(text), ""])


async def save(tx: Tx, changed: Filter) -> None:
    """Write a filter, new or changed. Raises NotPossible."""
    await filters.lock_filters(tx, changed.account)
    others = [one for one in await filters.filters_of(tx, changed.account) if one.id != changed.id]
    words = sum(len(one.keywords) for one in others) + len(changed.keywords)
    longest = max(len(changed.keywords), len(changed.posts))
    if len(others) >= MOST_FILTERS or longest > MOST_IN_FILTER or words > MOST_KEYWORDS:
        raise NotPossible("too many filters")
    await filters.save_filter(tx, changed)
    tx.announce(FiltersChanged(changed.account))


async def remove(tx: Tx, account: int, filter_id: int) -> bool:
    """Take a filter away; False if there is none of this account's."""
    was_there = await filters.remove_filter(tx, account, filter_id)
    if was_there:
        tx.announce(FiltersChanged(account))
    return was_there


def _keyword(word: Keyword) -> _Keyword:
    sought = folded(word.keyword)
    return _Keyword(word.keyword, marked(sought) if word.whole else sought, word.whole)


def _caught(one: Filter, words: Sequence[_Keyword], text: str, in_words: str, post: Post) -> Caught | None:
    keywords = tuple(word.written for word in words if word.sought in (in_words if word.whole else text))
    named = any(str(kept.post) == post.id for kept in one.posts)
    if not keywords and not named:
        return None
    return Caught(str(one.id), one.title, one.action, one.contexts, one.until, keywords, named)
