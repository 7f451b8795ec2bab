"""Texts as words that can be looked for: the same words on both databases, in every script.

What a writer may leave out or write in several ways is made one: case, accents, the vowel signs and the hamza of
Arabic, alif maqsura, ta marbuta, digits. Scripts that write no spaces are taken sign by sign, so that a word of them is
found as a phrase.
"""

from typing import Final
from unicodedata import normalize

import regex

LONGEST: Final = 100
"""Code points of a word; what is longer is cut."""

_MARKS: Final = regex.compile(
    r"[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f"
    r"\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]"
)
_UNSPACED: Final = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD: Final = regex.compile(rf"[{_UNSPACED}]|[[\p{{L}}\p{{M}}\p{{N}}_]--[{_UNSPACED}]]+", regex.VERSION1)
_ALIKE: Final = str.maketrans(
    {
        "\u0649": "\u064a",  # alif maqsura, yeh
        "\u06cc": "\u064a",  # Persian yeh
        "\u0629": "\u0647",  # ta marbuta, heh
        "\u06a9": "\u0643",  # Persian keheh, kaf
        **{chr(zero + n): str(n) for zero in (0x0660, 0x06F0) for n in range(10)},
    }
)


def words_in(text: str) -> list[str]:
    """The words of a text in their order, as they are kept and as they are looked for."""
    bare = _MARKS.sub("", normalize("NFKD", text)).casefold().translate(_ALIKE)
    return [word[:LONGEST] for word in _WORD.findall(normalize("NFC", bare))]
