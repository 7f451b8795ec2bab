"""Fixtures for tests in a real browser: a demonstration, and Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.demonstration import Demonstration
from tests.browser.library import Library
from tests.servers import chromium

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """A demonstration in which nothing is done that others could trip over."""
    served = Demonstration(tmp_path_factory.mktemp("demonstration") / "home")
    yield served
    served.close()


# Not for the session: Playwright's loop runs in this thread, and no other test could run one beside it.
@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """A browser without a window."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def library(chrome: Browser) -> Iterator[Library]:
    """The verifier that runs in browsers, loaded once."""
    loaded = Library(chrome)
    yield loaded
    loaded.close()
