"""Request keys: a double click, or a request that is sent again, is one act."""

from hashlib import sha256
from typing import Annotated, Final

import msgspec
from litestar.params import HeaderParameter
from msgspec import Struct

from app.deeds import Request
from app.web.requests import Invalid, PageRequest
from app.web.sentences import say_many

HEADER: Final = "Idempotency-Key"
FIELD: Final = "key"
LONGEST: Final = 200

Key = Annotated[
    str,
    HeaderParameter(
        name=HEADER,
        required=False,
        description="Any text of your own: the same request sent again under it is one act, and answered alike.",
    ),
]
"""What a handler declares as `key: Key = ""`, so that the document describes the header; forms have a hidden field."""


async def key_of(request: PageRequest, header: str) -> str:
    """The request's key, from the header or from the form; "" for none. Raises Invalid when it is too long."""
    key = header or (await request.typed()).get(FIELD, [""])[-1]
    if len(key) > LONGEST:
        raise Invalid({FIELD: say_many("Write at most %(n)s character.", "Write at most %(n)s characters.", LONGEST)})
    return key


async def asked(request: PageRequest, header: str, form: Struct) -> Request:
    """The key together with the fingerprint of what is asked: the address, and what the form says."""
    key = await key_of(request, header)
    if not key:
        return Request()
    said = msgspec.json.encode(form)
    return Request(key, sha256(request.url.path.encode() + b"\0" + said).digest())
