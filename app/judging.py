"""Judging: the register of jurors, excuses, and the reason that a juror gives with a ballot."""

from hashlib import sha256
from typing import Final

from app.ballots import Receipt
from app.deeds import Request
from app.moderation import number_of
from app.record import Recorded
from app.square import Square
from app.store.accounts import Account
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.juries import keep_reason
from governance.acts.juries import ExcuseJuror, JoinJury, LeaveJury
from governance.votes import Vote

REASON: Final = b"isegoria/reason\0"


async def join_register(square: Square, account: Account, request: Request) -> Recorded:
    """Take a place in the register of jurors."""
    by = number_of(account)
    key, fingerprint = request.of(by)
    return await square.door.record(JoinJury(), by, request=key, fingerprint=fingerprint)


async def leave_register(square: Square, account: Account, request: Request) -> Recorded:
    """Leave it."""
    by = number_of(account)
    key, fingerprint = request.of(by)
    return await square.door.record(LeaveJury(), by, request=key, fingerprint=fingerprint)


async def excuse(square: Square, account: Account, jury: int, seat: int, request: Request) -> Recorded:
    """Ask to be excused from an own seat; no cause is asked for."""
    by = number_of(account)
    key, fingerprint = request.of(by)
    return await square.door.record(ExcuseJuror(jury, seat), by, request=key, fingerprint=fingerprint)


async def give_reason(square: Square, receipt: Receipt, words: str) -> None:
    """Keep the reason that came with a juror's ballot, once, under a number that only its receipt leads to.

    When the vote is over, nothing is kept any more: the entry that closed it has bound the reasons.
    """
    token = sha256(REASON + receipt.token).digest()

    async def keep(tx: Tx) -> None:
        vote = await value_of(tx, Vote, receipt.vote)
        if vote is not None and vote.status == "open":
            await keep_reason(tx, receipt.vote, token, words)

    await square.database.write(keep)
