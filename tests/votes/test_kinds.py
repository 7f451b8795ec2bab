"""What a rule carries, and what is shown before the vote: kinds, test cases, conditions, hints, the dry run."""

import json
from datetime import UTC, datetime

import msgspec
import pytest

from app.dryrun import DryRun
from app.preview import Preview
from governance.conditions.language import name_of
from tests.votes.test_pages import check
from tests.votes.town import Town, rule

CAPITALS = {
    "facts": 1,
    "v": 1,
    "when": {
        "op": "all",
        "of": [
            {"op": "compare", "fact": "capitals", "how": "ge", "value": 80},
            {"op": "compare", "fact": "characters", "how": "ge", "value": 10},
        ],
    },
}
SHOUTING: dict[str, object] = {
    "title": "Shouting",
    "text": "A post in capitals throughout may be labelled.",
    "aim": "The rights of others to read in quiet; nothing milder than a label would do.",
    "elements": ["The whole post is in capitals."],
    "sanctions": ["label"],
    "rule_kind": "bright_line",
    "reached": ["THIS IS ALL IN CAPITALS"],
    "unreached": ["This is not.", "NATO"],
    "condition": json.dumps(CAPITALS),
}


def _rule(change: dict[str, object]) -> dict[str, object]:
    return {**rule(), **change}


def _seen(town: Town, proposal: int) -> Preview:
    return msgspec.convert(town.program().get(f"/proposals/{proposal}").json()["seen"], Preview)


def test_a_bright_line_is_tried_before_its_vote(town: Town) -> None:
    """Hints, test cases and the dry run are published with the freeze, before anybody votes, and stay as they were."""
    loud = [town.says("bo", "WHY DOES NOBODY ANSWER ME"), town.says("cy", "ALL THE MORE SO TODAY")]
    town.says("dee", "quiet as ever")
    gone = town.says("eve", "THIS WILL BE GONE")
    assert 201 == town.asks("eve", f"/posts/{gone}/delete", {}).status_code
    proposal = town.proposes("ann", **_rule(SHOUTING))
    before = _seen(town, proposal)
    assert before.dry_run is None
    assert [(True, "true"), (False, "false"), (False, "false")] == [(one.reached, one.answer) for one in before.tests]
    town.sponsored(proposal, "bo", "cy")
    town.until(town.told(proposal).due_at)
    town.ticks()
    assert "frozen" == town.told(proposal).phase
    tried = _seen(town, proposal).dry_run
    assert isinstance(tried, DryRun)
    assert (2, tuple(reversed(loud))) == (tried.touched, tried.examples)
    assert tried.posts > tried.touched
    town.says("bo", "AND ANOTHER ONE AFTERWARDS")
    assert tried == _seen(town, proposal).dry_run
    for language, words in (("en", "It would have touched 2 of"), ("ar", "كانت لتمسّ")):
        page = town.browser("fay", language).open(f"/proposals/{proposal}")
        assert words in page.text
        assert f"/posts/{loud[0]}" in page.html
    (frozen,) = [step.entry for step in town.told(proposal).steps if step.what == "frozen" and step.entry]
    openings = town.program().get("/data/openings.jsonl").text
    (shown,) = [line for line in openings.splitlines() if json.loads(line)["entry"] == frozen]
    assert tried == msgspec.json.decode(json.loads(shown)["value"], type=Preview).dry_run


def test_a_rule_shows_its_kind_its_tests_and_its_condition(town: Town) -> None:
    """In plain words, as JSON and in CEL; the condition is the one that the ledger names."""
    town.becomes_law("ann", **_rule(SHOUTING))
    (number,) = town.rules("9.1")
    told = town.program().get(f"/rules/{number}").json()["current"]["words"]
    assert ("bright_line", 3) == (told["kind"], len(told["tests"]))
    assert CAPITALS == json.loads(told["condition"])
    assert name_of(told["condition"]) in town.program().get(f"/ledger/{number}").text
    page = town.browser("ann").open(f"/rules/{number}").text
    for words in ("capitals of a hundred letters: at least 80", "capitals >= 80", "THIS IS ALL IN CAPITALS"):
        assert words in page
    assert "الأحرف الكبيرة من كل مئة حرف" in town.browser("ann", "ar").open(f"/rules/{number}").text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"condition": "{"}, "condition"),
        ({"condition": ""}, "condition"),
        ({"rule_kind": "judgment"}, "condition"),
        ({"reached": ["x"] * 21}, "reached"),
        ({"unreached": ["x" * 501]}, "unreached"),
        ({"condition": '{"facts":1,"v":1,"when":{"fact":"text","op":"matches","pattern":"("}}'}, "condition"),
    ],
)
def test_what_cannot_be_used_is_named(town: Town, wrong: dict[str, object], field: str) -> None:
    """The form says what is wrong, and nothing is recorded."""
    answer = town.program("ann").post(
        "/proposals", {**_rule({**SHOUTING, **wrong}), "heading": "A label", "why": "It is loud."}
    )
    assert 422 == answer.status_code
    assert [field] == list(answer.json()["errors"])


def test_a_draft_is_looked_at_before_it_is_proposed(town: Town) -> None:
    """Hints, what the condition says in words, and rules that are like it; without any script."""
    browser = town.browser("ann")
    browser.open("/proposals/new?kind=enact")
    page = check(browser, {**_typed(SHOUTING), "text": "Criticism of the mayor in capitals may be labelled."})
    for words in ("It says “criticism”", "All of these hold:", "the condition reaches it"):
        assert words in page.text, words
    assert [SHOUTING["condition"]] == page.form("/proposals").values["condition"]
    number = town.rules("5.1")[0]
    off = town.program().get(f"/rules/{number}").json()["current"]["words"]
    browser.open("/proposals/new?kind=enact")
    page = check(browser, _typed({name: off[name] for name in ("title", "text", "aim", "elements")}))
    assert "Rules that are like it" in page.text
    assert f'href="/rules/{number}"' in page.html


def _typed(change: dict[str, object]) -> dict[str, str | list[str]]:
    """A rule as a person types it: a line for each of several."""
    typed = {**_rule(change), "heading": "A rule", "why": "Because."}
    lines = ("elements", "reached", "unreached")
    return {
        name: "\n".join(value) if name in lines else value  # type: ignore[arg-type, misc]
        for name, value in typed.items()
        if name != "kind"
    }


def test_a_rule_and_the_terms_are_told_as_of_a_day(town: Town) -> None:
    """What stood then, and not what came later."""
    number = town.rules("5.1")[0]
    then = datetime.fromtimestamp(town.site.clock.now() / 1000, UTC).date().isoformat()
    town.becomes_law("ann", kind="term", term="decision", value="6d")
    values = [
        {term["name"]: term["value"] for term in town.program().get(f"/terms{asked}").json()["items"]}["decision"]
        for asked in ("", f"?on={then}")
    ]
    assert "6d" == values[0]
    assert values[0] != values[1]
    page = town.program().get(f"/rules/{number}?on={then}").json()
    assert (then, 1, "in force") == (page["on"], page["current"]["version"], page["status"])
    assert 404 == town.program().get(f"/rules/{number}?on=2001-01-01").status_code
    assert "unless it is voted anew" in town.browser("ann").open(f"/rules/{number}").text
