"""Every link of the demonstration, followed by everybody: each leads somewhere, and to the place that it names."""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest

from tests.browser.demonstration import Demonstration
from tests.browser.places import program_asking
from tests.web.client import Browser, Page

HTML: Final = "text/html"
SVG: Final = "image/svg+xml"


@pytest.mark.parametrize("who", ["", "ruth", "omar", "steward"])
def test_no_link_is_dead(demonstration: Demonstration, who: str) -> None:
    """From the first page on: nothing answers 4xx or 5xx, and each fragment is on its page."""
    with Browser(demonstration.url) as browser:
        if who:
            filling = {"handle": who, "password": demonstration.passwords[who]}
            browser.submit("/sign-in", filling, at="/sign-in")
        # Programs lead people to this page, and no page of the square does.
        with demonstration.program("lina") as program:
            asked = f"/oauth/authorize?{program_asking(program)}"
        dead, pages = _crawl(browser, ("/", asked))
    assert not dead, "\n".join(dead)
    # The demonstration has more pages than this, so the crawler has seen the square.
    assert pages > 150


def _crawl(browser: Browser, beginnings: Sequence[str]) -> tuple[list[str], int]:
    """What is dead, each with the page that it stands on, and how many pages were seen."""
    seen: dict[str, frozenset[str] | None] = {}
    wanted: list[tuple[str, str, str]] = []
    dead: list[str] = []
    waiting = deque([(path, "the beginning") for path in beginnings])
    while waiting:
        path, source = waiting.popleft()
        if path in seen:
            continue
        page = browser.open(path)
        seen[path] = _names(page)
        if page.status >= 400:
            dead.append(f"{path} answers {page.status}, linked from {source}")
        elif page.response.headers["content-type"].startswith(HTML):
            for target in _targets(page):
                there, fragment = urldefrag(target)
                waiting.append((there, path))
                if fragment:
                    wanted.append((there, fragment, path))
    for there, fragment, source in wanted:
        names = seen[there]
        if names is not None and fragment not in names:
            dead.append(f"{there} has no #{fragment}, linked from {source}")
    return sorted(set(dead)), sum(names is not None for names in seen.values())


def _names(page: Page) -> frozenset[str] | None:
    """What a fragment can name on a page; None where nothing can be named."""
    if not page.response.headers["content-type"].startswith((HTML, SVG)):
        return None
    return frozenset(element["id"] for element in page.document.all() if element["id"])


def _targets(page: Page) -> Iterator[str]:
    """Where a page leads on this square, as paths with their queries and fragments."""
    here = str(page.response.url)
    for element in page.document.all("a", "link", "use", "img", "form"):
        if element.tag == "form" and element["method"].lower() == "post":
            continue
        target = urljoin(here, element["href"] or element["src"] or element["action"])
        parts = urlsplit(target)
        if parts.netloc == urlsplit(here).netloc and parts.scheme == "http":
            yield parts._replace(scheme="", netloc="").geturl()
