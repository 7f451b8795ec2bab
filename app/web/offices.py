"""Who holds which office, and how offices are granted and ended."""

from typing import Annotated, Literal

from litestar import Response, get, post
from msgspec import Meta, Struct

from app.offices import grant, revoke
from app.proposals import ProposalLine, list_lines
from app.square import Square
from app.store.engines import Tx
from app.store.governed import load
from app.store.offices import elections_run, grants_among, grants_before, offices_held
from app.store.votes import under_way
from app.web.answers import Answer, Recorded, answer, done
from app.web.keys import Key, asked
from app.web.requests import Invalid, PageRequest, square_of
from app.web.sentences import say
from app.web.visits import Visit, account_of, signed_in, visit_of
from governance import members
from governance.acts.proposals import Elect, Recall
from governance.acts.words import Role
from governance.members import REGISTER, SQUARE, Electing, Granted, Register, prolonged, register_of
from governance.offices import founding_is_over
from governance.state import State
from governance.terms import Term, count, duration

DAY = 86_400_000
MOST_SHOWN = 100
NEWEST = 2**53
TERMS = ("office", "founding_time", "founding_members")


By = Literal["founding", "steward", "election"]


class Holder(Struct, frozen=True):
    """Who holds an office, since which entry, and until when (Unix ms).

    It was given `by` the founding, by a steward whose own grant is the `basis`, or by an election, which is the
    proposal `basis`. `prolonged`: its date has passed, and it is held until the close of an election for it, or until
    `until` at most.
    """

    member: str
    role: Role
    grant: int
    since: int
    until: int
    by: By
    basis: int
    prolonged: bool


class Past(Struct, frozen=True):
    """A grant that is over: by its date, or ended early at `revoked` (0 for not)."""

    member: str
    role: Role
    grant: int
    since: int
    until: int
    revoked: int
    by: By
    basis: int


class OfficesPage(Struct, frozen=True):
    """Who holds office and who held it. `grants` says whether the reader may give offices, for at most `longest` ms.

    `elections` are the elections and recalls under way. `founders_over`: offices are given and ended by vote alone.
    `founding_until` is when the founders' time is over at the latest, `founding_members` the size that ends it sooner.
    """

    holders: tuple[Holder, ...]
    past: tuple[Past, ...]
    elections: tuple[ProposalLine, ...]
    founders_over: bool
    member: str | None
    grants: bool
    longest: int
    founding_until: int
    founding_members: int
    members: int


class GrantForm(Struct, frozen=True):
    """Whom to give which office, "m:17" or "17", and for how many minutes, hours or days."""

    member: Annotated[str, Meta(pattern=r"^\s*(m:)?(0|[1-9][0-9]{0,14})\s*\Z")]
    duration: Annotated[int, Meta(ge=1, le=1_000_000)]
    unit: Annotated[str, Meta(pattern="^[mhd]\\Z")] = "d"
    role: Literal["moderator", "legal_officer"] = "moderator"


class EndForm(Struct, frozen=True):
    """Which grant to end, by its entry."""

    grant: Annotated[int, Meta(ge=0, lt=2**53)]


async def offices_page(request: PageRequest) -> Answer[OfficesPage]:
    """Who holds which office."""
    square, visit = square_of(request), await visit_of(request)
    now, member = square.clock.now(), visit.member

    async def look(tx: Tx) -> OfficesPage:
        held = [office.grant for office in await offices_held(tx, now)]
        granted = await grants_before(tx, NEWEST, MOST_SHOWN)
        run = await elections_run(tx)
        holders = tuple(_holder(index, one, run, now) for index, one in (await grants_among(tx, held)).items())
        past = tuple(_past(index, one) for index, one in granted.items() if index not in held)
        return await _page(tx, holders, past, member, now)

    return answer(request, "offices/offices.html", await square.database.read(look))


async def _page(
    tx: Tx, holders: tuple[Holder, ...], past: tuple[Past, ...], member: str | None, now: int
) -> OfficesPage:
    # The law itself says whether the founders' time is over.
    terms = ((Term, name) for name in TERMS)
    state = State(await load(tx, [(members.Square, SQUARE), (Register, REGISTER), *terms]))
    square = state[members.Square, SQUARE]
    assert square is not None, "pages of the law are shown of a founded square"
    about = {n: one for n, one in (await under_way(tx, now)).items() if isinstance(one.change, Elect | Recall)}
    over = founding_is_over(state, now)
    is_steward = any(one.member == member and one.role == "steward" for one in holders)
    return OfficesPage(
        holders=holders,
        past=past,
        elections=await list_lines(tx, about, now),
        founders_over=over,
        member=member,
        grants=is_steward and not over,
        longest=duration(state, "office"),
        founding_until=square.founded + duration(state, "founding_time"),
        founding_members=count(state, "founding_members"),
        members=register_of(state).members,
    )


def _holder(index: int, granted: Granted, run: State, now: int) -> Holder:
    electing = run[Electing, granted.role]
    late = now >= granted.until and electing is not None
    until = prolonged(electing, granted.until, duration(run, "prolong")) if late and electing else granted.until
    by, basis = _by(granted), granted.basis
    return Holder(f"m:{granted.member}", granted.role, index, granted.since, until, by, basis, late)


def _past(index: int, granted: Granted) -> Past:
    until, revoked, by = granted.until, granted.revoked, _by(granted)
    return Past(f"m:{granted.member}", granted.role, index, granted.since, until, revoked, by, granted.basis)


def _by(granted: Granted) -> By:
    if granted.elected:
        return "election"
    return "steward" if granted.basis else "founding"


@get("/offices", tags=["offices"])
async def show_offices(request: PageRequest) -> Answer[OfficesPage]:
    """Who holds which office, since which entry and until when."""
    return await offices_page(request)


@post("/offices", tags=["offices"], guards=[signed_in], opt={"again": offices_page})
async def grant_office(
    request: PageRequest, square: Square, visit: Visit, data: GrantForm, key: Key = ""
) -> Response[Recorded]:
    """Make a member a moderator or the legal officer, as a steward in the founders' time."""
    number = int(data.member.strip().removeprefix("m:"))
    if number >= 2**53:
        raise Invalid({"member": say("This value cannot be used.")})
    milliseconds = data.duration * {"m": 60_000, "h": 3_600_000, "d": DAY}[data.unit]
    once = await asked(request, key, data)
    recorded = await grant(square, account_of(visit), number, data.role, milliseconds, once)
    return done(request, "/offices", Recorded(recorded.index, "/offices"))


@post("/offices/end", tags=["offices"], guards=[signed_in])
async def end_office(
    request: PageRequest, square: Square, visit: Visit, data: EndForm, key: Key = ""
) -> Response[Recorded]:
    """End an office early: one's own by resignation, any but a steward's as a steward in the founders' time."""
    once = await asked(request, key, data)
    recorded = await revoke(square, account_of(visit), data.grant, once)
    return done(request, "/offices", Recorded(recorded.index, "/offices"))


routes = [show_offices, grant_office, end_office]
