"""What this place is, in a page that promises no more than it does."""

from litestar import get
from msgspec import Struct

from app.passwords import SHORTEST
from app.square import Square
from app.text import MOST_GRAPHEMES
from app.web.answers import Answer, answer
from app.web.limits import SIGN_IN
from app.web.requests import LARGEST_BODY, PageRequest
from app.web.schema import release


class AboutPage(Struct, frozen=True):
    """The release that runs, the gate, and the technical limits, which are the same for everyone."""

    release: str
    gate: str
    shortest_password: int
    longest_post: int
    largest_body: int
    sign_ins_in_five_minutes: int


@get("/about", tags=["about"])
async def show_about(request: PageRequest, square: Square) -> Answer[AboutPage]:
    """What the square is, and what it cannot do."""
    page = AboutPage(release(), square.config.gate, SHORTEST, MOST_GRAPHEMES, LARGEST_BODY, SIGN_IN.most)
    return answer(request, "about.html", page)


routes = [show_about]
