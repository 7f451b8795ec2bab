"""A clock that jumps."""

from app.clock import SetClock
from app.running import LEASE, Lease
from app.steadiness import JUMP, STEADY, Steadiness
from app.store.engines import Database

HOUR = 3_600_000


class _Machine:
    """A machine with a clock that can be set, and a running time that cannot."""

    def __init__(self) -> None:
        self.clock = SetClock(10 * HOUR)
        self.ran = 5
        self.steadiness = Steadiness(self.clock, lambda: self.ran)

    def passes(self, milliseconds: int) -> str:
        """Time passes; returns what a look then finds."""
        self.clock.advance(milliseconds)
        self.ran += milliseconds
        return self.steadiness.look()


def test_a_steady_clock() -> None:
    """Time passes, however long between two looks; a little too fast or too slow is followed."""
    machine = _Machine()
    assert "" == machine.passes(HOUR)
    for step in (JUMP, JUMP, -JUMP, -JUMP, -JUMP):
        machine.clock.advance(step)
        assert "" == machine.passes(1_000)


def test_a_jump_and_back() -> None:
    """Either way is told, with how far, until the clock is set back."""
    for jump, words in ((JUMP + 1, "2.0 s forwards"), (-HOUR, "3600.0 s backwards")):
        machine = _Machine()
        machine.clock.advance(jump)
        assert f"the clock of this machine jumped {words}: this process signs" in machine.passes(1_000)
        assert words in machine.passes(STEADY - 2_000)
        machine.clock.advance(-jump)
        assert ("", "") == (machine.passes(500), machine.steadiness.trouble)


def test_a_jump_that_stays() -> None:
    """After a minute without another jump the new time is taken; another jump begins the minute anew."""
    machine = _Machine()
    machine.clock.advance(HOUR)
    assert "3600.0 s forwards" in machine.passes(1_000)
    machine.passes(STEADY - 1_000)
    machine.clock.advance(HOUR)
    assert "7200.0 s forwards" in machine.passes(1_000)
    assert "7200.0 s forwards" in machine.passes(STEADY - 1)
    assert "" == machine.passes(1)
    machine.clock.advance(-HOUR)
    assert "3600.0 s backwards" in machine.passes(1_000)


async def test_a_lease_and_a_jump(database: Database) -> None:
    """A clock that jumped takes no lease and gives back its own; one that stands for long is renewed all the same."""
    here, there = _Machine(), _Machine()
    ours = Lease(database, "signer", "here", here.clock, here.steadiness)
    theirs = Lease(database, "signer", "there", there.clock, there.steadiness)
    assert (True, False) == (await ours.holds(), await theirs.holds())
    there.clock.advance(HOUR)
    assert not await theirs.holds()
    assert await database.write(ours.keeps)
    here.clock.advance(-HOUR)
    assert not await database.write(ours.keeps)
    assert not await ours.holds()
    there.clock.advance(-HOUR)
    assert await theirs.holds()
    assert not await database.write(ours.keeps)
    here.passes(STEADY)
    assert "" == here.steadiness.trouble
    there.passes(LEASE // 2)
    assert await theirs.holds()
