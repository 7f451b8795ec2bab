"""The changes of the law that the townspeople of the demonstration draft."""

from typing import Final

from app.proposing import RuleDraft
from governance.acts.proposals import Weight
from governance.charter import FoundingRule, Probe
from governance.conditions.language import All, Compare, Condition, canonical

SHOUTING: Final = RuleDraft(
    label="7.1",
    title="Shouting",
    text="A post written in capitals throughout may be labelled.",
    aim="The rights of others to read in quiet (article 19 paragraph 3 of the Covenant).",
    elements=("The whole post is written in capitals.",),
    sanctions=("label",),
    ground="incompatible",
    topical=False,
    category="STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
    kind="bright_line",
    tests=(
        Probe(True, "WHY DOES NOBODY ANSWER ME ABOUT THE POOL"),
        Probe(False, "NATO, UNESCO and the WHO were there."),
        Probe(False, "NO!"),
    ),
    condition=canonical(
        Condition(1, All((Compare("capitals", "ge", 80), Compare("characters", "ge", 20))), 1),
    ),
)

PICTURES: Final = RuleDraft(
    label="3.2",
    title="Pictures of other people’s children",
    text="A post that shows a child who can be recognised, without the consent of a parent, may be folded.",
    aim="The rights of children, who cannot consent themselves (article 19 paragraph 3 of the Covenant).",
    elements=(
        "The post shows a child who can be recognised.",
        "No parent of the child has consented, as far as can be known.",
    ),
    sanctions=("label", "fold"),
    ground="private",
    topical=False,
    category="STATEMENT_CATEGORY_PROTECTION_OF_MINORS",
    kind="judgment",
    tests=(
        Probe(True, "Look at the neighbours’ girl on her first day at school! (with her picture)"),
        Probe(False, "My own two at the lake. (with their picture, by their mother)"),
    ),
)

LIVELY: Final = tuple(
    Weight(name, points)
    for name, points in (("replies", 4), ("boosts", 3), ("favourites", 2), ("age", 1), ("again", 6))
)


def off_topic_amended(old: FoundingRule) -> RuleDraft:
    """The founding rule on what is off topic, as its first amendment would have it."""
    return RuleDraft(
        label=old.label,
        title=old.title,
        text=old.text.replace(
            "a post that does not bear on it may be labelled or folded.",
            "a post that does not bear on it and that nobody in it asked for may be labelled or folded. "
            "A correction of fact always bears on it.",
        ),
        aim=old.aim,
        elements=(*old.elements, "Nobody in the conversation had asked for what the post says."),
        sanctions=old.sanctions,
        ground=old.ground,
        topical=old.topical,
        category=old.category,
        kind=old.kind,
        tests=old.tests,
    )
