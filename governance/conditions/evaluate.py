"""Whether a condition holds: true, false or unknown (Kleene's three values), and how that came about."""

from collections.abc import Callable, Iterable, Mapping
from operator import eq, ge, gt, le, lt, ne
from typing import Final, Literal

from msgspec import Struct

from governance.conditions.facts import Facts
from governance.conditions.language import (
    All,
    Among,
    AnyNode,
    Atom,
    Compare,
    Condition,
    Contains,
    Either,
    Has,
    How,
    Matches,
    Not,
    Rate,
    nodes,
)
from governance.conditions.patterns import BadPattern, compiled

Truth = bool | None
"""None is unknown."""

Told = Literal["true", "false", "unknown"]

MINUTE: Final = 60_000

COMPARE: Final[dict[How, Callable[[int, int], bool]]] = {"eq": eq, "ne": ne, "lt": lt, "le": le, "gt": gt, "ge": ge}


class Step(Struct, frozen=True):
    """What one node came to: `found` is the fact that it asked for, as it was, "" where it asked for none."""

    path: str
    op: str
    value: Told
    fact: str = ""
    found: str = ""


class Trace(Struct, frozen=True):
    """What a condition came to, and each of its nodes, the outermost first."""

    value: Told
    steps: tuple[Step, ...]


def holds(condition: Condition, facts: Facts) -> bool:
    """Whether a condition applies: unknown never does (POLICY [form-13])."""
    return truth(condition.when, lambda atom: answer(atom, facts)) is True


def evaluate(condition: Condition, facts: Facts) -> Trace:
    """What a condition comes to, with its trace."""
    answers = {node: answer(node, facts) for _, node in nodes(condition) if not isinstance(node, All | Either | Not)}
    steps = tuple(_step(path, node, answers, facts) for path, node in nodes(condition))
    return Trace(steps[0].value, steps)


def truth(node: AnyNode, ask: Callable[[Atom], Truth]) -> Truth:
    """The value of a node where `ask` answers the questions that it is made of."""
    match node:
        case All():
            return _every(truth(one, ask) for one in node.of)
        case Either():
            return _negated(_every(_negated(truth(one, ask)) for one in node.of))
        case Not():
            return _negated(truth(node.of, ask))
        case _:
            return ask(node)


def answer(atom: Atom, facts: Facts) -> Truth:
    """The answer of the facts to one question; unknown where a fact is, or where RE2 refuses the pattern."""
    match atom:
        case Compare():
            number = getattr(facts, atom.fact)
            return None if number is None else COMPARE[atom.how](number, atom.value)
        case Rate():
            if facts.ages is None:
                return None
            return COMPARE[atom.how](rate(facts.ages, atom.minutes), atom.value)
        case Among():
            word = getattr(facts, atom.fact)
            return None if word is None else word in atom.values
        case Has():
            listed = getattr(facts, atom.fact)
            return None if listed is None else not set(atom.values).isdisjoint(listed)
        case Contains():
            text = getattr(facts, atom.fact)
            return None if text is None else atom.value in text
        case Matches():
            return _matches(atom, facts)


def rate(ages: Iterable[int], minutes: int) -> int:
    """How many posts were made in so many minutes up to a post, with it."""
    return 1 + sum(1 for age in ages if age <= minutes * MINUTE)


def fact_of(atom: Atom) -> str:
    """The name of the fact that a question asks for."""
    return "ages" if isinstance(atom, Rate) else atom.fact


def asked(condition: Condition) -> frozenset[str]:
    """The names of the facts that a condition asks for."""
    return frozenset(fact_of(node) for _, node in nodes(condition) if not isinstance(node, All | Either | Not))


def told(value: Truth) -> Told:
    """A value by its name."""
    return "unknown" if value is None else "true" if value else "false"


def _matches(atom: Matches, facts: Facts) -> Truth:
    text = getattr(facts, atom.fact)
    if text is None:
        return None
    try:
        return compiled(atom.pattern).is_in(text)
    except BadPattern:
        return None


def _step(path: str, node: AnyNode, answers: Mapping[Atom, Truth], facts: Facts) -> Step:
    value = told(truth(node, answers.__getitem__))
    op = str(node.__struct_config__.tag)
    if isinstance(node, All | Either | Not):
        return Step(path, op, value)
    return Step(path, op, value, fact_of(node), _found(node, facts))


def _found(atom: Atom, facts: Facts) -> str:
    if isinstance(atom, Rate):
        return "" if facts.ages is None else str(rate(facts.ages, atom.minutes))
    if isinstance(atom, Contains | Matches):
        return ""  # a text is not repeated in the trace
    found = getattr(facts, atom.fact)
    return "" if found is None else " ".join(found) if isinstance(found, tuple) else str(found)


def _every(values: Iterable[Truth]) -> Truth:
    """False where one is, else unknown where one is, else true."""
    known = True
    for value in values:
        if value is False:
            return False
        known = known and value is not None
    return True if known else None


def _negated(value: Truth) -> Truth:
    return None if value is None else not value
