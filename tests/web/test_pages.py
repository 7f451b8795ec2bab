"""What holds for every page: two renderings, errors with one shape, languages, headers, files fetched once."""

import json
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import get, post
from msgspec import Struct

from app.batch import Overloaded
from app.config import Config
from app.demo.charter import demonstration_charter
from app.square import Square
from app.store.engines import Unavailable
from app.web.answers import local_path
from app.web.headers import POLICY
from app.web.negotiation import preferred_language, prefers_json
from app.web.requests import LARGEST_BODY
from app.web.visits import Visit
from governance.errors import Refused
from tests.web.client import Browser, Page, Program
from tests.web.conftest import PASSWORD
from tests.web.serving import ON_SQLITE, Site

Visitor = Callable[[], Browser]
Member = Callable[[str], Browser]
Programs = Callable[[str], Program]
BROWSER: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


class Wish(Struct, frozen=True):
    """What somebody asks the law for."""

    statement: str = ""


@get("/refuse-me", include_in_schema=False)
async def refuse_me(visit: Visit) -> None:
    """Refuses, as the law does."""
    raise Refused("decide-1", "the case is decided")


@post("/refuse-me", include_in_schema=False)
async def refuse_my_wish(data: Wish) -> None:
    """Refuses what was typed, as the law does."""
    raise Refused("decide-1", "the case is decided")


@get("/break-me", include_in_schema=False)
async def break_me() -> None:
    """Has a bug of ours."""
    raise AssertionError("the secret of the house")


@get("/flood-me", include_in_schema=False)
async def flood_me() -> None:
    """Is full."""
    raise Overloaded("4096 wait", retry_after=3)


@get("/rest", include_in_schema=False)
async def rest() -> None:
    """Has no database."""
    raise Unavailable("the database has gone to postgresql:///secret")


FAILING: Final = (refuse_me, refuse_my_wish, break_me, flood_me, rest)


@pytest.fixture
def failing(site: Site) -> Site:
    """The served square with routes that fail in each way that routes can."""
    for handler in FAILING:
        site.app.register(handler)
    return site


@pytest.mark.parametrize(
    ("accept", "sent", "json_wanted"),
    [
        (BROWSER, "", False),
        ("", "", False),
        ("*/*", "", False),
        ("application/json", "", True),
        ("application/json, text/html", "", False),
        ("application/json, text/html;q=0.9", "", True),
        ("text/html;q=0.5, application/json;q=0.4", "", False),
        ("application/*", "", True),
        ("application/json, */*;q=0.1", "", True),
        ("*/*, text/html;q=0", "", True),
        ("application/problem+json", "", True),
        ("application/json;q=bad", "", False),
        ("*/*", "application/json", True),
        (BROWSER, "application/json", False),
        ("text/*, application/json;q=0.9", "", False),
    ],
)
def test_who_asks_for_json_gets_json(accept: str, sent: str, json_wanted: bool) -> None:
    """Qualities decide, then how specifically a type is named, then what was sent; a browser gets HTML."""
    assert json_wanted == prefers_json(accept, sent)


@given(st.text(max_size=60))
def test_no_accept_header_breaks_a_page(header: str) -> None:
    """Whatever a client sends, it gets one of the two."""
    assert prefers_json(header) in (True, False)
    assert preferred_language(header) in ("en", "ar")


@ON_SQLITE
def test_one_value_two_renderings(site: Site, program: Programs, visitor: Visitor) -> None:
    """The page of the limits and its JSON say the same, and caches keep them apart."""
    page = visitor().open("/about")
    answer = program("").get("/about")
    assert "application/json" == answer.headers["content-type"]
    assert {"Accept", "Cookie", "Accept-Language"} == set(answer.headers["vary"].split(", "))
    assert page.response.headers["vary"] == answer.headers["vary"]
    assert f"{answer.json()['shortest_password']} characters or more" in page.text


@ON_SQLITE
def test_every_answer_protects_its_reader(failing: Site, visitor: Visitor) -> None:
    """Pages, JSON, files and errors alike carry the strict policy and its companions."""
    browser = visitor()
    for path in ("/about", "/session", "/nowhere/at/all", "/break-me", "/static/site.css", "/health/live", "/settings"):
        headers = browser.http.get(path).headers
        assert POLICY == headers["content-security-policy"], path
        assert "nosniff" == headers["x-content-type-options"]
        assert "same-origin" == headers["referrer-policy"]
        assert "strict-transport-security" not in headers
    assert "unsafe" not in POLICY


@ON_SQLITE
@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/nowhere/at/all", 404, "not-found"),
        ("GET", "/static/nothing.css", 404, "not-found"),
        ("DELETE", "/about", 405, "method"),
        ("GET", "/break-me", 500, "failure"),
        ("GET", "/flood-me", 503, "overloaded"),
        ("GET", "/rest", 503, "unavailable"),
        ("GET", "/refuse-me", 403, "refused"),
        ("GET", "/settings", 401, "not-signed-in"),
        ("POST", "/language", 403, "forged"),
    ],
)
def test_errors_have_one_shape(
    failing: Site, program: Programs, visitor: Visitor, method: str, path: str, status: int, name: str
) -> None:
    """As problem+json for programs, as a page with a way on for people, and no inner detail for either."""
    answer = program("").http.request(method, path)
    assert (status, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    problem = answer.json()
    assert f"urn:isegoria:problem:{name}" == problem["type"]
    assert status == problem["status"]
    assert problem["title"]
    assert problem["detail"]
    assert "secret" not in answer.text
    if status != 401:
        page = Page(visitor().http.request(method, path, headers={"Accept": BROWSER}))
        assert status == page.status
        assert "What you can do" in page.text
        assert "secret" not in page.html
    if status == 503:
        assert int(answer.headers["retry-after"]) > 0


@ON_SQLITE
def test_a_refusal_names_its_clause(failing: Site, member: Member, program: Programs) -> None:
    """409 for somebody signed in: the clause, its words, the sentence, ways on, and what was typed, kept."""
    ann = member("ann")
    token = ann.open("/settings").form("/settings/profile").values["csrf"][0]
    sent = {"csrf": token, "statement": "I answered a question.\nFour replies above."}
    page = Page(ann.http.post("/refuse-me", data=sent, headers={"Accept": BROWSER}))
    assert 409 == page.status
    assert "decide-1" in page.text
    assert "the case is decided" in page.heading.lower()
    assert failing.square.charter.clauses["decide-1"].text[:40] in page.html
    assert ["I answered a question.\nFour replies above."] == [
        area.raw.removeprefix("\n") for area in page.document.all("textarea")
    ]
    assert token not in [element["value"] for element in page.document.all("main")[0].all("input")]
    saved = [link for link in page.document.all("a") if "download" in link.attributes]
    assert saved[0]["href"].startswith("data:text/plain")
    problem = program("bob").get("/refuse-me")
    assert (409, "decide-1", "the case is decided") == (
        problem.status_code,
        problem.json()["clause"],
        problem.json()["detail"],
    )


@ON_SQLITE
def test_what_is_too_large_is_not_read(site: Site, program: Programs) -> None:
    """A body above 1 MiB is refused, whether it says its length or not."""
    ann = program("ann")
    headers = {"X-CSRF-Token": ann.token(), "Content-Type": "application/json"}
    body = json.dumps({"bio": "x" * LARGEST_BODY}).encode()
    assert 413 == ann.http.post("/settings/profile", content=body, headers=headers).status_code
    chunks = (body[at : at + 65536] for at in range(0, len(body), 65536))
    assert 413 == ann.http.post("/settings/profile", content=chunks, headers=headers).status_code


@ON_SQLITE
def test_other_kinds_of_bodies_are_not_guessed(site: Site, program: Programs) -> None:
    """Neither plain text nor a file upload is taken for a form; broken JSON is told as such."""
    ann = program("ann")
    headers = {"X-CSRF-Token": ann.token()}
    plain = ann.http.post("/settings/profile", content=b"{}", headers={**headers, "Content-Type": "text/plain"})
    assert 415 == plain.status_code
    upload = ann.http.post("/settings/profile", files={"name": b"x"}, headers=headers)
    assert 415 == upload.status_code
    broken = ann.http.post(
        "/settings/profile", content=b'{"name":', headers={**headers, "Content-Type": "application/json"}
    )
    assert 400 == broken.status_code
    assert 422 == ann.post("/settings/profile", {"nmae": "Ann"}).status_code
    assert 422 == ann.post("/settings/profile", {"name": 7}).status_code
    assert 400 == ann.post("/settings/profile", ["name"]).status_code


@ON_SQLITE
def test_every_field_that_is_wrong_is_told_at_once(site: Site, program: Programs) -> None:
    """422 names each field and what to do, in the language of the client."""
    stranger = program("")
    answer = stranger.post("/sign-in", {"handle": "", "next": "/" * 3000})
    assert 422 == answer.status_code
    told = answer.json()["errors"]
    assert {"handle", "password", "next"} == set(told)
    assert "This must not be empty." == told["handle"]
    assert "Write at most 2,000 characters." == told["next"]
    arabic = stranger.post("/sign-in", {"handle": "", "next": "/" * 3000}, Accept_Language="ar")
    assert "اكتب ٢٬٠٠٠ حرف على الأكثر." == arabic.json()["errors"]["next"]


@ON_SQLITE
def test_an_empty_body_is_told_as_such(site: Site, program: Programs) -> None:
    """A program that sends nothing hears what is missing."""
    stranger = program("")
    answer = stranger.http.post("/sign-in", headers={"X-CSRF-Token": stranger.token()})
    assert 422 == answer.status_code


@ON_SQLITE
def test_signing_in_leads_back(site: Site, member: Member, visitor: Visitor) -> None:
    """Who is sent to sign in comes back to the page they wanted, and never to another host."""
    member("ann")
    browser = visitor()
    assert "/sign-in?next=/settings%3Fsaved%3Dprofile" == browser.open("/settings?saved=profile").path
    page = browser.submit("/sign-in", {"handle": "ann", "password": PASSWORD})
    assert "/settings?saved=profile" == page.path
    other = visitor()
    other.submit("/sign-in", {"handle": "ann", "password": PASSWORD}, at="/sign-in?next=//evil.example/")
    assert other.page is not None
    assert "/" == other.page.path


def test_paths_stay_on_this_host() -> None:
    """What could lead elsewhere leads to the first page."""
    for wish in ("//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "", "/a\r\nX: y"):
        assert "/" == local_path(wish), wish
    assert "/cases/12?page=2#step" == local_path("/cases/12?page=2#step")


@ON_SQLITE
def test_a_language_is_chosen_by_a_form(site: Site, visitor: Visitor, member: Member) -> None:
    """The switch at the foot of each page changes language and direction, and an account keeps it."""
    browser = visitor()
    assert ("en", "ltr") == browser.open("/about").language
    page = browser.submit("/language")
    assert ("/about", ("ar", "rtl")) == (page.path, page.language)
    assert "ما هذا المكان" == page.heading
    assert ("ar", "rtl") == browser.open("/join").language
    ann = member("ann")
    ann.submit("/language", at="/about")
    ann.http.cookies.delete("locale")
    assert ("ar", "rtl") == ann.open("/about").language


@ON_SQLITE
def test_the_browser_says_the_language_first(site: Site) -> None:
    """Without a choice, Accept-Language decides."""
    with Browser(site.url, "ar-EG,ar;q=0.9,en;q=0.8") as reader:
        assert ("ar", "rtl") == reader.open("/about").language
    with Browser(site.url, "de,en;q=0.5,ar;q=0.1") as reader:
        assert ("en", "ltr") == reader.open("/about").language


@ON_SQLITE
def test_light_or_dark_is_written_by_the_server(site: Site, visitor: Visitor) -> None:
    """A chosen theme stands in the page itself, so that nothing flashes; it can be taken back."""
    browser = visitor()
    assert "data-theme" not in browser.open("/about").document.all("html")[0].attributes
    page = browser.submit("/theme", press="dark")
    assert "dark" == page.document.all("html")[0]["data-theme"]
    page = browser.submit("/theme", press="")
    assert "data-theme" not in page.document.all("html")[0].attributes


@ON_SQLITE
def test_everything_that_is_linked_is_there(site: Site, visitor: Visitor, member: Member) -> None:
    """Every link of the pages that everyone sees leads somewhere, signed in or not."""
    for browser in (visitor(), member("ann")):
        for start in ("/about", "/join", "/sign-in", "/session", "/nowhere/at/all"):
            for words, href in browser.open(start).links.items():
                if href.startswith("/"):
                    status = browser.http.get(href, headers={"Accept": BROWSER}, follow_redirects=True).status_code
                    assert 200 == status, f"{words!r} on {start} leads to {href}: {status}"


@ON_SQLITE
def test_names_stand_apart_from_what_surrounds_them(site: Site, member: Member) -> None:
    """Markup in a name is shown as letters, and the name is isolated from the direction of the page."""
    ann = member("ann")
    ann.submit("/settings/profile", {"name": "<b>آن</b> & Co"}, at="/settings")
    page = ann.open("/about")
    assert "<bdi>&lt;b&gt;آن&lt;/b&gt; &amp; Co</bdi>" in page.html


@ON_SQLITE
def test_the_openapi_document_is_whole(site: Site, program: Programs) -> None:
    """Every route that answers JSON is described, with its body and how it fails; no page loads foreign scripts."""
    document = program("").get("/schema/openapi.json").json()
    join = document["paths"]["/join"]["post"]
    assert {"400", "403", "409", "413", "415", "422", "429", "503", "201"} <= set(join["responses"])
    assert ["application/problem+json"] == list(join["responses"]["422"]["content"])
    body = join["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    fields = document["components"]["schemas"][body.rpartition("/")[2]]["properties"]
    assert {"handle", "password", "age", "invitation", "token"} == set(fields)
    about = document["paths"]["/about"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert about["$ref"].endswith("AboutPage")
    assert "cdn" not in program("").get("/schema").text


def test_health_tells_what_lacks(site: Site, program: Programs) -> None:
    """A founded square with a database is ready."""
    asker = program("")
    assert (200, {"status": "live"}) == (asker.get("/health/live").status_code, asker.get("/health/live").json())
    ready = asker.get("/health/ready")
    assert (200, "ready") == (ready.status_code, ready.json()["status"])
    site.run(lambda square: square.database.close())
    ready = asker.get("/health/ready")
    assert (503, "not ready") == (ready.status_code, ready.json()["status"])
    assert "the database does not answer" in ready.json()["reasons"][0]


def test_health_tells_that_the_clock_jumped(site: Site, program: Programs) -> None:
    """In the words of the last look at it; the rest is told as ever."""
    asker = program("")
    site.run(_clock_jumps)
    ready = asker.get("/health/ready")
    assert (503, "not ready", ["it jumped"]) == (ready.status_code, ready.json()["status"], ready.json()["reasons"])
    assert ready.json()["entries"] > 0


async def _clock_jumps(square: Square) -> None:
    square.steadiness.trouble = "it jumped"


def test_a_page_still_says_so_when_the_database_is_gone(site: Site, visitor: Visitor) -> None:
    """Without a database a page answers 503 with Retry-After, in the reader's language."""
    browser = visitor()
    browser.open("/about")
    site.run(lambda square: square.database.close())
    page = browser.open("/about")
    assert 503 == page.status
    assert "The square rests for a moment" == page.heading
    assert "5" == page.response.headers["retry-after"]


def test_a_square_under_a_demonstration_says_so(sqlite_migrated: Config) -> None:
    """Every page of a demonstration carries the banner, errors too."""
    site = Site(sqlite_migrated, charter=demonstration_charter)
    try:
        with Browser(site.url) as browser:
            for path in ("/about", "/join", "/sign-in", "/nowhere/at/all"):
                banners = browser.open(path).document.all(cls="banner")
                assert ["This is a demonstration"] == [banner.text[:23] for banner in banners], path
    finally:
        site.close()
