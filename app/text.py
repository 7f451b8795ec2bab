"""What people write: how long it is, what it may contain, and how it becomes safe HTML."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import quote

import nh3
import regex
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

from app.addressing import MOST_MENTIONS, MOST_TAGS, Addressed, names_in

# Unicode's property Bidi_Control, all of it: in what other people wrote, these reorder what stands beside it.
BIDI_CONTROLS: Final = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
MOST_GRAPHEMES: Final = 5_000
MOST_CODE_POINTS: Final = 80_000
SHORT: Final = 1_000

_NOTHING: Final = dict.fromkeys(map(ord, BIDI_CONTROLS))
_GRAPHEME: Final = regex.compile(r"\X")
_VISIBLE: Final = regex.compile(
    r"[^\p{White_Space}\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Co}\p{Default_Ignorable_Code_Point}\u2800]"
)
_UNKEPT: Final = regex.compile(r"[\p{Cs}\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LANGUAGE: Final = regex.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_ADDRESS: Final = regex.compile(r"https?://[\p{L}\p{N}][^\s<>\"'`\p{Cc}\p{Cf}]+", regex.IGNORECASE)
_TRAILING: Final = ".,;:!?…،؛؟。*_~'\""
_TAGS: Final = {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"}
_cleaner: Final = nh3.Cleaner(
    tags=_TAGS,
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    allowed_classes={"a": {"mention", "hashtag"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow noopener ugc",
)


def graphemes(text: str) -> int:
    """Count what a reader perceives as characters: extended grapheme clusters of Unicode's annex 29."""
    return sum(1 for _ in _GRAPHEME.finditer(text))


def is_too_long(text: str, most: int = MOST_GRAPHEMES) -> bool:
    """Whether `text` has more than `most` graphemes, or 16 code points for each of them (marks upon marks)."""
    if len(text) <= most:
        return False
    return len(text) > most * (MOST_CODE_POINTS // MOST_GRAPHEMES) or graphemes(text) > most


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing: no text, or spaces, controls and invisible characters only."""
    return _VISIBLE.search(text) is None


def is_language(tag: str) -> bool:
    """Whether `tag` has the form of a language tag (BCP 47) as posts carry it: "en", "ar", "pt-BR"."""
    return _LANGUAGE.fullmatch(tag) is not None


def clean(text: str) -> str:
    """Return what a browser sent as it is kept: line ends as \\n, no controls that databases refuse, no outer space."""
    return _UNKEPT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def clean_line(text: str) -> str:
    """Return a title or an answer of a poll as it is kept: one line, single spaces, nothing that turns directions."""
    return " ".join(without_bidi(clean(text)).split())


def without_bidi(text: str) -> str:
    """Drop the characters that turn the direction of what follows them."""
    return text.translate(_NOTHING)


def to_html(text: str, handles: frozenset[str] = frozenset(), base: str = "") -> Markup:
    """Return Markdown as HTML that is safe to stand in a page: no raw HTML, no images, no directions turned.

    Those of `handles` that it names become links, and so do hashtags; `base` stands before these addresses.
    """
    render = _short_html if len(text) <= SHORT else _long_html
    if "@" not in text and "#" not in text:
        # It names nothing, so it is the same for every reader: kept once.
        handles, base = frozenset(), ""
    return render(text, handles, base)


def addressed_in(text: str) -> Addressed:
    """Whom a text names and what it is about, where a reader sees it: not in code and not in links."""
    names = [
        name
        for block in _markdown.parse(text, {})
        if block.children
        for token in _outside_links(block.children)
        for name in names_in(token.content)
    ]
    handles = dict.fromkeys(name.name for name in names if name.kind == "handle")
    tags = dict.fromkeys(name.name for name in names if name.kind == "tag")
    return Addressed(tuple(handles)[:MOST_MENTIONS], tuple(tags)[:MOST_TAGS])


def _render(text: str, handles: frozenset[str], base: str) -> Markup:
    rendered = _markdown.render(text, {"handles": handles, "base": base})
    return Markup(without_bidi(_cleaner.clean(rendered)))  # noqa: S704 what the cleaner lets through


# Few long ones are kept and many short ones, so that no flood of long posts fills the memory.
_short_html: Final = lru_cache(maxsize=16384)(_render)
_long_html: Final = lru_cache(maxsize=128)(_render)


def forget_rendered() -> None:
    """Let go of every text that was rendered and kept."""
    _short_html.cache_clear()
    _long_html.cache_clear()


def excerpt(text: str, most: int = 80) -> str:
    """Return the beginning of `text` in one line, at most `most` graphemes, with an ellipsis where something is cut."""
    line = clean_line(text[: most * 16])
    taken = [match.group() for match, _ in zip(_GRAPHEME.finditer(line), range(most + 1), strict=False)]
    return line if len(taken) <= most else "".join(taken[: most - 1]).rstrip() + "…"


def _link_addresses(state: StateCore) -> None:
    """A bare address of the web becomes a link."""
    for block in state.tokens:
        if block.type == "inline" and block.children and "://" in block.content:
            block.children = _linked(block.children)


def _linked(tokens: Sequence[Token]) -> list[Token]:
    linked: list[Token] = []
    in_link = 0
    for token in tokens:
        in_link += (token.type == "link_open") - (token.type == "link_close")
        linked += [token] if in_link or token.type != "text" else _split(token.content)
    return linked


def _split(content: str) -> list[Token]:
    """Cut the text of one token into text and links."""
    pieces: list[Token] = []
    end = 0
    for match in _ADDRESS.finditer(content):
        address = _without_tail(match.group())
        href = _markdown.normalizeLink(address)
        if not _markdown.validateLink(href):
            continue
        pieces += [_text(content[end : match.start()]), *_link(href, address)]
        end = match.start() + len(address)
    return [*pieces, _text(content[end:])]


def _link_names(state: StateCore) -> None:
    """Handles that are somebody's, and hashtags, become links to their pages."""
    if "base" not in state.env:
        return
    for block in state.tokens:
        if block.type == "inline" and block.children and ("@" in block.content or "#" in block.content):
            outside = set(map(id, _outside_links(block.children)))
            block.children = [
                piece
                for token in block.children
                for piece in (_named(token.content, state) if id(token) in outside else [token])
            ]


def _named(content: str, state: StateCore) -> list[Token]:
    handles, base = state.env["handles"], state.env["base"]
    pieces: list[Token] = []
    end = 0
    for name in names_in(content):
        if name.kind == "handle" and name.name not in handles:
            continue
        is_handle = name.kind == "handle"
        path = f"/@{name.name}" if is_handle else f"/tags/{quote(name.name)}"
        link = _link(f"{base}{path}", content[name.start : name.end])
        link[0].attrSet("class", "mention" if is_handle else "mention hashtag")
        pieces += [_text(content[end : name.start]), *link]
        end = name.end
    return [*pieces, _text(content[end:])]


def _outside_links(tokens: Sequence[Token]) -> list[Token]:
    """The tokens of plain text that stand in no link."""
    found: list[Token] = []
    in_link = 0
    for token in tokens:
        in_link += (token.type == "link_open") - (token.type == "link_close")
        if not in_link and token.type == "text":
            found.append(token)
    return found


def _link(href: str, words: str) -> list[Token]:
    return [Token("link_open", "a", 1, attrs={"href": href}), _text(words), Token("link_close", "a", -1)]


def _without_tail(address: str) -> str:
    """Leave to the sentence what belongs to it: its stop, and a bracket that the address did not open."""
    end = len(address)
    opened = address.count("(")
    closed = address.count(")")
    while end:
        last = address[end - 1]
        if last == ")" and closed > opened:
            closed -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return address[:end]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _square_markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    markdown.enable("strikethrough")
    # A post has no headings of its own in a page that has them, no images from elsewhere, no code by accident.
    markdown.disable(["heading", "lheading", "image", "code", "html_block", "html_inline", "reference"])
    markdown.core.ruler.push("addresses", _link_addresses)
    markdown.core.ruler.push("names", _link_names)
    return markdown


_markdown: Final = _square_markdown()
