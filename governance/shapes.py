"""The shape of bytes: for each type of an entry's parts the one regular expression that its encodings match.

What msgspec decodes may be said in JSON in many ways. That bytes are the one encoding of it, and that each word has the
form that its type gives it, `Meta(extra={"form": …})`, is asked of the bytes at once: keys sorted and each there,
numbers without ornament, strings escaped only where they must be. Encoding anew and comparing says the same, but of
strings it asks no forms, and msgspec's own patterns for these took half of the time of decoding. Lengths, bounds and
UTF-8 are msgspec's to judge. Nothing here goes back to try again, so no bytes are slow.
"""

import re

from msgspec import Struct, inspect

_NUMBER = "(?>0|[1-9][0-9]*+)"
# As msgspec escapes: the quotation mark, the backslash and what stands before the space, and nothing else.
_TEXT = r'"[^"\\\x00-\x1f]*+(?:\\(?>["\\bfnrt]|u00(?>0[0-7be-f]|1[0-9a-f]))[^"\\\x00-\x1f]*+)*+"'


def shapes_of(type_: type[Struct], union: str) -> dict[type[Struct], re.Pattern[bytes]]:
    """What the encodings of a type match in full, for each type of Struct that its field `union` may hold."""
    info = inspect.type_info(type_)
    assert isinstance(info, inspect.StructType)
    fields = {field.encode_name: field.type for field in info.fields}
    kinds = fields[union]
    assert isinstance(kinds, inspect.UnionType)
    shapes = {name: _shape(field) for name, field in fields.items() if name != union}
    return {
        kind.cls: re.compile(_object(shapes | {union: _shape(kind)}).encode())
        for kind in kinds.types
        if isinstance(kind, inspect.StructType)
    }


def _shape(info: inspect.Type) -> str:
    match info:
        case inspect.Metadata(type=inner, extra=extra):
            return f'"(?:{_form(extra["form"])})"' if extra and "form" in extra else _shape(inner)
        case inspect.StructType():
            shapes = {field.encode_name: _shape(field.type) for field in info.fields}
            if info.tag_field is not None:
                shapes[info.tag_field] = f'"{info.tag}"'
            return _object(shapes)
        case inspect.UnionType(types=types):
            return _any_of([_shape(one) for one in types])
        case inspect.TupleType(item_types=items):
            return f"\\[{','.join(_shape(one) for one in items)}\\]"
        case inspect.VarTupleType(item_type=item):
            shape = _shape(item)
            return f"\\[(?:{shape}(?:,{shape})*+)?+\\]"
        case _:
            return _shape_of_one(info)


def _shape_of_one(info: inspect.Type) -> str:
    match info:
        case inspect.LiteralType(values=values):
            return _any_of([f'"{one}"' if isinstance(one, str) else str(one) for one in values])
        case inspect.BoolType():
            return "(?>true|false)"
        case inspect.IntType(ge=least) if least is not None and least >= 0:
            return _NUMBER
        case inspect.StrType():
            return _TEXT
        case _:
            raise AssertionError(f"an entry holds no {info}")


def _object(shapes: dict[str, str]) -> str:
    members = [f'"{name}":{shapes[name]}' for name in sorted(shapes)]
    return f"\\{{{','.join(members)}\\}}"


def _any_of(shapes: list[str]) -> str:
    return f"(?>{'|'.join(shapes)})"


def _form(form: str) -> str:
    """A form says which characters there are, so that none of them is one that JSON escapes."""
    assert not set(form) & set('"\\.^'), f"{form} could match what is written otherwise in JSON"
    return form
