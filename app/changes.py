"""What a change changes: two versions of a rule side by side, in whole words and without colours."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import takewhile, zip_longest
from typing import Final, Literal

import msgspec
from msgspec import Struct

from app.store.rules import Words
from governance.acts.proposals import RuleSpec
from governance.acts.words import Category, Ground, RuleKind, Sanction
from governance.charter import Probe
from governance.rules import RuleVersion

MOST_COMPARED: Final = 1_000_000
"""Words of the one text times words of the other; above it whole texts stand against each other, in any case soon."""

_WORD: Final = re.compile(r"\n+|[^\s]+")

Kind = Literal["same", "removed", "added"]


class RuleText(Struct, frozen=True):
    """A rule as people and the program read it; the words are empty where an opening is gone.

    `condition` is the canonical JSON of a bright line's condition, "" for every other kind.
    """

    label: str
    title: str
    text: str
    aim: str
    elements: tuple[str, ...]
    sanctions: tuple[Sanction, ...]
    ground: Ground
    topical: bool
    category: Category
    kind: RuleKind
    tests: tuple[Probe, ...]
    condition: str


class Piece(Struct, frozen=True):
    """A stretch of text that stayed, was removed, or was added."""

    kind: Kind
    text: str


class Part(Struct, frozen=True):
    """A text of a rule, by the name of its field: `title`, `text`, `aim`, `element/1`, `test/1`, `condition`."""

    field: str
    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        """Whether anything of it was removed or added."""
        return any(piece.kind != "same" for piece in self.pieces)

    @property
    def older(self) -> tuple[Piece, ...]:
        """How it read before."""
        return tuple(piece for piece in self.pieces if piece.kind != "added")

    @property
    def newer(self) -> tuple[Piece, ...]:
        """How it reads then."""
        return tuple(piece for piece in self.pieces if piece.kind != "removed")


class Passage(Struct, frozen=True):
    """Lines of a long text that change, under the heading that stands over them in the new one."""

    heading: str
    pieces: tuple[Piece, ...]


class Fact(Struct, frozen=True):
    """What the program reads of a rule, before and after: `label`, `kind`, `ground`, `topical`, `category`.

    `test/1` and so on say whether the rule reaches that test case: "yes", "no", "" where there is none.
    """

    field: str
    older: str
    newer: str


class Sanctioned(Struct, frozen=True):
    """A sanction that stays allowed, is no longer, or is new."""

    sanction: Sanction
    kind: Kind


class Difference(Struct, frozen=True):
    """Two versions of a rule; a new rule has no older one, a repealed one no newer.

    `removed` and `added` count the passages of text, `facts` are only those that differ.
    """

    older: RuleText | None
    newer: RuleText | None
    parts: tuple[Part, ...]
    sanctions: tuple[Sanctioned, ...]
    facts: tuple[Fact, ...]
    removed: int
    added: int


def rule_text(spec: RuleSpec | RuleVersion, words: Words) -> RuleText:
    """What a version, or a draft of one, says."""
    return RuleText(
        label=spec.label,
        title=words.title,
        text=words.text,
        aim=words.aim,
        elements=words.elements,
        sanctions=spec.sanctions,
        ground=spec.ground,
        topical=spec.topical,
        category=spec.category,
        kind=spec.kind,
        tests=words.tests,
        condition=words.condition,
    )


def compare(older: RuleText | None, newer: RuleText | None) -> Difference:
    """What changes from one version to another."""
    before, after = _texts(older), _texts(newer)
    fields = sorted({*before, *after}, key=_order)
    parts = tuple(Part(field, compare_words(before.get(field, ""), after.get(field, ""))) for field in fields)
    pieces = [piece.kind for part in parts for piece in part.pieces]
    return Difference(
        older=older,
        newer=newer,
        parts=parts,
        sanctions=_sanctions(older.sanctions if older else (), newer.sanctions if newer else ()),
        facts=_facts(older, newer) if older and newer else (),
        removed=pieces.count("removed"),
        added=pieces.count("added"),
    )


def _texts(rule: RuleText | None) -> dict[str, str]:
    if rule is None:
        return {}
    elements = {f"element/{number}": text for number, text in enumerate(rule.elements, 1)}
    tests = {f"test/{number}": test.text for number, test in enumerate(rule.tests, 1)}
    condition = {"condition": indented(rule.condition)} if rule.condition else {}
    return {"title": rule.title, "text": rule.text, "aim": rule.aim, **elements, **tests, **condition}


def indented(condition: str) -> str:
    """A condition's JSON on many lines, so that people can read it."""
    return msgspec.json.format(condition, indent=2)


def _order(field: str) -> tuple[int, int]:
    name, _, number = field.partition("/")
    return ("title", "text", "aim", "element", "test", "condition").index(name), int(number or 0)


def _sanctions(older: Sequence[Sanction], newer: Sequence[Sanction]) -> tuple[Sanctioned, ...]:
    stay = [Sanctioned(one, "same" if one in newer else "removed") for one in older]
    return (*stay, *(Sanctioned(one, "added") for one in newer if one not in older))


def _facts(older: RuleText, newer: RuleText) -> tuple[Fact, ...]:
    both = (
        Fact("label", older.label, newer.label),
        Fact("kind", older.kind, newer.kind),
        Fact("ground", older.ground, newer.ground),
        Fact("topical", "yes" if older.topical else "no", "yes" if newer.topical else "no"),
        Fact("category", older.category, newer.category),
        *(
            Fact(f"test/{place}", _reached(before), _reached(after))
            for place, (before, after) in enumerate(zip_longest(older.tests, newer.tests), 1)
        ),
    )
    return tuple(fact for fact in both if fact.older != fact.newer)


def _reached(test: Probe | None) -> str:
    return "" if test is None else "yes" if test.reached else "no"


@lru_cache(maxsize=1024)
def compare_words(older: str, newer: str) -> tuple[Piece, ...]:
    """What stayed, went and came between two texts, in whole words; a line break is a word of its own."""
    old, new = _WORD.findall(older), _WORD.findall(newer)
    begin = _shared(old, new)
    end = _shared(old[begin:][::-1], new[begin:][::-1])
    pieces = [
        Piece("same", _joined(old[:begin])),
        *_compare(old[begin : len(old) - end], new[begin : len(new) - end]),
        Piece("same", _joined(old[len(old) - end :])),
    ]
    return tuple(piece for piece in pieces if piece.text)


@lru_cache(maxsize=64)
def compare_lines(older: str, newer: str) -> tuple[Passage, ...]:
    """What changes between two long texts: the passages of lines that differ, each in whole words."""
    old, new = older.splitlines(), newer.splitlines()
    passages = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            pieces = compare_words("\n".join(old[a:b]).strip(), "\n".join(new[c:d]).strip())
            passages.append(Passage(_heading(new[:c]), pieces))
    return tuple(passage for passage in passages if passage.pieces)


def _heading(lines: Sequence[str]) -> str:
    """The last heading of these lines, "" before the first."""
    return next((line.lstrip("# ") for line in reversed(lines) if line.startswith("#")), "")


def _compare(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    if len(old) * len(new) > MOST_COMPARED:
        blocks = [(0, len(old), 0, len(new))]
    else:
        blocks = [(a, b, c, d) for _, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes()]
    for a, b, c, d in blocks:
        if old[a:b] == new[c:d]:
            yield Piece("same", _joined(old[a:b]))
            continue
        yield Piece("removed", _joined(old[a:b]))
        yield Piece("added", _joined(new[c:d]))


def _joined(words: Sequence[str]) -> str:
    return " ".join(words)


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words two texts begin with in common."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
