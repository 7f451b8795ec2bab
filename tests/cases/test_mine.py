"""What concerns one person: their cases, their reports, what waits for them, every entry under their number."""

import pytest

from app.reports import forget_final
from app.store.reporters import pseudonyms_of
from tests.cases.town import DAY, OFF_TOPIC, SPAM, Town


def test_for_me(town: Town) -> None:
    """The author finds the case about their post, the reporter their report, the moderator the queue."""
    town.admit("ann", "ben", "eve")
    town.elect("mia")
    case = town.report("ben", town.say("ann", "Buy!"), SPAM)
    for handle, cases, reported in (("ann", [case], []), ("ben", [], [case]), ("eve", [], []), ("mia", [], [])):
        page = town.program(handle).get("/me").json()
        assert cases == [line["case"] for line in page["cases"]], handle
        assert reported == [line["case"] for line in page["reported"]], handle
        assert (handle == "mia") == (page["queue"] is not None), handle
        assert 200 == town.browser(handle).open("/me").status
    assert [case] == [line["case"] for line in town.program("mia").get("/me").json()["queue"]["cases"]]
    town.come("new")
    assert "not in the register yet" in town.browser("new").open("/me").text
    assert 401 == town.program().get("/me").status_code


def test_the_queue(town: Town) -> None:
    """The earliest date first; everyone sees what waits, moderators the words as well, and what is not theirs."""
    town.admit("ann", "ben")
    town.elect("mia", "max")
    first = town.report("ben", town.say("mia", "Buy first!"), SPAM)
    town.later(DAY)
    second = town.report("ben", town.say("ann", "Buy second!"), SPAM)
    queues = {handle: town.program(handle).get("/mod/queue").json() for handle in ("", "ben", "mia", "max")}
    assert all([first, second] == [line["case"] for line in queue["cases"]] for queue in queues.values())
    assert ["recusal-1", ""] == [line["recusal"] for line in queues["mia"]["cases"]]
    assert {"": ["", ""], "ben": ["", ""], "max": ["Buy first!", "Buy second!"]} == {
        handle: [line["text"] for line in queues[handle]["cases"]] for handle in ("", "ben", "max")
    }
    assert "Buy" not in town.browser().open("/mod/queue").text
    assert "your own post" in town.browser("mia").open("/mod/queue").text
    town.later(6 * DAY)
    assert [second] == [line["case"] for line in town.program().get("/mod/queue").json()["cases"]]


def test_every_entry_under_my_number(town: Town) -> None:
    """Whatever was done by my number or names it is found, and nothing else; a report under a pseudonym is not."""
    town.admit("ann", "ben")
    town.elect("mia")
    post = town.say("ann", "Buy!")
    case = town.report("ben", post, SPAM)
    decided = town.clears("mia", case)
    for handle in ("ann", "ben", "mia"):
        number = town.number(handle)
        wanted = {
            index
            for index, entry in enumerate(town.entries())
            if entry.by == number or index == int(number[2:]) or number in str(entry.act)
        }
        wanted |= {index for index, entry in enumerate(town.entries()) if f"member={number[2:]}," in str(entry.act)}
        items = town.program(handle).get("/me/acts").json()["items"]
        assert sorted(wanted, reverse=True) == [item["entry"] for item in items], handle
    assert case in [item["entry"] for item in town.program("ann").get("/me/acts").json()["items"]]
    assert case not in [item["entry"] for item in town.program("ben").get("/me/acts").json()["items"]]
    page = town.browser("mia").open("/me/acts")
    assert f"/ledger/{decided}" in page.links.values()
    assert "None." in page.text


def test_entries_are_looked_for_piece_by_piece(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """However little is looked through at once, going on finds the same entries, each once."""
    town.admit("ann", "ben")
    town.elect("mia")
    for n in range(3):
        town.clears("mia", town.report("ben", town.say("ann", f"Buy {n}!"), SPAM))
    whole = [item["entry"] for item in town.program("mia").get("/me/acts").json()["items"]]
    for through, most in ((1, 50), (5, 1), (100, 2)):
        monkeypatch.setattr("app.store.mine.LOOKED_THROUGH", through)
        monkeypatch.setattr("app.web.mine.MOST_IN_A_PAGE", most)
        found, url = [], "/me/acts"
        while url:
            page = town.program("mia").get(url).json()
            found += [item["entry"] for item in page["items"]]
            url = page["next"]
        assert whole == found


def test_a_pseudonym_for_each_month(town: Town) -> None:
    """In a month all reports of a person bear one pseudonym, in the next another; nothing in the ledger joins them."""
    town.admit("ann", "ben")
    for _ in range(2):
        town.report("ben", town.say("ann", "Buy!"), SPAM)
    town.later(31 * DAY)
    town.report("ben", town.say("ann", "Buy!"), SPAM)
    names = [getattr(entry.act, "reporter", None) for entry in town.entries()]
    first, second, third = (name for name in names if name)
    assert first == second != third
    assert town.number("ben") not in "".join(str(entry) for entry in town.entries()[-3:])


def test_who_reported_is_forgotten(town: Town) -> None:
    """The row behind a pseudonym goes when all its cases are final, not before, and never that of this month."""
    town.admit("ann", "ben")
    town.elect("mia")
    opener = town.say("ben", "The pool?", topic="The pool")
    case = town.report("ben", town.say("ann", "Parking.", reply_to=opener), OFF_TOPIC)
    account = town.account("ben").id

    def known() -> int:
        town.site.run(forget_final)
        return len(town.site.run(lambda square: square.database.read(lambda tx: pseudonyms_of(tx, account))))

    assert 1 == known()
    town.clears("mia", case)
    town.later(183 * DAY)
    assert 1 == known()
    town.later(2 * DAY)
    assert 0 == known()
