"""The square that is served, its people, and programs that bear a token."""

from tests.api.conftest import PASSWORD, client, member, program, site, visitor

__all__ = ["PASSWORD", "client", "member", "program", "site", "visitor"]
