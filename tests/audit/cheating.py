"""A square whose keeper cheats: entries that the law refuses, written all the same."""

from contextlib import suppress

import pytest

from governance.commitment import Opening
from governance.entry import AnyAct, Entry, encode
from governance.errors import Refused
from governance.law import apply, check
from tests.governance.making import hashes_of
from tests.governance.world import World


class CheatingWorld(World):
    """A world that can also write what is not lawful."""

    def cheats(self, who: str, act: AnyAct, clause: str) -> int:
        """Write an entry that the law refuses by this clause; its effects stand if they can."""
        entry, index = Entry(act, self.now, self.by(who)), len(self.entries)
        with pytest.raises(Refused) as caught:
            check(self.state, entry)
        assert clause == caught.value.clause, caught.value
        with suppress(Refused):
            self.state.update(apply(self.state, entry, index))
        self.entries.append(entry)
        self.leaves.append(encode(entry))
        self.openings += [(index, self.kept[made]) for made in hashes_of(act) if made in self.kept]
        return index

    def says_otherwise(self, entry: int, field: str, value: str) -> None:
        """Show another text than the one that an entry committed to."""
        self.openings = [
            (at, Opening(opening.field, opening.salt, value) if (at, opening.field) == (entry, field) else opening)
            for at, opening in self.openings
        ]

    def hides(self, entry: int, field: str) -> None:
        """Do not show a text."""
        self.openings = [(at, opening) for at, opening in self.openings if (at, opening.field) != (entry, field)]
