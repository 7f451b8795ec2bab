"""Posts through the API: said, edited, taken back, and said later."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.clock import iso
from app.square import Square
from app.unsaid import say_due
from tests.api.client import APP, Client
from tests.speech.world import restrict
from tests.web.serving import ON_SQLITE, Site

Clients = Callable[..., Client]
STATUSES = "/api/v1/statuses"
TOO_LONG = "Validation failed: Text character limit of 5000 exceeded"
SCHEDULED = "/api/v1/scheduled_statuses"


def said(client: Client, text: str, **more: object) -> dict[str, object]:
    """Say something and return the post."""
    answer = client.post(STATUSES, {"status": text, **more})
    assert answer.status_code == 200, answer.text
    told: dict[str, object] = answer.json()
    return told


def test_what_is_asked_for_is_said(client: Clients) -> None:
    """Warning, audience, language, poll and program stand in the answer, and whole addresses in its words."""
    ann, ben = client("ann"), client("ben")
    poll = {"options": ["yes", "no"], "expires_in": 600, "multiple": True}
    more = {"spoiler_text": "News", "visibility": "unlisted", "language": "ar", "poll": poll}
    made = said(ann, "Hear, @ben, of #pools", **more)
    assert ("News", "unlisted", "ar", True) == (
        made["spoiler_text"],
        made["visibility"],
        made["language"],
        made["sensitive"],
    )
    assert [{"title": "yes", "votes_count": 0}, {"title": "no", "votes_count": 0}] == made["poll"]["options"]  # type: ignore[index]
    assert f'<a href="{str(ann.http.base_url).rstrip("/")}/@ben" class="mention"' in str(made["content"])
    assert ["ben"] == [one["username"] for one in made["mentions"]]  # type: ignore[attr-defined]
    assert {"name": "Some app", "website": None} == made["application"]
    assert ben.get(f"{STATUSES}/{made['id']}").json()["id"] == made["id"]


def one_in_address(client: Client, fields: dict[str, str]) -> dict[str, object]:
    """What is said by an address whose body says a little more, as it was typed."""
    made = client.http.post(STATUSES, params=fields, json={"spoiler_text": "over it"}).json()
    source: dict[str, object] = client.get(f"{STATUSES}/{made['id']}/source").json()
    assert made["poll"]["options"][1]["title"] == "that"
    return {name: source[name] for name in ("spoiler_text", "text")}


@ON_SQLITE
def test_forms_mean_what_json_means(client: Clients) -> None:
    """In one part, in many or in the address, with what is empty left out, and under one key once."""
    ann = client("ann")
    fields = {
        "status": "Which?",
        "sensitive": "on",
        "in_reply_to_id": "",
        "quoted_status_id": "",
        "poll[options][0]": "this",
        "poll[options][1]": "that",
        "poll[expires_in]": "600",
    }
    headers = {"Idempotency-Key": "once"}
    assert one_in_address(ann, {**fields, "status": "Where?"}) == {"spoiler_text": "over it", "text": "Where?"}
    one = ann.http.post(STATUSES, data=fields, headers=headers)
    many = ann.http.post(STATUSES + "/", files={name: (None, text) for name, text in fields.items()}, headers=headers)
    assert (200, one.json()) == (many.status_code, many.json())
    assert (True, ["this", "that"]) == (one.json()["sensitive"], [it["title"] for it in one.json()["poll"]["options"]])
    other = ann.http.post(STATUSES, files={"status": (None, "Something else")}, headers=headers)
    assert (422, "This key was used for something else") == (other.status_code, other.json()["error"])


@ON_SQLITE
@pytest.mark.parametrize("body", ["", "null", "{}"])
def test_nothing_more_may_be_said_in_every_spelling(client: Clients, body: str) -> None:
    """What asks for no body takes one that says nothing."""
    ann, headers = client("ann"), {"Content-Type": "application/json"}
    path = f"{STATUSES}/{said(ann, 'Hello')['id']}"
    assert 200 == ann.http.post(f"{path}/favourite", content=body, headers=headers).status_code
    assert 200 == ann.http.request("DELETE", path, content=body, headers=headers).status_code
    assert 422 == ann.http.post(STATUSES, content=body, headers=headers).status_code


@ON_SQLITE
@pytest.mark.parametrize("name", ["id[]", "id[0]", "id"])
def test_ids_are_asked_for_in_every_spelling(client: Clients, name: str) -> None:
    """Lists in the query of an address are as lists in a body."""
    ann, ben = client("ann"), client("ben")
    made = str(said(ann, "Hello")["id"])
    assert [made] == [one["id"] for one in ben.get(STATUSES, **{name: made}).json()]
    for path in ("/api/v1/accounts", "/api/v1/accounts/relationships", "/api/v1/accounts/familiar_followers"):
        assert [str(ann.account)] == [one["id"] for one in ben.get(path, **{name: str(ann.account)}).json()]
    for truth in ("true", "1", "t", "on"):
        assert [] == ben.get(f"/api/v1/accounts/{ann.account}/statuses", only_media=truth).json()


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"status": ""}, 422, "Validation failed: Text can't be blank"),
        ({"status": "x" * 5_001}, 422, TOO_LONG),
        ({"status": "x" * 4_999, "spoiler_text": "xx"}, 422, TOO_LONG),
        ({"status": "x", "in_reply_to_id": "12"}, 404, "Record not found"),
        ({"status": "x", "in_reply_to_id": "twelve"}, 404, "Record not found"),
        ({"status": "x", "quoted_status_id": "12"}, 422, "Validation failed: quotes are not known here yet"),
        ({"status": "x", "visibility": "some"}, 422, None),
        ({"status": "x", "media_ids": ["12"]}, 422, None),
        ({"status": "x", "media_ids": ["a"]}, 422, None),
        ({"status": "x", "poll": {"options": ["one"], "expires_in": 600}}, 422, None),
        ({"status": "x", "poll": {"options": ["one", "two"], "expires_in": 1}}, 422, None),
        ({"status": "x", "language": "?"}, 422, None),
        ({"status": "x", "scheduled_at": "9999-12-31T23:59:59-23:59"}, 422, None),
        ({"status": "x", "scheduled_at": "tomorrow"}, 422, "Record invalid"),
    ],
)
@ON_SQLITE
def test_what_cannot_be_said(client: Clients, form: dict[str, object], status: int, error: str | None) -> None:
    """Each failure has its status and, where clients look for one, its sentence."""
    answer = client("ann").post(STATUSES, form)
    assert status == answer.status_code, answer.text
    assert error in (None, answer.json()["error"])


@ON_SQLITE
def test_a_warning_before_nothing_is_the_text(client: Clients) -> None:
    """As everywhere where these clients speak."""
    made = said(client("ann"), "", spoiler_text="Only this")
    assert ("", "<p>Only this</p>") == (made["spoiler_text"], made["content"])


def test_a_reply_reaches_nobody_beyond_its_post(client: Clients) -> None:
    """Unless it says for whom it is."""
    ann, ben = client("ann"), client("ben")
    asked = said(ann, "for @ben", visibility="direct")
    assert "direct" == said(ben, "@ann yes", in_reply_to_id=asked["id"])["visibility"]
    assert "public" == said(ben, "@ann well", in_reply_to_id=asked["id"], visibility="public")["visibility"]
    assert 404 == client("cy").post(STATUSES, {"status": "and I?", "in_reply_to_id": asked["id"]}).status_code


def test_one_key_one_post(client: Clients) -> None:
    """Sent again, and eight times at once, it is said once; with other words the key is refused."""
    ann = client("ann")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ann.post(STATUSES, {"status": "Once"}, Idempotency_Key="k"), range(8)))
    assert {200} == {answer.status_code for answer in answers}
    assert 1 == len({answer.json()["id"] for answer in answers})
    assert 422 == ann.post(STATUSES, {"status": "Twice"}, Idempotency_Key="k").status_code
    assert 200 == client("ben").post(STATUSES, {"status": "Twice"}, Idempotency_Key="k").status_code
    assert 1 == ann.get(f"/api/v1/accounts/{ann.account}").json()["statuses_count"]


@ON_SQLITE
def test_a_key_is_free_after_an_hour(site: Site, client: Clients) -> None:
    """Then the same words are said once more."""
    ann = client("ann")
    first = ann.post(STATUSES, {"status": "Good morning"}, Idempotency_Key="k").json()
    site.clock.advance(3_600_000)
    assert first["id"] != ann.post(STATUSES, {"status": "Good morning"}, Idempotency_Key="k").json()["id"]


def test_edits_have_a_history(client: Clients) -> None:
    """Everybody who may read the post reads what it said, and what was typed."""
    ann, ben = client("ann"), client("ben")
    made = said(ann, "One", spoiler_text="News")
    path = f"{STATUSES}/{made['id']}"
    changed = ann.http.put(path, json={"status": "Two"}).json()
    assert ("<p>Two</p>", "", True) == (changed["content"], changed["spoiler_text"], changed["edited_at"] is not None)
    told = ben.get(f"{path}/history").json()
    assert [("<p>One</p>", "News"), ("<p>Two</p>", "")] == [(one["content"], one["spoiler_text"]) for one in told]
    assert {"id": made["id"], "text": "Two", "spoiler_text": ""} == ben.get(f"{path}/source").json()
    assert 404 == ben.http.put(path, json={"status": "Mine"}).status_code
    assert 422 == ann.http.put(path, json={"status": ""}).status_code


def test_what_is_taken_back_can_be_said_again(client: Clients) -> None:
    """The answer has what was typed; nothing is left where it stood."""
    ann, ben = client("ann"), client("ben")
    made = said(ann, "*One*", spoiler_text="News")
    path = f"{STATUSES}/{made['id']}"
    assert 404 == ben.http.delete(path).status_code
    gone = ann.http.delete(path).json()
    assert ("*One*", "News") == (gone["text"], gone["spoiler_text"])
    for after in (ann.http.delete(path), ann.get(path), ann.get(f"{path}/history"), ann.get(f"{path}/context")):
        assert 404 == after.status_code
    assert 200 == ann.post(STATUSES, {"status": gone["text"], "spoiler_text": gone["spoiler_text"]}).status_code


def test_a_thread_is_told_around_a_post(client: Clients) -> None:
    """What is above it and what is below it, without what is for others."""
    ann, ben, cy = client("ann"), client("ben"), client("cy")
    first = said(ann, "one")
    second = said(ben, "two", in_reply_to_id=first["id"])
    third = said(ann, "three", in_reply_to_id=second["id"])
    said(ben, "@ann whisper", in_reply_to_id=second["id"], visibility="direct")
    around = cy.get(f"{STATUSES}/{second['id']}/context").json()
    assert [first["id"]] == [one["id"] for one in around["ancestors"]]
    assert [third["id"]] == [one["id"] for one in around["descendants"]]
    assert 2 == len(ann.get(f"{STATUSES}/{second['id']}/context").json()["descendants"])
    asked = cy.get(STATUSES, **{"id[]": str(third["id"])}).json()
    assert [third["id"]] == [one["id"] for one in asked]


def test_what_is_folded_stands_behind_the_decision(site: Site, client: Clients) -> None:
    """Old clients see a content warning that names it; what is withheld has no words, no source and no history."""
    ann, ben = client("ann"), client("ben")
    folded, withheld = said(ann, "Nonsense"), said(ann, "Somebody's address")
    site.run(lambda square: restrict(square, "fold", post=int(str(folded["id"]))))
    site.run(lambda square: restrict(square, "withhold", post=int(str(withheld["id"])), case=600))
    told = ben.get(f"{STATUSES}/{folded['id']}").json()
    assert "Folded under rule" in told["spoiler_text"] and "Nonsense" in told["content"]
    path = f"{STATUSES}/{withheld['id']}"
    assert "" == ben.get(path).json()["content"]
    assert [404, 404] == [ben.get(f"{path}/{part}").status_code for part in ("source", "history")]
    assert 200 == ann.get(f"{path}/source").status_code


def test_a_post_waits_for_its_time(site: Site, client: Clients) -> None:
    """It is listed, put off, dropped; when it is due it is said once, however often somebody looks."""
    ann = client("ann")
    now = site.run(_now)
    made = said(ann, "Later", scheduled_at=iso(now + 600_000), spoiler_text="News")
    path = f"{SCHEDULED}/{made['id']}"
    params = made["params"]
    assert isinstance(params, dict)
    assert ("Later", "News", "public", APP) == tuple(
        params[name] for name in ("text", "spoiler_text", "visibility", "application_id")
    )
    assert [made["id"]] == [one["id"] for one in ann.get(SCHEDULED).json()]
    assert iso(now + 700_000) == ann.http.put(path, json={"scheduled_at": iso(now + 700_000)}).json()["scheduled_at"]
    assert 422 == ann.http.put(path, json={"scheduled_at": iso(now + 299_000)}).status_code
    assert 404 == client("ben").get(path).status_code
    dropped = said(ann, "Never", scheduled_at=iso(now + 700_000))
    assert 200 == ann.http.delete(f"{SCHEDULED}/{dropped['id']}").status_code
    site.clock.advance(700_000)
    site.run(say_due)
    assert 0 == site.run(say_due)
    assert 404 == ann.get(path).status_code
    assert 1 == ann.get(f"/api/v1/accounts/{ann.account}").json()["statuses_count"]


@ON_SQLITE
def test_what_is_too_soon_does_not_wait(site: Site, client: Clients) -> None:
    """Less than five minutes ahead is refused; a time that has passed is now."""
    ann = client("ann")
    now = site.run(_now)
    assert 422 == ann.post(STATUSES, {"status": "x", "scheduled_at": iso(now + 60_000)}).status_code
    assert "<p>x</p>" == said(ann, "x", scheduled_at=iso(now - 60_000))["content"]


async def _now(square: Square) -> int:
    return square.clock.now()
