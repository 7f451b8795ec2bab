"""Corrections: what is said, by who may say it, beside an entry that is wrong."""

from app.deeds import Request
from app.moderation import Foresight, bind, number_of
from app.offers import ANY_TEXT
from app.record import Recorded
from app.square import Square
from app.store.accounts import Account
from app.store.cases import entries_among
from app.store.engines import Tx
from app.store.offices import office_of
from governance.acts.cases import Decide
from governance.acts.texts import Correct
from governance.acts.words import Commit


async def correct(square: Square, account: Account, entry: int, text: str, request: Request) -> Recorded:
    """Say what is wrong in an entry. Raises what the door raises."""
    by, now, opening = number_of(account), square.clock.now(), bind("correction", text)
    case = await square.database.read(lambda tx: _case(tx, entry, account, now))
    key, fingerprint = request.of(by)
    act = Correct(entry, case, (opening.commit(),))
    return await square.door.record(act, by, openings=(opening,), request=key, fingerprint=fingerprint)


async def may_correct(tx: Tx, entry: int, account: Account | None, now: int) -> bool:
    """Whether the law would let this reader say something beside an entry."""
    if account is None or account.member is None:
        return False
    act = Correct(entry, await _case(tx, entry, account, now), (Commit("correction", ANY_TEXT),))
    return await Foresight(tx, now).refusals([(act, account.member)]) == [None]


async def _case(tx: Tx, index: int, account: Account, now: int) -> int:
    """The case in which the reader took this decision, 0 for the legal officer's correction of any entry."""
    if await office_of(tx, "legal_officer", account.member, now) is not None:
        return 0
    entry = (await entries_among(tx, [index])).get(index)
    return entry.act.case if entry is not None and isinstance(entry.act, Decide) else 0
