"""Appealing, joining an appeal, and looking again."""

import secrets
from typing import Annotated, Literal

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct

from app.appealing import Side, appeal, join_appeal, reconsider
from app.casetold import CaseFile
from app.square import Square
from app.store.governed import value_of
from app.text import clean, clean_line
from app.web.answers import Answer, Onward, Recorded, entered, wants_json
from app.web.cases import Prose, SignatureForm, case_answer, case_page
from app.web.keys import Key, asked
from app.web.numbers import errors_in, known_number
from app.web.requests import Invalid, PageRequest, square_of
from app.web.visits import Visit, account_of, signed_in
from governance.appeals import Appealed


class AppealForm(Struct, frozen=True):
    """What those who decide should know, and whether one appeals as the post's author or as one who reported it.

    `words` are a few of the appellant's own, which go into the draw of a jury; without any the square picks some.
    `after_edit`: the author asks for another look at the post as it stands now.
    """

    statement: Prose
    side: Side = "author"
    after_edit: bool = False
    words: Annotated[str, Meta(max_length=200)] = ""


class ReconsiderForm(Struct, frozen=True):
    """The answer to an appeal, with reasons."""

    outcome: Literal["maintain", "reverse"]
    reasons: Prose


async def _case_of(square: Square, number: int) -> int | None:
    found = await square.database.read(lambda tx: value_of(tx, Appealed, number))
    return found.case if found is not None else None


async def appealed_case_page(request: PageRequest) -> Answer[CaseFile]:
    """The page of the case that the appeal in the address is about."""
    case = await _case_of(square_of(request), known_number(str(request.path_params["appeal"])))
    if case is None:
        raise NotFoundException
    return await case_answer(request, case)


@get("/appeals/{appeal:str}", tags=["cases"])
async def show_appeal(request: PageRequest, square: Square, appeal: str) -> Response[CaseFile]:
    """An appeal stands on the page of its case: a browser goes there (303), a program gets the case."""
    page = await appealed_case_page(request)
    if wants_json(request):
        return page
    return Onward(page.content, f"/cases/{page.content.case}#appeal-{known_number(appeal)}")


@post("/cases/{case:str}/appeal", tags=["cases"], guards=[signed_in], opt={"again": case_page})
async def create_appeal(
    request: PageRequest, square: Square, visit: Visit, case: str, data: AppealForm, key: Key = ""
) -> Response[Recorded]:
    """Appeal: against a restriction as the author, against none or a milder one as a reporter."""
    errors = errors_in(statement=data.statement)
    if errors:
        raise Invalid(errors)
    once = await asked(request, key, data)
    number, said = known_number(case), clean(data.statement)
    words = clean_line(data.words) or secrets.token_hex(8)
    asking = account_of(visit)
    recorded = await appeal(square, asking, number, data.side, said, words, once, after_edit=data.after_edit)
    return entered(request, f"/cases/{case}", recorded.index)


@post("/appeals/{appeal:str}/join", tags=["cases"], guards=[signed_in])
async def create_joining(
    request: PageRequest, square: Square, visit: Visit, appeal: str, data: SignatureForm, key: Key = ""
) -> Response[Recorded]:
    """Join the reporters' appeal."""
    once = await asked(request, key, data)
    number = known_number(appeal)
    recorded = await join_appeal(square, account_of(visit), number, once)
    return entered(request, f"/cases/{await _case_of(square, number)}", recorded.index)


@post("/appeals/{appeal:str}/reconsider", tags=["cases"], guards=[signed_in], opt={"again": appealed_case_page})
async def create_answer(
    request: PageRequest, square: Square, visit: Visit, appeal: str, data: ReconsiderForm, key: Key = ""
) -> Response[Recorded]:
    """Look again, as another moderator, and maintain or reverse the decision."""
    errors = errors_in(reasons=data.reasons)
    if errors:
        raise Invalid(errors)
    once = await asked(request, key, data)
    number = known_number(appeal)
    recorded = await reconsider(square, account_of(visit), number, data.outcome, clean(data.reasons), once)
    return entered(request, f"/cases/{await _case_of(square, number)}", recorded.index)


routes = [show_appeal, create_appeal, create_joining, create_answer]
