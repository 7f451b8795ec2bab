"""Fixtures for tests over HTTP: a square that is served, and people who use it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from app.config import Config
from tests.web.client import Browser, Program
from tests.web.serving import Site

PASSWORD = "nine herons over the harbour"


@pytest.fixture
def site(migrated: Config) -> Iterator[Site]:
    """A square that is served, on each of the two databases in turn; on one alone with the mark `ON_SQLITE`."""
    served = Site(migrated)
    yield served
    served.close()


@pytest.fixture
def visitor(site: Site) -> Iterator[Callable[[], Browser]]:
    """Makes browsers of people who are not signed in."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(Browser(site.url))


@pytest.fixture
def member(visitor: Callable[[], Browser]) -> Callable[[str], Browser]:
    """Makes browsers of people who have signed up by a handle, as people do it."""

    def join(handle: str) -> Browser:
        browser = visitor()
        page = browser.submit("/join", {"handle": handle, "password": PASSWORD, "age": "on"}, at="/join")
        assert page.status != 422, page.text
        return browser

    return join


@pytest.fixture
def program(site: Site) -> Iterator[Callable[[str], Program]]:
    """Makes programs that have signed up by a handle, or not at all for ""."""
    with ExitStack() as stack:

        def start(handle: str = "") -> Program:
            made = Program(site.url)
            stack.callback(made.close)
            if handle:
                answer = made.post("/join", {"handle": handle, "password": PASSWORD, "age": True})
                assert answer.status_code == 201, answer.text
            return made

        yield start
