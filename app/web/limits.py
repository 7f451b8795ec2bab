"""Limits to attempts, counted in the database so that all processes and hosts share them."""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from typing import Final

from msgspec import Struct

from app.config import Config, Network
from app.square import Square
from app.store.sessions import count_attempt
from app.web.proxies import is_trusted
from app.web.requests import PageRequest

FIVE_MINUTES: Final = 300_000


class TooMany(Exception):
    """Too many attempts; again after `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"again in {retry_after} s")
        self.retry_after = retry_after


class Limit(Struct, frozen=True):
    """At most `most` attempts of a kind in five minutes from one address."""

    kind: str
    most: int


SIGN_IN: Final = Limit("sign-in", 10)
JOIN: Final = Limit("join", 30)
MAIL: Final = Limit("mail", 5)
NOTICE: Final = Limit("notice", 5)


async def count(square: Square, request: PageRequest, limit: Limit) -> None:
    """Count one attempt; raises TooMany beyond the limit, unless the configuration has switched limits off."""
    if not square.config.rate_limits:
        return
    now = square.clock.now()
    scope = f"{limit.kind} {client_address(request, square.config)}"
    if await square.database.write(lambda tx: count_attempt(tx, scope, now, FIVE_MINUTES)) > limit.most:
        raise TooMany((FIVE_MINUTES - now % FIVE_MINUTES) // 1000 + 1)


def client_address(request: PageRequest, config: Config) -> str:
    """Where the request comes from, behind the proxies that the configuration trusts."""
    peer = request.client.host if request.client else ""
    forwarded = request.headers.get("x-forwarded-for", "").split(",")
    return network_of(origin_of([*forwarded, peer], config.trusted_proxies))


def origin_of(hops: Sequence[str], trusted: Sequence[Network]) -> str:
    """The last hop that no trusted proxy made up; what stands before it anybody may have written."""
    hop = ""
    for hop in reversed([hop.strip() for hop in hops]):
        if not is_trusted(hop, trusted):
            break
    return hop


def network_of(address: str) -> str:
    """The address of a person's connection: for IPv6 the /64 that one household has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    mapped = parsed.ipv4_mapped if parsed.version == 6 else None
    if mapped is not None:
        return str(mapped)
    return str(ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
