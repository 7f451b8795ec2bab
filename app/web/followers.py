"""Whether an account wants to be asked before somebody follows it, and whether it shows whom it follows."""

from litestar import Response, get, post
from msgspec import Struct
from msgspec.structs import replace

from app.relations import present
from app.square import Square
from app.store.engines import Tx
from app.store.profiles import profile_of
from app.web.answers import Answer, Done, answer, done
from app.web.requests import PageRequest
from app.web.visits import Visit, account_of, signed_in


class FollowersForm(Struct, frozen=True):
    """`locked`: ask me first; `hides_follows`: show nobody whom I follow and who follows me."""

    locked: bool = False
    hides_follows: bool = False


class FollowersPage(FollowersForm, frozen=True):
    """What the reader has chosen."""

    saved: bool = False


@get("/settings/followers", tags=["settings"], guards=[signed_in])
async def show_choice(request: PageRequest, square: Square, visit: Visit) -> Answer[FollowersPage]:
    """Who may follow me, and who sees whom I follow."""
    chosen = await square.database.read(lambda tx: profile_of(tx, account_of(visit).id))
    page = FollowersPage(chosen.locked, chosen.hides_follows, "saved" in request.query_params)
    return answer(request, "people/followers.html", page)


@post("/settings/followers", tags=["settings"], guards=[signed_in])
async def choose(request: PageRequest, square: Square, visit: Visit, data: FollowersForm) -> Response[Done]:
    """Choose it; who waits is let in where nobody is asked any more."""
    reader, now = account_of(visit).id, square.clock.now()

    async def work(tx: Tx) -> None:
        chosen = await profile_of(tx, reader)
        await present(tx, replace(chosen, locked=data.locked, hides_follows=data.hides_follows), now)

    await square.database.write(work)
    return done(request, "/settings/followers?saved=1", Done("/settings/followers"))


routes = [show_choice, choose]
