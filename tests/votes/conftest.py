"""The square that is served, and the town that lives on it."""

from collections.abc import Iterator

import pytest

from tests.votes.town import Town
from tests.web.conftest import site
from tests.web.serving import Site

__all__ = ["site"]


@pytest.fixture
def town(site: Site) -> Iterator[Town]:
    """Eight members who may vote, on each of the two databases in turn."""
    settled = Town.settled(site)
    yield settled
    settled.close()
