"""What can be seen in the form of a rule before anybody votes on it: hints, and no law (POLICY [form-1] to [form-13]).

A hint may be wrong: no program sees in a text what a rule does to people. So a hint refuses nothing, it is shown.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal

from msgspec import Struct

from governance.acts.proposals import RuleSpec
from governance.acts.words import LADDER, Sanction
from governance.charter import Probe
from governance.conditions.evaluate import Told, evaluate
from governance.conditions.facts import facts_of
from governance.conditions.language import Condition
from governance.conditions.lint import lint
from governance.figures.likeness import words_of

Hint = Literal[
    "aim_unnamed",
    "aim_short",
    "element_question",
    "element_short",
    "element_twice",
    "element_joined",
    "rabat",
    "ladder_no_milder",
    "ladder_none",
    "sunset",
    "viewpoint",
    "long",
    "tests_none",
    "tests_one_sided",
    "tests_disagree",
    "condition",
]
"""Which hint; `condition` has another code beside it."""


class Finding(Struct, frozen=True):
    """A hint: `place` is the number of the element or test case that it is about, or the path of a condition's node.

    `said` is the word that gave rise to it, or what was seen in the condition.
    """

    hint: Hint
    place: str = ""
    said: str = ""


class Probed(Struct, frozen=True):
    """A test case, as the rule means it and as its condition answers it; `answer` is "" where there is none."""

    place: int
    reached: bool
    answer: Told | Literal[""]


class Words(Struct, frozen=True):
    """What people read of a rule."""

    title: str
    text: str
    aim: str
    elements: tuple[str, ...]
    tests: tuple[Probe, ...] = ()


LONG: Final = 2_000
"""Code points beyond which nobody knows a rule by heart."""

FEW: Final = 3
"""Words of an element that can be answered, at least."""

RABAT: Final = 6

_AIMS: Final = (
    *("rights", "right of", "reputation", "public order", "public health", "safety", "security"),
    *("حقوق", "سمعة", "النظام العام", "الصحة العامة", "سلامة", "الأمن"),
    *("rechte", "droits", "derechos", "direitos", "diritti"),
)
"""The aims of article 19 paragraph 3 of the Covenant, as they may be named."""

_INCITES: Final = re.compile(r"\b(?:incit\w*|hatred|call\w* (?:for|to) violence)\b|تحريض|كراهية", re.IGNORECASE)
_SIDES: Final = re.compile(
    r"\b(?:opinions?|criticis\w+|critiqu\w+|oppos(?:e|es|ing|ition)|insult\w* (?:to|of) (?:the )?(?:state|nation|flag|"
    r"religion|president|government|king)|blasphem\w*|unpatriotic|anti-\w+|pro-\w+|disinformation|misinformation|"
    r"extremis\w+|left|right-wing|left-wing|conservatives?|liberals?|socialis\w+|communis\w+|nationalis\w+|islam\w*|"
    r"christian\w*|jew\w*|zionis\w*|atheis\w*|feminis\w*)\b|إهانة (?:الدولة|الدين|الرئيس)|معارضة|ازدراء",
    re.IGNORECASE,
)
"""Words with which a rule may have come to look at a side, at what somebody thinks or of whom it is."""

_JOINED: Final = re.compile(r"\band/or\b|و/أو")


def findings(spec: RuleSpec, words: Words, condition: Condition | None) -> tuple[Finding, ...]:
    """Every hint on a rule."""
    return (
        *_aim(words.aim),
        *_elements(words.elements),
        *_reach(words),
        *_ladder(spec.sanctions),
        *_tests(spec, words.tests, condition),
        *(Finding("condition", seen.path, seen.code) for seen in (lint(condition) if condition else ())),
    )


def probed(tests: Sequence[Probe], condition: Condition | None) -> tuple[Probed, ...]:
    """Each test case with what the condition answers to its text, of which nothing else is known."""
    return tuple(
        Probed(place, test.reached, evaluate(condition, facts_of(test.text)).value if condition else "")
        for place, test in enumerate(tests, 1)
    )


def _aim(aim: str) -> Iterator[Finding]:
    lowered = aim.casefold()
    if not any(name in lowered for name in _AIMS):
        yield Finding("aim_unnamed")
    if len(words_of(aim)) < 2 * FEW:
        yield Finding("aim_short")


def _elements(elements: Sequence[str]) -> Iterator[Finding]:
    seen: set[tuple[str, ...]] = set()
    for place, element in enumerate(elements, 1):
        words = words_of(element)
        if element.rstrip().endswith(("?", "؟")):
            yield Finding("element_question", str(place))
        if len(words) < FEW:
            yield Finding("element_short", str(place))
        if words in seen:
            yield Finding("element_twice", str(place))
        if found := _JOINED.search(element):
            yield Finding("element_joined", str(place), found.group())
        seen.add(words)


def _reach(words: Words) -> Iterator[Finding]:
    whole = "\n".join((words.title, words.text, *words.elements))
    if _INCITES.search(whole) and len(words.elements) < RABAT:
        yield Finding("rabat")
    for said in dict.fromkeys(found.group().casefold() for found in _SIDES.finditer(whole)):
        yield Finding("viewpoint", said=said)
    if len(words.text) > LONG:
        yield Finding("long")


def _ladder(sanctions: Sequence[Sanction]) -> Iterator[Finding]:
    if not sanctions:
        yield Finding("ladder_none")
        return
    yield Finding("sunset")
    mildest = min(sanctions, key=LADDER.index)
    if LADDER.index(mildest) >= LADDER.index("fold"):
        yield Finding("ladder_no_milder", said=mildest)


def _tests(spec: RuleSpec, tests: Sequence[Probe], condition: Condition | None) -> Iterator[Finding]:
    if not tests:
        if spec.sanctions:
            yield Finding("tests_none")
        return
    if len({test.reached for test in tests}) == 1:
        yield Finding("tests_one_sided")
    for one in probed(tests, condition):
        if one.answer and (one.answer == "true") != one.reached:
            yield Finding("tests_disagree", str(one.place), one.answer)
