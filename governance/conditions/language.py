"""Conditions as data: their nodes, their limits, their one encoding and their name.

A condition is canonical JSON, `{"facts":1,"v":1,"when":{"how":"ge","fact":"links","op":"compare","value":3}}` with its
keys sorted, and its name is the SHA-256 of these bytes. There are no loops, no fractions and no clock in it. It is at
most `MOST_DEPTH` deep and has at most `MOST_NODES` nodes.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from governance.conditions.facts import ListFact, NumberFact, TextFact, WordFact
from governance.conditions.patterns import BadPattern, compiled

MOST_DEPTH: Final = 8
MOST_NODES: Final = 64
MOST_PATTERNS: Final = 8
LONGEST_PATTERN: Final = 500
"""Code points."""

LONGEST: Final = 20_000
"""Code points of a condition's JSON."""

How = Literal["eq", "ne", "lt", "le", "gt", "ge"]
Number = Annotated[int, Meta(ge=0, lt=2**31)]
Said = Annotated[str, Meta(min_length=1, max_length=200)]
Values = Annotated[tuple[Said, ...], Meta(min_length=1, max_length=64)]

Why = Literal["language", "deep", "many", "patterns", "pattern"]
"""What is wrong: it is not in the language, too deep, has too many nodes or patterns, or RE2 refuses a pattern."""


class BadCondition(Exception):
    """A text is no condition; `why` says what is wrong, `detail` where."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}" if detail else why)
        self.why: Why = why
        self.detail = detail


class Node(Struct, frozen=True, forbid_unknown_fields=True, gc=False, tag_field="op"):
    """A part of a condition that is true, false or unknown."""


class All(Node, frozen=True, tag="all"):
    """Every one of these holds."""

    of: "Annotated[tuple[AnyNode, ...], Meta(min_length=1, max_length=64)]"


class Either(Node, frozen=True, tag="any"):
    """At least one of these holds."""

    of: "Annotated[tuple[AnyNode, ...], Meta(min_length=1, max_length=64)]"


class Not(Node, frozen=True, tag="not"):
    """This does not hold."""

    of: "AnyNode"


class Compare(Node, frozen=True, tag="compare"):
    """A number stands so to another."""

    fact: NumberFact
    how: How
    value: Number


class Rate(Node, frozen=True, tag="rate"):
    """How many posts the author made in so many minutes, this one the last of them."""

    minutes: Annotated[int, Meta(ge=1, le=1440)]
    how: How
    value: Number


class Among(Node, frozen=True, tag="among"):
    """A word is one of these."""

    fact: WordFact
    values: Values


class Has(Node, frozen=True, tag="has"):
    """A list has one of these."""

    fact: ListFact
    values: Values


class Contains(Node, frozen=True, tag="contains"):
    """These letters stand somewhere in a text."""

    fact: TextFact
    value: Said


class Matches(Node, frozen=True, tag="matches"):
    """An RE2 pattern matches somewhere in a text."""

    fact: TextFact
    pattern: Annotated[str, Meta(min_length=1, max_length=LONGEST_PATTERN)]


Atom = Compare | Rate | Among | Has | Contains | Matches
AnyNode = All | Either | Not | Compare | Rate | Among | Has | Contains | Matches


class Condition(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """When a rule reaches a post, by version 1 of the facts."""

    facts: Literal[1]
    when: AnyNode
    v: Literal[1]


_decoder = msgspec.json.Decoder(Condition)
_encoder = msgspec.json.Encoder(order="sorted")


def read(text: str) -> Condition:
    """The condition that somebody wrote, in whatever order and spacing; raises BadCondition."""
    if len(text) > LONGEST:
        raise BadCondition("many", f"a condition has at most {LONGEST} characters")
    try:
        condition = _decoder.decode(text)
    except RecursionError as error:
        raise BadCondition("deep") from error
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadCondition("language", str(error)) from error
    _check(condition)
    return condition


def parse(text: str) -> Condition:
    """The condition whose one encoding this is; raises BadCondition for any other text."""
    condition = read(text)
    if canonical(condition) != text:
        raise BadCondition("language", "this is not its canonical encoding")
    return condition


def canonical(condition: Condition) -> str:
    """The one encoding of a condition."""
    return _encoder.encode(condition).decode()


def name_of(text: str) -> str:
    """The name of the condition with this encoding: its SHA-256 in hex."""
    return sha256(text.encode()).hexdigest()


def nodes(condition: Condition) -> Iterator[tuple[str, AnyNode]]:
    """Every node with its path, the outermost first: "", "0", "0.2" and so on."""
    yield from _walk("", condition.when)


def children(node: AnyNode) -> "tuple[AnyNode, ...]":
    """The nodes that a node is made of."""
    match node:
        case All() | Either():
            return node.of
        case Not():
            return (node.of,)
        case _:
            return ()


def _walk(path: str, node: AnyNode) -> Iterator[tuple[str, AnyNode]]:
    yield path, node
    for place, child in enumerate(children(node)):
        yield from _walk(f"{path}.{place}" if path else str(place), child)


def _check(condition: Condition) -> None:
    if _depth(condition.when) > MOST_DEPTH:
        raise BadCondition("deep")
    found = [node for _, node in nodes(condition)]
    if len(found) > MOST_NODES:
        raise BadCondition("many")
    patterns = [node.pattern for node in found if isinstance(node, Matches)]
    if len(patterns) > MOST_PATTERNS:
        raise BadCondition("patterns")
    for pattern in patterns:
        try:
            compiled(pattern)
        except BadPattern as error:
            raise BadCondition("pattern", str(error)) from error


def _depth(node: AnyNode) -> int:
    return 1 + max((_depth(child) for child in children(node)), default=0)
