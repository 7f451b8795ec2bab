"""The charter in force, clause by clause, the text it was founded under, and the terms in force."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal

import nh3
from litestar import get
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from msgspec import Struct

from app.charters import TextInForce, charter_in_force
from app.square import Square
from app.store.governed import value_of
from app.store.rules import terms_at
from app.text import without_bidi
from app.web.answers import Answer, answer
from app.web.requests import PageRequest
from app.web.rules import day_end
from governance.acts.words import Class
from governance.charter import Clause
from governance.members import SQUARE
from governance.members import Square as Founded
from governance.terms import TERMS, Term

Mark = Literal["", "enforced", "not yet"]

_CLAUSE: Final = re.compile(r"^\*\*\[([a-z_]+-[0-9]+)\]\*\* ")
_REFERENCE: Final = re.compile(r"\[([a-z_]+-[0-9]+)\](?!\()")
_TAGS: Final = {"a", "code", "em", "li", "ol", "p", "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
_cleaner: Final = nh3.Cleaner(
    tags=_TAGS, attributes={"a": {"href"}, "ol": {"start"}}, url_schemes={"https"}, link_rel=None
)


class ClauseShown(Struct, frozen=True):
    """A clause: its words as they stand in the text, and whether the program enforces it or does not give it yet."""

    id: str
    article: str
    text: str
    mark: Mark


class CharterPage(Struct, frozen=True):
    """The charter's text; `digest` is its SHA-256, `stated` what the ledger says: they are the same, or it is not it.

    `entry` brought it, by the vote on `proposal`; both are 0 for the text of the founding. `founding`: this is the
    address of the text of the founding, whatever came into force since.
    """

    digest: str
    stated: str
    entry: int
    proposal: int
    founding: bool
    clauses: tuple[ClauseShown, ...]
    text: str


class TermShown(Struct, frozen=True, rename={"class_": "class"}):
    """A term in force with its bounds, as written: "30d", "7", "3/5"; `class` is what a change of it takes."""

    name: str
    kind: str
    value: str
    floor: str
    ceiling: str
    entrenched: bool
    class_: Class


class TermsPage(Struct, frozen=True):
    """Every term, by name, as it was `at` a time (Unix ms); `on` is the day that was asked for, "" for now."""

    items: tuple[TermShown, ...]
    at: int
    on: str


class Block(Struct, frozen=True):
    """A piece of the charter's page: a heading of a rank, a clause, words, or what the program reads."""

    kind: Literal["heading", "clause", "words", "machine"]
    id: str
    html: Markup
    rank: int = 0
    mark: Mark = ""


@get("/charter", tags=["rules"])
async def show_charter(request: PageRequest, square: Square) -> Answer[CharterPage]:
    """The charter in force; each clause has an address, `/charter#case-1`."""
    text = await square.database.read(lambda tx: charter_in_force(tx, square.charter))
    return _shown(text, text.stated, founding=False)


@get("/charter/founding", tags=["rules"])
async def show_founding_charter(request: PageRequest, square: Square) -> Answer[CharterPage]:
    """The charter as it was founded, whatever came into force since."""
    founded = await square.database.read(lambda tx: value_of(tx, Founded, SQUARE))
    stated = founded.charter if founded else ""
    return _shown(TextInForce(square.charter, stated, 0, 0), stated, founding=True)


def _shown(text: TextInForce, stated: str, *, founding: bool) -> Answer[CharterPage]:
    charter = text.charter
    clauses = tuple(
        ClauseShown(clause.id, clause.article, clause.text, _mark_of(clause)) for clause in charter.clauses.values()
    )
    page = CharterPage(charter.digest, stated, text.entry, text.proposal, founding, clauses, charter.text)
    return Answer(page, "charter/charter.html", beside={"blocks": blocks_of(charter.text, frozenset(charter.clauses))})


@get("/terms", tags=["rules"])
async def show_terms(request: PageRequest, square: Square, on: str = "") -> Answer[TermsPage]:
    """The terms in force, with the bounds that no vote moves; `?on=2026-11-23` as they were at the end of that day."""
    now = square.clock.now()
    at = min(day_end(on), now) if on else now
    terms = await square.database.read(lambda tx: terms_at(tx, at))
    return answer(request, "charter/terms.html", TermsPage(tuple(shown_term(term) for term in terms), at, on))


def shown_term(term: Term) -> TermShown:
    """A term as a page shows it."""
    class_: Class = "charter" if term.entrenched else "ordinary"
    return TermShown(term.name, TERMS[term.name], term.value, term.floor, term.ceiling, term.entrenched, class_)


def _mark_of(clause: Clause) -> Mark:
    if clause.enforced:
        return "enforced"
    return "not yet" if clause.not_yet else ""


@lru_cache(maxsize=4)
def blocks_of(text: str, clauses: frozenset[str]) -> tuple[Block, ...]:
    """The charter as a page shows it; what it says of its own clauses and terms leads to them."""
    return tuple(_blocks(text, clauses))


def _blocks(text: str, clauses: frozenset[str]) -> Iterator[Block]:
    tokens = _markdown.parse(text)
    at = 0
    while at < len(tokens):
        end = _end(tokens, at)
        yield _block(tokens[at:end], clauses)
        at = end


def _end(tokens: list[Token], at: int) -> int:
    """Where the block that begins at a token is over."""
    depth = 0
    for place in range(at, len(tokens)):
        depth += tokens[place].nesting
        if depth == 0:
            return place + 1
    raise AssertionError("every block that is opened is closed")


def _block(tokens: list[Token], clauses: frozenset[str]) -> Block:
    first = tokens[0]
    if first.type == "fence":
        return Block("machine", "", Markup("%s") % first.content)
    inline = tokens[1].content if len(tokens) > 1 else ""
    if first.type == "heading_open":
        name = re.sub(r"[^a-z0-9]+", "-", inline.lower()).strip("-")
        return Block("heading", f"article-{name}", Markup("%s") % inline, rank=int(first.tag[1:]))
    named = _CLAUSE.match(inline) if first.type == "paragraph_open" else None
    if named is None:
        return Block("words", "", _html(_markdown.renderer.render(tokens, _markdown.options, {}), clauses))
    words, mark = _without_mark(inline[named.end() :])
    return Block("clause", named[1], _html(_markdown.renderInline(words), clauses), mark=mark)


def _without_mark(words: str) -> tuple[str, Mark]:
    marks: tuple[Mark, ...] = ("enforced", "not yet")
    for mark in marks:
        if words.endswith(f" *({mark})*"):
            return words.removesuffix(f" *({mark})*"), mark
    return words, ""


def _html(rendered: str, clauses: frozenset[str]) -> Markup:
    safe = without_bidi(_cleaner.clean(rendered))
    linked = _REFERENCE.sub(lambda found: _reference(found[1], clauses), safe)
    return Markup(re.sub(r"<code>([a-z_]+)</code>", _term, linked))  # noqa: S704 what the cleaner lets through


def _reference(clause: str, clauses: frozenset[str]) -> str:
    return f'<a href="#{clause}">[{clause}]</a>' if clause in clauses else f"[{clause}]"


def _term(found: re.Match[str]) -> str:
    return f'<a href="/terms#{found[1]}"><code>{found[1]}</code></a>' if found[1] in TERMS else found[0]


_markdown: Final = MarkdownIt("commonmark", {"html": False}).enable("table")

routes = [show_charter, show_founding_charter, show_terms]
