"""What lies in a vote's box, and what is published when it is closed, byte for byte."""

import msgspec

from governance.commitment import commit


def ballot_field(vote: int) -> str:
    """The field of a ballot's commitment."""
    return f"ballot/{vote}"


def ballot_commitment(vote: int, token: bytes, choice: int) -> bytes:
    """The box's entry, 32 bytes: a commitment whose salt is the token and whose value is the choice in decimal."""
    return commit(ballot_field(vote), token, str(choice).encode())


def opening_line(choice: int, place: int, token: bytes) -> bytes:
    """The entry of the log of openings: canonical JSON."""
    return msgspec.json.encode({"choice": choice, "place": place, "token": token.hex()})


def mark_line(member: int) -> bytes:
    """The entry of the log of marks: canonical JSON."""
    return msgspec.json.encode({"member": member})
