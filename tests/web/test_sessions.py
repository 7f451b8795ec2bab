"""Sessions: who is signed in, how that ends, and that no other site can act in their name."""

import re
from collections.abc import Callable

from litestar.routes import HTTPRoute
from msgspec.structs import replace

from app.api.places import is_api
from app.config import Config
from app.square import Square
from app.store.accounts import account_by_handle, change_password
from app.store.engines import Tx
from app.store.sessions import DAY, HOUR, Session, hash_of
from app.web.visits import session_cookie
from tests.web.client import Browser, Program
from tests.web.conftest import PASSWORD
from tests.web.serving import ON_SQLITE, Site

Visitor = Callable[[], Browser]
Member = Callable[[str], Browser]
Programs = Callable[[str], Program]
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def test_signing_up_signs_in(site: Site, member: Member) -> None:
    """Who has joined is signed in at once, under the handle they chose."""
    ann = member("ann")
    assert "@ann" in ann.open("/settings").text


def test_a_look_around_makes_no_session(site: Site, visitor: Visitor) -> None:
    """A visitor who reads gets no session, only a random cookie that ties forms to their browser."""
    browser = visitor()
    browser.open("/about")
    browser.open("/sign-in")
    assert {"visitor"} == set(browser.http.cookies)


def test_a_chosen_session_id_is_never_taken_over(site: Site, member: Member, visitor: Visitor) -> None:
    """Whatever id a browser brings, signing in makes a new one, and the old one opens nothing (fixation)."""
    member("ann")
    browser = visitor()
    browser.http.cookies.set("session", "chosen-by-somebody-else", domain="127.0.0.1")
    browser.submit("/sign-in", {"handle": "ann", "password": PASSWORD}, at="/sign-in")
    mine = [cookie.value for cookie in browser.http.cookies.jar if cookie.name == "session"]
    assert "chosen-by-somebody-else" not in mine[-1:]
    other = visitor()
    other.http.cookies.set("session", "chosen-by-somebody-else", domain="127.0.0.1")
    assert other.open("/settings").path.startswith("/sign-in")


def test_each_sign_in_has_a_new_id(site: Site, member: Member, visitor: Visitor) -> None:
    """Signing in again over an open session makes a new id."""
    ann = member("ann")
    before = ann.http.cookies["session"]
    ann.submit("/sign-in", {"handle": "ann", "password": PASSWORD}, at="/sign-in")
    assert before != ann.http.cookies["session"]


def test_a_session_is_over_after_signing_out(site: Site, member: Member, visitor: Visitor) -> None:
    """A cookie that was copied before signing out opens nothing afterwards (replay)."""
    ann = member("ann")
    copied = ann.http.cookies["session"]
    ann.submit("/sign-out", at="/settings")
    assert "session" not in ann.http.cookies
    thief = visitor()
    thief.http.cookies.set("session", copied, domain="127.0.0.1")
    assert thief.open("/settings").path.startswith("/sign-in")


def test_the_database_holds_no_session_id(site: Site, member: Member) -> None:
    """Who reads the table of sessions cannot become anybody: only hashes of ids are stored."""
    ann = member("ann")
    (row,) = site.run(_sessions)
    assert hash_of(ann.http.cookies["session"]) == row.id_hash
    assert ann.http.cookies["session"].encode() not in (row.id_hash, row.csrf)


def test_a_session_ends_when_it_is_not_used(site: Site, member: Member) -> None:
    """After two idle weeks one signs in again; use in between carries it on."""
    ann = member("ann")
    for _ in range(3):
        site.clock.advance(13 * DAY)
        assert "/settings" == ann.open("/settings").path
    site.clock.advance(14 * DAY + HOUR)
    assert ann.open("/settings").path.startswith("/sign-in")


def test_a_session_ends_after_ninety_days(site: Site, member: Member) -> None:
    """However much it is used."""
    ann = member("ann")
    for _ in range(9):
        site.clock.advance(10 * DAY - HOUR)
        assert "/settings" == ann.open("/settings").path
    site.clock.advance(10 * HOUR)
    assert ann.open("/settings").path.startswith("/sign-in")


def test_somebody_in_office_is_signed_out_sooner(site: Site, visitor: Visitor) -> None:
    """The steward's session ends after an idle hour, a member's does not."""

    async def give_password(square: Square) -> None:
        phc = await square.passwords.hash(PASSWORD)

        async def change(tx: Tx) -> None:
            steward = await account_by_handle(tx, "steward")
            assert steward is not None
            await change_password(tx, steward.id, phc)

        await square.database.write(change)

    site.run(give_password)
    steward = visitor()
    steward.submit("/sign-in", {"handle": "steward", "password": PASSWORD}, at="/sign-in")
    site.clock.advance(HOUR - 1)
    assert "/settings" == steward.open("/settings").path
    site.clock.advance(HOUR)
    assert steward.open("/settings").path.startswith("/sign-in")


def test_a_new_password_ends_the_other_sessions(site: Site, member: Member, visitor: Visitor) -> None:
    """Who changes the password keeps this session and ends all others."""
    ann = member("ann")
    elsewhere = visitor()
    elsewhere.submit("/sign-in", {"handle": "ann", "password": PASSWORD}, at="/sign-in")
    new = "seven other herons at the mill"
    page = ann.submit("/settings/password", {"old_password": PASSWORD, "new_password": new}, at="/settings")
    assert "all other sessions have ended" in page.text
    assert elsewhere.open("/settings").path.startswith("/sign-in")
    assert 422 == elsewhere.submit("/sign-in", {"handle": "ann", "password": PASSWORD}).status
    assert 200 == elsewhere.submit("/sign-in", {"handle": "ann", "password": new}, at="/sign-in?next=/about").status


def test_one_session_can_be_ended_from_another(site: Site, member: Member, visitor: Visitor) -> None:
    """The settings list where one is signed in, and end a session without a password."""
    ann = member("ann")
    elsewhere = visitor()
    elsewhere.submit("/sign-in", {"handle": "ann", "password": PASSWORD}, at="/sign-in")
    ann.submit("/settings/sessions", at="/settings")
    assert elsewhere.open("/settings").path.startswith("/sign-in")
    assert "/settings" == ann.open("/settings").path


def test_nobody_ends_the_session_of_another(site: Site, member: Member) -> None:
    """The name of a session ends nothing for anybody else."""
    ann, bob = member("ann"), member("bob")
    (name,) = [row.name for row in site.run(_sessions) if row.id_hash == hash_of(ann.http.cookies["session"])]
    token = bob.open("/settings").form("/settings/profile").values["csrf"][0]
    answer = bob.http.post("/settings/sessions", data={"csrf": token, "session": name})
    assert 303 == answer.status_code
    assert "/settings" == ann.open("/settings").path


async def _sessions(square: Square) -> list[Session]:
    sql = "select id_hash, account, csrf, created_at, seen_at, expires_at from session"
    return await square.database.read(lambda tx: tx.all(Session, sql))


@ON_SQLITE
def test_every_route_that_writes_refuses_without_a_token(site: Site, member: Member) -> None:
    """Walks all routes: a signed-in browser's request without the session's token is refused, whatever it asks."""
    ann = member("ann")
    walked = 0
    for path, method in _unsafe_routes(site):
        for token in (None, "wrong", ann.http.cookies["session"]):
            data = {} if token is None else {"csrf": token}
            answer = ann.http.request(method, path, data=data, headers={"Origin": site.url})
            assert 403 == answer.status_code, f"{method} {path} with the token {token!r}: {answer.status_code}"
        walked += 1
    assert walked >= 8


@ON_SQLITE
def test_every_route_that_writes_refuses_other_sites(site: Site, program: Programs) -> None:
    """Walks all routes: even with the right token, what comes from another origin is refused."""
    ann = program("ann")
    token = ann.token()
    foreign = (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": site.url},
    )
    for path, method in _unsafe_routes(site):
        for headers in foreign:
            answer = ann.http.request(method, path, json={}, headers={"X-CSRF-Token": token, **headers})
            assert 403 == answer.status_code, f"{method} {path} with {headers}: {answer.status_code}"
            assert "urn:isegoria:problem:forged" == answer.json()["type"]


@ON_SQLITE
def test_the_token_of_one_session_is_worth_nothing_in_another(site: Site, program: Programs) -> None:
    """A token is bound to its session."""
    ann, bob = program("ann"), program("bob")
    token = bob.token()
    answer = ann.http.post("/settings/profile", json={"name": "Bob"}, headers={"X-CSRF-Token": token})
    assert 403 == answer.status_code
    assert 201 == ann.post("/settings/profile", {"name": "Ann"}).status_code


@ON_SQLITE
def test_a_visitor_needs_the_cookie_that_the_form_was_made_for(site: Site, visitor: Visitor) -> None:
    """Before signing in, too, a token works only in the browser that was given it."""
    one, other = visitor(), visitor()
    token = one.open("/sign-in").form("/sign-in").values["csrf"][0]
    form = {"csrf": token, "handle": "ann", "password": PASSWORD}
    assert 403 == other.http.post("/sign-in", data=form).status_code
    assert 422 == one.http.post("/sign-in", data=form).status_code


@ON_SQLITE
def test_a_program_whose_session_is_over_hears_so(site: Site, program: Programs) -> None:
    """401 for JSON, so that a program knows to sign in again."""
    ann = program("ann")
    token = ann.token()
    site.clock.advance(20 * DAY)
    answer = ann.http.post("/settings/profile", json={"name": "Ann"}, headers={"X-CSRF-Token": token})
    assert 401 == answer.status_code
    assert "application/problem+json" == answer.headers["content-type"]


@ON_SQLITE
def test_a_form_that_comes_too_late_loses_nothing(site: Site, member: Member) -> None:
    """When the session has ended under a form, the page shows what was typed."""
    ann = member("ann")
    ann.open("/settings")
    site.clock.advance(20 * DAY)
    page = ann.submit("/settings/profile", {"name": "Ann", "bio": "Writes of herons"})
    assert 403 == page.status
    assert "Writes of herons" in [area["value"] for area in page.document.all("input")]


@ON_SQLITE
def test_the_session_as_a_program_sees_it(site: Site, program: Programs) -> None:
    """`GET /session` tells who is signed in and the token, and nobody caches it."""
    nobody = program("")
    told = nobody.get("/session")
    assert ("", "", "") == (told.json()["account"], told.json()["handle"], told.json()["member"])
    assert "no-store" == told.headers["cache-control"]
    ann = program("ann")
    told = ann.get("/session")
    assert "ann" == told.json()["handle"]
    assert told.json()["account"].isdigit()


def test_cookies_are_bound_to_the_host_over_https(sqlite_config: Config) -> None:
    """Behind https every cookie has the prefix that no other host can set, Secure, HttpOnly and SameSite."""
    secure = replace(sqlite_config, public_url="https://square.example")
    header = session_cookie(secure, "secret").to_header(header="")
    assert header.startswith("__Host-session=secret; ")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(header.split("; "))
    plain = session_cookie(sqlite_config, "secret").to_header(header="")
    assert plain.startswith("session=secret; ")
    assert "Secure" not in plain


def _unsafe_routes(site: Site) -> list[tuple[str, str]]:
    """Every path that writes, with something in the place of its parameters; a witness and the API know no sessions."""
    return [
        (re.sub(r"{[^}]*}", "1", route.path_format), method)
        for route in site.app.routes
        if isinstance(route, HTTPRoute) and not route.path_format.startswith("/witness/")
        if not is_api(route.path_format)
        for method in sorted(UNSAFE & set(route.methods))
    ]
