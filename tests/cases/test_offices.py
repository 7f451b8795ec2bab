"""Offices over HTTP: granted by a steward, ended by one, resigned; and accounts that close."""

from tests.cases.town import DAY, Town


def test_a_moderator_is_made_and_ended(town: Town) -> None:
    """By forms: the steward grants, everyone sees it, the steward ends it."""
    town.admit("ann")
    steward, ann = town.browser("steward"), town.number("ann")
    page = steward.submit("/offices", {"member": ann, "duration": "30", "unit": "d"}, at="/offices")
    assert (200, "/offices") == (page.status, page.path)
    holders = town.program().get("/offices").json()["holders"]
    assert [("steward", "m:1"), ("moderator", ann)] == [(one["role"], one["member"]) for one in holders]
    assert town.now + 30 * DAY == holders[1]["until"]
    assert [] == [form for form in town.browser().open("/offices").forms if form.action.startswith("/offices")]
    granted = holders[1]["grant"]
    assert granted + 1 == town.does("steward", "/offices/end", grant=granted)
    page = town.browser().open("/offices")
    assert "ended early" in page.text
    assert ["m:1"] == [one["member"] for one in town.program().get("/offices").json()["holders"]]


def test_a_moderator_resigns(town: Town) -> None:
    """Who holds an office may leave it, by the one button that the page has for them."""
    town.admit("ben")
    town.elect("mia")
    page = town.browser("mia").submit("/offices/end", at="/offices")
    assert 200 == page.status
    assert ["m:1"] == [one["member"] for one in town.program().get("/offices").json()["holders"]]


def test_offices_that_are_refused(town: Town) -> None:
    """Not by a member, not to nobody, not twice, not longer than the term, not of another."""
    town.admit("ann", "ben")
    town.elect("mia")
    said = {"member": town.number("ben"), "duration": 30, "unit": "d"}
    town.refuses("office-1", "ann", "/offices", **said)
    town.refuses("office-1", "mia", "/offices", **said)
    town.refuses("office-2", "steward", "/offices", **{**said, "member": "m:4711"})
    town.refuses("office-2", "steward", "/offices", **{**said, "member": town.number("mia")})
    town.refuses("office-3", "steward", "/offices", **{**said, "duration": 184})
    granted = town.program().get("/offices").json()["holders"][1]["grant"]
    town.refuses("office-1", "ann", "/offices/end", grant=granted)
    town.refuses("office-5", "steward", "/offices/end", grant=0)
    assert {"member"} == set(town.do("steward", "/offices", **{**said, "member": "ben"}).json()["errors"])


def test_the_founders_time_ends(town: Town) -> None:
    """After `founding_time` no steward makes moderators, and the page offers no form for it."""
    town.admit("ben")
    said = {"member": town.number("ben"), "duration": 30, "unit": "d"}
    town.later(364 * DAY)
    assert town.program("steward").get("/offices").json()["grants"]
    town.later(2 * DAY)
    assert ([], False) == tuple(town.program("steward").get("/offices").json()[name] for name in ("holders", "grants"))
    town.refuses("office-1", "steward", "/offices", **said)


def test_an_account_is_closed_by_its_owner(town: Town) -> None:
    """Closed is closed: no report of it is undone, and nothing is done any more."""
    town.admit("ann", "ben")
    page = town.browser("ann").submit("/me/close", {}, at="/me/close")
    assert (422, {"sure"}) == (page.status, set(page.errors))
    page = town.browser("ann").submit("/me/close", {"sure": "on"}, at="/me/close")
    assert "Your account is closed" in page.text
    town.refuses("member-3", "ann", "/me/close", sure=True)
    town.refuses("member-3", "ann", "/offices", member=town.number("ben"), duration=30, unit="d")
