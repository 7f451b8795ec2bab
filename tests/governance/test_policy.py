"""POLICY.md and the program say the same: clauses, marks, terms, rules, references."""

import ast
import json
import os
import re
from functools import cache
from pathlib import Path

import pytest

from app.demo.charter import demonstration_charter
from governance import ladder
from governance.acts.words import LADDER
from governance.audit import checks
from governance.charter import FoundingRule
from governance.terms import TERMS, kind_of, size_of
from tests.governance.charters import policy, the_charter, the_demonstrations_charter
from tests.governance.world import World

ROOT = Path(__file__).resolve().parents[2]
ARTICLES = (
    "1. Purpose",
    "2. Rights",
    "3. What can never be voted",
    "4. The rank of norms",
    "5. The form of a rule",
    "6. Making rules",
    "7. Who acts",
    "8. The ladder",
    "9. Reports, decisions, appeals, dates",
    "10. Emergencies",
    "11. Orders of the law",
    "12. What is shown",
    "13. Changing the charter",
    "14. The limits, said plainly",
)
MUST_BE_ENTRENCHED = (
    *(f"quorum_{kind}" for kind in ("min", "ordinary", "restricting", "charter")),
    *(f"threshold_{kind}" for kind in ("ordinary", "restricting", "charter")),
    *("vote_after", "secret_roll", "appeal", "appeal_total", "reconsider", "charter_gap", "restriction", "sunset"),
    *("second", "emergency", "emergency_again", "sealed"),
    *("second", "emergency", "emergency_again", "sealed"),
)
FOR_THE_SPEAKER = {
    "restriction": "ceiling",
    "appeal_total": "ceiling",
    "sunset": "ceiling",
    "second": "ceiling",
    "emergency": "ceiling",
    "emergency_again": "floor",
    "sealed": "ceiling",
    "appeal": "floor",
    "threshold_restricting": "floor",
    "charter_gap": "floor",
    "quorum_min": "floor",
}
"""Terms in whose bounds the founders' own temptation is named: a restriction cannot outlast its ceiling."""

IN_EVERYDAY_WORDS = {
    "sponsoring": ("30d", "within 30 days"),
    "sponsors": ("1/100", "1 % of the roll"),
    "sponsors_min": ("2", "at least two"),
    "discussion": ("7d", "for 7 days. Then the clock"),
    "freeze": ("2d", "freezes the text for 2 days"),
    "voting": ("7d", "for 7 days: yes"),
    "vote_after": ("30d", "a member for 30 days"),
    "vacatio": ("72h", "72 hours, so that"),
    "sunset": ("365d", "after a year"),
    "again": ("90d", "after 90 days"),
    "charter_gap": ("30d", "two votes 30 days apart"),
    "quorum_min": ("5", "fewer than five persons"),
    "quorum_restricting": ("1/10", "| restricting | 10 %"),
    "quorum_charter": ("1/5", "| charter | 20 %"),
    "quorum_ordinary": ("1/20", "| ordinary | 5 %"),
    "threshold_restricting": ("3/5", "| 3/5 |"),
    "threshold_charter": ("2/3", "| 2/3 each time |"),
    "threshold_ordinary": ("1/2", "| more than half |"),
    "decision": ("7d", "within 7 days"),
    "cosign": ("7d", "more than 7 days needs"),
    "restriction": ("183d", "half a year away at most"),
    "appeal": ("183d", "within 183 days"),
    "appeal_total": ("21d", "to 21 days from then"),
    "reconsider": ("72h", "within 72 hours"),
    "second": ("6h", "holds for 6 hours"),
    "emergency": ("10d", "10 days from the first act"),
    "emergency_again": ("30d", "again for 30 days"),
    "sealed": ("90d", "sealed for 90 days at most"),
    "founding_members": ("500", "has 500 members"),
    "founding_time": ("365d", "is a year old"),
}
"""What docs/govern.md says of a term, beside the value of which it is true."""


@cache
def _cited() -> dict[str, list[str]]:
    """Where each clause is cited by a `Refused(` in the program."""
    cited: dict[str, list[str]] = {}
    for layer in ("governance", "app"):
        for file in sorted((ROOT / layer).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refused":
                    clause = node.args[0]
                    assert isinstance(clause, ast.Constant), f"{file}:{node.lineno} cites no clause by its name"
                    cited.setdefault(str(clause.value), []).append(f"{file.name}:{node.lineno}")
    return cited


def test_every_clause_that_refuses_is_marked_enforced() -> None:
    """Whoever is refused finds the clause, and finds that the program keeps it."""
    clauses = the_charter().clauses
    missing = {name: where for name, where in _cited().items() if name not in clauses or not clauses[name].enforced}
    assert {} == missing


def test_every_clause_that_is_marked_enforced_refuses() -> None:
    """A promise that the program keeps is kept somewhere."""
    assert set() == {clause.id for clause in the_charter().clauses.values() if clause.enforced} - set(_cited())


def test_what_is_not_yet_is_nowhere_cited() -> None:
    """What is promised for later refuses nobody today."""
    assert set() == {clause.id for clause in the_charter().clauses.values() if clause.not_yet} & set(_cited())


def test_every_audited_clause_stands_in_the_charter() -> None:
    """A check of the audit names clauses that exist."""
    named = {
        clause for check in vars(checks).values() if isinstance(check, type) for clause in getattr(check, "clauses", ())
    }
    assert set() == named - set(the_charter().clauses)


def test_the_charter_has_its_fourteen_articles_in_order() -> None:
    """Each topic is an article, and each article has clauses."""
    with_clauses = list(dict.fromkeys(clause.article for clause in the_charter().clauses.values()))
    assert list(ARTICLES) == with_clauses


def test_a_clause_that_the_text_refers_to_exists() -> None:
    """The text of the charter does not point into the void; neither do comments of the program."""
    clauses = the_charter().clauses
    named = set(re.findall(r"\[([a-z]+-[0-9]+)\]", policy()))
    for file in [*(ROOT / "governance").rglob("*.py"), ROOT / "docs" / "govern.md"]:
        named |= set(re.findall(r"\[([a-z]+-[0-9]+)\]", file.read_text(encoding="utf-8")))
    assert set() == named - set(clauses)


def test_numbers_of_the_law_are_not_hidden_in_code() -> None:
    """Every term that the charter's words name in `code` is one, and every term stands in the words."""
    words = " ".join(clause.text for clause in the_charter().clauses.values())
    named = {name for name in re.findall(r"`([a-z_]+)`", words) if name not in ("code", "m", "g")}
    assert set() == named - set(TERMS)
    spoken = {name for name in TERMS if f"`{name}`" not in words and not name.startswith(("quorum_", "threshold_"))}
    assert set() == spoken


@pytest.mark.parametrize("name", IN_EVERYDAY_WORDS)
def test_the_guide_tells_the_terms_as_they_are(name: str) -> None:
    """docs/govern.md is for people who will act on it."""
    value, words = IN_EVERYDAY_WORDS[name]
    assert value == next(term.value for term in the_charter().terms if term.name == name)
    assert words in (ROOT / "docs" / "govern.md").read_text(encoding="utf-8")


def test_the_terms_are_complete_and_within_their_bounds() -> None:
    """Each term that the law reads has a value between a floor and a ceiling, of its kind."""
    for charter in (the_charter(), the_demonstrations_charter()):
        assert sorted(TERMS) == [term.name for term in charter.terms]
        for term in charter.terms:
            assert {TERMS[term.name]} == {kind_of(amount) for amount in (term.value, term.floor, term.ceiling)}
            assert size_of(term.floor) <= size_of(term.value) <= size_of(term.ceiling), term
            assert size_of(term.floor) > 0, term


def test_what_guards_the_vote_and_the_appeal_is_entrenched() -> None:
    """Thresholds, quorums, the roll and the appeal change only as the charter does; so in the demonstration."""
    entrenched = {term.name for term in the_charter().terms if term.entrenched}
    assert set() == set(MUST_BE_ENTRENCHED) - entrenched
    assert entrenched == {term.name for term in the_demonstrations_charter().terms if term.entrenched}


def test_the_bounds_hold_where_the_founders_would_be_tempted() -> None:
    """No vote makes a restriction endless, an appeal short or a restricting majority small."""
    bounds = {term.name: term for term in the_charter().terms}
    limits = {name: getattr(bounds[name], side) for name, side in FOR_THE_SPEAKER.items()}
    assert {
        "second": "24h",
        "emergency": "14d",
        "emergency_again": "30d",
        "sealed": "90d",
        "restriction": "365d",
        "appeal_total": "30d",
        "sunset": "730d",
        "appeal": "183d",
        "threshold_restricting": "3/5",
        "charter_gap": "30d",
        "quorum_min": "5",
    } == limits


def test_both_charters_found_a_square_and_see_a_rule_become_law() -> None:
    """What is written is enough to live by, in days and in minutes."""
    for charter in (the_charter(), the_demonstrations_charter()):
        world = World.peopled(charter)
        assert len(charter.rules) == sum(world.rule(rule.label) > 0 for rule in charter.rules)
        world.becomes_law(world.enact("9.1", "fold"))


def test_the_demonstration_says_so_and_changes_terms_only() -> None:
    """Clauses and rules are those of every square; the text's first words say that it is a demonstration."""
    real, shown = the_charter(), the_demonstrations_charter()
    assert shown.demonstration
    assert not real.demonstration
    assert real.clauses == shown.clauses
    assert real.rules == shown.rules
    assert real.digest != shown.digest
    assert "demonstration" in shown.text.splitlines()[2]
    hour = size_of("60m")
    waits = ("discussion", "freeze", "voting", "vacatio", "decision", "appeal", "reconsider", "appeal_total")
    assert all(size_of(term.value) <= hour for term in shown.terms if term.name in waits)


def test_a_text_without_terms_becomes_no_demonstration() -> None:
    """Composing says at once that there is nothing to put the demonstration's terms in the place of."""
    for text in ("", policy().replace("[terms.", "[names."), policy().replace("# The charter\n", "")):
        with pytest.raises(ValueError, match="no heading"):
            demonstration_charter(text)


def test_the_founding_rules_are_a_good_small_set() -> None:
    """One for each wrong that every square meets; only the unlawful and the private are withheld."""
    rules = {rule.label: rule for rule in the_charter().rules}
    assert ["1.1", "1.2", "2.1", "3.1", "4.1", "5.1", "6.1"] == list(rules)
    assert ["Off topic"] == [rule.title for rule in rules.values() if rule.topical]
    assert ("label", "fold") == rules["5.1"].sanctions
    assert {"1.1": "unlawful", "3.1": "private"} == {
        label: rule.ground for label, rule in rules.items() if rule.ground != "incompatible"
    }
    assert {"1.1", "3.1"} == {label for label, rule in rules.items() if "withhold" in rule.sanctions}
    factors = ("Context", "Speaker", "Intent", "Content and form", "Extent", "Likelihood")
    assert list(factors) == [element.split(":")[0] for element in rules["1.2"].elements]


@pytest.mark.parametrize("rule", the_charter().rules, ids=lambda rule: str(rule.label))
def test_a_founding_rule_keeps_the_charters_own_form(rule: FoundingRule) -> None:
    """It names a legitimate aim, climbs the ladder, and says in words whom it does not reach."""
    assert "article 19 paragraph 3" in rule.aim
    assert sorted(rule.sanctions, key=LADDER.index) == list(rule.sanctions)
    assert all(element.endswith(".") for element in (*rule.elements, rule.text, rule.aim))
    assert re.search(r"\b(not|nowhere|only)\b", rule.text)


def test_every_article_of_the_services_act_is_mapped() -> None:
    """One row each, with something that keeps it."""
    rows = re.findall(r"^\| ([0-9]+) \| [^|]+ \| ([^|]+) \|$", policy(), re.MULTILINE)
    assert ["11", "12", "13", "14", "15", "16", "17", "18", "20", "23", "24", "27", "28"] == [row[0] for row in rows]


def test_the_law_speaks_the_transparency_databases_language(transparency_database: dict[str, dict[str, str]]) -> None:
    """Categories, grounds, kinds and sanctions are values that the Commission's database takes."""
    values = transparency_database
    assert {rule.category for rule in the_charter().rules} <= set(values["category"])
    assert set(ladder.VISIBILITY.values()) <= set(values["decision_visibility"])
    assert set(LADDER) == {*ladder.VISIBILITY, "suspend"}
    assert {ladder.SUSPENDED} <= set(values["decision_account"])
    assert set(ladder.DECISION_GROUNDS.values()) <= set(values["decision_ground"])
    assert set(ladder.CONTENT_TYPES) <= set(values["content_type"])
    assert set(ladder.SOURCES) <= set(values["source_type"])
    assert {ladder.NOT_AUTOMATED} <= set(values["automated_decision"])


@pytest.fixture
def transparency_database() -> dict[str, dict[str, str]]:
    """The values of the database, from the foreign data. Where they are absent the test is skipped, and fails in CI."""
    folder = Path(os.environ.get("ISEGORIA_SHARED_DATA") or ROOT.parent / "shared" / "data")
    file = folder / "dsa" / "statement_enumerations.json"
    if not file.is_file():
        why = f"there is no {file}, nor another folder named by ISEGORIA_SHARED_DATA"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    values: dict[str, dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))
    return values
