"""Texts behind an entry: taken along with their salts, erased, and corrected beside it."""

from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct

from app.correcting import correct, may_correct
from app.erasing import Erasable, erasable, erase
from app.openings import openings_seen
from app.square import Square
from app.store.engines import Tx
from app.store.erasures import erased_of
from app.store.ledger import read_bodies
from app.text import MOST_CODE_POINTS, clean
from app.web.answers import Answer, Recorded, answer, done
from app.web.data import LINES, OpeningLine
from app.web.keys import Key, asked
from app.web.numbers import errors_in, known_number
from app.web.requests import Invalid, PageRequest, square_of
from app.web.sentences import Sentence
from app.web.visits import Visit, account_of, signed_in, visit_of
from app.web.words import sentence_of
from governance.acts.texts import What
from governance.entry import decode
from governance.texts import Erased


class ErasePage(Struct, frozen=True):
    """An entry, and the texts of it that the reader may have erased, or could later; `erased` are gone already."""

    entry: int
    sentence: Sentence
    texts: tuple[Erasable, ...]
    erased: tuple[Erased, ...]


class EraseForm(Struct, frozen=True):
    """Which text to erase, and why."""

    what: Literal["content", "reason", "reasons", "statement", "words", "correction", "order"]
    ground: Literal["request", "order", "private", "unlawful"] = "request"


class CorrectPage(Struct, frozen=True):
    """An entry beside which the reader may say what is wrong in it."""

    entry: int
    sentence: Sentence
    may: bool


class CorrectForm(Struct, frozen=True):
    """What is wrong in the entry."""

    text: Annotated[str, Meta(max_length=MOST_CODE_POINTS)]


@get("/ledger/{entry:str}/openings.jsonl", tags=["ledger"], media_type=LINES)
async def send_own_openings(square: Square, visit: Visit, entry: str) -> Response[bytes]:
    """What opens the entry's commitments, as far as the reader may see it, one JSON object a line, for their proof."""
    number, now = known_number(entry), square.clock.now()
    rows = await square.database.read(lambda tx: openings_seen(tx, [number], visit.account, now))
    lines = [OpeningLine(row.entry, row.field, row.salt.hex(), row.value) for row in rows]
    headers = {
        "Content-Disposition": f'attachment; filename="entry-{number}-openings.jsonl"',
        "Cache-Control": "private, no-store",
    }
    body = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    return Response(body, media_type=LINES, headers=headers)


async def erase_page(request: PageRequest) -> Answer[ErasePage]:
    """The texts of an entry that may be erased. Raises NotFoundException."""
    square, visit = square_of(request), await visit_of(request)
    number, now = known_number(str(request.path_params["entry"])), square.clock.now()

    async def load(tx: Tx) -> ErasePage:
        sentence = await _sentence(tx, number)
        texts = await erasable(tx, number, visit.account, now)
        return ErasePage(number, sentence, texts, tuple(await erased_of(tx, [number])))

    return answer(request, "ledger/erase.html", await square.database.read(load))


@get("/ledger/{entry:str}/erase", tags=["ledger"], guards=[signed_in])
async def ask_to_erase(request: PageRequest) -> Answer[ErasePage]:
    """What of an entry the reader may have erased, and what comes of that."""
    return await erase_page(request)


@post("/ledger/{entry:str}/erase", tags=["ledger"], guards=[signed_in], opt={"again": erase_page})
async def erase_text(
    request: PageRequest, square: Square, visit: Visit, entry: str, data: EraseForm, key: Key = ""
) -> Response[Recorded]:
    """Erase a text of an entry: one's own at one's own request, or as the legal officer."""
    number, once = known_number(entry), await asked(request, key, data)
    what: What = data.what
    recorded = await erase(square, account_of(visit), number, what, data.ground, once)
    return done(request, f"/ledger/{number}", Recorded(recorded.index, f"/ledger/{number}"))


async def correct_page(request: PageRequest) -> Answer[CorrectPage]:
    """The form to say what is wrong in an entry. Raises NotFoundException."""
    square, visit = square_of(request), await visit_of(request)
    number, now = known_number(str(request.path_params["entry"])), square.clock.now()

    async def load(tx: Tx) -> CorrectPage:
        return CorrectPage(number, await _sentence(tx, number), await may_correct(tx, number, visit.account, now))

    return answer(request, "ledger/correct.html", await square.database.read(load))


@get("/ledger/{entry:str}/correct", tags=["ledger"], guards=[signed_in])
async def ask_to_correct(request: PageRequest) -> Answer[CorrectPage]:
    """Say what is wrong in an entry, beside it."""
    return await correct_page(request)


@post("/ledger/{entry:str}/correct", tags=["ledger"], guards=[signed_in], opt={"again": correct_page})
async def correct_entry(
    request: PageRequest, square: Square, visit: Visit, entry: str, data: CorrectForm, key: Key = ""
) -> Response[Recorded]:
    """Say what is wrong in an entry: as the legal officer, or of one's own decision."""
    errors = errors_in(text=data.text)
    if errors:
        raise Invalid(errors)
    number, once = known_number(entry), await asked(request, key, data)
    recorded = await correct(square, account_of(visit), number, clean(data.text), once)
    return done(request, f"/ledger/{number}", Recorded(recorded.index, f"/ledger/{number}"))


async def _sentence(tx: Tx, number: int) -> Sentence:
    bodies = await read_bodies(tx, number, number + 1)
    if not bodies:
        raise NotFoundException
    return sentence_of(number, decode(bodies[0]))


routes = [send_own_openings, ask_to_erase, erase_text, ask_to_correct, correct_entry]
