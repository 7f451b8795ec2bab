"""The founding rules that these tests report and decide under, and decisions as moderators send them."""

from collections.abc import Mapping

from msgspec import Struct

from tests.served.people import Person, read

SPAM = "2.1"
HARASSMENT = "4.1"


class Rule(Struct, frozen=True):
    """A rule in force, as the form to report a post shows it."""

    rule: int
    label: str
    elements: tuple[str, ...]
    sanctions: tuple[str, ...]


class _Page(Struct, frozen=True):
    rules: tuple[Rule, ...]


async def rules_for(person: Person, post: str) -> Mapping[str, Rule]:
    """The rules under which somebody may report a post, by label."""
    page = read(await person.get(f"/posts/{post}/report"), _Page)
    return {rule.label: rule for rule in page.rules}


def folding(rule: Rule) -> dict[str, object]:
    """A decision that finds every element and folds."""
    milder = rule.sanctions[: rule.sanctions.index("fold")]
    return {
        "sanction": "fold",
        "reasons": "Each element of the rule is found in this post.",
        "elements": [True] * len(rule.elements),
        "duration": 10,
        "unit": "m",
        **{f"milder_{sanction}": "It would not be enough here." for sanction in milder},
    }
