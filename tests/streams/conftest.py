"""The square that is served, its people, and programs that bear a token."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.api.conftest import client
from tests.streams.town import Town
from tests.web.conftest import member, program, site, visitor
from tests.web.serving import Site

__all__ = ["client", "member", "program", "site", "visitor"]


@pytest.fixture
def town(site: Site) -> Iterator[Town]:
    """A square that is served; who listens there hangs up at the end."""
    with ExitStack() as stack:
        yield Town(site, stack)
