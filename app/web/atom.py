"""Atom feeds (RFC 4287): what is new, for readers that nobody here wrote."""

from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

import regex
from litestar import Response
from msgspec import Struct

from app.clock import iso
from app.web.answers import VARY
from app.web.requests import PageRequest, square_of

ATOM: Final = "application/atom+xml"
NAMESPACE: Final = "http://www.w3.org/2005/Atom"
# What XML 1.0 cannot hold, written down in whatever way.
_NO_XML: Final = regex.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Writer(Struct, frozen=True):
    """Who wrote an entry, and the page about them."""

    name: str
    path: str


class FeedEntry(Struct, frozen=True):
    """An entry of a feed: `path` is the page that it leads to, `at` when it was last changed, Unix ms.

    Its name for ever is the address of `lasting`, of `path` where there is none. `published` is when it was written.
    """

    path: str
    title: str
    text: str
    at: int
    html: str = ""
    lasting: str = ""
    published: int | None = None
    author: Writer | None = None
    tags: tuple[str, ...] = ()
    language: str = ""


def address_of(request: PageRequest) -> str:
    """Where this square is reached, without a slash at the end."""
    return (square_of(request).config.public_url or str(request.base_url)).rstrip("/")


def feed(
    request: PageRequest,
    title: str,
    page: str,
    entries: Sequence[FeedEntry],
    *,
    own: str = "",
    older: str | None = None,
) -> Response[bytes]:
    """A feed of a page, newest first, with its own address (`own` where it is not the request's) and its page's.

    `older` is the address of the part that follows (RFC 5005), None on the last.
    """
    here = address_of(request)
    own = here + (own or request.url.path + (f"?{request.url.query}" if request.url.query else ""))
    root = Element("feed", xmlns=NAMESPACE)
    _add(root, "title", title)
    _add(root, "id", own)
    _add(root, "updated", iso(max((entry.at for entry in entries), default=0)))
    SubElement(root, "link", rel="self", type=ATOM, href=own)
    SubElement(root, "link", rel="alternate", type="text/html", href=here + page)
    if older is not None:
        SubElement(root, "link", rel="next", type=ATOM, href=here + older)
    _add(SubElement(root, "author"), "name", title)
    for entry in entries:
        _add_entry(root, entry, here)
    body = tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, media_type=f"{ATOM}; charset=utf-8", headers={"Cache-Control": "no-cache", "Vary": VARY})


def _add_entry(root: Element, entry: FeedEntry, here: str) -> None:
    item = SubElement(root, "entry")
    if entry.language:
        item.set("xml:lang", entry.language)
    _add(item, "title", entry.title)
    _add(item, "id", here + (entry.lasting or entry.path))
    _add(item, "updated", iso(entry.at))
    if entry.published is not None:
        _add(item, "published", iso(entry.published))
    if entry.author is not None:
        author = SubElement(item, "author")
        _add(author, "name", entry.author.name)
        _add(author, "uri", here + entry.author.path)
    SubElement(item, "link", rel="alternate", type="text/html", href=here + entry.path)
    for tag in entry.tags:
        SubElement(item, "category", term=_NO_XML.sub("", tag))
    if entry.html:
        _add(item, "content", entry.html)
        item[-1].set("type", "html")
    else:
        _add(item, "content", entry.text)


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _NO_XML.sub("", text)
