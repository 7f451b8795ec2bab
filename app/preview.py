"""What is looked at before a vote, published with the freeze and bound into the ledger (POLICY [propose-9])."""

import msgspec
from msgspec import Struct


class Preview(Struct, frozen=True):
    """What the square looked at; its canonical JSON is what the freeze commits to."""

    v: int = 1

    def text(self) -> str:
        """The text that the commitment binds."""
        return msgspec.json.encode(self, order="sorted").decode()
