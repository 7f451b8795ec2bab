"""Sentences of the interface, kept untranslated until it is known who reads them."""

from collections.abc import Mapping
from typing import Union

from msgspec import Struct
from msgspec.structs import replace

Told = Union[int, str, "Sentence"]


class Sentence(Struct, frozen=True):
    """A message id and its values: integers are quantities, strings are shown as they are, sentences are told too."""

    one: str
    values: Mapping[str, Told]
    many: str = ""
    n: int = 0

    def with_values(self, **values: Told) -> "Sentence":
        """The same sentence about something."""
        return replace(self, values={**self.values, **values})


def say(text: str, **values: Told) -> Sentence:
    """A sentence with `%(name)s` where a value stands; the call is where gettext finds the text."""
    return Sentence(text, values)


def say_many(one: str, many: str, n: int, **values: Told) -> Sentence:
    """A sentence that depends on `n`, which both forms may show as `%(n)s`."""
    return Sentence(one, {"n": n, **values}, many, n)
