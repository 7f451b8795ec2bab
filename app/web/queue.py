"""What waits for moderators."""

from litestar import get

from app.caselists import Queue, queue_for
from app.moderation import number_of
from app.square import Square
from app.store.engines import Tx
from app.store.offices import office_of
from app.web.answers import Answer, answer
from app.web.requests import PageRequest
from app.web.visits import Visit, account_of, signed_in
from governance.errors import Refused


@get("/mod/queue", tags=["cases"], guards=[signed_in])
async def show_queue(request: PageRequest, square: Square, visit: Visit) -> Answer[Queue]:
    """Open reports by the date for a decision, and appeals that wait; for moderators."""
    account, now = account_of(visit), square.clock.now()
    member = number_of(account)

    async def load(tx: Tx) -> Queue:
        if await office_of(tx, "moderator", member, now) is None:
            raise Refused("office-1", f"{member} does not hold the office of moderator")
        return await queue_for(tx, account, now)

    return answer(request, "queue/queue.html", await square.database.read(load))


routes = [show_queue]
