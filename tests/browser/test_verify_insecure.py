"""Where browsers keep WebCrypto back, over plain http and under a name that is not this machine's, the pages say so."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import QUIET
from tests.browser.demonstration import Demonstration
from tests.browser.people import Person
from tests.browser.test_pages import examine
from tests.servers import chromium

NAME = "http://square.example"
WORDS = "This browser cannot verify here."


@pytest.fixture(scope="module")
def far_away(demonstration: Demonstration) -> Iterator[Browser]:
    """A browser for which the demonstration is on another machine."""
    rules = f"--host-resolver-rules=MAP square.example 127.0.0.1:{urlsplit(demonstration.url).port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*QUIET, rules])
        yield browser
        browser.close()


def test_over_plain_http_the_page_says_so(far_away: Browser) -> None:
    """No button, but words that name https and the command; nobody is kept out."""
    with Person(far_away, NAME, "en", script=True) as reader:
        reader.opens("/ledger/1")
        assert not reader.page.evaluate("isSecureContext")
        forgive(reader)
        assert 0 == reader.page.get_by_role("button", name="Verify in this browser").count()
        assert WORDS in reader.text and "https" in reader.text and "isegoria verify" in reader.text
        examine(reader, "entry-insecure", keep=True)


def test_the_page_to_be_saved_says_so_as_well(far_away: Browser) -> None:
    """And can still be saved, to be opened where it works."""
    with Person(far_away, NAME, "ar", script=True) as reader:
        reader.opens("/verify")
        assert reader.page.get_by_text(reader.said(WORDS)).is_visible()
        assert not reader.page.locator("form").is_visible()
        assert reader.page.get_by_role("link", name=reader.said("Save this page")).is_visible()
        forgive(reader)


def forgive(reader: Person) -> None:
    """Over http the browser complains of a header that it only keeps over https."""
    reader.faults[:] = [fault for fault in reader.faults if "Cross-Origin-Opener-Policy" not in fault]
