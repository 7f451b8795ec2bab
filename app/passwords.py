"""Passwords: argon2id in threads, in a way that cannot be used to exhaust the machine."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from secrets import token_hex

from argon2 import PasswordHasher, Type
from argon2.exceptions import VerifyMismatchError

from app.batch import Overloaded

TIME_COST = 2
MEMORY_COST = 19 * 1024
"""KiB for each password that is hashed, as OWASP asks of argon2id."""

AT_ONCE = 2
WAITING = 8
SHORTEST = 15
LONGEST = 256
_OFTEN = re.compile(
    "password|passwort|passw0rd|letmein|welcome|qwerty(uiop)?|qwertz(uiop)?|asdfgh(jkl)?|zxcvbnm|iloveyou|"
    "administrator|admin|monkey|dragon|football|baseball|superman|batman|sunshine|princess|master|shadow|trustno|"
    "whatever|starwars|abc|iseg[o0]ria|correcthorsebatterystaple|thequickbrownfox|jumpsoverthelazydog|changeme|"
    "default|secret|login|hello|user|test|0*123456789|12345678|1234567|123456|12345|1234|123"
)
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm")
LEAST_OWN = 5


class Passwords:
    """Hashes and verifies, two at once; eight more may wait, who comes then gets `Overloaded`."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_COST, parallelism=1, type=Type.ID)
        self._nobody = self._hasher.hash(token_hex())
        self._free = asyncio.Semaphore(AT_ONCE)
        self._in_hand = 0

    async def hash(self, password: str) -> str:
        """The PHC string of a new password."""
        async with self._turn():
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, phc: str | None, password: str) -> bool:
        """Whether it is the password; takes as long where nobody has that name (`phc` is None)."""
        async with self._turn():
            right = await asyncio.to_thread(self._verify, self._nobody if phc is None else phc, password)
        return right and phc is not None

    def _verify(self, phc: str, password: str) -> bool:
        try:
            return self._hasher.verify(phc, password)
        except VerifyMismatchError:
            return False

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._in_hand == AT_ONCE + WAITING:
            raise Overloaded("too many people are signing in at this moment", retry_after=1)
        self._in_hand += 1
        try:
            async with self._free:
                yield
        finally:
            self._in_hand -= 1


def is_common(password: str) -> bool:
    """Whether it is among the first that anybody would try: a pattern, a row of keys, or well-known words in a row."""
    plain = password.casefold()
    if any(plain == (plain[:period] * len(plain))[: len(plain)] for period in range(1, 7)):
        return True
    if any(plain in row * 20 or plain in row[::-1] * 20 for row in _ROWS):
        return True
    return len(re.sub(r"[\W\d_]", "", _OFTEN.sub("", plain))) < LEAST_OWN and _OFTEN.search(plain) is not None


def contains_handle(password: str, handle: str) -> bool:
    """Whether it gives itself away by the name beside it."""
    return len(handle) > 3 and handle.casefold() in password.casefold()
