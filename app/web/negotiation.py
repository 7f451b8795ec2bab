"""What a client would rather have: HTML or JSON, English or Arabic, gzip or not (RFC 9110 §12.5)."""

from collections.abc import Iterator
from typing import Literal

JSON = ("application/json", "application/problem+json")
HTML = ("text/html",)


def prefers_json(accept: str, content_type: str = "") -> bool:
    """Whether JSON is wanted more than HTML; a tie goes to the more specific, then to what was sent, then to HTML."""
    json, html = _wish(accept, JSON), _wish(accept, HTML)
    if json == html:
        return content_type == "application/json"
    return json > html and json[0] > 0


def preferred_language(accept_language: str) -> Literal["en", "ar"]:
    """English or Arabic, as the browser asks; English if it does not."""
    arabic = english = 0.0
    for tag, quality in _parts(accept_language):
        primary = tag.partition("-")[0]
        if primary == "ar":
            arabic = max(arabic, quality)
        elif primary == "en":
            english = max(english, quality)
    return "ar" if arabic > english else "en"


def prefers_gzip(accept_encoding: str) -> bool:
    """Whether gzip is wanted at least as much as no coding; where a client names no coding, it gets none.

    Who refuses both gets gzip: C2SP tlog-tiles lets a log send it unasked.
    """
    wishes = dict(_parts(accept_encoding))
    other = wishes.get("*")
    gzip = wishes.get("gzip", wishes.get("x-gzip", other or 0.0))
    plain = wishes.get("identity", 0.0 if other == 0.0 else None)
    return plain == 0.0 or (gzip > 0.0 and gzip >= (plain or 0.0))


def _wish(accept: str, types: tuple[str, ...]) -> tuple[float, int]:
    """How much one of these types is wanted, and how specifically (2 by name, 1 by `application/*`, 0 by `*/*`)."""
    ranges = list(_parts(accept or "*/*"))
    best = (0.0, 0)
    for known in types:
        patterns = ("*/*", f"{known.partition('/')[0]}/*", known)
        # The most specific range that covers a type speaks for it, even where it says less than a wider one.
        covering = [(patterns.index(name), quality) for name, quality in ranges if name in patterns]
        if covering:
            specific, quality = max(covering)
            best = max(best, (quality, specific))
    return best


def _parts(header: str) -> Iterator[tuple[str, float]]:
    for part in header.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                quality = _quality(parameter[2:])
        if name:
            yield name, quality


def _quality(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0
