"""Taking a place on the square: signing up through whichever gate it has."""

from typing import Annotated, Final

from litestar import Response, get, post
from msgspec import Meta, Struct

from app.identifiers import account_id, day_of
from app.mail import send_mail
from app.names import is_handle, is_reserved, skeleton_of, suggested_handle
from app.passwords import LONGEST, SHORTEST, contains_handle, is_common
from app.square import Square
from app.store.accounts import (
    Account,
    Credential,
    add_account,
    add_credential,
    email_is_used,
    handle_or_skeleton_is_taken,
)
from app.store.engines import Tx
from app.store.gates import email_of_token, invitation_is_good, make_email_token, use_email_token, use_invitation
from app.store.sessions import open_session
from app.web.answers import Answer, Done, answer, done
from app.web.limits import JOIN, MAIL, count
from app.web.requests import Invalid, PageRequest, square_of
from app.web.sentences import Sentence, say, say_many
from app.web.signing_in import SessionPage, session_page
from app.web.visits import Visit, keep_visit, session_cookie

Code = Annotated[str, Meta(max_length=200)]
Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s<>,;:\"]+@[^@\s<>,;:\"]+\.[^@\s<>,;:\"]+$")]
TRIES: Final = 8


class JoinForm(Struct, frozen=True):
    """What a newcomer says; `age` is their word to be 16 or older, `invitation` and `token` what the gate asks for."""

    handle: Annotated[str, Meta(min_length=1, max_length=60)]
    password: Annotated[str, Meta(min_length=1, max_length=LONGEST)]
    age: bool = False
    invitation: Code = ""
    token: Code = ""


class MailForm(Struct, frozen=True):
    """Where the link is sent to."""

    email: Email


class JoinPage(Struct, frozen=True):
    """The gate, and what the reader has to pass it; `is_sent` after a link went out."""

    gate: str
    invitation: str = ""
    token: str = ""
    is_sent: bool = False
    shortest_password: int = SHORTEST


async def join_page(request: PageRequest) -> Answer[JoinPage]:
    """The form for newcomers; a code in the address is filled in."""
    typed = await request.typed()
    invitation = typed.get("invitation", [str(request.query_params.get("invitation", ""))])[-1][:200]
    token = typed.get("token", [str(request.query_params.get("token", ""))])[-1][:200]
    page = JoinPage(square_of(request).config.gate, invitation, token, request.query_params.get("sent") == "1")
    return answer(request, "join.html", page)


@get("/join", tags=["accounts"])
async def show_join(request: PageRequest, visit: Visit) -> Answer[JoinPage]:
    """The form for newcomers."""
    return await join_page(request)


@get("/join/confirm", tags=["accounts"])
async def show_confirmed(request: PageRequest, square: Square, visit: Visit, token: Code) -> Answer[JoinPage]:
    """The same form for whom the link of a letter led here."""
    now = square.clock.now()
    if await square.database.read(lambda tx: email_of_token(tx, token, now)) is None:
        raise Invalid({"token": say("This link was used already, or it is older than a day. Ask for a new one.")})
    return await join_page(request)


@post("/join/mail", tags=["accounts"], opt={"again": join_page})
async def send_link(request: PageRequest, square: Square, visit: Visit, data: MailForm) -> Response[Done]:
    """Send a link to an address, if the gate asks for one; the answer never tells whether the address is known."""
    if square.config.gate != "email":
        raise Invalid({"email": say("No e-mail address is needed here.")})
    await count(square, request, MAIL)
    email = data.email.lower()
    now = square.clock.now()

    async def make(tx: Tx) -> str:
        return "" if await email_is_used(tx, email) else await make_email_token(tx, email, now)

    token = await square.database.write(make)
    url = f"{square.config.public_url or str(request.base_url).rstrip('/')}"
    tell = visit.tongue.tell
    if token:
        link = f"{url}/join/confirm?token={token}"
        text = tell(say("Follow this link within a day to choose your handle and password:\n\n%(link)s\n", link=link))
    else:
        text = tell(
            say("You have an account with this address already. Sign in here:\n\n%(link)s\n", link=f"{url}/sign-in")
        )
    await send_mail(square.config, email, tell(say("Your place on the square")), text)
    return done(request, "/join?sent=1", Done("/join"))


@post("/join", tags=["accounts"], opt={"again": join_page})
async def join(request: PageRequest, square: Square, visit: Visit, data: JoinForm) -> Response[SessionPage]:
    """Make an account and sign in."""
    await count(square, request, JOIN)
    account = await enter(square, data, visit.tongue.language)
    session_id, session = await square.database.write(lambda tx: open_session(tx, account.id, square.clock.now()))
    entered = keep_visit(request, account, session)
    return done(request, "/", session_page(entered), cookies=[session_cookie(square.config, session_id)])


async def enter(square: Square, data: JoinForm, language: str) -> Account:
    """Let a newcomer in through the gate. Raises Invalid with every field that cannot be used."""
    errors = form_errors(data)
    if errors:
        raise Invalid(errors)
    now = square.clock.now()
    code = data.invitation if square.config.gate == "invitation" else None
    if code is not None and not await square.database.read(lambda tx: invitation_is_good(tx, code, now)):
        raise Invalid({"invitation": say("This code was used already, or it has ended. Ask a member for a new one.")})
    phc = await square.passwords.hash(data.password)

    async def work(tx: Tx) -> Account:
        account = await _entered(tx, data.handle, language, now)
        await _pass_gate(tx, square, data, account, phc, now)
        return account

    return await square.database.write(work)


async def _entered(tx: Tx, handle: str, language: str, now: int) -> Account:
    """The new account, in the transaction that makes it; the id is drawn again if chance has given it before."""
    skeleton = skeleton_of(handle)
    for _ in range(TRIES):
        if await handle_or_skeleton_is_taken(tx, handle, skeleton):
            raise Invalid({"handle": say("Somebody has this handle, or one that looks like it. Choose another one.")})
        account = Account(account_id(now), handle, "", "", "person", None, None, language, "", day_of(now))
        if await add_account(tx, account, skeleton):
            return account
    raise AssertionError("chance has drawn the id of an account that exists, eight times in a row")


async def _pass_gate(tx: Tx, square: Square, data: JoinForm, account: Account, phc: str, now: int) -> None:
    """Spend what the gate asked for, and enter how the account signs in."""
    email = None
    if square.config.gate == "invitation" and not await use_invitation(tx, data.invitation, account.id, now):
        raise Invalid({"invitation": say("This code was used already, or it has ended. Ask a member for a new one.")})
    if square.config.gate == "email":
        email = await email_of_token(tx, data.token, now)
        if email is None or not await use_email_token(tx, data.token, now):
            raise Invalid({"token": say("This link was used already, or it is older than a day. Ask for a new one.")})
    if not await add_credential(tx, Credential(account.id, phc, email)):
        raise Invalid({"token": say("There is an account with this address already: sign in.")})


def form_errors(data: JoinForm) -> dict[str, Sentence]:
    """What is wrong with a newcomer's form, by field."""
    found = {"handle": handle_error(data.handle), "password": password_error(data.password, data.handle)}
    if not data.age:
        found["age"] = say("Say that you are 16 or older: this square is not for younger people.")
    return {field: error for field, error in found.items() if error is not None}


def handle_error(handle: str) -> Sentence | None:
    """Why this cannot be a handle."""
    if not is_handle(handle):
        near = suggested_handle(handle)
        if near:
            return say("2 to 30 small letters a–z, digits and _: try %(near)s. A pseudonym is welcome.", near=near)
        return say("2 to 30 small letters a–z, digits and _. A pseudonym is welcome.")
    if is_reserved(handle):
        return say("This handle is kept for the square itself. Choose another one.")
    return None


def password_error(password: str, handle: str) -> Sentence | None:
    """Why this cannot be a password."""
    if len(password) < SHORTEST:
        return say_many("Use at least %(n)s character.", "Use at least %(n)s characters.", SHORTEST)
    if is_common(password):
        return say("This is among the first that anybody would try. Use a few words that have nothing to do together.")
    if contains_handle(password, handle):
        return say("The password contains your handle. Leave that out.")
    return None


routes = [show_join, show_confirmed, send_link, join]
