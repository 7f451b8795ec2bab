"""Hints on the form of a rule."""

import pytest

from governance.acts.proposals import RuleSpec
from governance.acts.words import RuleKind, Sanction
from governance.charter import FoundingRule, Probe
from governance.conditions.language import Compare, Condition, Contains
from governance.form import Finding, Probed, Words, findings, probed
from tests.governance.charters import the_charter
from tests.governance.making import OTHER

TESTS = (Probe(True, "ALL OF THIS"), Probe(False, "none of this"))
GOOD = Words(
    title="Shouting",
    text="A post in capitals may be labelled.",
    aim="The rights of others to read in quiet, and nothing milder would do.",
    elements=("The whole post is in capitals.",),
    tests=TESTS,
)


def _hints(words: Words, *sanctions: Sanction, condition: Condition | None = None) -> list[str]:
    kind: RuleKind = "bright_line" if condition else "judgment"
    spec = RuleSpec("9.1", sanctions, len(words.elements), "incompatible", False, OTHER, kind, len(words.tests), "")
    return [one.hint for one in findings(spec, words, condition) if one.hint != "sunset"]


def _but(**changed: object) -> Words:
    fields = {name: getattr(GOOD, name) for name in GOOD.__struct_fields__}
    return Words(**{**fields, **changed})


def test_a_good_rule_has_no_hint_but_its_sunset() -> None:
    """Nobody is sent away with a page of reproaches."""
    assert [] == _hints(GOOD, "label")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (_but(aim="Nobody likes it when somebody shouts at them here."), "aim_unnamed"),
        (_but(aim="Rights."), "aim_short"),
        (_but(elements=("Is the post in capitals?",)), "element_question"),
        (_but(elements=("Shouting.",)), "element_short"),
        (_but(elements=("The post is in capitals.", "The post is in CAPITALS")), "element_twice"),
        (_but(elements=("The post is in capitals and/or bold",)), "element_joined"),
        (_but(text="Incitement to hatred is labelled."), "rabat"),
        (_but(text="Criticism of the mayor is labelled."), "viewpoint"),
        (_but(text="x" * 2_001), "long"),
        (_but(tests=()), "tests_none"),
        (_but(tests=TESTS[:1]), "tests_one_sided"),
    ],
)
def test_what_is_missing_is_said(words: Words, hint: str) -> None:
    """Each by itself."""
    assert [hint] == _hints(words, "label")


def test_the_ladder_is_looked_at() -> None:
    """A rule of custom restricts nobody; one that begins with folding offers nothing milder."""
    assert ["ladder_none"] == _hints(GOOD)
    assert ["ladder_no_milder"] == _hints(GOOD, "suspend", "fold")
    assert [] == _hints(GOOD, "suspend", "label")


def test_an_arabic_aim_is_an_aim() -> None:
    """Rules are written in the language of their square."""
    assert [] == _hints(_but(aim="حماية حقوق الآخرين في القراءة بهدوء دون إزعاج"), "label")


def test_test_cases_are_run_against_the_condition() -> None:
    """Of their text alone: what hangs on more is unknown, and then the line is not drawn."""
    line = Condition(1, Compare("capitals", "ge", 80), 1)
    assert (Probed(1, True, "true"), Probed(2, False, "false")) == probed(TESTS, line)
    assert [] == _hints(GOOD, "label", condition=line)
    other = Condition(1, Contains("text", "none"), 1)
    assert ["tests_disagree", "tests_disagree", "condition"] == _hints(GOOD, "label", condition=other)
    known = Condition(1, Compare("account_days", "le", 1), 1)
    assert ["unknown", "unknown"] == [one.answer for one in probed(TESTS, known)]
    assert ("", "") == tuple(one.answer for one in probed(TESTS, None))


@pytest.mark.parametrize("rule", the_charter().rules, ids=lambda rule: rule.label)
def test_the_founding_rules_are_well_formed(rule: FoundingRule) -> None:
    """Their aims are named, their elements can be answered, their test cases show both sides."""
    words = Words(rule.title, rule.text, rule.aim, rule.elements, rule.tests)
    found = findings(rule.spec(), words, None)
    assert set() == {one.hint for one in found} - {"sunset", "viewpoint", "ladder_no_milder"}
    assert Finding("sunset") in found
