"""The form for a change of the law: what it asks, what is wrong with it, and the draft that it means."""

import re
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from app.changes import RuleText, indented
from app.proposing import Draft, RuleDraft, Text
from app.text import MOST_CODE_POINTS, MOST_GRAPHEMES, clean, clean_line, is_blank, is_language, is_too_long
from app.web.conditions import read_condition
from app.web.posts import at_most
from app.web.requests import Invalid
from app.web.sentences import Sentence, say, say_many
from governance.acts.proposals import Weight
from governance.acts.words import Amount, Class, Ground, Label, Role, RuleKind, Sanction, Word
from governance.charter import Probe
from governance.elections import MOST_CANDIDATES
from governance.rankings import FOLLOWING, FORMULAS

CATEGORIES: Final = (
    "ANIMAL_WELFARE",
    "CONSUMER_INFORMATION",
    "CYBER_VIOLENCE",
    "CYBER_VIOLENCE_AGAINST_WOMEN",
    "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    "ILLEGAL_OR_HARMFUL_SPEECH",
    "INTELLECTUAL_PROPERTY_INFRINGEMENTS",
    "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
    "OTHER_VIOLATION_TC",
    "PROTECTION_OF_MINORS",
    "RISK_FOR_PUBLIC_SECURITY",
    "SCAMS_AND_FRAUD",
    "SELF_HARM",
    "UNSAFE_AND_PROHIBITED_PRODUCTS",
    "VIOLENCE",
)
"""What the European transparency database calls the kinds of what is restricted (DSA 24), without their prefix."""

PREFIX: Final = "STATEMENT_CATEGORY_"
LONGEST: Final = {"title": 200, "text": 10_000, "aim": 2_000, "elements": 1_000, "heading": 120, "test": 500}
"""Graphemes of each text of a rule, and of the first line of the post that proposes it."""

LONGEST_CHARTER: Final = 300_000
"""Signs of the longest text of the charter."""

MOST_ELEMENTS: Final = 12
MOST_TESTS: Final = 20
_SPACES: Final = re.compile(r"[ \t]+")

Prose = Annotated[str, Meta(max_length=MOST_CODE_POINTS)]
Points = Annotated[str, Meta(pattern="^(0|[1-9][0-9]{0,2}|1000)\\Z")]
Line = Annotated[str, Meta(max_length=4_000)]


class ChangeForm(Struct, frozen=True, rename={"required": "class"}):
    """A change of the law. `target` is the number of the rule to amend or repeal, or of the grant to recall.

    A rule to enact or amend has `label` to `condition`; each line of `elements` is one, each of `reached` a test case
    that the rule reaches, each of `unreached` one that it does not; `condition` is JSON. A term has `term` and `value`,
    an election `role` and `seats`, the charter its whole new `charter` text and whether it takes a `program`. A
    `ranking` has its `weights` in the order of the formula, or `withdraw`, and whether it comes `first`.
    `class` is computed; one that is named and is another than the law's is refused [propose-3].
    """

    kind: Literal["enact", "amend", "repeal", "term", "elect", "recall", "charter", "ranking"] = "enact"
    target: Annotated[int, Meta(ge=0, lt=2**53)] = 0
    label: Line = ""
    title: Line = ""
    text: Prose = ""
    aim: Prose = ""
    elements: Annotated[list[Prose], Meta(max_length=100)] = []
    sanctions: Annotated[list[Sanction], Meta(max_length=20)] = []
    ground: Ground = "incompatible"
    topical: bool = False
    category: Line = "OTHER_VIOLATION_TC"
    rule_kind: RuleKind = "judgment"
    reached: Annotated[list[Prose], Meta(max_length=100)] = []
    unreached: Annotated[list[Prose], Meta(max_length=100)] = []
    condition: Prose = ""
    term: Line = ""
    value: Line = ""
    role: Role = "moderator"
    seats: Annotated[int, Meta(ge=1, le=MOST_CANDIDATES)] = 1
    charter: Annotated[str, Meta(max_length=LONGEST_CHARTER)] = ""
    program: bool = False
    ranking: Line = ""
    weights: Annotated[list[Line], Meta(max_length=16)] = []
    first: bool = False
    withdraw: bool = False
    required: Literal["", "ordinary", "restricting", "charter"] = ""


class ProposalForm(ChangeForm, frozen=True, rename={"required": "class"}):
    """The same with the post that opens the debate: its first line, and why."""

    heading: Line = ""
    why: Prose = ""
    language: Annotated[str, Meta(max_length=35)] = ""


class AmendmentForm(ChangeForm, frozen=True, rename={"required": "class"}):
    """The text that a proposal shall have from now on."""


def class_named(form: ChangeForm) -> Class | None:
    """The class that was chosen, None where it was left to the law."""
    return form.required or None


def read_draft(form: ChangeForm) -> tuple[Draft | None, dict[str, Sentence]]:
    """The change that a form means, or by field what is wrong with it."""
    if form.kind == "repeal":
        return Draft("repeal", target=form.target), {}
    if form.kind == "term":
        return _read_term(form)
    if form.kind == "elect":
        return Draft("elect", role=form.role, seats=form.seats), {}
    if form.kind == "recall":
        return Draft("recall", target=form.target), {}
    if form.kind == "charter":
        return _read_charter(form)
    if form.kind == "ranking":
        return _read_ranking(form)
    errors = _label_errors(form) | _text_errors(form) | _element_errors(form) | _test_errors(form)
    condition, wrong = read_condition(form.rule_kind, form.condition)
    errors |= wrong
    category = form.category.removeprefix(PREFIX)
    if category not in CATEGORIES:
        errors["category"] = say("Choose one of the answers offered.")
    if errors:
        return None, errors
    rule = RuleDraft(
        label=form.label.strip(),
        title=clean_line(form.title),
        text=clean(form.text),
        aim=clean(form.aim),
        elements=elements_of(form),
        sanctions=tuple(form.sanctions),
        ground=form.ground,
        topical=form.topical,
        category=PREFIX + category,
        kind=form.rule_kind,
        tests=tests_of(form),
        condition=condition,
    )
    return Draft(form.kind, target=form.target, rule=rule), {}


def read_proposal(form: ProposalForm, language: str) -> tuple[Draft, Text]:
    """The change and the post that a form means. Raises Invalid with every field that cannot be used."""
    draft, errors = read_draft(form)
    heading, why = clean_line(form.heading), clean(form.why)
    if is_blank(heading):
        errors["heading"] = say("Write something first.")
    elif is_too_long(heading, LONGEST["heading"]):
        errors["heading"] = at_most(LONGEST["heading"])
    if is_blank(why):
        errors["why"] = say("Write something first.")
    elif is_too_long(f"{heading}\n\n{why}"):
        errors["why"] = at_most(MOST_GRAPHEMES)
    if form.language and not is_language(form.language):
        errors["language"] = say("Choose one of the answers offered.")
    if draft is None or errors:
        raise Invalid(errors)
    return draft, Text(f"{heading}\n\n{why}", form.language or language)


def elements_of(form: ChangeForm) -> tuple[str, ...]:
    """The elements of a rule, each line one; spaces around and within them do not count."""
    return _lines(form.elements)


def tests_of(form: ChangeForm) -> tuple[Probe, ...]:
    """The test cases of a rule, each line one; those that it reaches come first."""
    return (
        *(Probe(True, text) for text in _lines(form.reached)),
        *(Probe(False, text) for text in _lines(form.unreached)),
    )


def _lines(blocks: list[str]) -> tuple[str, ...]:
    lines = [_SPACES.sub(" ", line).strip() for block in blocks for line in clean(block).split("\n")]
    return tuple(line for line in lines if line)


def typed_of(rule: RuleText) -> dict[str, list[str]]:
    """What the form begins with where a rule stands already, by field."""
    return {
        "label": [rule.label],
        "title": [rule.title],
        "text": [rule.text],
        "aim": [rule.aim],
        "elements": ["\n".join(rule.elements)],
        "sanctions": list(rule.sanctions),
        "ground": [rule.ground],
        "topical": ["on"] if rule.topical else [],
        "category": [rule.category.removeprefix(PREFIX)],
        "rule_kind": [rule.kind],
        "reached": ["\n".join(_in_one_line(test.text) for test in rule.tests if test.reached)],
        "unreached": ["\n".join(_in_one_line(test.text) for test in rule.tests if not test.reached)],
        "condition": [indented(rule.condition) if rule.condition else ""],
    }


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _read_term(form: ChangeForm) -> tuple[Draft | None, dict[str, Sentence]]:
    errors: dict[str, Sentence] = {}
    term, value = form.term.strip(), form.value.strip().replace(" ", "")
    if not _fits(term, Word):
        errors["term"] = say("Choose one of the answers offered.")
    if not _fits(value, Amount):
        errors["value"] = say("Write a duration such as 30d, 12h or 10m, a number such as 7, or a share such as 3/5.")
    return (None, errors) if errors else (Draft("term", term=term, value=value), {})


def _read_charter(form: ChangeForm) -> tuple[Draft | None, dict[str, Sentence]]:
    # To the letter, but for how lines end: the SHA-256 is over what was sent.
    text = form.charter.replace("\r\n", "\n")
    if is_blank(text):
        return None, {"charter": say("Write something first.")}
    return Draft("charter", text=text.rstrip("\n") + "\n", program=form.program), {}


def _read_ranking(form: ChangeForm) -> tuple[Draft | None, dict[str, Sentence]]:
    if form.ranking == FOLLOWING:
        return Draft("ranking", ranking=FOLLOWING, first=True), {}
    if form.ranking not in FORMULAS:
        return None, {"ranking": say("Choose one of the answers offered.")}
    if form.withdraw:
        return Draft("ranking", ranking=form.ranking), {}
    names = FORMULAS[form.ranking]
    if len(form.weights) != len(names) or not all(_fits(weight.strip(), Points) for weight in form.weights):
        return None, {"weights": say("Write a whole number from 0 to 1000 for each.")}
    weights = tuple(Weight(name, int(points)) for name, points in zip(names, form.weights, strict=True))
    return Draft("ranking", ranking=form.ranking, weights=weights, first=form.first), {}


def _label_errors(form: ChangeForm) -> dict[str, Sentence]:
    if _fits(form.label.strip(), Label):
        return {}
    return {"label": say("Write numbers with points between them, such as 4.2: three at most, none of them 0.")}


def _text_errors(form: ChangeForm) -> dict[str, Sentence]:
    errors: dict[str, Sentence] = {}
    for name in ("title", "text", "aim"):
        written = clean(getattr(form, name))
        if is_blank(written):
            errors[name] = say("Write something first.")
        elif is_too_long(written, LONGEST[name]):
            errors[name] = at_most(LONGEST[name])
    return errors


def _element_errors(form: ChangeForm) -> dict[str, Sentence]:
    elements = elements_of(form)
    if not elements or any(is_blank(one) for one in elements):
        return {"elements": say("Write at least one thing that has to be found before anybody may be restricted.")}
    if len(elements) > MOST_ELEMENTS:
        return {"elements": say_many("At most %(n)s element.", "At most %(n)s elements.", MOST_ELEMENTS)}
    if any(is_too_long(one, LONGEST["elements"]) for one in elements):
        return {"elements": at_most(LONGEST["elements"])}
    return {}


def _test_errors(form: ChangeForm) -> dict[str, Sentence]:
    if len(tests_of(form)) > MOST_TESTS:
        return {"reached": say_many("At most %(n)s test case.", "At most %(n)s test cases.", MOST_TESTS)}
    names = ("reached", "unreached")
    too_long = [name for name in names if any(is_too_long(one, LONGEST["test"]) for one in _lines(getattr(form, name)))]
    return {name: at_most(LONGEST["test"]) for name in too_long}


def _fits(text: str, type_: object) -> bool:
    try:
        msgspec.convert(text, type_)
    except msgspec.ValidationError:
        return False
    return True
