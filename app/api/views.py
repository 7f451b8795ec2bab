"""From where a call looks at the square."""

from msgspec import Struct

from app.api.callers import caller_of
from app.api.paging import root_of
from app.web.requests import PageRequest, square_of


class View(Struct, frozen=True):
    """Who reads (an account, None for a visitor), when (Unix ms), in which country, at which address of the square."""

    reader: int | None
    now: int
    country: str
    root: str


async def view_of(request: PageRequest) -> View:
    """The view of this call, for whatever makes entities."""
    caller = await caller_of(request)
    return View(caller.reader, square_of(request).clock.now(), caller.country, root_of(request))


def handle_in(acct: str, view: View) -> str:
    """The handle that a client wrote as `handle`, `@handle` or `handle@host`; another host's is left as it is."""
    handle, _, host = acct.strip().removeprefix("@").partition("@")
    return handle.lower() if not host or host == view.root.partition("//")[2] else acct
