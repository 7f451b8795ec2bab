"""What a program may do: the scopes of the client API."""

from collections.abc import Iterable
from typing import Final

_READ: Final = (
    *("accounts", "blocks", "bookmarks", "conversations", "favourites", "filters"),
    *("follows", "lists", "mutes", "notifications", "search", "statuses"),
)
_WRITE: Final = (
    *("accounts", "blocks", "bookmarks", "conversations", "favourites", "filters"),
    *("follows", "lists", "media", "mutes", "notifications", "reports", "statuses"),
)
FOLLOW: Final = frozenset({"blocks", "follows", "mutes"})
SCOPES: Final = (
    *("read", *(f"read:{part}" for part in _READ)),
    *("write", *(f"write:{part}" for part in _WRITE)),
    *("follow", "push", "profile"),
)
"""Every scope, each kind before its parts."""


def covers(granted: Iterable[str], wanted: str) -> bool:
    """Whether scopes allow what is wanted: `read` stands for each `read:…`, `follow` for blocks and mutes too."""
    kind, _, part = wanted.partition(":")
    held = frozenset(granted)
    return wanted in held or kind in held or ("follow" in held and part in FOLLOW)


def scopes_in(text: str) -> tuple[str, ...]:
    """The scopes that a text lists, each once, in their usual order; what is none of ours comes last."""
    asked = dict.fromkeys(text.split())
    return (*(scope for scope in SCOPES if scope in asked), *(scope for scope in asked if scope not in SCOPES))
