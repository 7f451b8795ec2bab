"""Authors who have no number yet: an act about their post admits them, if the law would let it stand."""

from collections.abc import Callable

from app.duties import admit_account
from app.moderation import Foresight
from app.square import Square
from app.store.engines import Tx
from app.store.ledger import read_head
from app.store.posts import PostRow
from governance.acts.members import Admit
from governance.entry import AnyAct


async def author_of(square: Square, post: PostRow, act_on: Callable[[str], AnyAct], by: str) -> str:
    """The number of a post's author; one who has none is admitted for this act. Raises Refused, and admits nobody then.

    `act_on` gives the act about an author of this number.
    """
    if post.member is not None:
        return post.member
    now = square.clock.now()
    await square.database.read(lambda tx: _foresee(tx, act_on, by, now))
    return f"m:{await admit_account(square.door, post.account)}"


async def _foresee(tx: Tx, act_on: Callable[[str], AnyAct], by: str, now: int) -> None:
    head = await read_head(tx)
    foresight = Foresight(tx, max(now, head.at))
    await foresight.suppose(Admit(), "clock", head.size)
    for refusal in await foresight.refusals([(act_on(f"m:{head.size}"), by)]):
        if refusal is not None:
            raise refusal
