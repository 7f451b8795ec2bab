"""The public log: filters, paging, and the same as a page, JSON, CSV and Atom."""

import csv
from io import StringIO
from xml.etree import ElementTree

import pytest

from app.clock import iso
from tests.cases.town import DAY, OFF_TOPIC, PRIVATE, SPAM, Town

KEYS = [
    *("entry", "at", "case", "post", "rule", "outcome", "sanction", "decider", "until", "appeal", "jury", "erased"),
    *("others", "kind", "ground"),
]
ATOM = "{http://www.w3.org/2005/Atom}"


def items(town: Town, query: str = "") -> list[dict[str, object]]:
    """The log as JSON, every page of it."""
    found: list[dict[str, object]] = []
    url: str | None = f"/modlog?{query}" if query else "/modlog"
    while url is not None:
        page = town.program().get(url).json()
        assert ["items", "next"] == list(page)
        found += page["items"]
        url = page["next"]
    return found


def logged(town: Town) -> dict[str, int]:
    """A log of four decisions by two moderators; their entries by what they are."""
    town.admit("ann", "ben")
    town.elect("mia", "max")
    opener = town.say("ben", "The pool?", topic="The pool")
    replies = [town.say("ann", f"Reply {n}.", reply_to=opener) for n in range(3)]
    entries = {}
    for n, name in enumerate(("folded", "labelled")):
        case = town.report("ben", replies[n], OFF_TOPIC)
        entries[name] = town.folds("mia", case, **({} if n == 0 else {"sanction": "label", "milder_label": ""}))
    entries["none"] = town.clears("max", town.report("ben", replies[2], SPAM))
    said = {"elements": [True] * 3, "reasons": "An address.", "milder_fold": "Folded posts open.", "duration": 9}
    case = town.report("ben", replies[2], PRIVATE)
    entries["withheld"] = town.does("max", f"/cases/{case}/decide", sanction="withhold", **said)
    return entries


def test_every_decision_newest_first(town: Town) -> None:
    """Each decision has its ten fields, and the state of its appeal as it is now."""
    entries = logged(town)
    listed = items(town)
    assert sorted(entries.values(), reverse=True) == [item["entry"] for item in listed]
    assert all(KEYS == list(item) for item in listed)
    withheld, none, labelled, folded = listed
    assert ("restrict", "withhold", "possible", town.now + 9 * DAY) == tuple(
        withheld[name] for name in ("outcome", "sanction", "appeal", "until")
    )
    assert ("none", None, None, town.number("max"), SPAM) == tuple(
        none[name] for name in ("outcome", "sanction", "until", "decider", "rule")
    )
    assert ("label", OFF_TOPIC) == (labelled["sanction"], labelled["rule"])
    case = folded["case"]
    appeal = town.does("ann", f"/cases/{case}/appeal", statement="Look again.")
    assert "open" == items(town)[-1]["appeal"]
    town.does("max", f"/appeals/{appeal}/reconsider", outcome="reverse", reasons="It was on topic.")
    assert ("reversed", town.now) == (items(town)[-1]["appeal"], items(town)[-1]["until"])
    town.later(184 * DAY)
    assert ["over", "over", "over", "reversed"] == [item["appeal"] for item in items(town)]


def test_filters(town: Town) -> None:
    """By label, by decider, by outcome, by sanction, and by several at once; the form remembers them."""
    entries = logged(town)
    mia, max_ = town.number("mia"), town.number("max")
    wanted = {
        f"rule={OFF_TOPIC}": ["labelled", "folded"],
        f"rule={town.rule(SPAM)}": ["none"],
        "rule=9.9": [],
        f"decider={mia}": ["labelled", "folded"],
        f"decider={max_}": ["withheld", "none"],
        "outcome=none": ["none"],
        "outcome=restrict": ["withheld", "labelled", "folded"],
        "sanction=fold": ["folded"],
        "sanction=mute": [],
        f"decider={max_}&outcome=restrict": ["withheld"],
        f"rule={OFF_TOPIC}&decider={max_}": [],
        f"before={entries['none']}": ["labelled", "folded"],
        f"rule={OFF_TOPIC}&before={entries['labelled']}": ["folded"],
    }
    for query, names in wanted.items():
        assert [entries[name] for name in names] == [item["entry"] for item in items(town, query)], query
    form = town.browser().open(f"/modlog?rule={OFF_TOPIC}&decider={mia}&outcome=restrict&sanction=fold").form("/modlog")
    asked = {"rule": [OFF_TOPIC], "decider": [mia], "outcome": ["restrict"], "sanction": ["fold"], "kind": [""]}
    assert asked == form.values
    assert {"rule": ["", SPAM, PRIVATE, OFF_TOPIC], "decider": ["", *sorted((mia, max_))]} == {
        name: form.offered[name] for name in ("rule", "decider")
    }
    assert ["", "label", "fold", "withhold"] == form.offered["sanction"]
    page = town.browser().open("/modlog?sanction=mute")
    assert "No decisions here" in page.text
    for query in ("outcome=maybe", "sanction=flog", "before=-1", f"before={2**60}", "before=x"):
        assert town.program().get(f"/modlog?{query}").status_code in (400, 422), query


def test_pages_of_the_log(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page by page the log holds the same as at once, with the filters kept, whatever the size of a page."""
    logged(town)
    whole, max_ = items(town), town.number("max")
    of_max = items(town, f"decider={max_}")
    for size in (1, 2, 3, 4, 5):
        monkeypatch.setattr("app.web.modlog.MOST_IN_A_PAGE", size)
        monkeypatch.setattr("app.modlog.AT_ONCE", size)
        assert whole == items(town)
        assert of_max == items(town, f"decider={max_}")
        assert len(whole) == len(town.program().get("/modlog.csv").text.splitlines()) - 1
    monkeypatch.setattr("app.web.modlog.MOST_IN_A_PAGE", 1)
    browser = town.browser()
    page = browser.open(f"/modlog?decider={max_}")
    assert [of_max[1]["case"]] == [int(text) for text in browser.follow("Older decisions").links if text.isdecimal()]
    assert "Older decisions" in page.links


def test_the_log_as_a_table(town: Town) -> None:
    """CSV holds every decision that the filters let through, with the fields of the JSON."""
    logged(town)
    for query in ("", f"rule={OFF_TOPIC}"):
        answer = town.program().get(f"/modlog.csv?{query}")
        assert "text/csv; charset=utf-8" == answer.headers["content-type"]
        rows = list(csv.DictReader(StringIO(answer.text)))
        wanted = [
            {
                name: ""
                if value is None
                else iso(value)
                if isinstance(value, int) and name in ("at", "until")
                else str(value)
                for name, value in item.items()
            }
            for item in items(town, query)
        ]
        assert wanted == rows


def test_the_log_as_a_feed(town: Town) -> None:
    """Atom: one entry a decision, with an address that stays, and the feed's own address with its filters."""
    entries = logged(town)
    answer = town.program().get(f"/modlog.atom?rule={OFF_TOPIC}")
    assert "application/atom+xml; charset=utf-8" == answer.headers["content-type"]
    feed = ElementTree.fromstring(answer.content)
    own = f"{town.site.url}/modlog.atom?rule={OFF_TOPIC}"
    assert f"{ATOM}feed" == feed.tag
    assert own == feed.findtext(f"{ATOM}id")
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert {"self": own, "alternate": f"{town.site.url}/modlog?rule={OFF_TOPIC}"} == links
    found = feed.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in found]
    assert [f"{town.site.url}/ledger/{entries[name]}" for name in ("labelled", "folded")] == ids
    assert all(entry.findtext(f"{ATOM}{name}") for entry in (feed, *found) for name in ("title", "updated"))
    assert "folding" in str(found[1].findtext(f"{ATOM}title"))
    assert "/modlog.atom" in town.browser().open("/modlog").links.values()


def test_an_empty_log(town: Town) -> None:
    """Before the first decision the log says so, and each of its faces is whole."""
    assert "No decisions here" in town.browser().open("/modlog").text
    assert [] == items(town)
    assert [",".join(KEYS)] == town.program().get("/modlog.csv").text.splitlines()
    assert [] == ElementTree.fromstring(town.program().get("/modlog.atom").content).findall(f"{ATOM}entry")
