"""A condition in Google's Common Expression Language, for whoever would run it in another engine.

A fact is a variable of its name, `ages` a list of numbers; one that is unknown is left out, and CEL then answers with
an error wherever we answer unknown.
"""

from typing import Final

from governance.conditions.evaluate import MINUTE
from governance.conditions.language import (
    All,
    Among,
    AnyNode,
    Compare,
    Condition,
    Contains,
    Either,
    Has,
    How,
    Matches,
    Not,
    Rate,
)

SIGNS: Final[dict[How, str]] = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_PLAIN: Final = frozenset(map(chr, range(0x20, 0x7F))) - frozenset('"\\')


def to_cel(condition: Condition) -> str:
    """The same condition as one expression."""
    return _cel(condition.when)


def _cel(node: AnyNode) -> str:
    match node:
        case All():
            return f"({' && '.join(map(_cel, node.of))})"
        case Either():
            return f"({' || '.join(map(_cel, node.of))})"
        case Not():
            return f"!{_cel(node.of)}" if isinstance(node.of, All | Either) else f"!({_cel(node.of)})"
        case Compare():
            return f"{node.fact} {SIGNS[node.how]} {node.value}"
        case Rate():
            return f"size(ages.filter(a, a <= {node.minutes * MINUTE})) + 1 {SIGNS[node.how]} {node.value}"
        case Among():
            return f"{node.fact} in {_listed(node.values)}"
        case Has():
            return f"{node.fact}.exists(one, one in {_listed(node.values)})"
        case Contains():
            return f"{node.fact}.contains({_quoted(node.value)})"
        case Matches():
            return f"{node.fact}.matches({_quoted(node.pattern)})"


def _listed(values: tuple[str, ...]) -> str:
    return f"[{', '.join(map(_quoted, values))}]"


def _quoted(text: str) -> str:
    return '"' + "".join(one if one in _PLAIN else f"\\U{ord(one):08x}" for one in text) + '"'
