"""Identifiers of posts and accounts: 63 bits, `(Unix ms << 16) | node << 11 | sequence`."""

from secrets import randbelow
from threading import Lock

DAY = 86_400_000
SEQUENCE_BITS = 11
NODE_BITS = 5
TIME_SHIFT = SEQUENCE_BITS + NODE_BITS


class PostIds:
    """Makes post ids that only rise within this process; `node` in [0, 32) keeps processes apart."""

    def __init__(self, node: int = 0) -> None:
        assert 0 <= node < 1 << NODE_BITS
        self._node = node << SEQUENCE_BITS
        self._last = 0
        self._sequence = 0
        self._lock = Lock()

    def next(self, now: int) -> int:
        """The next id at `now` (Unix ms), or a little later where 2,048 were made in this millisecond."""
        with self._lock:
            if now > self._last:
                self._last, self._sequence = now, 0
            else:
                self._sequence += 1
                if self._sequence == 1 << SEQUENCE_BITS:
                    self._last, self._sequence = self._last + 1, 0
            return self._last << TIME_SHIFT | self._node | self._sequence


def time_of(identifier: int) -> int:
    """The Unix ms in an id; of an account's id only the day means anything."""
    return identifier >> TIME_SHIFT


def day_of(now: int) -> int:
    """Unix ms at which the day of `now` began (UTC)."""
    return now - now % DAY


def account_id(now: int) -> int:
    """A new account's id, which tells the day and nothing more: the rest of its 63 bits is chance."""
    return (day_of(now) << TIME_SHIFT) + randbelow(DAY << TIME_SHIFT)
