"""A square that asks the law twice: as an auditor does, and loading what is asked for as the door does."""

import msgspec

from governance.entry import AnyAct, Entry, decode, encode
from governance.errors import Refused
from governance.law import apply, check, replay
from governance.reads import reads
from governance.state import Changes, Key, LoadedState, State, Unread, Value
from tests.governance.charters import the_charter
from tests.governance.world import World

MOST_LOADS = 60
"""More waves of loading than any act needs: a bisection reads a place for each doubling of the register."""


class Twin(World):
    """A World whose every act is asked of both, and which holds both to the same answer.

    `table` is the database: each value as the bytes that a row would hold. `loaded` is kept from act to act, as the
    door keeps it from commit to commit, until `forget`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.table: dict[Key, bytes] = {}
        self.loaded = LoadedState()

    def forget(self) -> None:
        """Another process takes over, which has loaded nothing."""
        self.loaded = LoadedState()

    def does(self, who: str, act: AnyAct) -> int:
        """The act is lawful for both."""
        answer = self.tries(who, act)
        if isinstance(answer, Refused):
            raise answer
        return answer

    def tries(self, who: str, act: AnyAct) -> int | Refused:
        """The index of the entry, or the refusal: the same from both, and nothing is changed by asking."""
        entry, index = Entry(act, self.now, self.by(who)), len(self.entries)
        leaf = encode(entry)
        assert entry == decode(leaf)
        before = dict(self.state)
        answer, lazily = _ask(self.state, entry, index), self._ask_lazily(entry, index)
        assert before == self.state, "check and apply mutate nothing"
        if isinstance(answer, Refused):
            assert isinstance(lazily, Refused), f"{act} is refused by {answer} and accepted by the service"
            assert (answer.clause, answer.why) == (lazily.clause, lazily.why)
            assert the_charter().clauses[answer.clause].enforced
            return answer
        assert answer == lazily
        self.state.update(answer)
        self.loaded.update(answer)
        self.table |= {key: msgspec.json.encode(value) for key, value in answer.items()}
        self._write(entry, leaf)
        return index

    def _ask_lazily(self, entry: Entry, index: int) -> Changes | Refused:
        self._load(frozenset(reads(entry.act, entry.by)))
        for _ in range(MOST_LOADS):
            try:
                return _ask(self.loaded, entry, index)
            except Unread as unread:
                self._load(unread.keys)
        raise AssertionError(f"{entry.act} reads without end")

    def _load(self, keys: frozenset[Key]) -> None:
        for key in keys:
            if key in self.table:
                self.loaded.setdefault(key, msgspec.json.decode(self.table[key], type=key[0]))
            else:
                self.loaded.absent.add(key)

    def replayed(self) -> dict[Key, Value]:
        """The values that an auditor has who read nothing but the leaves."""
        state = State()
        for _ in replay((decode(leaf) for leaf in self.leaves), state):
            pass
        return dict(state.items())


def _ask(state: State, entry: Entry, index: int) -> Changes | Refused:
    try:
        check(state, entry)
        return apply(state, entry, index)
    except Refused as refusal:
        return refusal
