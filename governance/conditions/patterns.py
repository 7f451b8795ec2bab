"""Members' patterns: RE2, which takes time in proportion to the text whatever the pattern is."""

from functools import lru_cache

import re2

MEMORY = 4 << 20
"""Bytes that RE2 may take for what it has seen of a pattern; beyond that it forgets, and is slower."""

MOST_STEPS = 1_000
"""Instructions of a pattern's program: one that has more is refused, for it could be slow on a text made for it."""


class BadPattern(Exception):
    """RE2 refuses a pattern; the text says why."""


class Pattern:
    """A pattern that RE2 has taken."""

    def __init__(self, pattern: str) -> None:
        options = re2.Options()
        options.log_errors = False
        options.max_mem = MEMORY
        options.never_capture = True
        try:
            self._compiled = re2.compile(pattern.encode(), options)
        except (re2.error, UnicodeError) as error:
            raise BadPattern(_told(error)) from error
        if self._compiled.programsize > MOST_STEPS:
            raise BadPattern(f"the pattern takes more than {MOST_STEPS} steps: repeat less of it")

    def is_in(self, text: str) -> bool:
        """Whether it matches somewhere in a text."""
        return self._compiled.search(text.encode(errors="replace")) is not None


@lru_cache(maxsize=32)
def compiled(pattern: str) -> Pattern:
    """The pattern; raises BadPattern."""
    return Pattern(pattern)


def _told(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said)
