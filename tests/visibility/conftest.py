"""The square that is served, and programs that bear a token."""

from tests.api.conftest import client
from tests.web.conftest import PASSWORD, member, program, site, visitor

__all__ = ["PASSWORD", "client", "member", "program", "site", "visitor"]
