"""Programs that speak for people: how they are allowed to, what they may do, and how that ends."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from app.programs import is_redirect
from app.scopes import SCOPES
from tests.api.client import Client
from tests.web.client import Browser, Page
from tests.web.conftest import PASSWORD
from tests.web.serving import ON_SQLITE, Site

OOB = "urn:ietf:wg:oauth:2.0:oob"
HOME = "https://app.example/back?from=square"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-long"
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")

Clients = Callable[..., Client]
Members = Callable[[str], Browser]


def registered(http: httpx.Client, redirect: str = OOB, scopes: str = "read write follow") -> dict[str, str]:
    """A new program."""
    form = {"client_name": "Some app", "redirect_uris": redirect, "scopes": scopes, "website": "https://app.example"}
    answer = http.post("/api/v1/apps", data=form)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    return {"client_id": told["client_id"], "client_secret": told["client_secret"]}


def asked(app: Mapping[str, str], redirect: str = OOB, **more: str) -> str:
    """The address at which a program asks somebody."""
    query = {"client_id": app["client_id"], "redirect_uri": redirect, "response_type": "code", "scope": "read write"}
    return f"/oauth/authorize?{urlencode({**query, **more})}"


def token(http: httpx.Client, app: Mapping[str, str], **form: str) -> httpx.Response:
    """What the token endpoint answers."""
    return http.post("/oauth/token", data={**app, **form})


def code_on(page: Page) -> str:
    """The code that a page shows."""
    return next(element.text for element in page.document.all("p") if element["id"] == "code")


def whose(http: httpx.Client, bearer: str) -> int:
    """The status of a call with a token."""
    return http.get("/api/v1/apps/verify_credentials", headers={"Authorization": f"Bearer {bearer}"}).status_code


def test_a_code_is_copied_and_exchanged_once(site: Site, client: Clients, member: Members) -> None:
    """Somebody allows it on a page, copies the code, the program has its token; the code again takes it back."""
    http, ann = client().http, member("ann")
    app = registered(http)
    page = ann.open(asked(app))
    assert "May Some app speak for you?" == page.heading
    assert "Post for you" in page.text
    code = code_on(ann.submit("/oauth/authorize", press="on"))
    grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": OOB}
    told = token(http, app, **grant)
    assert (200, "Bearer", "read write") == (told.status_code, told.json()["token_type"], told.json()["scope"])
    bearer = told.json()["access_token"]
    assert 200 == whose(http, bearer)
    assert site.clock.now() // 1000 == told.json()["created_at"]
    again = token(http, app, **grant)
    assert (400, "invalid_grant") == (again.status_code, again.json()["error"])
    assert 401 == whose(http, bearer)


@ON_SQLITE
def test_a_browser_is_sent_back(client: Clients, member: Members) -> None:
    """To the address that the program gave, letter for letter, with its state; the page may send a form there."""
    http, ann = client().http, member("ann")
    app = registered(http, f"{HOME}\nmyapp://back")
    page = ann.open(asked(app, HOME, state="a&b"))
    assert "form-action 'self' https://app.example;" in page.response.headers["content-security-policy"]
    sent = ann.press("/oauth/authorize", "on")
    back = urlsplit(sent.headers["location"])
    query = parse_qs(back.query)
    assert (303, "app.example", "/back") == (sent.status_code, back.netloc, back.path)
    assert (["square"], ["a&b"]) == (query["from"], query["state"])
    grant = {"grant_type": "authorization_code", "code": query["code"][0]}
    assert 400 == token(http, app, **grant, redirect_uri=OOB).status_code
    ann.open(asked(app, HOME))
    refused = ann.press("/oauth/authorize", "").headers["location"]
    assert ["access_denied"] == parse_qs(urlsplit(refused).query)["error"]
    page = ann.open(asked(app, "myapp://back"))
    assert "form-action 'self' myapp://back;" in page.response.headers["content-security-policy"]


@ON_SQLITE
@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect": HOME + "x"},
        {"redirect": ""},
        {"client_id": "nobody"},
        {"scope": "admin:read"},
        {"scope": "push"},
        {"response_type": "token"},
        {"code_challenge": CHALLENGE, "code_challenge_method": "plain"},
        {"code_challenge": "short", "code_challenge_method": "S256"},
    ],
)
def test_what_is_asked_wrongly_is_not_asked(client: Clients, member: Members, wrong: Mapping[str, str]) -> None:
    """Nobody is sent anywhere: the page says what is wrong."""
    app = registered(client().http, HOME)
    assert 422 == member("ann").open(asked(app, **{"redirect": HOME, **wrong})).status


@ON_SQLITE
def test_pkce_holds(client: Clients, member: Members) -> None:
    """With a challenge the verifier has to be the right one, and a program without a secret may then have its token."""
    http, ann = client().http, member("ann")
    app = registered(http)
    path = asked(app, code_challenge=CHALLENGE, code_challenge_method="S256")
    for form, status in (
        ({**app, "code_verifier": VERIFIER}, 200),
        ({"client_id": app["client_id"], "code_verifier": VERIFIER}, 200),
        ({**app, "code_verifier": VERIFIER + "x"}, 400),
        (app, 400),
    ):
        code = code_on(ann.submit("/oauth/authorize", press="on", at=path))
        grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": OOB}
        assert status == http.post("/oauth/token", data={**form, **grant}).status_code
    code = code_on(ann.submit("/oauth/authorize", press="on", at=asked(app)))
    grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": OOB, "client_id": app["client_id"]}
    assert 400 == http.post("/oauth/token", data=grant).status_code


@ON_SQLITE
def test_a_code_lives_ten_minutes(site: Site, client: Clients, member: Members) -> None:
    """After that it is worth nothing, and nothing can be done with it."""
    http, ann = client().http, member("ann")
    app = registered(http)
    code = code_on(ann.submit("/oauth/authorize", press="on", at=asked(app)))
    site.clock.advance(600_000)
    grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": OOB}
    assert "invalid_grant" == token(http, app, **grant).json()["error"]


@ON_SQLITE
def test_a_password_gives_a_token(client: Clients, member: Members) -> None:
    """Of the account whose handle and password they are, and of nobody else."""
    http = client().http
    member("ann")
    app = registered(http)
    grant = {"grant_type": "password", "scope": "read"}
    for name in ("ann", "@Ann", "ann@nobody.example"):
        assert 200 == token(http, app, **grant, username=name, password=PASSWORD).status_code
    for name, password in (("ann", "wrong" * 5), ("nobody", PASSWORD), ("", ""), ("@nobody.example", PASSWORD)):
        answer = token(http, app, **grant, username=name, password=password)
        assert (400, "invalid_grant") == (answer.status_code, answer.json()["error"])


@ON_SQLITE
def test_a_program_speaks_for_itself(client: Clients) -> None:
    """With its secret, in the body or in a header; it is nobody, and reads what visitors read."""
    http = client().http
    app = registered(http, scopes="read:accounts")
    basic = b64encode(f"{app['client_id']}:{app['client_secret']}".encode()).decode()
    answer = http.post(
        "/oauth/token",
        json={"grant_type": "client_credentials", "scope": "read:accounts"},
        headers={"Authorization": f"Basic {basic}"},
    )
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    secrets = {name: app[name] for name in ("client_id", "client_secret")}
    in_address = http.post(
        "/oauth/token", params={"grant_type": "client_credentials", "scope": "read:accounts", **secrets}
    )
    assert (200, "read:accounts") == (in_address.status_code, in_address.json()["scope"])
    told = http.get("/api/v1/apps/verify_credentials", headers=bearer).json()
    assert ("Some app", ["read:accounts"], [OOB]) == (told["name"], told["scopes"], told["redirect_uris"])


@ON_SQLITE
def test_failures_have_names(client: Clients) -> None:
    """As RFC 6749 has them, with the statuses that it asks for."""
    http = client().http
    app = registered(http, scopes="read")
    itself = {"grant_type": "client_credentials"}
    wrong = [
        ({}, 400, "unsupported_grant_type"),
        ({"grant_type": "implicit"}, 400, "unsupported_grant_type"),
        ({**itself, "client_id": "nobody"}, 401, "invalid_client"),
        ({**itself, "client_secret": "wrong"}, 401, "invalid_client"),
        ({**itself, "scope": "write"}, 400, "invalid_scope"),
        ({**itself, "scope": "nonsense"}, 400, "invalid_scope"),
        ({"grant_type": "authorization_code", "code": "x"}, 400, "invalid_grant"),
    ]
    for form, status, name in wrong:
        answer = http.post("/oauth/token", data={**app, **form})
        assert (status, name) == (answer.status_code, answer.json()["error"])
        assert answer.json()["error_description"]
    answer = http.post("/oauth/token", content=b"\xff", headers={"Content-Type": "application/json"})
    assert (422, "invalid_request") == (answer.status_code, answer.json()["error"])


@ON_SQLITE
def test_a_token_is_taken_back(client: Clients, member: Members) -> None:
    """By its program, by its owner on the page of programs, and by a new password; by no other program."""
    http, ann = client().http, member("ann")
    app, other = registered(http), registered(http)
    given = [
        token(http, app, grant_type="password", username="ann", password=PASSWORD).json()["access_token"]
        for _ in range(3)
    ]
    refused = http.post("/oauth/revoke", data={**other, "token": given[0]})
    assert (403, "unauthorized_client") == (refused.status_code, refused.json()["error"])
    assert [200] * 3 == [whose(http, one) for one in given]
    for one in (given[0], given[0], "nothing"):
        answer = http.post("/oauth/revoke", data={**app, "token": one})
        assert (200, {}) == (answer.status_code, answer.json())
    assert 401 == whose(http, given[0])
    page = ann.open("/settings/programs")
    assert 2 == page.text.count("Take it back")
    ann.submit("/settings/programs")
    assert 1 == [whose(http, one) for one in given].count(200)
    change = {"old_password": PASSWORD, "new_password": "seven swans a-swimming"}
    ann.submit("/settings/password", change, at="/settings")
    assert [401] * 3 == [whose(http, one) for one in given]


@ON_SQLITE
def test_programs_are_registered_soundly(client: Clients) -> None:
    """With a name, whole addresses and scopes that exist; the secret is told once and does not end."""
    http = client().http
    form = {"client_name": "x", "redirect_uris": OOB}
    for wrong in (
        {"client_name": " "},
        {"redirect_uris": ""},
        {"redirect_uris": "/back"},
        {"redirect_uris": "javascript:alert(1)"},
        {"scopes": "everything"},
        {"client_name": "x" * 201},
    ):
        assert 422 == http.post("/api/v1/apps", json={**form, **wrong}).status_code
    told = http.post("/api/v1/apps", json={**form, "redirect_uris": [OOB, HOME]}).json()
    assert ([OOB, HOME], ["read"], 0) == (told["redirect_uris"], told["scopes"], told["client_secret_expires_at"])


@pytest.mark.parametrize("address", ["https://a b", "data:x", "https://a/#b", "//a", "x", "https://a;b/", "é://a", ""])
def test_where_no_code_is_sent(address: str) -> None:
    """What a browser would run, what is no address, and what could turn a header."""
    assert not is_redirect(address)


@ON_SQLITE
def test_clients_find_their_way(site: Site, client: Clients) -> None:
    """The document of RFC 8414 names every endpoint and that PKCE is taken."""
    told = client().get("/.well-known/oauth-authorization-server").json()
    assert f"{site.url}/oauth/token" == told["token_endpoint"]
    assert (["S256"], list(SCOPES)) == (told["code_challenge_methods_supported"], told["scopes_supported"])
    assert f"{site.url}/oauth/userinfo" == told["userinfo_endpoint"]


@ON_SQLITE
def test_a_program_asks_only_who_it_is(site: Site, client: Clients) -> None:
    """In the names of OpenID Connect, with `profile` and nothing else; failures are named as OAuth names them."""
    ann, url = client("ann", "profile"), f"{site.url}/@ann"
    told = ann.get("/oauth/userinfo").json()
    assert (f"{site.url}/", url, "ann", url) == tuple(
        told[name] for name in ("iss", "sub", "preferred_username", "profile")
    )
    assert 200 == ann.http.get(told["picture"]).status_code
    assert 200 == ann.get("/api/v1/accounts/verify_credentials").status_code
    assert 403 == ann.get("/api/v1/timelines/home").status_code
    refused = client("ann", "read write").get("/oauth/userinfo")
    assert (403, "insufficient_scope") == (refused.status_code, refused.json()["error"])
    assert (401, "invalid_token") == ((none := client().get("/oauth/userinfo")).status_code, none.json()["error"])
