"""V1: the roll of a vote, rebuilt from the register."""

from collections.abc import Iterator

from governance.members import Member, Place
from governance.state import State
from ledger.merkle import Edge, hash_leaf


class Rolls:
    """Rebuilds rolls; one that is asked for again, with nobody gone meanwhile, is remembered."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], tuple[int, str]] = {}

    def rebuild(self, state: State, edge: int, closures: int) -> tuple[int, str]:
        """Size and root (hex) of the roll: the first `edge` places less whose account is closed now."""
        key = (edge, closures)
        if key not in self._known:
            roll = Edge().extend(hash_leaf(f"m:{number}".encode()) for number in members_of(state, edge))
            self._known = {key: (roll.size, roll.root().hex())}
        return self._known[key]


def members_of(state: State, edge: int) -> Iterator[int]:
    """The members of the first `edge` places whose accounts are open, in the order of the register."""
    for number in range(edge):
        place = state[Place, number]
        member = None if place is None else state[Member, place.member]
        if place is not None and member is not None and not member.closed:
            yield place.member
