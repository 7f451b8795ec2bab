"""Posts that their authors wrote for few, where the law has to do with them: that is public, and no word of theirs."""

from msgspec.structs import replace

from app.posts import Post, show_posts
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.posts import PostRow
from app.store.seen import NONE
from app.store.visibility import FOR_ALL
from governance.cases import Subject


async def place_of(tx: Tx, row: PostRow, now: int, country: str) -> Post | None:
    """What stands at the address of a post for whoever may not read it; None where no decision is about it.

    A decision that restricts a post is public, and so is its post's number. Whoever looks there is told which decision
    it is, and that the author showed the post to few, so that the ledger can be held against it.
    """
    if row.visibility in FOR_ALL or row.deleted_at is not None:
        return None
    subject = await value_of(tx, Subject, str(row.id))
    if subject is None or not subject.standing(now):
        return None
    shown = await show_posts(tx, [row], row.account, now, country)
    return replace(
        shown[0],
        stands="few",
        text="",
        html="",
        topic="",
        warning="",
        mentions=(),
        tags=(),
        media=(),
        poll=None,
        program=None,
        marks=NONE,
        mine=False,
        reply_count=0,
        boost_count=0,
        favourite_count=0,
    )
