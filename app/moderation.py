"""What all acts on a case share: texts bound by fresh salts, and the law asked before anything is done."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from app.store.accounts import Account
from app.store.engines import Tx
from app.store.governed import load
from governance.commitment import SALT_SIZE, Opening
from governance.entry import AnyAct, Entry
from governance.errors import Refused
from governance.law import apply, check
from governance.reads import reads
from governance.state import Changes, Key, LoadedState, State, Unread

T = TypeVar("T")

Asked = tuple[AnyAct, str]
"""An act, and by whom it would be done."""


def bind(field: str, text: str) -> Opening:
    """The opening of a new commitment to a text, with a salt that nobody else has."""
    return Opening(field, secrets.token_bytes(SALT_SIZE), text)


def number_of(account: Account) -> str:
    """The number that an account acts under. Raises Refused [member-1] before it is admitted."""
    if account.member is None:
        raise Refused("member-1", "you are not in the register yet: newcomers enter it together")
    return account.member


class Foresight:
    """What the law would say to acts now, asked on a snapshot; nothing is recorded.

    A page asks it which forms to show. It is no promise: the door asks the law again.
    """

    def __init__(self, tx: Tx, at: int) -> None:
        self._tx = tx
        self._at = at
        self._state = LoadedState()

    async def refusals(self, asked: Sequence[Asked]) -> list[Refused | None]:
        """For each act why it would be refused, None where it would stand; what most of them read is loaded at once."""
        await self._load({key for act, by in asked for key in reads(act, by)})
        return [await self._refusal(act, by) for act, by in asked]

    async def ask(self, question: Callable[[State], T]) -> T:
        """The answer of the law to any question that it can compute from the State; raises what the question does."""
        while True:
            try:
                return question(self._state)
            except Unread as unread:
                await self._load(unread.keys)

    async def suppose(self, act: AnyAct, by: str, index: int) -> None:
        """Go on as if this act were entry `index`. Raises Refused."""
        entry = Entry(act, self._at, by)

        def changes(state: State) -> Changes:
            check(state, entry)
            return apply(state, entry, index)

        self._state.update(await self.ask(changes))

    async def _refusal(self, act: AnyAct, by: str) -> Refused | None:
        entry = Entry(act, self._at, by)
        try:
            await self.ask(lambda state: check(state, entry))
        except Refused as refusal:
            return refusal
        return None

    async def _load(self, keys: Iterable[Key]) -> None:
        missing = [key for key in keys if key not in self._state and key not in self._state.absent]
        found = await load(self._tx, missing)
        self._state.update(found)
        self._state.absent.update(key for key in missing if key not in found)
