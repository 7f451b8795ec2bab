"""A text is a charter, or it is told where and why it is none."""

from hashlib import sha256

import pytest

from governance.acts.proposals import EnactRule
from governance.charter import BadCharter, read_charter
from governance.commitment import SALT_SIZE, Opening
from governance.rules import check_change
from governance.state import State

CLAUSES = """# A charter

## 1. Purpose

**[purpose-1]** Everyone may speak. *(enforced)*

Words between clauses, with a **bold** one.

## 2. Rights

**[right-1]** To vote. *(not yet)*

**[right-2]** To be told, with `code` and *emphasis*, in (brackets).
"""
TERM = """
```toml
[terms.decision]
value = "7d"
floor = "1d"
ceiling = "14d"
```
"""
RULE = """
```toml
[[rules]]
label = "4.1"
title = "Harassment"
text = "Leave people alone."
aim = "The rights of others."
elements = ["It was done.", "It was done again."]
sanctions = ["label", "fold"]
ground = "incompatible"
topical = false
kind = "judgment"
category = "STATEMENT_CATEGORY_CYBER_VIOLENCE"
```
"""
GOOD = CLAUSES + TERM + RULE


def test_a_charter_is_its_clauses_terms_and_rules() -> None:
    """Each clause with its article and its mark, and no mark in its words."""
    charter = read_charter(GOOD)
    assert ["purpose-1", "right-1", "right-2"] == list(charter.clauses)
    first, second, third = charter.clauses.values()
    assert ("1. Purpose", "Everyone may speak.", True, False) == (
        first.article,
        first.text,
        first.enforced,
        first.not_yet,
    )
    assert ("2. Rights", "To vote.", False, True) == (second.article, second.text, second.enforced, second.not_yet)
    assert "To be told, with `code` and *emphasis*, in (brackets)." == third.text
    assert (False, False) == (third.enforced, third.not_yet)
    assert [("decision", "7d", "1d", "14d", False)] == [
        (term.name, term.value, term.floor, term.ceiling, term.entrenched) for term in charter.terms
    ]
    assert not charter.demonstration
    assert sha256(GOOD.encode()).hexdigest() == charter.digest


def test_a_founding_rule_becomes_what_machines_and_people_read() -> None:
    """Its words become openings, its machine's part an act that the law's form allows."""
    (rule,) = read_charter(GOOD).rules
    assert ["title", "text", "aim", "element/1", "element/2"] == list(rule.words())
    commits = tuple(Opening(field, bytes(SALT_SIZE), words).commit() for field, words in rule.words().items())
    check_change(State(), EnactRule(rule.spec(), commits), 0)
    assert 2 == rule.spec().elements


def test_a_found_act_says_what_was_read() -> None:
    """Entry 0 carries the digest and the terms."""
    charter = read_charter("```toml\ndemonstration = true\n```\n" + GOOD)
    found = charter.found("Agora", "agora.example")
    assert ("Agora", "agora.example", charter.digest, True) == (
        found.name,
        found.origin,
        found.charter,
        found.demonstration,
    )
    assert charter.terms == found.terms


BAD = {
    "an empty text": ("", "no clauses"),
    "another file": ("# Readme\n\nInstall it.\n", "no clauses"),
    "no terms": (CLAUSES + RULE, "no clauses or no terms"),
    "no clauses": (TERM + RULE, "no clauses or no terms"),
    "a clause twice": (GOOD + "**[right-1]** Again.\n", "right-1 stands twice"),
    "a clause without words": (GOOD + "**[right-3]**\n", "a clause is one line"),
    "a clause of marks alone": (GOOD + "**[right-3]** *(enforced)* *(not yet)*\n", "right-3 bears one mark"),
    "a clause without a number": (GOOD + "**[right]** Words.\n", "a clause is one line"),
    "a clause with a capital": (GOOD + "**[Right-3]** Words.\n", "a clause is one line"),
    "two marks": (GOOD + "**[right-3]** Words. *(enforced)* *(not yet)*\n", "right-3 bears one mark"),
    "a mark amidst the words": (GOOD + "**[right-3]** This *(not yet)* and that.\n", "right-3 bears one mark"),
    "a term twice": (GOOD + TERM, "decision stands twice"),
    "no toml": (GOOD + "```toml\nvalue = \n```\n", "cannot be read"),
    "an open block": (GOOD + "```toml\n[terms.seal]\n", "does not end"),
    "an open block before another": (CLAUSES + TERM[:-5] + RULE, "does not end"),
    "a term without a floor": (GOOD.replace('floor = "1d"\n', ""), "floor"),
    "a term with a wish": (GOOD.replace('"14d"', '"a fortnight"'), "ceiling"),
    "a term with a field more": (GOOD.replace('floor = "1d"', 'floor = "1d"\nroof = "2d"'), "roof"),
    "a term that is a number": (GOOD.replace('"7d"', "7"), "value"),
    "an unknown sanction": (GOOD.replace('"fold"]', '"ban"]'), "ban"),
    "an unknown ground": (GOOD.replace('"incompatible"', '"dislike"'), "dislike"),
    "a label that is none": (GOOD.replace('"4.1"', '"four"'), "label"),
    "a rule without elements": (GOOD.replace('["It was done.", "It was done again."]', "[]"), "elements"),
    "a rule without an aim": (GOOD.replace('aim = "The rights of others."\n', ""), "aim"),
    "a category of its own": (GOOD.replace("STATEMENT_CATEGORY_CYBER_VIOLENCE", "RUDE"), "category"),
    "a table that nobody reads": (GOOD + "```toml\n[names]\n```\n", "names"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_charter_is_told_what_is_wrong(case: str) -> None:
    """The message names the place, so that whoever wrote the text can mend it."""
    text, why = BAD[case]
    with pytest.raises(BadCharter) as caught:
        read_charter(text)
    assert why in str(caught.value)
