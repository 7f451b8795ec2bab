"""Sentences of the interface, kept untranslated until it is known who reads them."""

from collections.abc import Mapping

from msgspec import Struct


class Sentence(Struct, frozen=True):
    """A message id and its values; integers among them are quantities, strings are shown as they are."""

    one: str
    values: Mapping[str, int | str]
    many: str = ""
    n: int = 0


def say(text: str, **values: int | str) -> Sentence:
    """A sentence with `%(name)s` where a value stands; the call is where gettext finds the text."""
    return Sentence(text, values)


def say_many(one: str, many: str, n: int, **values: int | str) -> Sentence:
    """A sentence that depends on `n`, which both forms may show as `%(n)s`."""
    return Sentence(one, {"n": n, **values}, many, n)
