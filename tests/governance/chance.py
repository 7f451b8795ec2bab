"""What a random person may lay their hands on, and how their act is tried: as it is, or with something changed."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec
from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from governance.entry import AnyAct, Entry, encode, type_of
from governance.errors import Refused
from governance.state import Value
from ledger.errors import Malformed
from tests.governance.making import Post
from tests.governance.model import Model
from tests.governance.twin import Twin
from tests.governance.world import MEMBERS, MODERATORS, STEWARD

T = TypeVar("T")
V = TypeVar("V", bound=Value)
NAMES = (*MEMBERS, *MODERATORS, STEWARD, "gus")
ODD = ("", "x", "clock", "reporter", "founding", "m:1", "m:999", "g:5", "fold", "charter", "restrict", "none", "30d")


class Chance(RuleBasedStateMachine):
    """A square, and the model that watches it."""

    def __init__(self) -> None:
        super().__init__()
        self.world = Twin.peopled()
        self.world.visits("gus")
        self.world.registers(*(name for name in NAMES if name != "gus"))
        self.model = Model()
        for index, entry in enumerate(self.world.entries):
            self.model.accept(entry, index)
        self.posts: list[Post] = [self.world.post(author) for author in ("ann", "mia", "gus")]

    def _does(self, who: str, act: AnyAct) -> int:
        index = self.world.does(who, act)
        self.model.accept(self.world.entries[-1], index)
        return index

    def _tries(self, data: st.DataObject, who: str, act: AnyAct) -> int | None:
        """As it is, or with something of it changed."""
        if not data.draw(st.integers(0, 4)):
            who, act = self._changed(data, who, act)
        answer = self.world.tries(who, act)
        if isinstance(answer, Refused):
            event(f"refused: {answer.clause}")
            return None
        event(f"accepted: {type_of(act)}")
        self.model.accept(self.world.entries[-1], answer)
        return answer

    def _changed(self, data: st.DataObject, who: str, act: AnyAct) -> tuple[str, AnyAct]:
        plain = msgspec.to_builtins(act)
        field = self._of(data, ["who", *plain])
        size, now = len(self.world.entries), self.world.now
        numbers = st.sampled_from([0, 1, 2, size - 1, size, now - 1, now, now + 1]) | st.integers(0, size)
        value = data.draw(st.sampled_from([*NAMES, *ODD]) | numbers | st.booleans())
        if field == "who":
            return (value if value in (*NAMES, "clock", "reporter", "founding", "m:999") else "clock"), act
        try:
            changed = msgspec.convert(plain | {field: value}, type(act))
            encode(Entry(changed, now, "clock"))
        except (msgspec.ValidationError, Malformed):
            return who, act
        return who, changed

    def _maybe(self, data: st.DataObject) -> bool:
        return self._of(data, (True, False))

    def _of(self, data: st.DataObject, some: Sequence[T]) -> T:
        return data.draw(st.sampled_from(some))

    def _all(self, noun: type[V]) -> dict[int, V]:
        found = ((key[1], value) for key, value in self.world.state.items() if isinstance(value, noun))
        return {index if isinstance(index, int) else place: value for place, (index, value) in enumerate(found)}
