"""Orders of the law over HTTP: entered, obeyed where they hold, refused, told at once or by their date."""

import json
from collections.abc import Iterator
from ipaddress import ip_network

import pytest
from msgspec.structs import replace

from app.config import Config
from tests.cases.test_emergencies import page
from tests.cases.town import DAY, Town
from tests.web.serving import Site

WORDS = "what a court in two countries does not want to be read"
ORDER = {"kind": "withhold", "authority": "The court of Bonn", "basis": "Section 130 of the code"}
COMPLY = {"countries": "fr, de", "duration": 30, "unit": "d", "reasons": "The court says so."}


@pytest.fixture
def config(config: Config) -> Config:
    """A square behind a proxy that knows where readers are."""
    return replace(config, trusted_proxies=(ip_network("127.0.0.1/32"),), country_header="X-Country")


@pytest.fixture
def people(config: Config) -> Iterator[Town]:
    """An author, a moderator and a legal officer."""
    site = Site(config)
    town = Town(site)
    town.admit("ann", "ben")
    town.elect("mia")
    town.appoint("olga")
    yield town
    town.audit()
    town.close()
    site.close()


def told(town: Town, order: int, handle: str = "") -> dict[str, object]:
    """An order as somebody sees it."""
    answer = town.program(handle).get(f"/orders/{order}")
    assert answer.status_code == 200, answer.text
    value: dict[str, object] = answer.json()
    return value


def seen_from(town: Town, country: str, post: str, handle: str = "") -> str:
    """How somebody in a country meets a post."""
    answer = town.program(handle).http.get(
        f"/posts/{post}", headers={"X-Country": country, "Accept": "application/json"}
    )
    return f"{answer.json()['stands']} {answer.json()['text']}".strip()


def public(town: Town) -> set[str]:
    """The texts of all public openings."""
    lines = town.program().get("/data/openings.jsonl").text.splitlines()
    return {str(json.loads(line)["value"]) for line in lines}


def test_an_order_is_obeyed_where_it_holds(people: Town) -> None:
    """Inside it is withheld, outside it stands with a line that says so; who is nowhere is outside."""
    post = people.say("ann", WORDS)
    order = people.does("olga", "/orders", **ORDER)
    step = people.does("olga", f"/orders/{order}/comply", post=post, **COMPLY)
    assert "withheld" == seen_from(people, "DE", post)
    assert f"withheld {WORDS}" == seen_from(people, "fr", post, "ann")
    for country in ("IT", "", "T1", "DEU"):
        assert f"open {WORDS}" == seen_from(people, country, post), country
    shown = people.program().get(f"/posts/{post}").json()
    assert shown["restriction"] is None
    assert ["order", step, "DE,FR", False] == [
        shown["restrictions"][0][k] for k in ("kind", "case", "territory", "here")
    ]
    text = page(people, f"/posts/{post}")
    assert WORDS in text
    assert f"/orders/{order}" in text
    assert WORDS in people.program().get("/local").text
    assert {"The court of Bonn", "Section 130 of the code", "The court says so."} <= public(people)
    value = told(people, order)
    assert ("obeyed", "The court of Bonn") == (value["stands"], value["authority"])
    people.later(30 * DAY)
    assert f"open {WORDS}" == seen_from(people, "DE", post)


def test_for_the_globe_it_takes_a_reason(people: Town) -> None:
    """Then it leaves the timelines; the legal officer ends it when the order falls."""
    post = people.say("ann", WORDS)
    order = people.does("olga", "/orders", **ORDER)
    everywhere = {**COMPLY, "countries": ""}
    assert people.do("olga", f"/orders/{order}/comply", post=post, **everywhere).status_code == 422
    step = people.does("olga", f"/orders/{order}/comply", post=post, globe="It names a victim.", **everywhere)
    assert "withheld" == seen_from(people, "", post)
    assert WORDS not in people.program().get("/local").text
    people.refuses("office-1", "mia", f"/orders/{order}/lift", step=step, reasons="No.")
    people.does("olga", f"/orders/{order}/lift", step=step, reasons="The order has fallen.")
    assert f"open {WORDS}" == seen_from(people, "", post)
    assert "It names a victim." in page(people, f"/cases/{step}")


def test_a_sealed_order_is_told_on_its_date(people: Town) -> None:
    """Until then the page shows that it is there and until when; its officer alone reads it."""
    post = people.say("ann", WORDS)
    order = people.does("olga", "/orders", sealed_for=80, unit="d", **ORDER)
    people.does("olga", f"/orders/{order}/comply", post=post, **COMPLY)
    secrets = {"The court of Bonn", "Section 130 of the code", "The court says so."}
    for handle in ("", "ann", "mia", "steward"):
        assert (None, None) == tuple(told(people, order, handle)[name] for name in ("authority", "basis"))
        for path in (f"/orders/{order}", "/orders", "/modlog", f"/ledger/{order}", f"/posts/{post}"):
            assert not any(secret in page(people, path, handle) for secret in secrets), (handle, path)
    assert told(people, order, "olga")["authority"] == "The court of Bonn"
    assert not secrets & public(people)
    assert "withheld" == seen_from(people, "DE", post)
    assert 1 == people.program().get("/orders").json()["counts"]["sealed"]
    people.refuses("order-5", "olga", f"/ledger/{order}/erase", what="order", ground="order")
    people.later(80 * DAY)
    assert secrets <= public(people)
    assert told(people, order)["authority"] == "The court of Bonn"


def test_a_seal_is_ended_before_its_date(people: Town) -> None:
    """By the legal officer, once; and no seal is longer than the term."""
    order = people.does("olga", "/orders", sealed_for=80, unit="d", **ORDER)
    people.refuses("office-1", "mia", f"/orders/{order}/publish")
    assert "/publish" in page(people, f"/orders/{order}", "olga")
    people.does("olga", f"/orders/{order}/publish")
    assert told(people, order)["sealed_until"] is None
    assert "The court of Bonn" in public(people)
    people.refuses("order-6", "olga", f"/orders/{order}/publish")
    people.refuses("order-5", "olga", "/orders", sealed_for=91, unit="d", **ORDER)


def test_data_are_disclosed_and_the_person_finds_it(people: Town) -> None:
    """At once, or, where silence is commanded, on the date of the seal."""
    ann = people.number("ann")
    said = {"person": ann, "disclosed": "The address of the account.", "reasons": "A warrant."}
    order = people.does("olga", "/orders", **{**ORDER, "kind": "disclose"})
    people.does("olga", f"/orders/{order}/comply", **said)
    assert ann in page(people, f"/orders/{order}")
    sealed = people.does("olga", "/orders", sealed_for=1, unit="d", **{**ORDER, "kind": "disclose"})
    people.does("olga", f"/orders/{sealed}/comply", **{**said, "person": people.number("ben")})
    assert people.number("ben") not in people.program().get(f"/orders/{sealed}").text
    people.later(1 * DAY)
    steps = told(people, sealed)["steps"]
    assert isinstance(steps, list)
    assert [people.number("ben")] == [step["person"] for step in steps]


def test_refusals_are_counted(people: Town) -> None:
    """With reasons that everyone reads; and the log and the lists tell it."""
    order, other = (people.does("olga", "/orders", **ORDER) for _ in range(2))
    people.does("olga", f"/orders/{order}/refuse", reasons="No law allows it.")
    people.refuses("order-4", "olga", f"/orders/{order}/refuse", reasons="Again.")
    assert {"received": 2, "obeyed": 0, "refused": 1, "sealed": 0} == people.program().get("/orders").json()["counts"]
    assert "No law allows it." in page(people, f"/orders/{order}")
    listed = people.program().get("/modlog?kind=order").json()["items"]
    assert [other, order] == [item["case"] for item in listed]
    for path in ("/orders", "/modlog"):
        assert f"/orders/{order}" in page(people, path)


def test_what_is_typed_wrongly_comes_back(people: Town) -> None:
    """With what is wrong beside the fields."""
    post = people.say("ann", WORDS)
    order = people.does("olga", "/orders", **ORDER)
    assert people.do("olga", "/orders", **{**ORDER, "basis": " "}).status_code == 422
    for wrong in (
        {**COMPLY, "post": "x"},
        {**COMPLY, "post": post, "countries": "Germany"},
        {**COMPLY, "post": post, "duration": None},
        {"person": "", "disclosed": "Something.", "reasons": "Why."},
    ):
        assert people.do("olga", f"/orders/{order}/comply", **wrong).status_code == 422
    people.refuses("order-2", "olga", f"/orders/{order}/comply", **{**COMPLY, "post": "117"})
    browser, address = people.browser("olga"), f"{people.site.url}/posts/{post}"
    browser.open(f"/orders/{order}")
    said = {"post": address, "countries": "DE", "duration": "3", "reasons": "So."}
    assert "DE" in browser.submit(f"/orders/{order}/comply", said).text
    browser.open("/orders")
    entered = browser.submit("/orders", {"kind": "disclose", "authority": "The ministry", "basis": "A law"})
    assert "The ministry" in entered.text
