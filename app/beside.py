"""What stands beside an entry: its erased texts, what was said of its mistakes, and what the reader may do about it."""

from msgspec import Struct

from app.correcting import may_correct
from app.erasing import Erasable, erasable
from app.openings import openings_seen
from app.store.accounts import Account
from app.store.engines import Tx
from app.store.erasures import corrections_of, erased_of
from governance.texts import Erased


class CorrectionTold(Struct, frozen=True):
    """What was said, by entry `correction`, beside entry `entry`; None where that text was erased itself."""

    entry: int
    correction: int
    by: str
    text: str | None


class BesideEntry(Struct, frozen=True):
    """What stands beside an entry. `erasable` are the texts that the reader may have erased."""

    erased: tuple[Erased, ...]
    corrections: tuple[CorrectionTold, ...]
    erasable: tuple[Erasable, ...]
    may_correct: bool


async def beside(tx: Tx, index: int, account: Account | None, now: int) -> BesideEntry:
    """What stands beside an entry, as this reader sees it."""
    return BesideEntry(
        erased=tuple(await erased_of(tx, [index])),
        corrections=await corrections_told(tx, [index], account, now),
        erasable=await erasable(tx, index, account, now),
        may_correct=await may_correct(tx, index, account, now),
    )


async def corrections_told(tx: Tx, entries: list[int], account: Account | None, now: int) -> tuple[CorrectionTold, ...]:
    """What was said beside these entries, oldest first."""
    found = await corrections_of(tx, entries)
    seen = {row.entry: row.value for row in await openings_seen(tx, sorted(found), account, now)}
    return tuple(CorrectionTold(one.entry, index, one.by, seen.get(index)) for index, one in found.items())
