"""A request as the pages read it: JSON or a form as the same Struct, with every wrong field named at once."""

import asyncio
import re
import types
from collections.abc import Mapping
from functools import lru_cache
from tempfile import SpooledTemporaryFile
from typing import Annotated, Final, TypeVar, Union, get_args, get_origin
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.datastructures import State, UploadFile
from litestar.exceptions import ClientException, HTTPException, ValidationException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct
from msgspec.structs import FieldInfo

from app.media.taking import LARGEST
from app.square import Square
from app.web.sentences import Sentence, say, say_many

S = TypeVar("S", bound=Struct)
FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
JSON: Final = "application/json"
MOST_FIELDS: Final = 1000
LARGEST_BODY: Final = 1024 * 1024
LARGEST_FORM: Final = 4 * LARGEST + LARGEST_BODY
"""Bytes of a form that brings pictures, for the `request_max_body_size` of its route."""

# Names that a form may carry beside its own fields.
BESIDE: Final = frozenset({"csrf", "key"})
_CHECKED: Final = frozenset({"on", "true", "1"})
_LENGTH: Final = re.compile(r"length (>=|<=) (\d+)")
_SIZE: Final = re.compile(r"(>=|<=) (-?\d+)")


class Invalid(Exception):
    """What somebody sent cannot be used: by the name of the field, what is wrong and what to do."""

    def __init__(self, errors: Mapping[str, Sentence]) -> None:
        super().__init__(", ".join(sorted(errors)))
        self.errors = errors


class UnsupportedBody(HTTPException):
    """The body is neither a form nor JSON."""

    status_code = 415


Asked = Request[None, None, State]


class PageRequest(Request[None, None, State]):
    """Litestar's request, whose `json` reads forms as well, so that one handler answers browsers and programs."""

    async def json(self) -> Struct:
        """The body as the Struct that the handler asks for.

        Raises Invalid with every field that cannot be used, UnsupportedBody for other kinds of bodies.
        """
        handler = self.route_handler
        assert isinstance(handler, HTTPRouteHandler)
        field = handler.parsed_data_field
        assert field is not None and issubclass(field.annotation, Struct)
        form: type[Struct] = field.annotation
        kind = self.content_type[0]
        if kind in (FORM, MULTIPART):
            return read_form(form, await self.typed())
        if kind == JSON:
            return read_json(form, await self.body())
        raise UnsupportedBody

    async def body(self) -> bytes:
        """The body, of at most 1 MiB; of a form with files a mark that it is there, for `typed` and `files` read it."""
        if self.content_type[0] == MULTIPART:
            return MULTIPART.encode()
        if (self.content_length or 0) > LARGEST_BODY:
            raise RequestEntityTooLarge
        body = await super().body()
        if len(body) > LARGEST_BODY:
            raise RequestEntityTooLarge
        return body

    @property
    def has_unread_files(self) -> bool:
        """Whether the body is a form with files that nobody has read yet."""
        return self.content_type[0] == MULTIPART and _KEPT not in self.scope["state"]

    async def files(self, name: str) -> list[bytes]:
        """The files of a field in their order, b"" where none was chosen; what is too large is cut off behind that."""
        await self.typed()
        sent = self.scope["state"].get(_KEPT)
        files = sent.files.get(name, []) if isinstance(sent, _Sent) else []
        return [await asyncio.to_thread(_beginning, file) for file in files]

    async def typed(self) -> dict[str, list[str]]:
        """What a form holds, in the order of its fields, without its files; empty for other bodies.

        Which fields may bring files the route says: `opt={"files": ("pictures",)}`. Of a form with files it is always
        the same dictionary, so that a handler can leave in it what became of them.
        """
        if self.content_type[0] == MULTIPART:
            return await self._typed_beside_files()
        if self.content_type[0] != FORM:
            return {}
        try:
            pairs = parse_qsl((await self.body()).decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError as error:
            raise ClientException("the form cannot be read") from error
        typed: dict[str, list[str]] = {}
        for name, value in pairs:
            typed.setdefault(name, []).append(value.replace("\r\n", "\n"))
        return typed

    async def _typed_beside_files(self) -> dict[str, list[str]]:
        kept = self.scope["state"].get(_KEPT)
        if isinstance(kept, _Sent):
            return kept.typed
        handler = self.scope.get("route_handler")
        of_files = handler.opt.get("files", ()) if isinstance(handler, HTTPRouteHandler) else ()
        if not of_files:
            raise UnsupportedBody
        try:
            form = await self.form()
        except (UnicodeDecodeError, LookupError, ValidationException) as error:
            raise ClientException("the form cannot be read") from error
        sent, size = _Sent({}, {}), 0
        for name, value in form.items():
            if name in of_files:
                sent.files.setdefault(name, []).append(_taken_over(value))
            elif isinstance(value, UploadFile):
                raise ClientException("a file stands in a field that takes none")
            else:
                size += len(value)
                sent.typed.setdefault(name, []).append(value.replace("\r\n", "\n"))
        if size > LARGEST_BODY:
            raise RequestEntityTooLarge
        self.scope["state"][_KEPT] = sent
        return sent.typed


File = SpooledTemporaryFile[bytes]
_KEPT: Final = "sent"


class _Sent(Struct, frozen=True):
    """What a form with files holds; None where no file was chosen."""

    typed: dict[str, list[str]]
    files: dict[str, list[File | None]]


def _taken_over(value: object) -> File | None:
    """The file of a field, which the framework would close before a form that comes back is made."""
    if not isinstance(value, UploadFile):
        return None
    file, value.file = value.file, SpooledTemporaryFile()  # noqa: SIM115 (it lives as long as the request)
    return file


def _beginning(file: File | None) -> bytes:
    if file is None:
        return b""
    file.seek(0)
    return file.read(LARGEST + 1)


def square_of(request: Asked) -> Square:
    """The square that this process serves."""
    square = request.app.state["square"]
    assert isinstance(square, Square)
    return square


def read_form(form: type[S], typed: Mapping[str, list[str]]) -> S:
    """The Struct that a browser's fields say; a checkbox counts when it is there."""
    values: dict[str, object] = {}
    for field in fields_of(form):
        kinds = _kinds(field.type)
        written = typed.get(field.encode_name)
        if bool in kinds:
            values[field.encode_name] = written is not None and written[-1] in _CHECKED
        elif written is not None:
            empty = written[-1] == "" and types.NoneType in kinds
            values[field.encode_name] = written if kinds & {list, tuple} else None if empty else written[-1]
    return _read(form, values | {name: typed[name] for name in typed.keys() - values.keys() - BESIDE}, strict=False)


@lru_cache(maxsize=1024)
def fields_of(form: type[Struct]) -> tuple[FieldInfo, ...]:
    """The fields of a form, looked up once: it costs a tenth of a small request."""
    return msgspec.structs.fields(form)


def read_json(form: type[S], body: bytes) -> S:
    """The Struct that a program's JSON object says."""
    try:
        values = msgspec.json.decode(body, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ClientException("the body is not a JSON object") from error
    return _read(form, {name: value for name, value in values.items() if name not in BESIDE}, strict=True)


def _read(form: type[S], values: Mapping[str, object], *, strict: bool) -> S:
    errors: dict[str, Sentence] = {}
    read: dict[str, object] = {}
    fields = fields_of(form)
    for field in fields:
        name = field.encode_name
        if name in values:
            try:
                read[field.name] = msgspec.convert(values[name], field.type, strict=strict)
            except msgspec.ValidationError as error:
                errors[name] = explain(str(error))
        elif field.required:
            errors[name] = say("This is missing.")
    for name in values.keys() - {field.encode_name for field in fields}:
        errors[name] = say("There is no such field here.")
    if errors:
        raise Invalid(errors)
    return form(**read)


def explain(error: str) -> Sentence:
    """What to do about a value that msgspec could not use."""
    if length := _LENGTH.search(error):
        n = int(length[2])
        if length[1] == "<=":
            return say_many("Write at most %(n)s character.", "Write at most %(n)s characters.", n)
        if n == 1:
            return say("This must not be empty.")
        return say_many("Write at least %(n)s character.", "Write at least %(n)s characters.", n)
    if size := _SIZE.search(error):
        bound = int(size[2])
        return say("At most %(n)s.", n=bound) if size[1] == "<=" else say("At least %(n)s.", n=bound)
    if "Invalid enum value" in error:
        return say("Choose one of the answers offered.")
    if "Expected `int" in error:
        return say("Write a whole number.")
    if "matching regex" in error:
        return say("This does not have the form that is asked for.")
    return say("This value cannot be used.")


def _kinds(annotation: object) -> set[object]:
    """The plain types that an annotation allows."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kinds(get_args(annotation)[0])
    if origin is Union or origin is types.UnionType:
        return set().union(*(_kinds(argument) for argument in get_args(annotation)))
    return {origin or annotation}
