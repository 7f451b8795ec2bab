"""What the law answers when an act may not stand."""

Value = str | int | tuple[str, ...]
"""What stands in a sentence: a name, a number, or names in a row."""


class Refused(Exception):
    """The law says no: `clause` is a clause of POLICY.md, `why` a sentence for the person who acted.

    `said` is that sentence with `%(name)s` for each of its `values`, so that a page can say it in another language;
    the value `n` is how many of something, every other number is that of an entry or of a version.
    """

    def __init__(self, clause: str, said: str, **values: Value) -> None:
        self.clause = clause
        self.said = said
        self.values = values
        self.why = said % {name: in_a_row(value) for name, value in values.items()} if values else said
        super().__init__(f"{clause}: {self.why}")


def in_a_row(value: Value) -> str:
    """A value as it stands in an English sentence."""
    return ", ".join(value) if isinstance(value, tuple) else str(value)
