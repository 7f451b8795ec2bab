"""A town for the tests of cases, on each of the two databases in turn."""

from collections.abc import Iterator

import pytest

from app.config import Config
from tests.cases.town import Town
from tests.web.serving import Site


@pytest.fixture
def town(config: Config) -> Iterator[Town]:
    """A square that is served; whatever was done in it, its ledger is audited at the end."""
    site = Site(config)
    town = Town(site)
    yield town
    town.audit()
    town.close()
    site.close()
