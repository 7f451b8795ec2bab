"""Files of the look: fetched once, all there, and few bytes for a first view."""

import gzip
import re
from collections.abc import Callable

from app.web.assets import assets
from tests.web.client import Browser
from tests.web.serving import ON_SQLITE, Site

Visitor = Callable[[], Browser]


def test_files_are_fetched_once(site: Site, visitor: Visitor) -> None:
    """A file's address tells its content: it is kept for ever, and 304 answers who has it."""
    browser = visitor()
    sheet = next(link["href"] for link in browser.open("/about").document.all("link") if "site." in link["href"])
    first = browser.http.get(sheet)
    assert "public, max-age=31536000, immutable" == first.headers["cache-control"]
    assert "gzip" == first.headers["content-encoding"]
    again = browser.http.get(sheet, headers={"If-None-Match": first.headers["etag"]})
    assert (304, b"") == (again.status_code, again.content)
    plain = browser.http.get(sheet, headers={"Accept-Encoding": "identity", "If-None-Match": '"other"'})
    assert (200, first.text) == (plain.status_code, plain.text)
    assert "no-cache" == browser.http.get("/static/sprite.svg").headers["cache-control"]


@ON_SQLITE
def test_every_file_that_a_page_names_is_there(site: Site, visitor: Visitor) -> None:
    """Sheets, icons, and the fonts that the sheets name."""
    browser = visitor()
    page = browser.open("/join")
    named = {link["href"] for link in page.document.all("link")} | {
        use["href"].split("#")[0] for use in page.document.all("use")
    }
    files = {name for name in named if name.startswith("/static/")}
    assert len(files) >= 3
    for file in sorted(files):
        answer = browser.http.get(file)
        assert 200 == answer.status_code, file
        for font in re.findall(r"url\(([^)]+woff2)\)", answer.text):
            assert 200 == browser.http.get(font).status_code, font
    symbols = set(re.findall(r'id="([a-z0-9-]+)"', browser.http.get("/static/sprite.svg").text))
    assert {use["href"].partition("#")[2] for use in page.document.all("use")} <= symbols


def test_the_first_view_is_small() -> None:
    """Sheets and icons together stay below 12 kB compressed; there is no script."""
    sizes = 0
    for name in ("tokens.css", "site.css", "sprite.svg"):
        found = assets.find(name)
        assert found is not None
        assert found[0].body == gzip.decompress(found[0].packed)
        sizes += len(found[0].packed)
    assert sizes < 12_000
