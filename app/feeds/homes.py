"""Homes: noted when they are read, kept by the clock."""

from contextlib import suppress
from typing import Final

from app.clock import Clock
from app.square import Square
from app.store.engines import Database, StoreError
from app.store.keeping import AT_ONCE, deliver, give_up_homes, is_due, keep_home, see_home, wanted_homes

_AT_ONCE: Final = 20
"""Homes that are made between two looks at what is due: new posts come first."""


async def note_reading(square: Square, reader: int) -> None:
    """Have a home kept whose reader reads it for the first time today."""
    # Whoever reads is answered without it too: with a full disk reading goes on.
    with suppress(StoreError):
        await square.database.write(lambda tx: see_home(tx, reader, square.clock.now()))


async def keep_homes(database: Database) -> None:
    """Enter what is due, and make the homes of those who have begun to read."""
    while await database.read(is_due):
        await database.write(deliver)
    for reader in await database.read(lambda tx: wanted_homes(tx, _AT_ONCE)):
        await _keep(database, reader)


async def forget_homes(database: Database, clock: Clock) -> None:
    """Let go of the homes of those who have been away."""
    while await database.write(lambda tx: give_up_homes(tx, clock.now())) == AT_ONCE:
        pass


async def _keep(database: Database, reader: int) -> None:
    await database.write(lambda tx: keep_home(tx, reader))
