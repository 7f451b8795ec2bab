"""A bounded shelf in memory for bytes that never change."""

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")


class Shelf(Generic[K]):
    """Bytes by name, at most `room` of them together; what was not asked for longest goes first.

    Only for what can never be other than it is: nothing here ever looks whether it still holds. Safe to share between
    threads.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._held: OrderedDict[K, bytes] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def find(self, name: K) -> bytes | None:
        """What lies under a name, None if it was never kept or had to go."""
        with self._lock:
            data = self._held.get(name)
            if data is not None:
                self._held.move_to_end(name)
            return data

    def keep(self, name: K, data: bytes) -> None:
        """Put bytes under a name, in place of what lay there; what is larger than the shelf is not kept."""
        with self._lock:
            self._size -= len(self._held.pop(name, b""))
            if len(data) > self._room:
                return
            self._held[name] = data
            self._size += len(data)
            while self._size > self._room:
                self._size -= len(self._held.popitem(last=False)[1])

    def clear(self) -> None:
        """Forget everything, as a new process would have."""
        with self._lock:
            self._held.clear()
            self._size = 0
