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


class FeedEntry(Struct, frozen=True):
    """An entry of a feed: `path` is the page that it leads to, and its name for ever; `at` is Unix ms."""

    path: str
    title: str
    text: str
    at: int


def address_of(request: PageRequest) -> str:
    """Where this square is reached, without a slash at the end."""
    return (square_of(request).config.public_url or str(request.base_url)).rstrip("/")


def feed(request: PageRequest, title: str, page: str, entries: Sequence[FeedEntry]) -> Response[bytes]:
    """A feed of a page, newest first, with its own address and its page's."""
    here = address_of(request)
    own = here + request.url.path + (f"?{request.url.query}" if request.url.query else "")
    root = Element("feed", xmlns=NAMESPACE)
    _add(root, "title", title)
    _add(root, "id", own)
    _add(root, "updated", iso(max((entry.at for entry in entries), default=0)))
    SubElement(root, "link", rel="self", type=ATOM, href=own)
    SubElement(root, "link", rel="alternate", type="text/html", href=here + page)
    _add(SubElement(root, "author"), "name", title)
    for entry in entries:
        item = SubElement(root, "entry")
        _add(item, "title", entry.title)
        _add(item, "id", here + entry.path)
        _add(item, "updated", iso(entry.at))
        SubElement(item, "link", rel="alternate", type="text/html", href=here + entry.path)
        _add(item, "content", entry.text)
    body = tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, media_type=f"{ATOM}; charset=utf-8", headers={"Cache-Control": "no-cache", "Vary": VARY})


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _NO_XML.sub("", text)
