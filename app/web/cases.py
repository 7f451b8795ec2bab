"""The page of a case, and what moderators do in it: decide, co-sign, lift."""

from typing import Annotated, Final, Literal

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from msgspec import Meta, Struct

from app.bulk import Nameable, nameable
from app.casefile import case_file
from app.casetold import CaseFile
from app.decisions import Decision, co_sign, decide, lift, version_of
from app.precedents import Precedent, precedents_of
from app.preview import condition_of
from app.square import Square
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.orders import page_of_power
from app.text import MOST_CODE_POINTS, clean, is_language
from app.web.answers import Answer, Onward, Recorded, entered
from app.web.keys import Key, asked
from app.web.numbers import errors_in, known_number
from app.web.requests import Invalid, PageRequest, square_of
from app.web.sentences import Sentence, say
from app.web.visits import Visit, account_of, signed_in, visit_of
from governance.acts.words import LADDER, Sanction
from governance.cases import Case
from governance.conditions.evaluate import Told, evaluate
from governance.conditions.facts import facts_of

Prose = Annotated[str, Meta(max_length=MOST_CODE_POINTS)]
Named = Annotated[str, Meta(pattern="^[1-9][0-9]{0,18}\\Z")]
UNITS: Final = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}
LONGEST: Final = 1_000_000


class DecisionForm(Struct, frozen=True):
    """A moderator's answer. `elements` says of each element of the rule whether it is found.

    A restriction lasts `duration` minutes, hours or days. `milder_…` says why that sanction is not enough, where the
    rule allows it. `distinguishes` is an earlier case that looks alike and was answered otherwise. `posts` are other
    posts of the author that a decision about spam names.
    """

    sanction: Literal["none", "label", "interstitial", "slow", "unrecommend", "fold", "withhold", "mute", "suspend"]
    reasons: Prose
    elements: Annotated[list[bool], Meta(max_length=12)] = []
    duration: Annotated[int, Meta(ge=1, le=LONGEST)] | None = None
    unit: Literal["m", "h", "d"] = "d"
    milder_label: Prose = ""
    milder_interstitial: Prose = ""
    milder_slow: Prose = ""
    milder_unrecommend: Prose = ""
    milder_fold: Prose = ""
    milder_withhold: Prose = ""
    milder_mute: Prose = ""
    distinguishes: Annotated[int, Meta(ge=1, lt=2**53)] | None = None
    language: Annotated[str, Meta(max_length=35)] = ""
    posts: Annotated[list[Named], Meta(max_length=256)] = []


class ReasonsForm(Struct, frozen=True):
    """Why a restriction is ended."""

    reasons: Prose


class Precedents(Struct, frozen=True):
    """What was decided before, the most similar first."""

    items: tuple[Precedent, ...]


class SignatureForm(Struct, frozen=True):
    """A second signature says nothing but itself."""


class _Read(Struct, frozen=True):
    """A case, and what stands beside it for who may decide."""

    page: CaseFile
    precedents: tuple[Precedent, ...]
    nameable: tuple[Nameable, ...]
    answered: Told | None


async def case_answer(request: PageRequest, number: int) -> Answer[CaseFile]:
    """The page of a case. Raises NotFoundException."""
    read = await _read(square_of(request), await visit_of(request), number)
    beside = {"precedents": read.precedents, "nameable": read.nameable, "answered": read.answered}
    return Answer(read.page, "cases/case.html", beside=beside)


async def _read(square: Square, visit: Visit, number: int) -> _Read:
    now = square.clock.now()

    async def load(tx: Tx) -> _Read:
        page = await case_file(tx, number, visit.account, now)
        if page is None:
            raise NotFoundException
        return _Read(page, await _precedents(tx, page, now), await _nameable(tx, page), _answered(page))

    return await square.database.read(load)


async def _nameable(tx: Tx, page: CaseFile) -> tuple[Nameable, ...]:
    """The author's posts that a decision may name as well, for who may decide this case, and for nobody else."""
    if not any(offer.deed == "decide" for offer in page.offers):
        return ()
    case = await value_of(tx, Case, page.case)
    assert case is not None
    return await nameable(tx, page.case, case, await version_of(tx, case))


def _answered(page: CaseFile) -> Told | None:
    """What the condition of a bright line answers to the reported words, for who decides: a help, and no decision."""
    condition = condition_of(page.rule.condition)
    if condition is None or page.content is None:
        return None
    return evaluate(condition, facts_of(page.content)).value


async def _precedents(tx: Tx, page: CaseFile, now: int) -> tuple[Precedent, ...]:
    """What was decided before about like texts, for who may decide this case or look again, and for nobody else."""
    if not any(offer.deed in ("decide", "reconsider") for offer in page.offers):
        return ()
    case = await value_of(tx, Case, page.case)
    assert case is not None
    return await precedents_of(tx, page.case, case, now)


async def case_page(request: PageRequest) -> Answer[CaseFile]:
    """The page of the case in the address."""
    return await case_answer(request, known_number(str(request.path_params["case"])))


@get("/cases/{case:str}", tags=["cases"])
async def show_case(request: PageRequest, square: Square, case: str) -> Answer[CaseFile] | Onward[None]:
    """A case: how it stands, the date that counts, the reasons, every step with its entry, and what one may do.

    The number of an emergency, or of an act that obeyed an order, leads to its own page (303).
    """
    number = known_number(case)
    url = await square.database.read(lambda tx: page_of_power(tx, number))
    return Onward(None, url) if url else await case_answer(request, number)


@get("/cases/{case:str}/precedents", tags=["cases"], guards=[signed_in])
async def send_precedents(square: Square, visit: Visit, case: str) -> Response[Precedents]:
    """The five decided cases under the rule whose texts are most like this one's, for who may decide it now."""
    precedents = (await _read(square, visit, known_number(case))).precedents
    return Response(Precedents(precedents), headers={"Cache-Control": "private, no-cache"})


@post("/cases/{case:str}/decide", tags=["cases"], guards=[signed_in], opt={"again": case_page})
async def decide_case(
    request: PageRequest, square: Square, visit: Visit, case: str, data: DecisionForm, key: Key = ""
) -> Response[Recorded]:
    """Decide a case, with reasons."""
    decision = read_decision(data, visit.tongue.language)
    once = await asked(request, key, data)
    recorded = await decide(square, account_of(visit), known_number(case), decision, once)
    return entered(request, f"/cases/{case}", recorded.index)


@post("/cases/{case:str}/co-sign", tags=["cases"], guards=[signed_in])
async def co_sign_case(
    request: PageRequest, square: Square, visit: Visit, case: str, data: SignatureForm, key: Key = ""
) -> Response[Recorded]:
    """Sign a long suspension as well, as another moderator."""
    once = await asked(request, key, data)
    recorded = await co_sign(square, account_of(visit), known_number(case), once)
    return entered(request, f"/cases/{case}", recorded.index)


@post("/cases/{case:str}/lift", tags=["cases"], guards=[signed_in], opt={"again": case_page})
async def lift_case(
    request: PageRequest, square: Square, visit: Visit, case: str, data: ReasonsForm, key: Key = ""
) -> Response[Recorded]:
    """End a restriction before its date, with reasons."""
    errors = errors_in(reasons=data.reasons)
    if errors:
        raise Invalid(errors)
    once = await asked(request, key, data)
    recorded = await lift(square, account_of(visit), known_number(case), clean(data.reasons), once)
    return entered(request, f"/cases/{case}", recorded.index)


def read_decision(form: DecisionForm, language: str) -> Decision:
    """What a form answers. Raises Invalid with every field that cannot be used."""
    given = {sanction: clean(getattr(form, f"milder_{sanction}")) for sanction in LADDER[:-1]}
    errors = _errors_of(form, {f"milder_{sanction}": text for sanction, text in given.items() if text})
    if errors:
        raise Invalid(errors)
    reasons, tongue = clean(form.reasons), form.language or language
    if form.sanction == "none":
        return Decision("none", tuple(form.elements), reasons, distinguishes=form.distinguishes or 0, language=tongue)
    # What was written of a sanction that is not milder than the one chosen answers nothing.
    milder: dict[Sanction, str] = {
        sanction: text
        for sanction, text in given.items()
        if text and LADDER.index(sanction) < LADDER.index(form.sanction)
    }
    return Decision(
        outcome="restrict",
        elements=tuple(form.elements),
        reasons=reasons,
        sanction=form.sanction,
        duration_ms=(form.duration or 0) * UNITS[form.unit],
        milder=milder,
        distinguishes=form.distinguishes or 0,
        language=tongue,
        posts=tuple(dict.fromkeys(form.posts)),
    )


def _errors_of(form: DecisionForm, milder: dict[str, str]) -> dict[str, Sentence]:
    errors = errors_in(reasons=form.reasons, **milder)
    if form.sanction != "none" and form.duration is None:
        errors["duration"] = say("Say how long the restriction lasts at most.")
    if form.language and not is_language(form.language):
        errors["language"] = say("Choose one of the answers offered.")
    return errors


routes = [show_case, send_precedents, decide_case, co_sign_case, lift_case]
