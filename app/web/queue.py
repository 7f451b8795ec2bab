"""What waits for moderators, and what everyone may see of it."""

from litestar import get

from app.caselists import Queue, queue_for
from app.square import Square
from app.store.engines import Tx
from app.store.offices import office_of
from app.web.answers import Answer, answer
from app.web.requests import PageRequest
from app.web.visits import Visit


@get("/mod/queue", tags=["cases"])
async def show_queue(request: PageRequest, square: Square, visit: Visit) -> Answer[Queue]:
    """Open reports by the date for a decision, and appeals that wait; the posts' words for moderators alone."""
    now = square.clock.now()

    async def load(tx: Tx) -> Queue:
        moderates = await office_of(tx, "moderator", visit.member, now) is not None
        return await queue_for(tx, visit.account if moderates else None, now)

    return answer(request, "queue/queue.html", await square.database.read(load))


routes = [show_queue]
