"""A town for the tests of archives."""

from tests.cases.conftest import town

__all__ = ["town"]
