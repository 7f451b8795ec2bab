"""The square that is served, and its people: the same fixtures as for the rest of the web."""

from tests.api.conftest import client, member, program, site, visitor

__all__ = ["client", "member", "program", "site", "visitor"]
