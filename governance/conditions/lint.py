"""What can be seen in a condition before it is ever applied: hints for who writes it and for who votes, and no law."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Final, Literal

from msgspec import Struct

from governance.conditions.evaluate import COMPARE, Truth, truth
from governance.conditions.facts import PERCENTS
from governance.conditions.language import (
    All,
    Among,
    AnyNode,
    Atom,
    Compare,
    Condition,
    Contains,
    Either,
    Matches,
    Not,
    Rate,
    children,
    nodes,
)
from governance.conditions.patterns import BadPattern, compiled

Code = Literal[
    "always", "never", "twice", "part_always", "part_never", "pattern_refused", "pattern_everything", "words"
]
"""It always or never applies; a part stands twice, or is always or never true; a pattern is refused, or matches every
text; it looks at words, and could look at a side with them."""

MOST_TRIED: Final = 20_000
"""Worlds that are tried; where there are more nothing is said."""


class Seen(Struct, frozen=True):
    """What was seen, and at which node."""

    code: Code
    path: str = ""


Key = tuple[str, int] | Atom
"""What is asked: a fact by its name and, of a rate, its minutes, or a question that stands for itself."""


def lint(condition: Condition) -> tuple[Seen, ...]:
    """Everything that can be seen in a condition."""
    return (*_constant(condition), *_twice(condition), *_patterns(condition), *_words(condition))


def _constant(condition: Condition) -> Iterator[Seen]:
    """Tries every world that the condition can tell apart: each number on both sides of what it is compared with."""
    domains = _domains([node for _, node in nodes(condition) if not isinstance(node, All | Either | Not)])
    if prod(len(domain) for domain in domains.values()) > MOST_TRIED:
        return
    worlds = [dict(zip(domains, values, strict=True)) for values in product(*domains.values())]
    whole = _values_of(condition.when, worlds)
    if len(whole) == 1:
        yield Seen("always" if True in whole else "never")
        return
    for path, node in nodes(condition):
        values = _values_of(node, worlds)
        if path and len(values) == 1:
            yield Seen("part_always" if True in values else "part_never", path)


def _values_of(node: AnyNode, worlds: Sequence[Mapping[Key, object]]) -> set[Truth]:
    return {truth(node, lambda atom: _in_world(atom, world)) for world in worlds}  # noqa: B023 - asked at once


def _domains(atoms: Sequence[Atom]) -> dict[Key, list[object]]:
    """What each thing that is asked could be, as far as the questions tell its values apart."""
    domains: dict[Key, set[object]] = {}
    for atom in atoms:
        match atom:
            case Compare() | Rate():
                least, most = (1, 2**31) if isinstance(atom, Rate) else (0, 100 if atom.fact in PERCENTS else 2**31)
                near = {atom.value - 1, atom.value, atom.value + 1, least}
                domains.setdefault(_key(atom), set()).update(one for one in near if least <= one <= most)
            case Among():
                domains.setdefault(_key(atom), {""}).update(atom.values)
            case _:
                domains[_key(atom)] = {True, False}
    return {key: sorted(values, key=str) for key, values in domains.items()}


def _key(atom: Atom) -> Key:
    match atom:
        case Compare() | Among():
            return (atom.fact, 0)
        case Rate():
            return ("ages", atom.minutes)
        case _:
            return atom


def _in_world(atom: Atom, world: Mapping[Key, object]) -> Truth:
    value = world[_key(atom)]
    match atom:
        case Compare() | Rate():
            assert isinstance(value, int)
            return COMPARE[atom.how](value, atom.value)
        case Among():
            return value in atom.values
        case _:
            return value is True


def _twice(condition: Condition) -> Iterator[Seen]:
    for path, node in nodes(condition):
        parts = children(node)
        for place, part in enumerate(parts):
            if part in parts[:place]:
                yield Seen("twice", f"{path}.{place}" if path else str(place))


def _patterns(condition: Condition) -> Iterator[Seen]:
    for path, node in nodes(condition):
        if isinstance(node, Matches):
            try:
                if compiled(node.pattern).is_in(""):
                    yield Seen("pattern_everything", path)
            except BadPattern:
                yield Seen("pattern_refused", path)


def _words(condition: Condition) -> Iterator[Seen]:
    if any(isinstance(node, Contains | Matches) for _, node in nodes(condition)):
        yield Seen("words")
