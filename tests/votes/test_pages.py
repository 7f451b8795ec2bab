"""Proposals and votes as people with a browser meet them, without JavaScript."""

import re

from app.web.proposals import MOST_IN_A_PAGE
from tests.votes.town import NAMES, Town, rule
from tests.web.client import Browser, Filling, Page
from tests.web.serving import ON_SQLITE, Site

pytestmark = ON_SQLITE

RULE: dict[str, str | list[str]] = {
    "label": "9.1",
    "title": "Riddles",
    "text": "A riddle without its answer may be labelled.",
    "aim": "The rights of others to know what they read.",
    "elements": "The post is a riddle.\nIt gives no answer.",
    "sanctions": ["label"],
    "heading": "No riddles without answers",
    "why": "I could not sleep.",
}


def test_a_member_proposes_by_a_form(town: Town) -> None:
    """The class is told before it is sent, everything typed stays, and the post stands in the timeline."""
    browser = town.browser("ann")
    browser.open("/proposals/new")
    browser.follow("A new rule")
    page = browser.submit("/proposals", RULE, press="", at="/proposals/new?kind=enact")
    number = int(page.path.rpartition("/")[2])
    assert ("No riddles without answers", f"/proposals/{number}") == (page.heading, page.path)
    for words in ("A new rule: rule 9.1 “Riddles”", str(RULE["text"]), "restricting", "It may do: Label"):
        assert words in page.text, words
    timeline = browser.open("/")
    assert "I could not sleep." in timeline.text
    assert f"/proposals/{number}" == timeline.links["It proposes a change of the rules"]
    assert "No riddles without answers" in browser.open("/proposals").text


def test_a_draft_is_checked_before_it_is_sent(town: Town) -> None:
    """The law says what it would say, nothing is recorded, and what was typed is in the form again."""
    browser, before = town.browser("ann"), town.written()
    browser.open("/proposals/new?kind=enact")
    page = check(browser, RULE)
    assert "Its class is restricting." in page.text and "The law would take it as it is." in page.text
    form = page.form("/proposals")
    assert {name: form.values[name] for name in RULE} == {
        name: value if isinstance(value, list) else [value] for name, value in RULE.items()
    }
    page = check(browser, {"label": "1.1", "class": "ordinary"})
    assert "As it is, it would be refused: clause form-3" in page.text
    assert before == town.written()


def test_what_cannot_be_used_is_said_at_its_field(town: Town) -> None:
    """And everything typed is kept."""
    browser, before = town.browser("ann"), town.written()
    page = browser.submit("/proposals", {**RULE, "label": "9..1"}, press="", at="/proposals/new?kind=enact")
    assert (422, {"label"}) == (page.status, set(page.errors))
    form = page.form("/proposals")
    assert ([RULE["why"]], ["label"], ["9..1"]) == tuple(form.values[one] for one in ("why", "sanctions", "label"))
    assert before == town.written()


def test_a_refused_proposal_loses_nothing_that_was_typed(town: Town) -> None:
    """The refusal names the clause, quotes it, and shows every text again."""
    browser = town.browser("ann")
    page = browser.submit("/proposals", {**RULE, "label": "1.1"}, press="", at="/proposals/new?kind=enact")
    assert 409 == page.status and "form-3" in page.text and "bears a label" in page.text
    kept = " ".join(one.raw for one in page.document.all("textarea")) + str([one["value"] for one in _inputs(page)])
    for words in (RULE["text"], RULE["why"], RULE["heading"], RULE["elements"]):
        assert str(words) in kept, words


def test_a_form_sent_twice_is_one_proposal(town: Town) -> None:
    """A double click leads to the same page, and there is one post."""
    browser = town.browser("ann")
    form = browser.open("/proposals/new?kind=enact").form("/proposals")
    pairs = form.filled(RULE, "")
    first = browser._arrive(browser._post("/proposals", pairs))
    again = browser._arrive(browser._post("/proposals", pairs))
    assert first.path == again.path
    assert 1 == town.written()["gov_proposal"] == town.written()["post"]


def test_an_amendment_begins_with_what_stands(town: Town) -> None:
    """Of a rule that is in force, and of a proposal; what changes is said in words."""
    number, browser = town.rules("5.1")[0], town.browser("ann")
    form = browser.open(f"/proposals/new?kind=amend&rule={number}").form("/proposals")
    assert ["5.1"] == form.values["label"] and ["label", "fold"] == form.values["sanctions"]
    text = form.values["text"][0].replace("The rule applies nowhere else.", "It applies nowhere else at all.")
    filled = {"text": text, "sanctions": ["label"], "heading": "Shorter", "why": "It is."}
    page = browser.submit("/proposals", filled, press="")
    assert "Removed: The rule" in page.text and "Added: It" in page.text and "Removed: Fold" in page.text
    page = browser.submit(f"{page.path}/amend", {"title": "Beside the point"}, press="", at=f"{page.path}/amend")
    assert "Removed: Off topic" in page.text and "Added: Beside the point" in page.text
    assert "Amended: version 2" in page.text


def test_a_member_sponsors_and_another_withdraws(town: Town) -> None:
    """Each form stands where it concerns whoever reads."""
    path = f"/proposals/{town.proposes('ann', **rule())}"
    browser = town.browser("bo")
    page = browser.submit(f"{path}/sponsor", at=path)
    assert "1 of the 2 that version 1 needs" in page.text
    assert [] == [form.action for form in page.forms if form.action.startswith(path)]
    proposer = town.browser("ann")
    assert "Withdrawn" in proposer.submit(f"{path}/withdraw", at=path).text
    visitor = town.browser().open(path)
    assert "Sign in to see whether you are on the roll" in visitor.text


def test_a_voter_gets_a_receipt_once(town: Town) -> None:
    """It stands in the answer to the ballot, in no address and no store, and not on the page afterwards."""
    proposal = town.proposes("ann", **rule())
    vote = town.to_vote(proposal).vote
    browser = town.browser("dee")
    page = browser.open(f"/proposals/{proposal}")
    assert "So few ballots cannot hide a voter" in page.text
    assert page.text.index("So few ballots") < page.text.index("Your ballot")
    pairs = page.form(f"/votes/{vote}/ballot").filled({"choice": "0"}, None)
    page = browser._arrive(browser._post(f"/votes/{vote}/ballot", pairs))
    token = _token(page)
    assert (201, "no-store") == (page.status, page.response.headers["cache-control"])
    assert token not in page.path and "Your ballot is in the box" in page.text
    again = browser._arrive(browser._post(f"/votes/{vote}/ballot", pairs))
    assert token == _token(again), "a double click loses no receipt"
    later = browser.open(f"/proposals/{proposal}")
    assert token not in later.html and "A mark stands for you: you have voted." in later.text
    assert f"/votes/{vote}/ballot" not in [form.action for form in later.forms]
    for path in (f"/votes/{vote}", f"/votes/{vote}/ballot", f"/votes/{vote}/receipt"):
        assert f"/proposals/{proposal}" == browser.open(path).path
    _found(town, vote, token)


def _found(town: Town, vote: int, token: str) -> None:
    """The receipt is entered on the proposal's page, right and wrong."""
    proposal = town.program().get(f"/votes/{vote}").json()["proposal"]
    entered = {"place": "0", "token": token.upper(), "choice": "0"}
    action, at = f"/votes/{vote}/receipt", f"/proposals/{proposal}"
    browser = town.browser()
    assert "no seal covers it yet" in browser.submit(action, entered, at=at).text
    town.ticks()
    page = browser.submit(action, entered, at=at)
    assert "no-store" == page.response.headers["cache-control"]
    assert "It lies at place 0 of 1, under the root that entry" in page.text
    assert "Another ballot lies at place 0." in browser.submit(action, {**entered, "choice": "1"}, at=at).text
    assert "No ballot lies at place 7" in browser.submit(action, {**entered, "place": "7"}, at=at).text
    page = browser.submit(action, {**entered, "token": "12"}, at=at)
    assert (422, {"token"}) == (page.status, set(page.errors))
    assert "no-store" == page.response.headers["cache-control"]


def test_the_result_is_recounted_on_its_page(town: Town) -> None:
    """Counts, quorum, threshold, the logs to count from, and whether a mark stands for the reader."""
    proposal = town.proposes("ann", **rule())
    town.vote(town.to_vote(proposal).vote, yes=NAMES[:4], no=NAMES[4:6])
    town.closes(proposal)
    browser = town.browser("hal")
    page = browser.open(f"/proposals/{proposal}")
    for words in (
        "4 yes, 2 no, 0 blank",
        "Recounted just now from the 6 ballots in the box: the same.",
        "6 of the 9 on the roll have voted.",
        "The mark is what is needed: 3/5.",
        "No mark stands for you: you have not voted.",
    ):
        assert words in page.text, words
    for words in ("The box", "The opened ballots", "The marks"):
        assert 200 == browser.open(page.links[words]).status
    town.audit()


def test_a_large_roll_needs_no_warning(site: Site) -> None:
    """From thirty names on, the box hides who voted how."""
    crowded = Town.settled(site, [*NAMES, *(f"voter{n}" for n in range(30))])
    try:
        proposal = crowded.proposes("ann", **rule())
        assert crowded.to_vote(proposal).hides_voters
        assert "So few ballots" not in crowded.browser("ann").open(f"/proposals/{proposal}").text
    finally:
        crowded.close()


def test_proposals_are_listed_by_phase_and_page_by_page(town: Town) -> None:
    """Open votes first; what is over is listed from the newest on; an empty list says what to do."""
    browser = town.browser("ann")
    assert "Nobody has proposed anything yet" in browser.open("/proposals").text
    for n in range(MOST_IN_A_PAGE + 1):
        number = town.proposes("ann", **rule(f"8.{n + 1}", sanctions=[]), heading=f"Custom {n + 1}")
        assert 201 == town.asks("ann", f"/proposals/{number}/withdraw", {}).status_code
    town.proposes("ann", kind="term", term="voting", value="5d", heading="Five days")
    town.to_vote(town.proposes("bo", **rule(), heading="Riddles"), "ann", "cy")
    page = browser.open("/proposals")
    at = [page.text.index(words) for words in ("Open votes", "Riddles", "Looking for sponsors", "Five days", "Over")]
    assert sorted(at) == at
    assert ("Custom 41" in page.text, "Custom 1 " in page.text) == (True, False)
    older = browser.follow("Older proposals")
    assert ("Custom 1 " in older.text, "Open votes" in older.text) == (True, False)


def test_a_post_that_is_gone_names_no_proposal(town: Town) -> None:
    """Deleted by its author, or folded by the square: the proposal is called by what it would change."""
    browser = town.browser("bo")
    for number, (name, label) in enumerate((("ann", "9.1"), ("cy", "9.2"))):
        proposal = town.proposes(name, **rule(label), heading="Words to be taken back")
        post = town.told(proposal).post_id
        if number:
            town.folds(post, name)
        else:
            assert 201 == town.asks(name, f"/posts/{post}/delete", {}).status_code
        page = browser.open(f"/proposals/{proposal}")
        assert f"A new rule: rule {label} “Riddles”" == page.heading
        assert "taken back" not in page.text + browser.open("/proposals").text


def test_every_act_is_described_for_programs(town: Town) -> None:
    """The document names each path, the header of the request key, and how a request fails."""
    paths = town.program().get("/schema/openapi.json").json()["paths"]
    for path in ("/proposals", "/proposals/{proposal}/sponsor", "/votes/{vote}/ballot", "/votes/{vote}/receipt"):
        described = paths[path]["post"]
        assert {"409", "422"} <= described["responses"].keys()
        names = {parameter["name"] for parameter in described.get("parameters", ())}
        assert ("Idempotency-Key" in names) == (path != "/votes/{vote}/receipt"), (path, names)
    for path in ("/rules", "/rules/{rule}", "/charter", "/terms", "/proposals/{proposal}", "/votes/{vote}"):
        assert "get" in paths[path]


def check(browser: Browser, filling: Filling) -> Page:
    """Press "Check first", which sends the same form elsewhere."""
    page = browser.page
    assert page is not None
    pairs = page.form("/proposals").filled(filling, "")
    return browser._arrive(browser._post("/proposals/new", pairs))


def _token(page: Page) -> str:
    found = re.search(r'<span class="hash">([0-9a-f]{64})</span>', page.html)
    assert found is not None, page.text
    return found[1]


def _inputs(page: Page) -> list[dict[str, str]]:
    return [{"value": one["value"]} for one in page.document.all("input")]


def test_each_member_of_the_roll_is_told_at_the_close(town: Town) -> None:
    """Who voted, that a mark stands for them; who did not, that none does; who was not on the roll, nothing."""
    town.joins("late")
    proposal = town.proposes("ann", **rule())
    vote = town.to_vote(proposal).vote
    town.vote(vote, yes=["ann", "bo", "cy"], no=["dee", "eve"])
    assert [] == town.program("ann").get("/me").json()["votes"]
    town.closes(proposal)
    told = {name: town.program(name).get("/me").json()["votes"] for name in ("ann", "fay", "late")}
    assert (True, False) == (told["ann"][0]["marked"], told["fay"][0]["marked"])
    assert {vote} == {one["vote"] for one in told["ann"] + told["fay"]}
    assert [] == told["late"]
    for name, words in (("ann", "A mark stands for you"), ("fay", "No mark stands for you")):
        for path in ("/me", "/"):
            assert words in town.browser(name).open(path).text, (name, path)
    assert "stands for you" not in town.browser("late").open("/").text
    town.passes("8d")
    assert "stands for you" not in town.browser("ann").open("/").text
    assert "A mark stands for you" in town.browser("ann").open("/me").text
