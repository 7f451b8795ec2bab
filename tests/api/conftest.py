"""The square that is served, its people, and programs that bear a token."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.api.client import Client
from tests.web.conftest import PASSWORD, member, program, site, visitor
from tests.web.serving import Site

__all__ = ["PASSWORD", "member", "program", "site", "visitor"]


@pytest.fixture
def client(site: Site) -> Iterator[Callable[..., Client]]:
    """Makes clients of people who are on the square by a handle, with all scopes or those named; "" is a visitor's."""
    with ExitStack() as stack:

        def start(handle: str = "", scopes: str = "read write follow push") -> Client:
            made = Client(site, handle, scopes)
            stack.callback(made.close)
            return made

        yield start
