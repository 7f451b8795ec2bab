"""What a client sends, in the four ways in which clients send it, as one Struct.

JSON, form, multipart and the query of the address mean the same here, and what is said in the body goes over what is
said in the address. Names of fields nest as clients nest them: `choices[]`, `poll[options][]`,
`fields_attributes[0][name]`; a list may come as an object of numbers, and a single value may stand for a list of one.
Truth is "true", "1", "on" and their like. What a Struct does not know is left out, since clients send more than any
server knows; what has the wrong type is refused with its name.
"""

import types
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Annotated, Final, TypeVar, Union, get_args, get_origin
from urllib.parse import parse_qsl

import msgspec
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.exceptions import ClientException
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from app.web.requests import (
    FORM,
    JSON,
    MOST_FIELDS,
    MULTIPART,
    Invalid,
    PageRequest,
    UnsupportedBody,
    explain,
    fields_of,
)
from app.web.sentences import Sentence, say

S = TypeVar("S", bound=Struct)
DEEPEST: Final = 4
DIGITS: Final = 18
_DATA: Final = "data:"
_TRUE: Final = frozenset({"true", "1", "on", "t", "yes"})
_FALSE: Final = frozenset({"false", "0", "off", "f", "no", ""})

Tree = dict[str, object]


class ApiRequest(PageRequest):
    """A request of the API, whose `json` reads whatever body there is; no body is a form with nothing filled in."""

    async def body(self) -> bytes:
        """The body; never empty, since a route may ask for a Struct of which no field must be there."""
        return await super().body() or b"{}"

    async def json(self) -> Struct:
        """The body over what the address says, as the Struct that the handler asks for.

        Raises Invalid, UnsupportedBody.
        """
        handler = self.route_handler
        assert isinstance(handler, HTTPRouteHandler)
        field = handler.parsed_data_field
        assert field is not None and issubclass(field.annotation, Struct)
        form: type[Struct] = field.annotation
        return read_values(form, await self.values())

    async def values(self) -> Tree:
        """What the body says, over what the address says. Raises UnsupportedBody."""
        return {**nested([*self.query_params.items()]), **await self._sent()}

    async def typed(self) -> dict[str, list[str]]:
        """Nothing: what a page's form has beside what is asked, such as the key of a request, is in headers here."""
        return {}

    async def _sent(self) -> Tree:
        kind = self.content_type[0]
        if kind == MULTIPART:
            return nested([(name, value) for name, value in (await self._parts()).items()])
        body = await self.body()
        if kind == FORM or (not kind and body != b"{}" and not body.lstrip().startswith(b"{")):
            return nested(_pairs(body))
        if kind in ("", JSON) or kind.endswith("+json") or body == b"{}":
            return _object(body)
        raise UnsupportedBody

    async def _parts(self) -> FormMultiDict:
        try:
            return await self.form()
        except UnicodeDecodeError as error:
            raise ClientException("the form cannot be read") from error


def _pairs(body: bytes) -> list[tuple[str, object]]:
    try:
        return [*parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)]
    except ValueError as error:
        raise ClientException("the form cannot be read") from error


def _object(body: bytes) -> Tree:
    try:
        return msgspec.json.decode(body, type=dict[str, object] | None) or {}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ClientException("the body is not a JSON object") from error


def nested(pairs: Sequence[tuple[str, object]]) -> Tree:
    """The object that a form's names describe; a name that nests deeper than any of ours is left out."""
    tree: Tree = {}
    for name, value in pairs:
        head, *rest = name.replace("]", "").split("[")
        if len(rest) <= DEEPEST:
            _put(tree, [head, *rest], value.replace("\r\n", "\n") if isinstance(value, str) else value)
    return tree


def _put(tree: Tree, path: Sequence[str], value: object) -> None:
    key, *rest = path
    if not rest:
        tree[key] = value
        return
    below = tree.get(key)
    if not isinstance(below, dict):
        below = tree[key] = {}
    # `name[]` counts on: each value is one more of the list.
    rest[0] = rest[0] or str(len(below) if len(rest) == 1 else max(len(below) - 1, 0))
    if len(rest) > 1 and not path[1] and _holds(below.get(rest[0]), rest[1]):
        rest[0] = str(len(below))
    _put(below, rest, value)


def _holds(below: object, key: str) -> bool:
    """Whether the last object of a list has this field already, so that the next one begins."""
    return isinstance(below, dict) and key in below


def read_values(form: type[S], values: Mapping[str, object]) -> S:
    """The Struct that these values say; raises Invalid with every field that cannot be used."""
    errors: dict[str, Sentence] = {}
    read: dict[str, object] = {}
    for field in fields_of(form):
        name = field.encode_name
        value = values.get(name)
        if value is None:
            if field.required:
                errors[name] = say("This is missing.")
            continue
        try:
            fitted = fit(value, field.type)
            if fitted is not None:
                read[field.name] = msgspec.convert(fitted, field.type, strict=False)
        except msgspec.ValidationError as error:
            errors[name] = explain(str(error))
    if errors:
        raise Invalid(errors)
    return form(**read)


def fit(value: object, wanted: object) -> object:
    """The value in the shape that a type asks for, as far as a client may have written it otherwise."""
    for kind in _kinds(wanted):
        origin = get_origin(kind) or kind
        if origin in (list, tuple):
            return [fit(one, (get_args(kind) or (object,))[0]) for one in _row(value)]
        if isinstance(origin, type) and issubclass(origin, Struct) and isinstance(value, dict):
            known = {field.encode_name: field.type for field in fields_of(origin)}
            said = {name: fit(one, known[name]) for name, one in value.items() if name in known and one is not None}
            return {name: one for name, one in said.items() if one is not None}
        if origin is bool:
            return _truth(value)
        if origin is UploadFile and isinstance(value, str) and value.startswith(_DATA):
            return _file_in(value)
        if origin is int:
            _refuse_large(value)
        if origin is str and isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    if isinstance(value, str):
        if "\0" in value:
            raise msgspec.ValidationError("a text has no NUL")
        return None if value == "" and str not in _kinds(wanted) else value
    return value


def _file_in(address: str) -> UploadFile:
    """The file that a `data:` address holds: some clients send one in place of a part of a form."""
    kind, _, written = address.removeprefix(_DATA).partition(";base64,")
    try:
        held = b64decode(written, validate=True)
    except ValueError:
        held = b""
    if not held:
        raise msgspec.ValidationError("the address holds no file")
    return UploadFile(kind, "file", held)


def _refuse_large(value: object) -> None:
    """No number of ours has more than 63 bits, however long the one is that somebody sends."""
    digits = value.strip().lstrip("+-") if isinstance(value, str) else ""
    if len(digits) > DIGITS or (isinstance(value, int) and abs(value) >= 1 << 63):
        raise msgspec.ValidationError("a number of at most 63 bits is meant")


def _row(value: object) -> list[object]:
    """A list, however it was sent: as one, as an object of numbers, or as the only thing in it."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and all(key.isascii() and key.isdecimal() for key in value):
        return [value[key] for key in sorted(value, key=lambda key: (len(key), key))]
    return [value]


def _truth(value: object) -> object:
    if not isinstance(value, str | int):
        return value
    text = str(value).lower()
    return True if text in _TRUE else False if text in _FALSE else value


def _kinds(annotation: object) -> tuple[object, ...]:
    """The types that an annotation allows, without what it says beside."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kinds(get_args(annotation)[0])
    if origin is Union or origin is types.UnionType:
        return tuple(kind for argument in get_args(annotation) for kind in _kinds(argument))
    return (annotation,)
