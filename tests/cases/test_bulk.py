"""Spam is decided in bulk: one decision names many posts of one account, and one end ends it for all."""

import json
from collections.abc import Sequence

from app.config import Config
from tests.cases.test_dsa import exported
from tests.cases.test_erasures import erase
from tests.cases.town import DAY, SPAM, Town

WATCHES = "cheap watches and only today, number {}, the link is in my profile"
FOLDED = {
    "sanction": "fold",
    "elements": [True, True],
    "reasons": "The same under every conversation.",
    "milder_slow": "It has been posted already.",
    "milder_unrecommend": "It crowds the conversations themselves.",
    "duration": 30,
    "unit": "d",
}


def _spam(town: Town, count: int = 4) -> tuple[list[str], int]:
    town.admit("ann", "ben", "cy")
    town.elect("mia", "max")
    posts = [town.say("ann", WATCHES.format(number)) for number in range(count)]
    return posts, town.report("ben", posts[0], SPAM)


def _folds(town: Town, case: int, others: Sequence[str]) -> int:
    return town.does("mia", f"/cases/{case}/decide", **FOLDED, posts=list(others))


def test_a_moderator_chooses_among_the_accounts_recent_posts(town: Town) -> None:
    """By a form, the most similar first; the page of the case lists them, and each shows the one decision."""
    posts, case = _spam(town)
    free = town.say("ann", "How is your mother?")
    browser = town.browser("mia")
    form = browser.open(f"/cases/{case}").form(f"/cases/{case}/decide")
    assert {*posts[1:], free} == set(form.offered["posts"])
    assert free == form.offered["posts"][-1]
    filling = {name: value if isinstance(value, list) else str(value) for name, value in FOLDED.items()}
    page = browser.submit(
        f"/cases/{case}/decide", {**filling, "elements": ["true", "true"], "posts": posts[1:]}, at=f"/cases/{case}"
    )
    assert "It holds for 3 other posts of the account as well" in page.text
    assert ["folded"] * 4 + ["open"] == [town.shown(post) for post in [*posts, free]]
    told = town.case(case)["decision"]
    assert isinstance(told, dict)
    assert [(post, WATCHES.format(place)) for place, post in enumerate(posts[1:], 1)] == [
        (one["post"], one["content"]) for one in told["others"]
    ]
    assert str(case) in town.browser().open(f"/posts/{posts[2]}").html
    (logged, *_) = town.program().get("/modlog").json()["items"]
    assert 3 == logged["others"]
    shown = [json.loads(line) for line in town.program().get("/data/openings.jsonl").text.splitlines()]
    assert [f"content/{place}" for place in (1, 2, 3)] == sorted(
        one["field"] for one in shown if one["entry"] == told["entry"] and one["field"].startswith("content/")
    )
    town.audit()


def test_other_rules_and_other_accounts_have_cases_of_their_own(town: Town) -> None:
    """No form offers them, and the law, or what the service alone knows, refuses them."""
    posts, case = _spam(town)
    strange = town.say("cy", WATCHES.format(9))
    own = town.report("cy", posts[3], SPAM)
    assert own != case
    form = town.browser("mia").open(f"/cases/{case}").form(f"/cases/{case}/decide")
    assert set(posts[1:3]) == set(form.offered["posts"])
    for others in ([strange], [posts[3]], ["1"], [posts[0]]):
        town.refuses("decide-10", "mia", f"/cases/{case}/decide", **FOLDED, posts=others)
    other = town.report("ben", posts[1], "4.1")
    assert "posts" not in town.browser("mia").open(f"/cases/{other}").form(f"/cases/{other}/decide").offered
    town.audit()


def test_later_reports_join_and_one_end_is_the_end_of_all(town: Town) -> None:
    """Who reports another of them stands in the same case; a reversal frees every one."""
    posts, case = _spam(town)
    _folds(town, case, posts[1:])
    assert case == town.report("cy", posts[2], SPAM)
    assert case == town.case(case, "cy")["case"]
    appeal = town.does("ann", f"/cases/{case}/appeal", statement="It is art.", side="author")
    town.does("max", f"/appeals/{appeal}/reconsider", outcome="reverse", reasons="So it is.")
    assert ["open"] * 4 == [town.shown(post) for post in posts]
    town.audit()


def test_the_words_of_all_are_erased_together(town: Town) -> None:
    """At the author's request, when the case is final: in every entry, and in the posts themselves."""
    posts, case = _spam(town, 3)
    decision = _folds(town, case, posts[1:])
    joined = town.size
    town.report("cy", posts[1], SPAM)
    town.later(200 * DAY)
    erase(town, "ann", joined, "content")
    openings = town.program("ann").get("/data/openings.jsonl").text
    assert [0] == [number for number in range(3) if f"today, number {number}," in openings]
    for post in posts[1:]:
        assert "cheap watches" not in town.program("ann").get(f"/posts/{post}").text
    assert "cheap watches" in town.program("ann").get(f"/posts/{posts[0]}").text
    erased = town.case(case)["erased"]
    assert isinstance(erased, list)
    assert decision in {one["entry"] for one in erased}
    town.audit()


def test_each_named_post_has_its_statement_of_reasons(town: Town, config: Config) -> None:
    """As the database wants them: one for the reported post, and one for each of the others."""
    posts, case = _spam(town)
    _folds(town, case, posts[1:])
    statements, _ = exported(config)
    assert len(posts) == len(statements) == len({one["puid"] for one in statements})
