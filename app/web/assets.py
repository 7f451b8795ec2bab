"""Files of the look, served from memory under names that tell their content."""

import gzip
import hashlib
import re
from mimetypes import guess_type
from pathlib import Path
from typing import Annotated, Final

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import HeaderParameter
from msgspec import Struct

STATIC: Final = Path(__file__).parent / "static"
FOR_EVER: Final = "public, max-age=31536000, immutable"
_URL: Final = re.compile(r"url\(([^):]+)\)")
_IMPORT: Final = re.compile(r'(?<=")\./([a-z]+\.js)(?=")')
_TEXTS: Final = ("text/", "image/svg")
_TYPES: Final = {"woff2": "font/woff2", "js": "text/javascript"}


class Asset(Struct, frozen=True):
    """A file as it is sent; `packed` is its gzip, or empty where that saves nothing."""

    name: str
    body: bytes
    packed: bytes
    media_type: str
    etag: str


class Assets:
    """All files of app/web/static, by their hashed name and by their own."""

    def __init__(self) -> None:
        self._hashed: dict[str, Asset] = {}
        self._names: dict[str, Asset] = {}
        for path in sorted(STATIC.rglob("*")):
            if path.is_file():
                self._add(path.relative_to(STATIC).as_posix())

    def url(self, name: str) -> str:
        """The address of a file, which changes with its content."""
        return f"/static/{self._names[name].name}"

    def find(self, name: str) -> tuple[Asset, bool] | None:
        """The file of that name, and whether the name tells its content."""
        if name in self._hashed:
            return self._hashed[name], True
        return (self._names[name], False) if name in self._names else None

    def _add(self, name: str) -> None:
        if name in self._names:
            return
        body = (STATIC / name).read_bytes()
        # Sheets name their fonts, and modules each other, by what these contain: so those come first.
        if name.endswith(".css"):
            body = _URL.sub(lambda found: f"url({self._named(found[1])})", body.decode()).encode()
        elif name.endswith(".js"):
            folder = name.rpartition("/")[0]
            body = _IMPORT.sub(lambda found: self._named(f"{folder}/{found[1]}"), body.decode()).encode()
        digest = hashlib.sha256(body).hexdigest()[:16]
        stem, dot, suffix = name.rpartition(".")
        media_type = _TYPES.get(suffix) or guess_type(name)[0] or "text/plain"
        packed = gzip.compress(body, mtime=0) if media_type.startswith(_TEXTS) else b""
        asset = Asset(f"{stem}.{digest}{dot}{suffix}", body, packed, media_type, digest)
        self._hashed[asset.name] = self._names[name] = asset

    def _named(self, name: str) -> str:
        """The address of a file that another one needs."""
        self._add(name)
        return self.url(name)


assets: Final = Assets()


@get("/static/{name:path}", include_in_schema=False, opt={"public": True})
async def send_asset(
    name: str,
    if_none_match: Annotated[str, HeaderParameter(name="If-None-Match")] = "",
    accept_encoding: Annotated[str, HeaderParameter(name="Accept-Encoding")] = "",
) -> Response[bytes]:
    """A file of the look, or 304 to whom has it."""
    found = assets.find(name.removeprefix("/"))
    if found is None:
        raise NotFoundException
    asset, told = found
    packed = bool(asset.packed) and "gzip" in accept_encoding
    etag = f'"{asset.etag}-gzip"' if packed else f'"{asset.etag}"'
    headers = {"ETag": etag, "Cache-Control": FOR_EVER if told else "no-cache", "Vary": "Accept-Encoding"}
    if etag in {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}:
        return Response(b"", status_code=304, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(asset.packed if packed else asset.body, media_type=asset.media_type, headers=headers)


routes = [send_asset]
