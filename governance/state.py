"""State: what the entries add up to, a mapping from keys to immutable values.

A key is a noun and an identifier, `(Case, 1042)`. The auditor's State answers an absent key with None; the
service's raises `Unread` for keys that it has not loaded yet, the door loads them and asks again.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

Id = int | str
Value = Struct
Key = tuple[type[Value], Id]
Changes = dict[Key, Value]
"""What `apply` returns: new values by key; the old ones are not touched."""

V = TypeVar("V", bound=Struct)


class Unread(Exception):
    """The law asked for `keys` that are not loaded."""

    def __init__(self, keys: frozenset[Key]) -> None:
        super().__init__(f"{len(keys)} keys are not loaded")
        self.keys = keys


class State(dict[Key, Value]):
    """All values of a square, by key; an absent key's is None."""

    if TYPE_CHECKING:
        # What stands under a key is of the key's own type: `apply` puts it there, the store loads it by it.
        def __getitem__(self, key: tuple[type[V], Id]) -> V | None: ...  # type: ignore[override]

    def __missing__(self, key: Key) -> None:
        return None

    def need(self, keys: Iterable[Key]) -> None:
        """Say at once what is going to be read, so that one load answers it."""


class LoadedState(State):
    """The service's State: it holds what was loaded; the keys that the database has no value for are `absent`."""

    def __init__(self) -> None:
        super().__init__()
        self.absent: set[Key] = set()

    def __missing__(self, key: Key) -> None:
        if key not in self.absent:
            raise Unread(frozenset((key,)))

    def need(self, keys: Iterable[Key]) -> None:
        missing = frozenset(key for key in keys if key not in self and key not in self.absent)
        if missing:
            raise Unread(missing)
