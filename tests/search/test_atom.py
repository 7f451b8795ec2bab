"""Feeds of posts, read as strictly as RFC 4287 has it."""

from collections.abc import Mapping
from datetime import datetime
from xml.etree import ElementTree

import pytest

from app.square import Square
from app.writing import Words, write_post
from tests.speech.world import ON_SQLITE, Programs, account_of, restrict, say
from tests.web.client import Program
from tests.web.serving import Site

ATOM = "{http://www.w3.org/2005/Atom}"
ONCE = ("id", "title", "updated")
KNOWN = {*ONCE, "author", "category", "content", "link", "published", "entry"}


def read_feed(client: Program, path: str, headers: Mapping[str, str] | None = None) -> ElementTree.Element:
    """A feed that keeps RFC 4287: what must be there once is there once, dates are dates, names are absolute."""
    answer = client.http.get(path, headers=headers or {})
    assert (200, "application/atom+xml; charset=utf-8") == (answer.status_code, answer.headers["content-type"])
    feed = ElementTree.fromstring(answer.content)
    assert f"{ATOM}feed" == feed.tag
    assert feed.findtext(f"{ATOM}author/{ATOM}name"), "entries without an author have the feed's"
    ids = [check_element(element) for element in (feed, *feed.findall(f"{ATOM}entry"))]
    assert len(ids) == len(set(ids))
    (own,) = [link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    again = ElementTree.fromstring(client.http.get(str(own.get("href"))).content)
    assert [one.tag for one in feed] == [one.tag for one in again]
    return feed


def check_element(element: ElementTree.Element) -> str:
    """What holds for a feed and for each entry (RFC 4287 §4.1.1, §4.1.2); its id."""
    for name in ONCE:
        assert 1 == len(element.findall(ATOM + name)), name
    assert {child.tag.removeprefix(ATOM) for child in element} <= KNOWN
    for date in (*element.findall(f"{ATOM}updated"), *element.findall(f"{ATOM}published")):
        assert date.text is not None
        assert date.text.endswith("Z")
        datetime.fromisoformat(date.text)
    assert element.find(f"{ATOM}link[@rel='alternate'][@type='text/html']") is not None
    assert all(str(link.get("href")).startswith("http://") for link in element.findall(f"{ATOM}link"))
    id_ = element.findtext(f"{ATOM}id")
    assert id_ is not None
    assert id_.startswith("http://")
    return id_


def told(feed: ElementTree.Element) -> list[str]:
    """The words of its entries."""
    return [str(entry.findtext(f"{ATOM}content")) for entry in feed.findall(f"{ATOM}entry")]


@pytest.mark.parametrize("path", ["/@ann.atom", "/tags/birds.atom", "/local.atom"])
def test_a_feed_tells_what_everybody_may_read(site: Site, program: Programs, path: str) -> None:
    """Public posts, safe HTML with whole addresses; nothing that is folded, warned of or for few, and no boost."""
    ann, visitor = program("ann"), program("")
    account = account_of(ann)
    said = say(ann, "A *heron* & <b>mud</b> \x0b #birds @ann", topic="Birds & mud", language="en")
    folded, warned = say(ann, "folded #birds"), say(ann, "warned #birds")

    async def write(square: Square) -> None:
        for visibility in ("unlisted", "followers", "mentioned"):
            words = Words(f"{visibility} #birds", "en", visibility=visibility)
            await write_post(square, account, None, words)
        await write_post(square, account, None, Words("hidden words #birds", "en", warning="Careful"))
        await restrict(square, "fold", post=folded.number)
        await restrict(square, "interstitial", post=warned.number, case=600)

    site.run(write)
    feed = read_feed(visitor, path)
    careful, heron = told(feed)
    assert "Careful" == careful
    assert "<p>A <em>heron</em> &amp; &lt;b&gt;mud&lt;/b&gt;" in heron
    assert f'href="{site.url}/tags/birds"' in heron
    entry = feed.findall(f"{ATOM}entry")[1]
    assert ("Birds & mud", f"{site.url}/posts/{said.id}") == (
        entry.findtext(f"{ATOM}title"),
        entry.findtext(f"{ATOM}id"),
    )
    assert "birds" == entry.findall(f"{ATOM}category")[0].get("term")
    assert f"{site.url}{said.url}" == entry.findall(f"{ATOM}link")[0].get("href")
    by_accept = read_feed(visitor, path.removesuffix(".atom"), {"Accept": "application/atom+xml"})
    assert told(feed) == told(by_accept)
    assert told(feed) == told(read_feed(ann, path))


@ON_SQLITE
def test_a_feed_goes_on(program: Programs) -> None:
    """The link to what is older leads through all of it, each entry once."""
    ann = program("ann")
    for number in range(43):
        say(ann, f"number {number}")
    path, words = "/@ann.atom", list[str]()
    while path:
        feed = read_feed(ann, path)
        words += told(feed)
        older = feed.find(f"{ATOM}link[@rel='next']")
        path = str(older.get("href")) if older is not None else ""
    assert [f"<p>number {number}</p>\n" for number in reversed(range(43))] == words


@ON_SQLITE
def test_no_feed_is_where_no_page_is(program: Programs) -> None:
    """Nobody's handle, no hashtag, no cursor: 404. Pages of law have their feeds by Accept as well."""
    reader = program("")
    for path in ("/@nobody.atom", "/tags/1.atom", "/@.atom", "/tags/.atom", "/local.atom?before=x"):
        assert 404 == reader.get(path).status_code, path
    for path in ("/modlog", "/rules"):
        read_feed(reader, path, {"Accept": "application/atom+xml"})
