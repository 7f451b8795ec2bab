"""The page that verifies offline: one file, put together from the same modules that the square's pages load."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Final

from litestar import get
from markupsafe import Markup
from msgspec import Struct

from app.square import Square
from app.web.answers import Answer
from app.web.assets import STATIC
from app.web.requests import PageRequest

MODULES: Final = STATIC / "verify"
BEGINNING: Final = "file.js"
SIGNS: Final = ("chevron-down", "clock", "download", "loader", "seal", "seal-broken", "seal-checked", "triangle-alert")
_IMPORT: Final = re.compile(r'^import [^;]*? from "\./([a-z]+\.js)";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=async |class |const |function )", re.MULTILINE)
_FONT: Final = re.compile(r"@font-face \{.*?\n\}\n", re.DOTALL)


class VerifyPage(Struct, frozen=True):
    """The address of the square that served the page."""

    url: str


def script() -> str:
    """The modules as one, each after those that it needs; no name stands in two of them."""
    return "".join(_EXPORT.sub("", _IMPORT.sub("", source)) for source in _sources(BEGINNING, set()))


def _sources(name: str, seen: set[str]) -> Iterator[str]:
    seen.add(name)
    source = (MODULES / name).read_text(encoding="utf-8")
    for needed in _IMPORT.findall(source):
        if needed not in seen:
            yield from _sources(needed, seen)
    yield source


def style() -> str:
    """The sheets without the fonts, which would have to be fetched."""
    sheets = "".join((STATIC / name).read_text(encoding="utf-8") for name in ("tokens.css", "site.css"))
    return _FONT.sub("", sheets)


def signs() -> str:
    """The signs that the page uses, inside it."""
    sprite = (STATIC / "sprite.svg").read_text(encoding="utf-8")
    found = [re.search(rf'<symbol id="{name}".*</symbol>', sprite) for name in SIGNS]
    symbols = "".join(one.group() for one in found if one)
    return f'<svg class="vh" aria-hidden="true">{symbols}</svg>'


def policy(script: str, style: str) -> str:
    """A content policy under which nothing runs but this script, whoever serves the file or opens it from a disk."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_digest(script)}'",
            f"style-src '{_digest(style)}'",
            "img-src data:",
            "connect-src https: http:",
            "form-action 'none'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
        )
    )


def _digest(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


_SCRIPT: Final = script()
_STYLE: Final = style()
_POLICY: Final = policy(_SCRIPT, _STYLE)
_PARTS: Final = {"script": Markup(_SCRIPT), "style": Markup(_STYLE), "signs": Markup(signs()), "policy": _POLICY}  # noqa: S704


@get("/verify", tags=["ledger"])
async def show_verify(request: PageRequest, square: Square) -> Answer[VerifyPage]:
    """The page that checks an entry, a text or a ballot against a key, and can be saved and used without a network."""
    page = VerifyPage(square.config.public_url or str(request.base_url).rstrip("/"))
    headers = {"Content-Security-Policy": f"{_POLICY}; frame-ancestors 'none'"}
    return Answer(page, "verify.html", headers=headers, beside=_PARTS)


routes = [show_verify]
