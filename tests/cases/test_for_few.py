"""A post that its author wrote for few is reported and judged without becoming public."""

from typing import Final

from tests.cases.town import OFF_TOPIC, SPAM, Town

WORDS: Final = "Buy my shells, @ben"


def test_what_is_for_few_stays_so_in_its_case(town: Town) -> None:
    """Its words are for the parties and for those who decide; at its place stands the decision, and no word."""
    town.admit("ann", "ben", "eve")
    town.elect("mia")
    opener = town.say("ben", "The pool?", topic="The pool")
    post = town.say("ann", WORDS, reply_to=opener, visibility="mentioned")
    assert 404 == town.program("eve").get(f"/posts/{post}").status_code
    case = town.report("ben", post, OFF_TOPIC)
    assert 404 == town.program("eve").get(f"/posts/{post}").status_code
    assert WORDS in town.browser("mia").open("/mod/queue").text
    town.folds("mia", case)
    for handle in ("ann", "ben", "mia"):
        assert WORDS == town.case(case, handle)["content"], handle
    assert ["folded", "folded"] == [town.shown(post, handle) for handle in ("ann", "ben")]
    for handle in ("eve", ""):
        assert None is town.case(case, handle)["content"]
        place = town.program(handle).get(f"/posts/{post}").json()
        assert ("few", "", "", case) == (place["stands"], place["text"], place["warning"], place["restriction"]["case"])
        page = town.browser(handle).open(f"/posts/{post}")
        assert "Its author showed it to few" in page.text
        assert "Its author showed this post to few" in town.browser(handle).open(f"/cases/{case}").text
        assert "shells" not in page.html + town.browser(handle).open(f"/cases/{case}").html
    assert "shells" not in town.program().get("/data/openings.jsonl").text
    assert "shells" not in town.program().get("/log").text
    town.audit()


def test_nobody_looks_into_what_is_for_others(town: Town) -> None:
    """Not by a report, nor by an emergency, nor as one of many posts of an account."""
    town.admit("ann", "ben", "eve")
    town.elect("mia")
    post = town.say("ann", WORDS, visibility="mentioned")
    shown = town.say("ann", "Buy my shells, all")
    for handle, path in (("eve", "report"), ("mia", "report")):
        said = {"rule": town.rule(SPAM), "reason": "It does."}
        town.refuses("report-2", handle, f"/posts/{post}/{path}", **said)
    grounds = {"ground": "doxxing", "reasons": "I wonder what it says."}
    town.refuses("emergency-2", "mia", f"/posts/{post}/withhold", **grounds)
    case = town.report("ben", shown, SPAM)
    assert "@ben" not in town.browser("mia").open(f"/cases/{case}").html
    town.audit()


def test_who_is_blocked_may_still_report_what_all_may_read(town: Town) -> None:
    """An author does not choose who may report."""
    town.admit("ann", "ben")
    town.elect("mia")
    post = town.say("ann", "Buy my shells, all")
    assert town.program("ann").post("/@ben/block", {}).status_code < 400
    assert town.report("ben", post, SPAM)
    town.audit()
