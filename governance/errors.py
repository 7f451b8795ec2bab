"""What the law answers when an act may not stand."""


class Refused(Exception):
    """The law says no: `clause` is a clause of POLICY.md, `why` a sentence for the person who acted."""

    def __init__(self, clause: str, why: str) -> None:
        super().__init__(f"{clause}: {why}")
        self.clause = clause
        self.why = why
