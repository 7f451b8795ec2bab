"""The square that is served, and its people: the same fixtures as for the rest of the web."""

from tests.web.conftest import member, program, site, visitor

__all__ = ["member", "program", "site", "visitor"]
