"""Whoever is refused is told why in their own language, though the law itself speaks one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from app.web.refusals import IN_WORDS, WORDS, sentence_of
from app.web.translations import missing, tongues
from governance.errors import Refused
from tests.governance.test_refusals import STORIES
from tests.governance.world import World

ROOT: Final = Path(__file__).resolve().parents[2]
PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s")
NO_WORDS: Final = frozenset({"by", "person", "term", "error", "ranking"})
"""Values that are names in every language, though they look like words."""
HOW: Final = (
    'a refusal is a sentence with values, Refused("case-1", "there is no case %(case)s", case=index), never an '
    "f-string: so that the page can say it in Arabic. `n` is how many of something; a value that is a word of the law "
    "has a name of IN_WORDS and stands in WORDS (app/web/refusals.py). Its Arabic goes into "
    "locale/ar/LC_MESSAGES/isegoria.po"
)


def _refusals() -> Iterator[tuple[str, ast.Call]]:
    for folder in ("governance", "app"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refused":
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", node


def test_every_refusal_is_a_sentence_with_values() -> None:
    """The sentence stands in the code as it is translated, and has a value for each of its names and no other."""
    for place, call in _refusals():
        said = call.args[1]
        assert isinstance(said, ast.Constant), f"{place}: {HOW}"
        assert isinstance(said.value, str)
        names = [keyword.arg for keyword in call.keywords]
        assert set(PLACEHOLDER.findall(said.value)) == set(names), f"{place}: {HOW}"
        assert "%" not in PLACEHOLDER.sub("", said.value), f"{place}: a per cent is written out. {HOW}"


def test_every_refusal_has_its_arabic() -> None:
    """No sentence of the law reaches an Arabic reader in English."""
    sentences = {call.args[1].value: place for place, call in _refusals() if isinstance(call.args[1], ast.Constant)}
    lacking = [f"{sentences[text]}: {text!r}" for text, _ in missing("ar") if text in sentences]
    assert [] == lacking, HOW


def _provoked() -> list[Refused]:
    refusals: list[Refused] = []
    for story in STORIES:
        world = World.peopled()
        story(world)
        refusals += world.refusals
    return refusals


def test_what_the_law_says_is_told_in_both_languages() -> None:
    """English is the law's own sentence to the letter; in Arabic no word of the law stays English."""
    english, arabic = tongues.all["en"], tongues.all["ar"]
    for refusal in _provoked():
        sentence = sentence_of(refusal)
        assert refusal.why == english.tell(sentence)
        assert re.search("[\u0600-\u06ff]", arabic.tell(sentence))
        for name, value in refusal.values.items():
            words = value if isinstance(value, tuple) else (value,)
            if name not in IN_WORDS | NO_WORDS:
                assert not any(isinstance(one, str) and re.fullmatch("[a-z_ ]+", one) for one in words), HOW
            assert not any(str(one) in arabic.tell(sentence) for one in words if one in WORDS), refusal.why


@pytest.mark.parametrize(
    ("refusal", "arabic"),
    [
        (Refused("case-1", "there is no case %(case)s", case=4711), "لا قضية برقم 4711"),
        (
            Refused(
                "ladder-2",
                "rule %(rule)s does not allow the sanction %(sanction)s; it allows %(allowed)s",
                rule="4.1",
                sanction="withhold",
                allowed=("unrecommend", "fold", "mute"),
            ),
            "لا تسمح القاعدة 4.1 بجزاء «حجب»؛ وما تسمح به: عدم التوصية، طيّ، كتم الحساب",
        ),
    ],
)
def test_values_are_told_as_the_language_writes_them(refusal: Refused, arabic: str) -> None:
    """Numbers of entries keep their digits, words are translated, and a row of them has the language's comma."""
    assert arabic == tongues.all["ar"].tell(sentence_of(refusal))
