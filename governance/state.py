"""State: what the entries add up to, a mapping from keys to immutable values.

A key is a noun and an identifier, `(Case, 1042)`. The auditor's State answers an absent key with None; the
service's raises `Unread` for keys that it has not loaded yet, the door loads them and asks again.
"""

from collections.abc import Iterable, Mapping, MutableMapping
from typing import TypeVar

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


class State:
    """All values of a square, by key, over a dictionary."""

    def __init__(self, values: MutableMapping[Key, Value] | None = None) -> None:
        self.values: MutableMapping[Key, Value] = {} if values is None else values

    def __getitem__(self, key: tuple[type[V], Id]) -> V | None:
        value = self.values.get(key)
        assert value is None or isinstance(value, key[0])
        return value

    def need(self, keys: Iterable[Key]) -> None:
        """Say at once what is going to be read, so that one load answers it."""

    def update(self, changes: Mapping[Key, Value]) -> None:
        """Take over what an act changed."""
        self.values.update(changes)


class LoadedState(State):
    """The service's State: `values` holds what was loaded, None where the database has no such value."""

    def __init__(self) -> None:
        super().__init__()
        self.absent: set[Key] = set()

    def __getitem__(self, key: tuple[type[V], Id]) -> V | None:
        value = self.values.get(key)
        if value is None:
            if key not in self.absent:
                raise Unread(frozenset((key,)))
            return None
        assert isinstance(value, key[0])
        return value

    def need(self, keys: Iterable[Key]) -> None:
        missing = frozenset(key for key in keys if key not in self.values and key not in self.absent)
        if missing:
            raise Unread(missing)
