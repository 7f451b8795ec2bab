"""What holds for every call of the API."""

import re
from collections.abc import Callable

import httpx
import pytest

from app.api.callers import Access
from tests.api.client import Client
from tests.web.client import Browser
from tests.web.serving import ON_SQLITE, Site

Clients = Callable[..., Client]
NOT_FOUND = {"error": "Record not found"}


@ON_SQLITE
def test_every_failure_has_one_shape(client: Clients) -> None:
    """An unknown address, an id that is none, a token that opens nothing: an `error` in words, and its status."""
    visitor, ann = client(), client("ann")
    assert (404, NOT_FOUND) == _told(visitor.get("/api/v1/nothing/here"))
    assert (404, NOT_FOUND) == _told(visitor.get("/api/v1"))
    assert (404, NOT_FOUND) == _told(visitor.post("/api/follow"))
    assert (404, NOT_FOUND) == _told(visitor.http.delete("/api/v1/accounts/1"))
    for no_id in ("x", "-1", "1e3", "99999999999999999999", "²", "%00", "1%2F2"):
        assert (404, NOT_FOUND) == _told(ann.get(f"/api/v1/accounts/{no_id}"))
    visitor.http.headers["Authorization"] = "Bearer nothing"
    assert (401, {"error": "The access token is invalid"}) == _told(visitor.get(f"/api/v1/accounts/{ann.account}"))


@ON_SQLITE
def test_scopes_hold(client: Clients) -> None:
    """A token reads what it was given, `read` stands for each of its parts, and a slash at the end changes nothing."""
    ann = client("ann")
    path = f"/api/v1/accounts/{ann.account}"
    for scopes in ("read", "read:accounts", "write read:accounts"):
        assert 200 == client("ben", scopes).get(path + "/").status_code
    for scopes in ("write", "read:statuses", "readable", "follow"):
        told = _told(client("ben", scopes).get(path))
        assert (403, {"error": "This action is outside the authorized scopes"}) == told


@ON_SQLITE
@pytest.mark.parametrize("path", ["/api/v1/accounts/1", "/api/v1/nothing", "/health", "/oauth/token", "/nodeinfo/2.0"])
def test_scripts_of_every_origin_may_call(client: Clients, path: str) -> None:
    """What a script of another site asks beforehand is answered, and every answer may be read, refusals too."""
    visitor = client()
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    before = visitor.http.options(path, headers=asked)
    assert (204, "*") == (before.status_code, before.headers["access-control-allow-origin"])
    assert "Authorization" in before.headers["access-control-allow-headers"]
    answer = visitor.http.get(path, headers=asked)
    assert "*" == answer.headers["access-control-allow-origin"]
    assert {"Link", "X-RateLimit-Remaining"} <= set(answer.headers["access-control-expose-headers"].split(", "))
    assert "access-control-allow-origin" not in visitor.get("/rules").headers


@ON_SQLITE
def test_a_cookie_opens_nothing(site: Site, member: Callable[[str], Browser]) -> None:
    """A browser that is signed in is nobody to the API, so that no other site can act by it: only a token counts."""
    ann = member("ann")
    for route in site.app.routes:
        for handler in getattr(route, "route_handlers", []):
            access = handler.opt.get("access")
            if isinstance(access, Access) and access.who != "anybody":
                path = re.sub(r"{[^}]*}", "1", route.path_format)
                method = min(handler.http_methods)
                told = _told(ann.http.request(method, path, headers={"Origin": site.url}))
                words = "The access token is invalid"
                named = {"error": "invalid_token", "error_description": words}
                wanted = named if path.startswith("/oauth/") else {"error": words}
                assert (401, wanted) == told, f"{method} {path}"


@ON_SQLITE
def test_the_square_is_well(client: Clients) -> None:
    """Clients ask so before anything else."""
    answer = client().get("/health")
    assert (200, "OK") == (answer.status_code, answer.text)


@ON_SQLITE
@pytest.mark.parametrize("path", ["/", "/api/v1/instance", "/api/v2/instance/"])
def test_answers_have_heads(client: Clients, path: str) -> None:
    """Clients look at the head of a page for the square's time, and at that of a call for whether it is there."""
    answer = client().http.head(path)
    assert (200, b"") == (answer.status_code, answer.content)
    assert answer.headers["date"]
    assert answer.headers["content-type"] == client().http.get(path).headers["content-type"]
    assert 404 == client().http.head("/api/v1/nothing").status_code


def test_an_account_is_told(site: Site, client: Clients) -> None:
    """Ids are strings, times have milliseconds, addresses are whole, and the day of joining is a day."""
    ann = client("ann")
    told = client().get(f"/api/v1/accounts/{ann.account}").json()
    assert str(ann.account) == told["id"]
    assert ("ann", "ann", f"{site.url}/@ann") == (told["username"], told["acct"], told["url"])
    assert told["created_at"].endswith("T00:00:00.000Z")
    assert 200 == ann.http.get(told["avatar"]).status_code


def _told(answer: httpx.Response) -> tuple[int, object]:
    return answer.status_code, answer.json()
