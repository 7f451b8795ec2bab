"""The rules, the charter and the terms as people and programs read them."""

import re
from xml.etree.ElementTree import fromstring

import pytest

from governance.terms import TERMS
from tests.votes.town import NAMES, Town, rule
from tests.web.serving import ON_SQLITE

pytestmark = ON_SQLITE

ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_rules_are_shown_as_of_a_day(town: Town) -> None:
    """Now, on a day before one of them, and before there was any."""
    day = _day(town)
    town.becomes_law("ann", **rule())
    browser = town.browser()
    assert "Rule 9.1: Riddles" in browser.open("/rules").text
    then = browser.open(f"/rules?on={day}")
    assert "As they stood on" in then.text and "Riddles" not in then.text and "Off topic" in then.text
    assert "No rule was in force then" in browser.open("/rules?on=2020-01-01").text
    assert 422 == browser.open("/rules?on=yesterday").status


def test_a_rule_tells_what_adopted_it_and_what_would_change_it(town: Town) -> None:
    """Its words, its elements, its figures, its versions with their votes, and proposals under way."""
    town.becomes_law("ann", **rule())
    number = town.rules("9.1")[0]
    town.becomes_law("bo", **{**rule(text="A riddle may be labelled."), "kind": "amend", "target": number})
    town.proposes("cy", kind="repeal", target=number)
    page = town.browser("ann").open(f"/rules/{number}")
    for words in (
        "In force, version 2",
        "1. The post is a riddle.",
        "100% yes of 5 ballots that said yes or no",
        "The end of rule 9.1 “Riddles”",
        "Compare with version 1",
    ):
        assert words in page.text, words
    diff = town.browser().open(f"/rules/{number}/diff/1..2")
    assert "2 passages removed. 1 passage added." in diff.text and "Removed: without its answer" in diff.text
    back = town.program().get(f"/rules/{number}/diff/2..1").json()["difference"]
    assert (1, 2) == (back["removed"], back["added"])
    for span in ("1..3", "x..1", "1", "1..", "..1"):
        assert 404 == town.program().get(f"/rules/{number}/diff/{span}").status_code


def test_new_versions_are_a_feed(town: Town) -> None:
    """Newest first, each under the address of its page, which opens."""
    town.becomes_law("ann", **rule(text="A <b>riddle</b> & no answer."))
    answer = town.program().get("/rules.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = fromstring(answer.text)
    entries = feed.findall(f"{ATOM}entry")
    assert ("Rule 9.1 “Riddles”, version 1", "A <b>riddle</b> & no answer.") == (
        entries[0].findtext(f"{ATOM}title"),
        entries[0].findtext(f"{ATOM}content"),
    )
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert 8 == len(set(ids))
    link = entries[0].find(f"{ATOM}link")
    assert link is not None and 200 == town.program().http.get(link.attrib["href"]).status_code


def test_every_clause_of_the_charter_has_an_address_and_its_mark(town: Town) -> None:
    """And whatever the charter says of a clause or a term leads there."""
    page = town.browser().open("/charter")
    clauses = town.program().get("/charter").json()["clauses"]
    ids = {element["id"] for element in page.document.all() if element["id"]}
    assert {clause["id"] for clause in clauses} <= ids
    shown = {e["id"]: e.text for e in page.document.all("div", cls="tight") if e["id"]}
    for clause in clauses:
        marks = ("enforced by the program" in shown[clause["id"]], "not yet built" in shown[clause["id"]])
        assert (clause["mark"] == "enforced", clause["mark"] == "not yet") == marks
    links = {link["href"] for link in page.document.all("a")}
    assert {link[1:] for link in links if link.startswith("#")} <= ids | {"index", "main"}
    terms = {element["id"] for element in town.browser().open("/terms").document.all("tr")}
    assert {link.partition("#")[2] for link in links if link.startswith("/terms#")} <= terms
    assert "somebody has changed it" not in page.text


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_term_is_said_in_plain_words(town: Town, language: str) -> None:
    """With its value and its bounds, exactly as they are."""
    page = town.browser("ann", language).open("/terms")
    rows = {row["id"]: [cell.text for cell in row.all("td")] for row in page.document.all("tr") if row["id"]}
    assert set(TERMS) == rows.keys()
    for name, cells in rows.items():
        assert len(cells[0]) > len(name) + 20, cells
    if language == "en":
        assert ["7 days", "3 days", "30 days"] == rows["voting"][1:4]
        assert ["3/5", "3/5", "4/5"] == rows["threshold_restricting"][1:4]
    values = {term["name"]: term["value"] for term in town.program().get("/terms").json()["items"]}
    assert (set(TERMS), "7d") == (set(values), values["voting"])


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_pages_of_the_law_open_in_each_language(town: Town, language: str) -> None:
    """For members in every phase, with nothing left over of a template."""
    proposals = [town.proposes("ann", **rule()), town.proposes("bo", kind="term", term="seal", value="2m")]
    vote = town.to_vote(proposals[0]).vote
    number = town.rules("5.1")[0]
    paths = ["/rules", f"/rules/{number}", "/charter", "/terms", "/proposals", f"/proposals/{proposals[0]}/amend"]
    paths += [
        f"/proposals/new?kind={kind}&rule={number}&term=seal" for kind in ("", "enact", "amend", "repeal", "term")
    ]
    paths += [f"/proposals/{proposal}" for proposal in proposals]
    browser = town.browser("dee", language)
    for path in paths:
        page = browser.open(path)
        assert (200, language) == (page.status, page.language[0]), path
        assert not re.search(r"%\(|\{\{|\{%", page.text), path
    page = browser.submit(f"/votes/{vote}/ballot", {"choice": "2"}, at=f"/proposals/{proposals[0]}")
    assert 201 == page.status
    town.vote(vote, yes=NAMES[:3], no=NAMES[5:7])
    town.closes(proposals[0])
    assert 200 == browser.open(f"/proposals/{proposals[0]}").status


def _day(town: Town) -> str:
    return str(town.browser().open("/").document.all("time")[0]["datetime"])
