"""Whom the configuration trusts to say where a request comes from."""

from collections.abc import Sequence
from ipaddress import ip_address

from app.config import Network


def is_trusted(hop: str, trusted: Sequence[Network]) -> bool:
    """Whether an address is that of a trusted proxy."""
    try:
        address = ip_address(hop)
    except ValueError:
        return False
    return any(address in network for network in trusted)
