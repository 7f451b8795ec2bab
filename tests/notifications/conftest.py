"""The square that is served, its people, and programs that bear a token."""

from tests.api.conftest import client
from tests.web.conftest import member, program, site, visitor

__all__ = ["client", "member", "program", "site", "visitor"]
