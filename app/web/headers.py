"""Headers that every response carries, whoever made it."""

from collections.abc import Mapping, Sequence
from typing import Final

from litestar.types import Message, Scope

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
Raw = tuple[bytes, bytes]


def raw(headers: Mapping[str, str]) -> tuple[Raw, ...]:
    """Headers as ASGI sends them."""
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items())


def add_missing(message: Message, headers: Sequence[Raw]) -> None:
    """Add to the beginning of a response those headers that it does not have."""
    # Litestar's own dictionary of headers decodes all of them for each that is looked for: a tenth of a short answer.
    assert message["type"] == "http.response.start"
    there = [*message.get("headers", ())]
    names = {name.lower() for name, _ in there}
    message["headers"] = [*there, *(header for header in headers if header[0] not in names)]


# With "no-referrer" browsers would send "Origin: null" along with our own forms.
HEADERS: Final = raw({
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
})  # fmt: skip
TRANSPORT: Final = raw({"Strict-Transport-Security": "max-age=31536000"})


async def add_headers(message: Message, scope: Scope) -> None:
    """Add what protects the reader, unless the handler has said otherwise itself."""
    if message["type"] != "http.response.start":
        return
    is_secure = scope["litestar_app"].state["square"].config.is_secure
    add_missing(message, HEADERS + TRANSPORT if is_secure else HEADERS)
